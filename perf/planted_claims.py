"""Contradictions: statements that measurement refutes, among such that it or a person confirms.

A statement is planted where a measured value lies far below, or above, what it asserts, by bounds
of our own (`REFUTED`, `CONFIRMED`) and not by those of the filter. Its wording is taken in turn
from `WORDINGS`, which were written by hand and not taken from what emer writes; some of them are
not in emer's word lists. Human descriptions of the same clips are true, whatever is measured.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planted import Outcome, Piece

from emer.cues.measures import evaluate, span
from emer.dataset.entry import Entry, Media, Modality, Origin, Statement
from emer.dataset.filters.grounding import Grounding, Options
from emer.dataset.verdicts import verdict
from emer.explainers.absences import ABSENCES, look_for
from emer.explainers.composed import explain_measurements
from emer.explanation import Explanation, Language
from emer.extraction.rules import RulesExtractor
from emer.instruments.kit import Measured
from emer.measurements import Measurements

REFUTED, CONFIRMED = 0.15, 0.6
"""Strength of an action unit, 0 to 1, that it never reaches, or reaches."""

UNHEARD = 0.02
"""Score of a sound event that it never reaches."""

_UNITS = {"frown": "AU4", "smile": "AU12", "brows up": "AU2", "eyes wide": "AU5"}
_SOUNDS = ("laughter", "crying", "applause", "music")
# The instruments miss these too often for their absence to count; see `emer.explainers.absences`.
_NEVER = frozenset({"laughter", "crying", "trembling"})
# Where a cue of this kind was measured, the second is false and the first is true.
_VOICE = {
    "voice_loud": ("loud", "quiet"), "voice_quiet": ("quiet", "loud"),
    "speech_fast": ("fast", "slow"), "speech_slow": ("slow", "fast"),
    "pitch_high": ("high", "deep"), "pitch_low": ("deep", "high"),
    "voice_sharp": ("harsh", "soft"), "voice_soft": ("soft", "harsh"),
    "pitch_flat": ("monotonous", "lively"), "pitch_varied": ("lively", "monotonous"),
    "voice_even": ("steady", "trembling"), "voice_trembling": ("trembling", "steady"),
}  # fmt: skip

WORDINGS: Mapping[str, Mapping[Language, list[str]]] = json.loads(
    Path(__file__).with_name("planted_wordings.json").read_text(encoding="utf-8")
)
"""Ways to assert a topic, by topic and language."""


@dataclass(frozen=True)
class Claim:
    """A statement about a piece, and whether it is true."""

    entry: Entry
    modality: Modality
    topic: str
    text: str


def outcomes(found: list[Piece], folder: Path, count: int) -> Iterator[Outcome]:
    """Plant `count` contradictions in each language and yield what became of them."""
    for language, name in (("en", "English"), ("zh", "Chinese")):
        spoken: Language = "zh" if language == "zh" else "en"
        false, true = _claims(found, spoken)
        planted = _drawn(false, count)
        sorts = {
            "face": [claim for claim in planted if claim.modality == "visual"],
            "voice": [
                claim
                for claim in planted
                if claim.modality == "auditory" and claim.topic not in {*_SOUNDS, *_NEVER}
            ],
            "applause and music": [
                c for c in planted if c.topic in _SOUNDS and c.topic not in _NEVER
            ],
            "laughter, crying and trembling, which are never denied": [
                claim for claim in planted if claim.topic in _NEVER
            ],
        }
        good = _drawn(true, count)
        lost = _contradicted(good)
        yield Outcome(
            f"contradictions, {name}", len(planted), _contradicted(planted), len(good), lost
        )
        for sort, claims in sorts.items():
            yield Outcome(f"— {sort}", len(claims), _contradicted(claims), 0, 0)
    told = list(_human(found, folder))
    yield Outcome("human descriptions of the clip", 0, 0, len(told), _contradicted(told))


def _drawn(claims: list[Claim], count: int) -> list[Claim]:
    """Draw claims so that every topic has about the same number."""
    draw = random.Random(0)
    by_topic: dict[str, list[Claim]] = {}
    for claim in draw.sample(claims, len(claims)):
        by_topic.setdefault(claim.topic, []).append(claim)
    drawn: list[Claim] = []
    while len(drawn) < min(count, len(claims)):
        for left in by_topic.values():
            if left and len(drawn) < count:
                drawn.append(left.pop())
    return drawn


def _claims(found: list[Piece], language: Language) -> tuple[list[Claim], list[Claim]]:
    false: list[Claim] = []
    true: list[Claim] = []
    for piece in found:
        entry = _entry(piece, language)
        for modality, topic, holds in _facts(piece.measured, entry):
            claims = (Claim(entry, modality, topic, text) for text in WORDINGS[topic][language])
            (true if holds else false).extend(claims)
    return false, true


def _facts(m: Measurements, entry: Entry) -> Iterator[tuple[Modality, str, bool]]:
    """Yield topics that are clearly so, or clearly not."""
    end = span(m.seconds)
    people = [track.person for track in m.faces.tracks] if m.faces else []
    for topic, unit in _UNITS.items():
        peaks = [evaluate(f"face.{unit}.peak", m, 0.0, end, person) for person in people]
        if peaks and all(peak < REFUTED for peak in peaks):
            yield "visual", topic, False
        elif any(peak > CONFIRMED for peak in peaks):
            yield "visual", topic, True
    if m.events is not None:
        for topic in _SOUNDS:
            if evaluate(f"events.{topic}", m, 0.0, end) < UNHEARD:
                yield "auditory", topic, False
    kinds = {cue.kind for cue in entry.observed.cues} if entry.observed else set()
    topics = [_VOICE[kind] for kind in _VOICE if kind in kinds]
    for true, false in topics:
        if (false, true) not in topics:
            yield "auditory", true, True
            yield "auditory", false, False


def _human(found: list[Piece], folder: Path) -> Iterator[Claim]:
    """Yield statements of the human descriptions, those of emotions and words left out."""
    listed = json.loads((folder / "clips.json").read_text())
    described = {
        each["id"]: [text for key, text in each.items() if key.startswith("description")]
        for each in listed
    }
    extractor = RulesExtractor()
    for piece in found:
        for text in described.get(piece.clip.path.stem, ()):
            entry, lists = _entry(piece, "en"), extractor.extract(text, piece.name)
            yield from (Claim(entry, "visual", "human", told) for told in lists.visual)
            yield from (
                Claim(entry, "auditory", "human", told)
                for told in lists.auditory
                if not told.startswith("Subtitle text:")
            )


def _contradicted(claims: list[Claim]) -> int:
    """Return how many claims the filter takes out."""
    chosen, count = Grounding(Options()), 0
    for claim in claims:
        told = verdict(claim.text, claim.modality, claim.entry)
        statement = Statement(
            id="s1",
            modality=claim.modality,
            text=claim.text,
            origins=(Origin(annotator="planted", text=claim.text),),
            status=told.status,
            cues=told.cues,
        )
        count += not chosen(claim.entry.changed(statements=(statement,))).statements
    return count


def _entry(piece: Piece, language: Language) -> Entry:
    clip = piece.clip
    media = Media(
        reference=str(clip.path),
        sha256=clip.sha256,
        size=clip.path.stat().st_size,
        seconds=clip.seconds,
        still=clip.still,
        has_video=clip.has_video,
        has_audio=clip.has_audio,
    )
    return Entry(
        id=piece.name,
        source="planted",
        licence="",
        media=media,
        group=piece.origin,
        observed=explained(piece, language),
    )


def explained(piece: Piece, language: Language) -> Explanation:
    """Return the explanation of a piece, with everything that is looked for in vain."""
    told = explain_measurements(piece.clip, Measured(piece.measured, {}, ()), language)
    absent = look_for(tuple(ABSENCES), piece.measured, told.cues, language)
    return told.model_copy(update={"cues": (*told.cues, *absent)})
