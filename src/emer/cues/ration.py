"""Keep the cues that matter: the strongest of each stretch, so that long clips stay covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar

STRETCH = 20.0
"""Seconds; a shorter clip is one stretch."""


class Timed(Protocol):
    """Anything with a kind and a start in seconds."""

    @property
    def kind(self) -> str:
        """What it is."""

    @property
    def start(self) -> float:
        """When it begins."""


T = TypeVar("T", bound=Timed)


def strongest(items: Sequence[T], most: int, per_kind: int | None = None) -> list[T]:
    """Keep at most so many of each stretch of `STRETCH` seconds.

    Args:
        items: Strongest first; an item belongs to the stretch in which it begins.
        most: Kept per stretch.
        per_kind: Kept per stretch of one kind, if limited.

    Returns:
        Those kept, in the order given.
    """
    kept, taken, kinds = [], Counter[int](), Counter[tuple[int, str]]()
    for item in items:
        stretch = int(item.start // STRETCH)
        full = per_kind is not None and kinds[stretch, item.kind] >= per_kind
        if taken[stretch] < most and not full:
            kept.append(item)
            taken[stretch] += 1
            kinds[stretch, item.kind] += 1
    return kept
