"""The prints of all clips side by side; those of sound lie in a temporary file."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import numpy as np
from numpy.typing import NDArray

from emer.dataset.entry import Prints
from emer.dataset.prints import FRAMES
from emer.dataset.sound_print import SILENT, Steps, from_text

LEAST_HEARD = 43
"""Steps with sound, a second, that it takes to know a sound again."""
LEAST_SEEN = 2
"""Pictures with content that it takes to know a video again."""


@dataclass(frozen=True, eq=False)
class PrintTable:
    """Prints of `n` clips, sorted by id, so that nothing depends on the order they came in.

    Attributes:
        ids: Of the clips, ascending.
        hashes: SHA-256 of each, 32 bytes.
        frames: Hashes of pictures, `[n, FRAMES]`; a still image repeats its one, no picture is 0.
        still: Whether a clip is a still image, `[n]`.
        seen: Whether the pictures of a clip have content, `[n]`.
        heard: Whether there is sound enough to know it again, `[n]`.
        starts: Where in `sound` that of a clip begins, `[n]`.
        counts: Its number of steps, `[n]`.
        order: Numbers of the clips in the order in which they lie in `sound`, `[n]`.
        sound: Sub-fingerprints of all clips, on disk.
    """

    ids: list[str]
    hashes: list[bytes]
    frames: NDArray[np.uint64]
    still: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    heard: NDArray[np.bool_]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]
    order: NDArray[np.int64]
    sound: Steps

    def steps(self, clip: int) -> Steps:
        """Return the sub-fingerprints of a clip."""
        start = self.starts[clip]
        return self.sound[start : start + self.counts[clip]]

    def owners(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which clip each place in `sound` belongs to."""
        begun = self.starts[self.order]
        return self.order[np.searchsorted(begun, places, side="right") - 1]


@contextmanager
def print_table(prints: Iterable[tuple[str, str, Prints]]) -> Iterator[PrintTable]:
    """Give prints as a table for as long as the block lasts.

    Args:
        prints: Id, SHA-256 and prints of each clip; read once.
    """
    ids: list[str] = []
    hashes: list[bytes] = []
    frames, counts, flags = array("Q"), array("q"), array("b")
    with tempfile.TemporaryFile(prefix="emer-") as file:
        for id, sha256, each in prints:
            ids.append(id)
            hashes.append(bytes.fromhex(sha256))
            frames.extend(_frames(each))
            steps = from_text(each.sound)
            file.write(steps.tobytes())
            counts.append(len(steps))
            heard = int(np.count_nonzero(steps != SILENT)) >= LEAST_HEARD
            flags.append(heard + 2 * (len(each.frames) == 1))
        file.flush()
        yield _sorted(ids, hashes, frames, counts, flags, file)


def _frames(prints: Prints) -> list[int]:
    found = [int(each, 16) for each in prints.frames]
    if len(found) == 1:
        return found * FRAMES
    return (found + [0] * FRAMES)[:FRAMES]


def _sorted(
    ids: list[str],
    hashes: list[bytes],
    frames: array[int],
    counts: array[int],
    flags: array[int],
    file: IO[bytes],
) -> PrintTable:
    by_id = sorted(range(len(ids)), key=ids.__getitem__)
    sizes = np.array(counts, np.int64)
    pictures = np.array(frames, np.uint64).reshape(-1, FRAMES)[by_id]
    marks = np.array(flags, np.int8)[by_id]
    total = int(sizes.sum())
    return PrintTable(
        [ids[each] for each in by_id],
        [hashes[each] for each in by_id],
        pictures,
        marks >= 2,
        np.count_nonzero(pictures, axis=1) >= LEAST_SEEN,
        marks % 2 == 1,
        (np.cumsum(sizes) - sizes)[by_id],
        sizes[by_id],
        np.argsort(by_id),
        np.memmap(file, np.uint32, "r", shape=(total,)) if total else np.zeros(0, np.uint32),
    )
