"""What the actors of Ray Data do: one step, with rows passed on that are out of it already."""

from __future__ import annotations

from dataclasses import replace
from queue import Empty, SimpleQueue
from selectors import DefaultSelector
from typing import Any

import pyarrow as pa

from emer.engines.base import Lost, Step, Work
from emer.engines.faults import Catch
from emer.engines.local import Station
from emer.engines.pool import DONE, Item, answer
from emer.engines.ray_feed import FAULT, ITEM, LOST, table


class Computing:
    """One worker of a "cpu" step: an actor with the work in a process of its own.

    If that process dies the actor lives, so that one bad item is lost and neither its neighbours
    nor the models of others.

    Args:
        step: The step.
    """

    def __init__(self, step: Step) -> None:
        self._name = step.name
        self._selector = DefaultSelector()
        self._station = Station(replace(step, workers=1), 0, None, self._selector)

    def __call__(self, block: pa.Table) -> pa.Table:
        """Return the rows with their results."""
        return table([_passed(row, self._name, self._work) for row in block.to_pylist()])

    def _work(self, key: str, data: bytes) -> tuple[str, bytes]:
        with Catch() as caught:
            self._station.waiting.append(Item(key, data))
            while True:
                self._station.begin()
                for registered, _ in self._selector.select():
                    for came in self._station.collect(registered.fileobj):
                        if isinstance(came, Lost):
                            return LOST, came.reason.encode()
                        return ITEM, came.result
        assert caught.fault is not None
        return FAULT, caught.fault


class Calling:
    """All workers of a "calls" step: one actor, called by as many threads as there are workers.

    Args:
        step: The step.
    """

    def __init__(self, step: Step) -> None:
        self._step = step
        self._idle: SimpleQueue[Work] = SimpleQueue()

    def __call__(self, block: pa.Table) -> pa.Table:
        """Return the rows with their results; called in several threads at once."""
        return table([_passed(row, self._step.name, self._work) for row in block.to_pylist()])

    def _work(self, key: str, data: bytes) -> tuple[str, bytes]:
        with Catch() as caught:
            work = self._take()
            kind, result = answer(work, data)
            self._idle.put(work)
            return (ITEM if kind == DONE else FAULT), result
        assert caught.fault is not None
        return FAULT, caught.fault

    def _take(self) -> Work:
        """Return work that no other thread uses, made anew only if there is none."""
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._step.make()


def _passed(row: dict[str, Any], step: str, work: Any) -> dict[str, Any]:
    if row["kind"] != ITEM:
        return row
    kind, data = work(row["key"], row["data"])
    return {"key": row["key"], "kind": kind, "step": step, "data": data}
