"""How items come from the caller into Ray Data: through an actor, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import ray
from ray.data import Datasource, ReadTask
from ray.data.block import BlockMetadata

# What is on its way of an item: `kind` says what `data` is. One row is one block.
ROW = pa.schema(
    [
        ("key", pa.string()),
        ("kind", pa.string()),
        ("step", pa.string()),
        ("data", pa.binary()),
    ]
)
ITEM, LOST, FAULT, GONE = "item", "lost", "fault", "gone"


class Feed:
    """Holds the items that are on their way; an actor on the caller's machine.

    An item keeps its number and stays until its result is with the caller, so that Ray can read
    it again if a machine was lost meanwhile.
    """

    def __init__(self) -> None:
        self._items: dict[int, tuple[str, bytes]] = {}
        self._count = 0
        self._ended = False
        self._news = asyncio.Condition()

    async def put(self, key: str, data: bytes) -> None:
        """Add an item; the first has number 0."""
        async with self._news:
            self._items[self._count] = key, data
            self._count += 1
            self._news.notify_all()

    async def end(self) -> None:
        """Say that no item will follow."""
        async with self._news:
            self._ended = True
            self._news.notify_all()

    async def drop(self, number: int) -> None:
        """Forget an item: the caller has its result."""
        del self._items[number]

    async def read(self, first: int) -> list[tuple[str, bytes] | None]:
        """Return the items from a number on, waiting for at least one.

        Returns:
            None for what was dropped; an empty list at the end.
        """
        async with self._news:
            await self._news.wait_for(lambda: self._count > first or self._ended)
        return [self._items.get(number) for number in range(first, self._count)]


class FeedSource(Datasource):
    """Reads a `Feed` as one stream, on the caller's machine.

    Args:
        feed: Handle of the actor.
    """

    def __init__(self, feed: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._feed = feed

    @property
    def supports_distributed_reads(self) -> bool:
        """No: there is one stream."""
        return False

    def estimate_inmemory_data_size(self) -> int | None:
        """Unknown: nobody has counted the items."""
        return None

    def get_read_tasks(
        self, parallelism: int, per_task_row_limit: int | None = None, data_context: Any = None
    ) -> list[ReadTask]:
        """Return the one task that reads the stream."""
        feed = self._feed
        about = BlockMetadata(num_rows=None, size_bytes=None, input_files=None, exec_stats=None)
        return [ReadTask(lambda: _rows(feed), about, schema=ROW)]


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a block."""
    return pa.Table.from_pylist(rows, schema=ROW)


def _rows(feed: Any) -> Iterable[pa.Table]:
    first = 0
    while found := ray.get(feed.read.remote(first)):
        for item in found:
            key, data = item or ("", b"")
            kind = GONE if item is None else ITEM
            yield table([{"key": key, "kind": kind, "step": "", "data": data}])
        first += len(found)
