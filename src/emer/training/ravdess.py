"""RAVDESS speech: what its file names say, and splits that share no actor.

Livingstone & Russo (2018), PLOS ONE 13(5): e0196391. The recordings are under CC BY-NC-SA 4.0 and
are no part of emer; weights trained on them may not be shipped with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from emer.errors import UsageError

EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
INTENSITIES = ("normal", "strong")
STATEMENTS = ("Kids are talking by the door.", "Dogs are sitting by the door.")
ACTORS = 24
# Modality 03: sound only; channel 01: speech. Neutral was acted at one intensity.
_NAME = re.compile(r"03-01-(?!01-02)(0[1-8])-(0[12])-(0[12])-(0[12])-(0[1-9]|1[0-9]|2[0-4])")

# Validation picks the best checkpoint, so it shares no actor with the test.
SPLITS = {
    "train": range(1, 13),
    "validation": range(13, 16),
    "train_all": range(1, 16),
    "test": range(16, 19),
    "held": range(19, ACTORS + 1),
}
"""Actors by split; `train_all` is train and validation together."""


@dataclass(frozen=True)
class Take:
    """What a file name says: one acted sentence.

    Attributes:
        id: The name without suffix.
        emotion: One of `EMOTIONS`.
        intensity: One of `INTENSITIES`.
        statement: One of `STATEMENTS`.
        repetition: 1 or 2.
        actor: 1 to `ACTORS`.
    """

    id: str
    emotion: str
    intensity: str
    statement: str
    repetition: int
    actor: int


def parse_name(name: str) -> Take:
    """Read the fields of a file name, with or without suffix.

    Raises:
        UsageError: Not the name of a speech recording of RAVDESS without pictures.
    """
    stem = name.split(".")[0]
    fields = _NAME.fullmatch(stem)
    if fields is None:
        raise UsageError(
            f"{name} is not named as RAVDESS names its speech recordings.",
            "Expected 03-01-emotion-intensity-statement-repetition-actor, as 03-01-05-02-01-01-12.",
        )
    emotion, intensity, statement, repetition, actor = (int(part) for part in fields.groups())
    return Take(
        id=stem,
        emotion=EMOTIONS[emotion - 1],
        intensity=INTENSITIES[intensity - 1],
        statement=STATEMENTS[statement - 1],
        repetition=repetition,
        actor=actor,
    )


def splits_of(actor: int, rest: Literal["held", "test"] = "held") -> list[str]:
    """Return the splits that an actor's recordings belong to.

    Args:
        actor: 1 to `ACTORS`.
        rest: Where actors from 19 on go.
    """
    found = [name for name, actors in SPLITS.items() if actor in actors]
    return [rest if name == "held" else name for name in found]
