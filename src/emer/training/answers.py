"""How good the answers of a model are: EmoCue-360 of the cues in them, and the answers as is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from emer import extraction
from emer.encoders import Encoder
from emer.metrics.emocue360 import EmoCue360

MODALITIES = ("visual", "auditory", "emotional")


@dataclass(frozen=True)
class Answer:
    """What a model said of a clip.

    Attributes:
        id: Of the clip.
        shown: What it was shown, "video" and "audio".
        answer: What it said.
        reference: What the row says.
    """

    id: str
    shown: tuple[str, ...]
    answer: str
    reference: str


def score_answers(answers: Sequence[Answer], encoder: Encoder) -> dict[str, float]:
    """Return EmoCue-360 in strict mode (XEmoGPT; docs/scoring.md), cues extracted by rules.

    Args:
        answers: Of different clips.
        encoder: Of cues.

    Returns:
        `emocue_f1` and `emocue_chance`, what the same answers get when they are dealt to other
        clips: means over the modalities that the references speak of; none if there are none.
    """
    rules = extraction.load("rules")
    said, _ = extraction.extract_all({each.id: each.answer for each in answers}, rules)
    meant, _ = extraction.extract_all({each.id: each.reference for each in answers}, rules)
    if not meant:
        return {}
    metric = EmoCue360("strict", using=encoder)
    metric.update(_lists(said), _lists(meant))
    scored = [metric.compute()[modality] for modality in MODALITIES]
    scored = [each for each in scored if each["f1"] is not None and each["chance"] is not None]
    if not scored:
        return {}
    return {
        f"emocue_{name}": sum(each[name] for each in scored) / len(scored)
        for name in ("f1", "chance")
    }


def append_samples(path: Path, step: int, answers: Sequence[Answer]) -> None:
    """Add answers to a JSON lines file, as they are.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("a", encoding="utf-8") as file:
        for each in answers:
            file.write(json.dumps({"step": step, **asdict(each)}, ensure_ascii=False) + "\n")


def drop_samples(path: Path, after: int) -> None:
    """Remove the answers of steps that a resumed run does again."""
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if _step(line) <= after]
    path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _step(line: str) -> float:
    """Return the step of a line; a half-written one belongs to no step that is kept."""
    try:
        return float(json.loads(line)["step"])
    except ValueError:
        return float("inf")


def _lists(found: Mapping[str, extraction.CueLists]) -> dict[str, dict[str, list[str]]]:
    return {name: lists.as_dict() for name, lists in found.items()}
