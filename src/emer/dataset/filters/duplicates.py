"""Entries whose statements say the same as those of another entry."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from emer.assets.catalog import find
from emer.dataset.entry import Entry, Removal
from emer.dataset.filters.base import Entries, SetFilter, record
from emer.dataset.filters.rows import RowFile, Rows, alike, cosine, small
from emer.dataset.plan import Settings, Share
from emer.encoders import Encoder, load
from emer.encoders.base import Vectors

BLOCK = 2048
"""Rows compared at a time: products of two blocks take 16 MB."""

_ENCODED = 256  # entries whose statements are given to the encoder at a time
_ASSETS = {"minilm": "minilm", "multilingual": "e5-small"}
# Just above the closest two of 61 human descriptions of different clips (0.943 and 0.995); E5 puts
# any two texts close together. See perf/filters.py.
_SAME = {"minilm": 0.95, "multilingual": 0.996}


class Options(Settings):
    """Options of `duplicates`."""

    same: Share | None = Field(
        default=None,
        description="Cosine from which on two entries say the same; 0.95 for minilm and 0.996 for "
        "multilingual if absent.",
    )
    encoder: Literal["minilm", "multilingual"] | None = Field(
        default=None,
        description="Sentence encoder; minilm for English and multilingual for Chinese if absent.",
    )


class Duplicates(SetFilter[Options]):
    """Drops all but one of the entries that say nearly the same.

    What an entry says is the mean of the sentence vectors of its distinct statements, whatever
    their order; statements are encoded singly, so none is cut off and repeated ones cost nothing.

    Entries are gone through from the one with the most statements to the one with the fewest, and
    by id among equals; one goes if an entry that stayed before it has a cosine of at least `same`.
    So chains do not pull in what is not alike, and the order of the dataset does not matter. All
    pairs are compared, in blocks; vectors lie in a temporary file, 384 bytes an entry.

    Weakness: different clips of which the same few things are said are told apart by nothing, so
    entries with few statements go easily. Copies of a clip are found where it is collected, not
    here.

    Source: ours; the encoder is that of EmoCue-360, the greedy rule that of semantic
    deduplication (SemDeDup, Abbas et al. 2023, arXiv 2303.09540, section 3) without its clusters.

    Args:
        options: See `Options`.
        encoder: Used instead of the one that the options name.
    """

    name = "duplicates"
    options_type = Options

    def __init__(self, options: Options, encoder: Encoder | None = None) -> None:
        super().__init__(options)
        self._given = encoder

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the hashes of the encoders that may be used."""
        hashes = {name: find(asset).sha256 for name, asset in _ASSETS.items()}
        return {**super().settings(), "encoders": hashes, "thresholds": dict(_SAME)}

    def select(self, entries: Entries) -> Iterator[tuple[str, Removal]]:
        """Yield every entry but the first of those that say the same."""
        first = next((entry for entry in _told(entries)), None)
        if first is None:
            return
        name = self.options.encoder or ("multilingual" if first.language == "zh" else "minilm")
        # One backend, so that the bytes do not depend on what else is installed.
        encoder = self._given or load(name, "onnx" if name == "minilm" else None)
        same = _SAME[name] if self.options.same is None else self.options.same
        with RowFile(encoder.dimension) as all_rows, RowFile(encoder.dimension) as kept:
            ids, order = _encoded(entries, encoder, all_rows)
            for row, of, closeness in _repeated(order, all_rows, kept, same):
                reason = f"It says the same as {ids[of]} (cosine {closeness:.3f})."
                yield ids[row], record(self.name, reason)


def _told(entries: Entries) -> Iterator[Entry]:
    return (entry for entry in entries() if not entry.out and entry.statements)


def _encoded(entries: Entries, encoder: Encoder, rows: RowFile) -> tuple[list[str], list[int]]:
    """Write a row an entry; return their ids, and the order in which they are gone through."""
    ids: list[str] = []
    counts = array("l")
    waiting: list[list[str]] = []
    for entry in _told(entries):
        ids.append(entry.id)
        counts.append(len(entry.statements))
        waiting.append(sorted({statement.text for statement in entry.statements}))
        if len(waiting) == _ENCODED:
            rows.add(small(meanings(waiting, encoder)))
            waiting.clear()
    if waiting:
        rows.add(small(meanings(waiting, encoder)))
    return ids, sorted(range(len(ids)), key=lambda row: (-counts[row], ids[row]))


def meanings(lists: Sequence[Sequence[str]], encoder: Encoder) -> Vectors:
    """Return what each list of statements says as a whole: the mean of their unit vectors.

    Args:
        lists: n lists of at least one statement.
        encoder: For single statements.

    Returns:
        [n, dimension].
    """
    vectors = encoder.encode([text for texts in lists for text in texts])
    starts = np.cumsum([0, *(len(texts) for texts in lists[:-1])])
    lengths = np.array([[len(texts)] for texts in lists], np.float32)
    return np.asarray(np.add.reduceat(vectors, starts, axis=0) / lengths, np.float32)


def _repeated(
    order: list[int], rows: RowFile, kept: RowFile, same: float
) -> Iterator[tuple[int, int, float]]:
    """Yield number, original and cosine of every row that repeats one that stayed before it."""
    stayed = array("l")
    for start in range(0, len(order), BLOCK):
        numbers = order[start : start + BLOCK]
        block = rows.pick(numbers)
        found = _against_kept(block, kept, stayed, same)
        _within(block, numbers, found, same)
        for at, (of, closeness) in sorted(found.items()):
            yield numbers[at], of, closeness
        left = [at for at in range(len(numbers)) if at not in found]
        kept.add(block[left])
        stayed.extend(numbers[at] for at in left)


Found = dict[int, tuple[int, float]]
"""From the place of a row in its block to the number of its original and their cosine."""


def _against_kept(block: Rows, kept: RowFile, stayed: array[int], same: float) -> Found:
    found: Found = {}
    for start in range(0, kept.count, BLOCK):
        others = kept.between(start, start + BLOCK)
        hits, products = alike(block, others, same)
        for at in np.flatnonzero(hits.any(axis=1)).tolist():
            if at not in found:
                of = int(hits[at].argmax())
                closeness = cosine(float(products[at, of]), block[at], others[of])
                found[at] = (stayed[start + of], closeness)
    return found


def _within(block: Rows, numbers: list[int], found: Found, same: float) -> None:
    """Add rows that repeat one of their own block that stays."""
    hits, products = alike(block, block, same)
    hits &= np.tri(len(block), k=-1, dtype=bool)
    hits[:, list(found)] = False
    for at in np.flatnonzero(hits.any(axis=1)).tolist():
        if at in found or not hits[at].any():
            continue
        of = int(hits[at].argmax())
        found[at] = (numbers[of], cosine(float(products[at, of]), block[at], block[of]))
        hits[:, at] = False
