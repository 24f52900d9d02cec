"""Which clips may sound alike: those that share a whole sub-fingerprint.

Haitsma and Kalker, section 5: of the many sub-fingerprints of a copy, some come through without an
error, and an index of them leads to the original. Here all clips are searched at once: the
sub-fingerprints are sorted, a part of them at a time, and equal ones lie together. What is held
does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from emer.dataset.print_table import PrintTable
from emer.dataset.sound_print import SILENT

Places = NDArray[np.int64]

# Clips with the same sub-fingerprint that each is compared with. Copies of copies form a chain, so
# few are enough, and a hum that thousands share costs no more than that.
_NEIGHBOURS = 8
_PART = 1 << 21
_PIECE = 1 << 22
_PAIRS = 1 << 18
# Steps around a shared one that are looked at first, and the share of bits that may differ there.
_AROUND = np.array([-16, -12, -8, -4, 4, 8, 12, 16])
_ROUGHLY = 0.4
_SPREAD = np.uint32(2654435761)  # Knuth's: parts of like size, whatever the fingerprints


def sound_pairs(table: PrintTable) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of clips that may sound alike: two numbers, ascending, and their lag in steps.

    A pair may come several times, with different lags.

    Args:
        table: The prints; clips without sound enough are left out.
    """
    parts = 1 << max(0, (len(table.sound) // _PART).bit_length())
    for part in range(parts):
        places = _select(table, part, parts)
        for one, other in _equal(table, places):
            yield from _promising(table, one, other)


def _select(table: PrintTable, part: int, parts: int) -> Places:
    """Return the places of one part of the sub-fingerprints."""
    shift = np.uint32(32 - (parts.bit_length() - 1))
    found = []
    for start in range(0, len(table.sound), _PIECE):
        steps = np.asarray(table.sound[start : start + _PIECE])
        chosen = steps != SILENT
        if parts > 1:
            chosen &= (steps * _SPREAD) >> shift == part
        found.append(np.flatnonzero(chosen) + start)
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _equal(table: PrintTable, places: Places) -> Iterator[tuple[Places, Places]]:
    """Yield places with equal sub-fingerprints in different clips."""
    owners = table.owners(places)
    kept = table.heard[owners]
    places, owners = places[kept], owners[kept]
    keys = (table.sound[places].astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64)
    order = np.argsort(keys, kind="stable")
    keys, places = keys[order], places[order]
    # Once for each clip: a tone that lasts would have only itself beside it.
    first = np.flatnonzero(np.diff(keys, prepend=~keys[:1]) != 0)
    keys, places = keys[first] >> np.uint64(32), places[first]
    for ahead in range(1, _NEIGHBOURS + 1):
        same = np.flatnonzero(keys[ahead:] == keys[:-ahead])
        for start in range(0, len(same), _PAIRS):
            chosen = same[start : start + _PAIRS]
            yield places[chosen], places[chosen + ahead]


def _promising(table: PrintTable, one: Places, other: Places) -> Iterator[tuple[int, int, int]]:
    """Yield those pairs that roughly agree around the sub-fingerprint they share."""
    first, second = table.owners(one), table.owners(other)
    wrong = np.zeros(len(one))
    bits = np.zeros(len(one))
    for step in _AROUND:
        here, there = _shifted(table, one, first, step), _shifted(table, other, second, step)
        inside = (here >= 0) & (there >= 0)
        differ = np.bitwise_count(table.sound[here] ^ table.sound[there])
        wrong += np.where(inside, differ, 0)
        bits += np.where(inside, 32, 0)
    fits = wrong <= _ROUGHLY * bits
    lags = (other - table.starts[second]) - (one - table.starts[first])
    rows = np.stack([first[fits], second[fits], lags[fits]], axis=1)
    yield from map(tuple, np.unique(rows, axis=0).tolist())


def _shifted(table: PrintTable, places: Places, owners: Places, step: int) -> Places:
    """Return the places some steps further, -1 beyond the ends of the clip."""
    moved = places + step
    starts = table.starts[owners]
    return np.where((moved >= starts) & (moved < starts + table.counts[owners]), moved, -1)
