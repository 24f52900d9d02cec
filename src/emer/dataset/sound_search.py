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
_NEIGHBOURS = 4
_PART = 1 << 19
_PIECE = 1 << 20
_PAIRS = 1 << 17
# Steps spread over what two sounds would have in common that are compared first, and the share of
# bits that may differ there. Far apart, since neighbouring steps err together.
_GLANCES = ((8, 0.42), (64, 0.36))
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
    """Yield those pairs that roughly agree at the lag that their shared sub-fingerprint tells."""
    first, second = table.owners(one), table.owners(other)
    lags = (other - table.starts[second]) - (one - table.starts[first])
    for count, share in _GLANCES:
        fits = _glance(table, first, second, lags, count) <= share
        first, second, lags = first[fits], second[fits], lags[fits]
    yield from map(tuple, np.unique(np.stack([first, second, lags], axis=1), axis=0).tolist())


def _glance(
    table: PrintTable, first: Places, second: Places, lags: Places, count: int
) -> NDArray[np.float64]:
    """Return the share of bits in which some steps differ; 1 where all are silent, `[pairs]`."""
    begun = np.maximum(0, -lags)
    common = np.minimum(table.counts[first] - begun, table.counts[second] - begun - lags)
    wrong, bits = np.zeros(len(lags)), np.zeros(len(lags))
    for number in range(count):
        here = table.starts[first] + begun + common * (2 * number + 1) // (2 * count)
        one = table.sound[here]
        other = table.sound[here - table.starts[first] + lags + table.starts[second]]
        heard = (one != SILENT) & (other != SILENT)
        wrong += np.where(heard, np.bitwise_count(one ^ other), 0)
        bits += np.where(heard, 32, 0)
    return np.divide(wrong, bits, out=np.ones(len(lags)), where=bits > 0)
