"""Which clips may look the same: those with a picture that is nearly the same at the same place.

Charikar, "Similarity Estimation Techniques from Rounding Algorithms", STOC 2002, section 3: hashes
are sorted several times, with their bits in another order each time. Two that differ in few bits
come to lie side by side in at least one of them, and only neighbours are compared.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from emer.dataset.print_table import PrintTable
from emer.dataset.prints import FRAMES

_NEIGHBOURS = 8
_ORDERS = 4
_MOST_BITS = 6


def picture_pairs(table: PrintTable) -> Iterator[NDArray[np.int64]]:
    """Yield pairs of clips, `[pairs, 2]`, ascending, of which one has no sound to know it by.

    Args:
        table: The prints; clips whose pictures have no content are left out.
    """
    clips = np.flatnonzero(table.seen)
    if table.heard[clips].all():
        return
    for frame in range(FRAMES):
        hashes = table.frames[clips, frame]
        for turn in range(_ORDERS):
            order = np.argsort(_turned(hashes, turn), kind="stable")
            for ahead in range(1, _NEIGHBOURS + 1):
                one, other = order[:-ahead], order[ahead:]
                close = np.bitwise_count(hashes[one] ^ hashes[other]) <= _MOST_BITS
                pairs = np.stack([clips[one[close]], clips[other[close]]], axis=1)
                silent = ~(table.heard[pairs[:, 0]] & table.heard[pairs[:, 1]])
                yield np.unique(np.sort(pairs[silent], axis=1), axis=0)


def _turned(hashes: NDArray[np.uint64], turn: int) -> NDArray[np.uint64]:
    """Return hashes with another of their quarters in front, and so most significant."""
    bits = np.uint64(64 // _ORDERS * turn)
    return hashes if not turn else (hashes << bits) | (hashes >> (np.uint64(64) - bits))
