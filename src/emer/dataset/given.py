"""What a model is given of a clip: measured cues and words, as data in one block of JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from emer.cues.addressed import LONGEST, speaks_to_a_program
from emer.dataset.entry import Entry
from emer.explainers.absences import ABSENCES
from emer.explainers.claim_words import ABSENT
from emer.explanation import Cue, Modality
from emer.media.text import cleaned

MOST_CUES = 24
"""Cues of one modality that a model is given; the surest ones, in their order."""

_MOST_NUMBERS = 2
# About the measuring itself: that something could not be measured, or was not read.
_NOTHING_SEEN = frozenset(
    {"face_absent", "face_unusable", "speech_not_understood", "words_to_program"}
)
_LOOKED_FOR = frozenset(name + ABSENT for name in ABSENCES)


def words(entry: Entry) -> str:
    """Return the words said in a clip, given or recognised, on one line.

    Words that read like an instruction to a program express nobody's state (`emer.cues.addressed`):
    nobody is asked about them, so "" is returned, as it is for a clip without words.
    """
    said = entry.subtitle or (entry.observed.subtitle.text if entry.observed else "")
    text = cleaned(said)[:LONGEST]
    return "" if speaks_to_a_program(text) else text


def telling(entry: Entry, *modalities: Modality) -> list[Cue]:
    """Return the measured cues that say something of the clip, in their order.

    Left out are those that only say that something could not be measured, and those that only say
    that something was looked for in vain; the latter are for checking statements.

    Args:
        entry: An observed entry; without an observation there are no cues.
        modalities: Which; all if none is named.
    """
    return [
        cue
        for cue in (entry.observed.cues if entry.observed else ())
        if (not modalities or cue.modality in modalities)
        and cue.kind not in _NOTHING_SEEN
        and cue.kind not in _LOOKED_FOR
    ]


def block(entry: Entry, cues: Sequence[Cue], **more: Any) -> str:
    """Return what a model is given as JSON: the length of the clip, cues, and `more`."""
    data = {"seconds": round(entry.media.seconds, 2), **more, "cues": _given(cues)}
    return json.dumps(data, ensure_ascii=False)


def _given(cues: Sequence[Cue]) -> list[dict[str, Any]]:
    kept: set[str] = set()
    for modality in ("visual", "auditory", "textual"):
        own = [cue for cue in cues if cue.modality == modality]
        surest = sorted(own, key=lambda cue: -cue.confidence)[:MOST_CUES]
        kept |= {cue.id for cue in surest}
    return [_plain(cue) for cue in cues if cue.id in kept]


def _plain(cue: Cue) -> dict[str, Any]:
    numbers = {
        one.measure: f"{one.value:.3g} {one.unit}".strip() for one in cue.evidence[:_MOST_NUMBERS]
    }
    return {
        "id": cue.id,
        "modality": cue.modality,
        "start": round(cue.start, 2),
        "end": round(cue.end, 2),
        "statement": cue.statement,
        "numbers": numbers,
    }
