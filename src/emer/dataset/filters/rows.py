"""Unit vectors on disk as small integers, and exact cosines of blocks of them.

A component is a whole number of at most 127, and a product of two rows stays below 2**24, so
float32 holds it exactly in whatever order a processor adds: the same rows give the same cosines on
any machine.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Sequence
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from emer.encoders.base import Vectors

Rows = NDArray[np.int8]
_EXACT = 2**24
_MOST = 127
# Products are exact, but the bound they are compared with is rounded; it gives way by this much.
_SLACK = np.float32(1 - 1e-6)


class RowFile:
    """Rows in a temporary file that goes when it is closed; use it in a `with` statement.

    Args:
        width: Numbers a row.
    """

    def __init__(self, width: int) -> None:
        self.width, self.count = width, 0

    def __enter__(self) -> RowFile:
        self._file = tempfile.TemporaryFile(prefix="emer-rows-")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, rows: Rows) -> None:
        """Append rows, [n, width]."""
        self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(rows).data)
        self.count += len(rows)

    def between(self, first: int, last: int) -> Rows:
        """Return the rows from `first` up to, not including, `last`."""
        self._file.seek(first * self.width)
        data = self._file.read((min(last, self.count) - first) * self.width)
        return np.frombuffer(data, np.int8).reshape(-1, self.width)

    def pick(self, numbers: Sequence[int]) -> Rows:
        """Return rows by number, in the order asked for."""
        found = np.empty((len(numbers), self.width), np.int8)
        for at, number in enumerate(numbers):
            found[at] = self.between(number, number + 1)
        return found


def small(vectors: Vectors) -> Rows:
    """Return vectors as whole numbers, each scaled by its own largest component.

    Args:
        vectors: [n, width] of any length but 0.

    Returns:
        [n, width]; cosines change by about 0.001.
    """
    most = min(_MOST, math.isqrt((_EXACT - 1) // vectors.shape[1]))
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    return np.asarray(np.rint(vectors / np.maximum(largest, 1e-12) * most), np.int8)


def alike(some: Rows, others: Rows, same: float) -> tuple[NDArray[np.bool_], Vectors]:
    """Return which rows have at least a cosine of `same`, and their products.

    Args:
        some: [n, width].
        others: [m, width].
        same: Cosine.

    Returns:
        [n, m], and the products [n, m].
    """
    left, right = some.astype(np.float32), others.astype(np.float32)
    products = left @ right.T
    bound = np.multiply.outer(_lengths(some) * np.float32(same) * _SLACK, _lengths(others))
    return products >= bound, products


def cosine(product: float, one: Rows, other: Rows) -> float:
    """Return the cosine that belongs to a product of two rows, each [width]."""
    return product / float(np.prod(_lengths(np.stack([one, other])).astype(np.float64)))


def _lengths(rows: Rows) -> Vectors:
    squares = (rows.astype(np.int32) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(squares), np.float32)
