"""What stands in for what is not known before a build: cues, words and answers of usual size.

An estimate is made before anything is measured or asked, but prompts hold what was measured and,
for disambiguation, what was answered. What stands in for it here is rather more than is usual: 13
clips of 2 to 6 s of MER2024 and others have 1 to 11 visual (median 5), 1 to 8 auditory (4) and 0
to 7 textual cues (3).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from emer.dataset.entry import Entry, Task
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Evidence,
    Explanation,
    Language,
    Modality,
    Provenance,
    Subtitle,
)

CUES = 8
"""Measured cues of each modality that a clip has."""

OBSERVATIONS = 5
"""Observations in an answer."""

WORDS_A_SECOND = 3.0
"""Spoken in a clip with sound whose words nobody gives; readers of English manage about 2.5."""

_STATEMENTS: dict[Language, str] = {
    "en": "The corners of the mouth rise clearly, more than is usual for this face.",
    "zh": "嘴角明显上扬，幅度高于此人平时的水平。",
}
_EVIDENCE = Evidence(
    measure="face.AU12.peak", value=0.712, unit="ratio", reference=0.3, source="an estimate"
)


def as_if_seen(entry: Entry, language: Language, speech: bool) -> Entry:
    """Return an entry as it may look once it is measured; one that is measured stays as it is.

    Args:
        entry: As collected.
        language: Of the statements.
        speech: Whether words will be recognised where none are given.
    """
    if entry.observed is not None:
        return entry
    media, said = entry.media, entry.subtitle
    if not said and media.has_audio and speech:
        said = "word " * math.ceil((media.audio_seconds or media.seconds) * WORDS_A_SECOND)
    there = {"visual": media.has_video, "auditory": media.has_audio, "textual": bool(said)}
    modalities = tuple(name for name, present in there.items() if present)
    return entry.changed(observed=_explanation(language, modalities), subtitle=said)


def answer(task: Task, language: Language) -> dict[str, Any]:
    """Return an answer of usual size to a task."""
    if task == "disambiguate":
        return {"readings": []}
    text = _STATEMENTS[language]
    return {
        "observations": [
            {"text": f"{text} {number}", "start": None, "end": None, "confidence": None}
            for number in range(OBSERVATIONS)
        ],
        "emotions": [],
    }


@cache
def _explanation(language: Language, modalities: tuple[Modality, ...]) -> Explanation:
    return Explanation(
        language=language,
        clip=ClipInfo(name="", sha256="", seconds=0.0, modalities=modalities),
        subtitle=Subtitle(text="", source="none"),
        people=(),
        cues=tuple(
            _cue(modality, number, language) for modality in modalities for number in range(CUES)
        ),
        emotions=(),
        valence=0.0,
        arousal=0.0,
        conflict=Conflict(score=0.0, readings=()),
        timeline=(),
        explanation="",
        provenance=Provenance(version="", explainer="an estimate"),
    )


def _cue(modality: Modality, number: int, language: Language) -> Cue:
    return Cue(
        id=f"{modality[0]}{number + 1}",
        modality=modality,
        kind="usual",
        statement=_STATEMENTS[language],
        start=0.25,
        end=1.75,
        confidence=0.5,
        evidence=(_EVIDENCE, _EVIDENCE.model_copy(update={"measure": "face.AU06.share"})),
    )
