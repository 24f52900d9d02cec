"""A made-up corpus for perf/build.py and perf/kills.py: many tiny clips, measured beforehand.

Every clip is a WAV file of its own noise; its measurements are invented, which is all right where
only the machinery is timed. What is measured of real clips is timed in perf/explain.py.
"""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path
from typing import Any

import numpy as np

from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    Provenance,
    Subtitle,
    SubtitleSegment,
)

RATE, SAMPLES = 8000, 1600
_CUES = (
    ("pitch_high", "auditory", "The voice is higher than before (210 Hz against 180 Hz)."),
    ("loud", "auditory", "The voice is loud."),
    ("pause", "auditory", "The voice pauses for {0:.3f} s."),
    ("question", "textual", "The words ask a question: “is that so?”."),
)


def make(folder: Path, clips: int, *, annotators: list[dict[str, Any]] | None = None) -> Path:
    """Write clips, their measurements and a plan; what is there already is left.

    Args:
        folder: Where to.
        clips: How many.
        annotators: Of the plan.

    Returns:
        The plan.
    """
    media, results = folder / f"clips-{clips}", folder / f"measured-{clips}.jsonl"
    if not results.exists():
        media.mkdir(parents=True, exist_ok=True)
        half = results.with_suffix(".half")
        with half.open("w", encoding="utf-8") as lines:
            for number in range(clips):
                lines.write(measured(_clip(media, number), number).to_json() + "\n")
        half.rename(results)
    plan = {
        "name": "perf",
        "out": f"out-{clips}",
        "sources": [{"name": "noise", "path": media.name, "licence": "CC0-1.0"}],
        "observe": {"measured": results.name},
        "annotators": annotators or [],
        "filters": ["unsafe", "grounding"],
    }
    path = folder / f"plan-{clips}.yaml"
    path.write_text(json.dumps(plan, indent=1))
    return path


def _clip(folder: Path, number: int) -> Path:
    """Write a clip: noise that only its number decides."""
    path = folder / f"{number // 1000:03}" / f"{number:06}.wav"
    path.parent.mkdir(exist_ok=True)
    noise = np.random.default_rng(number).integers(-3000, 3000, SAMPLES, dtype=np.int16)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(noise.astype("<i2").tobytes())
    return path


def measured(path: Path, number: int) -> Explanation:
    """Return what is to count as measured of a clip."""
    seconds = SAMPLES / RATE
    pitch = 200 + number % 50
    evidence = Evidence(measure="voice.pitch.median", value=pitch, unit="Hz", source="made up")
    cues = tuple(
        Cue(
            id=f"{modality[0]}{place}",
            modality=modality,  # type: ignore[arg-type]
            kind=kind,
            # Another number in each clip makes every question another one.
            statement=statement.format(number / 1000),
            start=0.0,
            end=seconds,
            confidence=0.7,
            evidence=(evidence,),
        )
        for place, (kind, modality, statement) in enumerate(_CUES, start=1)
    )
    words = f"Is that so, number {number}?"
    said = SubtitleSegment(start=0.0, end=seconds, text=words)
    return Explanation(
        language="en",
        clip=ClipInfo(
            name=path.name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            seconds=seconds,
            modalities=("auditory", "textual"),
        ),
        subtitle=Subtitle(text=words, source="recognised", language="en", segments=(said,)),
        people=(),
        cues=cues,
        emotions=(Emotion(label="surprised", confidence=0.6, cues=("a1", "t4")),),
        valence=0.1,
        arousal=0.4,
        conflict=Conflict(score=0.0, readings=()),
        timeline=(),
        explanation="The voice appears surprised. [a1]",
        provenance=Provenance(version="perf", explainer="composed"),
    )


AGAIN = "Your last answer could not be used"
"""What emer adds to a question that it asks again."""

_SAID = (
    "The voice sounds excited.",
    "The voice is raised at the end.",
    "The speaker talks fast.",
    "The speaker hesitates.",
    "The tone sounds doubtful.",
    "There is noise in the background.",
)
_FELT = (("surprised", "惊讶"), ("curious", "好奇"), ("doubtful", "怀疑"), ("excited", "兴奋"))


def answer(request: dict[str, Any]) -> str:
    """Answer as a model might: nothing but the question decides, even if it is asked again."""
    asked = "\n".join(each["content"] for each in request["messages"]).partition(AGAIN)[0].strip()
    draw = hashlib.sha256((request["model"] + asked).encode()).digest()
    en, zh = _FELT[draw[0] % len(_FELT)]
    emotion = {"en": en, "zh": zh, "confidence": 0.5 + draw[1] / 600}
    schema = request["response_format"]["json_schema"]["schema"]
    if "readings" in schema["properties"]:
        reading = {"words": "Is that so", "emotion": emotion, "because": "", "given": ["a1"]}
        return json.dumps({"readings": [reading]})
    said = [
        {"text": _SAID[draw[place] % len(_SAID)], "start": None, "end": None, "confidence": 0.5}
        for place in (2, 3)
    ]
    return json.dumps({"observations": said, "emotions": [emotion]})
