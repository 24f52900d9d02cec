"""When each sentence of a recognised piece was said.

The recogniser's own time marks are coarse, and often one pair spans several sentences; the
speech detector knows where the pauses are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Span = tuple[float, float]

# Half-width marks end a sentence only before a space, so that 3.5 stays whole.
_END = re.compile(r"(?<=[。！？!?…])\s*(?=[^\s。！？!?…\"'”’」])|(?<=\.)\s+(?=\S)")
_NEAR = 0.6  # seconds of speech by which a border may move to reach a pause


def sentences(text: str) -> list[str]:
    """Cut a text after its sentence marks."""
    return [part for part in _END.split(text.strip()) if re.search(r"\w", part)]


def place(parts: Sequence[str], speech: Sequence[Span]) -> list[Span]:
    """Say when each part was said.

    Time is shared out by the number of letters, counted in time of speech; a border moves to
    a pause that is near.

    Args:
        parts: Sentences in order, each with letters.
        speech: Stretches of speech that hold them, rising, not empty.

    Returns:
        Start and end in seconds, one pair per part, rising and not overlapping.
    """
    lengths = np.cumsum([0.0, *(b - a for a, b in speech)])
    letters = np.cumsum([0, *(len(re.findall(r"\w", part)) for part in parts)])
    borders = lengths[-1] * letters / letters[-1]
    pauses = [b[0] - a[1] for a, b in pairwise(speech)]
    moved = [0.0, *(_moved(at, lengths[1:-1], pauses) for at in borders[1:-1]), borders[-1]]
    # Two borders must not meet in one pause: then a sentence would have no time.
    apart = all(b > a for a, b in pairwise(moved))
    return [
        (_at(speech, lengths, a, "right"), _at(speech, lengths, b, "left"))
        for a, b in pairwise(moved if apart else borders)
    ]


def _moved(border: float, ends: NDArray[np.float64], pauses: Sequence[float]) -> float:
    """Move a border to the longest pause near it; all in time of speech."""
    near = np.flatnonzero(np.abs(ends - border) <= _NEAR)
    return float(ends[max(near, key=lambda i: pauses[int(i)])]) if len(near) else float(border)


def _at(speech: Sequence[Span], lengths: NDArray[np.float64], moment: float, side: str) -> float:
    """Clip time of a moment of speech; at a pause, before it ("left") or after it ("right")."""
    found = int(np.searchsorted(lengths, moment, "left" if side == "left" else "right")) - 1
    index = min(max(found, 0), len(speech) - 1)
    return speech[index][0] + moment - float(lengths[index])
