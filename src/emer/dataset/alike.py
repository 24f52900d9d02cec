"""When two clips look, or sound, like one.

Thresholds are measured on 13 film clips and on acted speech (docs of the build): a copy that was
coded anew, scaled, muted or trimmed by 0.3 s differs by at most 6 % of the bits of its pictures and
20 % of those of its sound; other clips differ by at least 25 % and 38 %. Another sentence of the
same head before the same background, however, differs by as little as 2 % in its pictures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emer.dataset.print_table import LEAST_HEARD
from emer.dataset.sound_print import SILENT, Steps

Hashes = NDArray[np.uint64]
Truths = NDArray[np.bool_]

_BITS = 64
# Without sound, pictures have to say it alone: a quarter of the share that else may differ, and
# clearly less than between neighbouring moments, or they say only who is seen.
_TIGHT = 0.25
_CLEARLY = 0.7
# Of the longer sound, which the shorter has to hold: a copy may be trimmed, but is no excerpt.
_LEAST_COMMON = 0.6


def look_alike(one: Hashes, other: Hashes, share: float) -> Truths:
    """Return which pairs look alike, sound aside.

    Each picture is compared with those at and beside its place in the other clip, as a trimmed
    copy needs; the median over the pictures counts, since a cut may fall elsewhere.

    Args:
        one: Hashes of pictures, `[pairs, frames]`.
        other: Likewise.
        share: Of the bits, that may differ.
    """
    apart = np.minimum.reduce([_distances(one, other, shift) for shift in (-1, 0, 1)])
    back = np.minimum.reduce([_distances(other, one, shift) for shift in (-1, 0, 1)])
    worse = np.maximum(np.median(apart, axis=1), np.median(back, axis=1))
    return np.asarray(worse <= share * _BITS)


def look_the_same(
    one: Hashes, other: Hashes, share: float, still: Truths, moving: Truths
) -> Truths:
    """Return which pairs show the same thing at the same time, so that no sound is needed.

    Args:
        one: Hashes of pictures, `[pairs, frames]`.
        other: Likewise.
        share: Of the bits, that may differ if there is sound, too.
        still: Whether they are still images, `[pairs]`.
        moving: Whether standing pictures say too little, `[pairs]`.
    """
    apart = _distances(one, other, 0).mean(axis=1)
    # Both ways, and without the pictures that have no neighbour.
    ahead = _distances(one, other, 1)[:, :-1].mean(axis=1)
    behind = _distances(one, other, -1)[:, 1:].mean(axis=1)
    moved = (ahead + behind) / 2
    clearly = (apart <= _CLEARLY * moved) & ((moved > 0) | ~moving)
    return np.asarray((apart <= share * _TIGHT * _BITS) & (still | clearly))


def _distances(one: Hashes, other: Hashes, shift: int) -> NDArray[np.float64]:
    """Return in how many bits pictures differ from those `shift` places further, `[pairs, n]`."""
    moved = np.roll(other, -shift, axis=1)
    if shift > 0:
        moved[:, -shift:] = other[:, -shift:]
    elif shift < 0:
        moved[:, :-shift] = other[:, :-shift]
    return np.asarray(np.bitwise_count(one ^ moved), np.float64)


def sound_difference(one: Steps, other: Steps, lag: int) -> float:
    """Return by what share of bits two sounds differ, one of them delayed; 1 if hardly they meet.

    Silent steps do not count. The two have to share a second and 60 % of the longer one.

    Args:
        one: Sub-fingerprints.
        other: Likewise.
        lag: Steps by which what is in `one` comes later in `other`.
    """
    first, second = one[max(0, -lag) :], other[max(0, lag) :]
    count = min(len(first), len(second))
    first, second = first[:count], second[:count]
    both = (first != SILENT) & (second != SILENT)
    common = int(np.count_nonzero(both))
    longest = max(int(np.count_nonzero(one != SILENT)), int(np.count_nonzero(other != SILENT)))
    if common < max(LEAST_HEARD, _LEAST_COMMON * longest):
        return 1.0
    return float(np.bitwise_count((first ^ second)[both]).sum()) / (32 * common)


def sound_alike(one: Steps, other: Steps, lag: int, share: float) -> bool:
    """Whether two sounds are one, at a lag or a step beside it.

    Args:
        one: Sub-fingerprints.
        other: Likewise.
        lag: Steps by which what is in `one` comes later in `other`.
        share: Of the bits, that may differ.
    """
    return any(sound_difference(one, other, lag + each) <= share for each in (0, -1, 1))
