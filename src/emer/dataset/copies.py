"""Clips that are there more than once: the same file, or the same thing coded anew.

Two clips are near copies if they look alike and sound alike. Where one has no sound to know it by,
its pictures have to be the same at the same time; where one has no pictures, sound decides. So two
sentences of one speaker before one background stay two clips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from emer.dataset.alike import look_alike, look_the_same, sound_alike
from emer.dataset.entry import Prints
from emer.dataset.picture_search import picture_pairs
from emer.dataset.plan import Copies
from emer.dataset.print_table import PrintTable, print_table
from emer.dataset.sound_search import sound_pairs

Edges = dict[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Copy:
    """A clip that is a copy.

    Attributes:
        id: The clip.
        of: The clip that stays: of those that are copies of one another, the first by id.
        kind: "exact" if the two files are the same byte by byte.
        reason: A plain sentence.
    """

    id: str
    of: str
    kind: Literal["exact", "near"]
    reason: str


def find_copies(prints: Iterable[tuple[str, str, Prints]], settings: Copies) -> Iterator[Copy]:
    """Yield the clips that are copies of another, in the order of their ids.

    The order of `prints` makes no difference. A copy of a copy is a copy of the first.

    Args:
        prints: Id, SHA-256 and prints of each clip; read once, a clip at a time.
        settings: What counts as a copy.
    """
    with print_table(prints) as table:
        groups = _Groups(table, settings)
        for clip in range(len(table.ids)):
            first = groups.first(clip)
            if first != clip:
                yield groups.copy(clip, first)


def find_groups(
    prints: Iterable[tuple[str, str, Prints]], settings: Copies
) -> Iterator[list[Copy]]:
    """Yield the copies of each clip that has some, in the order of ids.

    Args:
        prints: As for `find_copies`.
        settings: What counts as a copy.
    """
    found: dict[str, list[Copy]] = {}
    for each in find_copies(prints, settings):
        found.setdefault(each.of, []).append(each)
    yield from found.values()


class _Groups:
    """Clips that are copies of one another, joined pair by pair (union-find)."""

    def __init__(self, table: PrintTable, settings: Copies) -> None:
        self._table, self._settings = table, settings
        self._above = list(range(len(table.ids)))
        self._edges: Edges = {}
        self._join_exact()
        if settings.near:
            self._join_by_sound()
            self._join_by_look()

    def first(self, clip: int) -> int:
        """Return the first of the clips that a clip is a copy of; itself if of none."""
        above = self._above
        while above[clip] != clip:
            above[clip] = above[above[clip]]
            clip = above[clip]
        return clip

    def copy(self, clip: int, first: int) -> Copy:
        """Return what to say of a clip that is a copy of another."""
        table = self._table
        name = table.ids[first]
        if table.hashes[clip] == table.hashes[first]:
            return Copy(table.ids[clip], name, "exact", f"It is the same file as {name}.")
        how = self._edges.get((first, clip), "is a copy of a copy of")
        return Copy(table.ids[clip], name, "near", f"It {how} {name}.")

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._above[high] = low

    def _join_exact(self) -> None:
        known: dict[bytes, int] = {}
        for clip, digest in enumerate(self._table.hashes):
            self._join(known.setdefault(digest, clip), clip)
        # Searching for near copies, one of each file is enough.
        self._only = frozenset(known.values())
        doubled = [clip for clip in range(len(self._above)) if clip not in self._only]
        self._table.seen[doubled] = False
        self._table.heard[doubled] = False

    def _join_by_sound(self) -> None:
        table, settings = self._table, self._settings
        for one, other, lag in sound_pairs(table):
            if self.first(one) == self.first(other):
                continue
            see = bool(table.seen[one] and table.seen[other])
            if (
                see
                and not look_alike(
                    table.frames[[one]], table.frames[[other]], settings.frames
                ).item()
            ):
                continue
            if sound_alike(table.steps(one), table.steps(other), lag, settings.sound):
                self._edges[one, other] = "looks and sounds like" if see else "sounds like"
                self._join(one, other)

    def _join_by_look(self) -> None:
        table = self._table
        for pairs in picture_pairs(table):
            one, other = pairs[:, 0], pairs[:, 1]
            moving = table.heard[one] | table.heard[other]
            still = table.still[one] & table.still[other]
            same = look_the_same(
                table.frames[one], table.frames[other], self._settings.frames, still, moving
            )
            same &= table.still[one] == table.still[other]
            for first, second in pairs[same].tolist():
                self._edges[first, second] = "looks like"
                self._join(first, second)
