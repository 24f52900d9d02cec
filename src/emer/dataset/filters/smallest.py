"""A bounded choice that does not depend on the order in which things come."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Smallest(Generic[Value]):
    """Keeps the values whose keys have the smallest hashes: random, and the same in any order.

    A key that belongs to the chosen ones at the end belonged to them ever since it came, so what
    is gathered under it is complete.

    Args:
        most: How many keys to keep.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._heap: list[tuple[int, str]] = []  # negated hashes: the largest one is on top
        self._values: dict[str, Value] = {}

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        """Yield keys and values in the order of the hashes."""
        return ((key, self._values[key]) for _, key in sorted(self._heap, reverse=True))

    def get(self, key: str) -> Value | None:
        """Return what is kept under a key."""
        return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep a value, instead of another one under the same key, if its hash is small enough."""
        if self.most < 1:
            return
        if key not in self._values:
            item = (-_hash(key), key)
            if len(self._heap) < self.most:
                heapq.heappush(self._heap, item)
            else:
                gone = heapq.heappushpop(self._heap, item)[1]
                if gone == key:
                    return
                del self._values[gone]
        self._values[key] = value


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest())
