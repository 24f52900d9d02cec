"""Entries and explanations made by hand, for the tests of the dataset builder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Literal

from emer.dataset.entry import Entry, Media, Origin, Statement
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    Language,
    Provenance,
    Subtitle,
)


def cue(
    id: str,
    statement: str,
    *,
    kind: str = "smile",
    modality: Literal["visual", "auditory", "textual"] = "visual",
    start: float = 0.0,
    end: float = 2.0,
    confidence: float = 0.8,
) -> Cue:
    """Return a measured cue."""
    evidence = Evidence(
        measure="face.AU12.peak", value=0.7, unit="ratio", reference=0.3, source="test"
    )
    return Cue(
        id=id,
        modality=modality,
        kind=kind,
        statement=statement,
        start=start,
        end=end,
        confidence=confidence,
        evidence=(evidence,),
    )


def explanation(
    name: str = "a.mp4",
    *,
    cues: Sequence[Cue] = (),
    emotions: Sequence[Emotion] = (),
    language: Language = "en",
    words: str = "",
    valence: float = 0.0,
) -> Explanation:
    """Return a result of the composed explainer, as if a clip of two seconds were measured."""
    return Explanation(
        language=language,
        clip=ClipInfo(
            name=name, sha256=sha256(name), seconds=2.0, modalities=("visual", "auditory")
        ),
        subtitle=Subtitle(text=words, source="recognised" if words else "none"),
        people=(),
        cues=tuple(cues),
        emotions=tuple(emotions),
        valence=valence,
        arousal=0.0,
        conflict=Conflict(score=0.0, readings=()),
        timeline=(),
        explanation="",
        provenance=Provenance(version="0", explainer="composed", seconds={"explain": 1.5}),
    )


def entry(id: str = "s/a.mp4", **fields: Any) -> Entry:
    """Return an entry with a clip of two seconds, with pictures and sound."""
    media = Media(
        reference=f"{id}.mp4",
        sha256=sha256(id),
        size=1000,
        seconds=2.0,
        still=False,
        has_video=True,
        has_audio=True,
    )
    base: dict[str, Any] = {"source": "s", "licence": "CC0", "media": media, "group": id}
    return Entry(id=id, **(base | fields))


def statement(
    id: str,
    text: str,
    *,
    modality: Literal["visual", "auditory", "textual", "emotional"] = "visual",
    annotator: str = "a",
    **fields: Any,
) -> Statement:
    """Return a statement of one annotator."""
    status = fields.pop("status", "unchecked")
    origins = fields.pop("origins", (Origin(annotator=annotator, text=text),))
    return Statement(id=id, modality=modality, text=text, origins=origins, status=status, **fields)


def sha256(text: str) -> str:
    """Return a hash that belongs to a name."""
    return hashlib.sha256(text.encode()).hexdigest()
