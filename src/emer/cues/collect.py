"""Run every observer over the measurements of a clip and number the cues.

Observers are found by the entry-point group `emer.observers`, so another package adds one without
touching this one: a function `observe(measurements, language) -> list[Cue]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import entry_points

from emer.explanation import Cue, Language, Modality
from emer.measurements import Measurements

Observer = Callable[[Measurements, Language], list[Cue]]

GROUP = "emer.observers"
PREFIX: dict[Modality, str] = {"visual": "v", "auditory": "a", "textual": "t"}


@cache
def observers() -> dict[str, Observer]:
    """Return all installed observers by name, in a stable order."""
    return {
        point.name: point.load()
        for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)
    }


def collect(measurements: Measurements, language: Language) -> list[Cue]:
    """Return the cues of all observers, numbered v1, v2, ..., a1, ..., t1, ... in order of time."""
    found = [cue for observe in observers().values() for cue in observe(measurements, language)]
    return number(found)


def number(cues: Sequence[Cue]) -> list[Cue]:
    """Give cues their ids: by modality, then by start, end and kind."""
    numbered: list[Cue] = []
    for modality, prefix in PREFIX.items():
        own = sorted(
            (cue for cue in cues if cue.modality == modality),
            key=lambda cue: (cue.start, cue.end, cue.person or "", cue.kind, cue.statement),
        )
        numbered += [
            cue.model_copy(update={"id": f"{prefix}{index}"})
            for index, cue in enumerate(own, start=1)
        ]
    return numbered
