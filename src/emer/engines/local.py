"""Steps in processes and threads of this machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from selectors import BaseSelector, DefaultSelector
from typing import Any

from emer.engines.base import Done, Lost, Step
from emer.engines.faults import EngineError, unpacked
from emer.engines.pool import FAULT, Answer, Death, Item, Pool
from emer.engines.processes import Processes
from emer.engines.threads import Threads


class LocalEngine:
    """Runs "cpu" steps in processes and "calls" steps in threads of this process.

    Everything is moved on while the caller waits for a result, by the caller's own thread, which
    also reads the source. A worker that dies costs nothing but time: the item it worked on is
    tried once more with nothing beside it in that step, and then lost.
    """

    def run(
        self, items: Iterable[tuple[str, bytes]], steps: Sequence[Step]
    ) -> Iterator[Done | Lost]:
        """Yield every item once, as it is done, in any order.

        Closing the iterator ends all workers. After an error, calls in threads are waited for,
        since they have been paid for and keep their answers themselves.

        Args:
            items: A key of its own and the data of each; read lazily.
            steps: At least one.

        Raises:
            EngineError: No steps, or a step without workers; or workers that end as they start.
            EmerError: A step raised one, or any other exception, which has the key in its notes.
        """
        check(steps)
        with DefaultSelector() as selector:
            line = _line(steps, selector)
            finish = False
            try:
                yield from _flow(iter(items), line, selector)
            except Exception:
                finish = True
                raise
            finally:
                for station in line:
                    station.pool.close(finish)


def check(steps: Sequence[Step]) -> None:
    """Raise `EngineError` if there is nothing to run or nobody to run it."""
    if not steps:
        raise EngineError("There are no steps to run.", "Give at least one.")
    for step in steps:
        if step.workers < 1:
            raise EngineError(f"Step {step.name!r} has {step.workers} workers.", "Give at least 1.")


class Station:
    """A step, those who work at it, and the items that wait for it.

    Attributes:
        pool: Its workers.
        waiting: Items to be given to them.
    """

    def __init__(self, step: Step, before: int, after: Station | None, selector: BaseSelector):
        kind = Processes if step.kind == "cpu" else Threads
        self.pool: Pool = kind(step, selector, self)
        self.waiting: deque[Item] = deque()
        self._step, self._after = step, after
        self._room = 2 * (step.workers + before)
        self._suspects: deque[Item] = deque()
        self._alone = False

    @property
    def room(self) -> int:
        """How many more items may wait here."""
        return self._room - len(self.waiting)

    @property
    def busy(self) -> bool:
        """Whether an item is here."""
        return bool(self.waiting or self._suspects or self.pool.running)

    def begin(self) -> None:
        """Give workers what they can take, as long as there is room for it afterwards."""
        while self.pool.running == 0 or not self._alone:
            if self._after and self._after.room <= self.pool.running:
                return
            if self._suspects and self.pool.running:
                return
            queue = self._suspects or self.waiting
            if not queue or not self.pool.give(queue[0], len(queue)):
                return
            self._alone = queue is self._suspects
            queue.popleft()

    def collect(self, source: Any) -> Iterator[Done | Lost]:
        """Yield what left this step, and pass on what goes to the next."""
        for news in self.pool.collect(source):
            if isinstance(news, Death):
                yield from self._mourn(news)
            else:
                yield from self._passed(news)

    def _passed(self, news: Answer) -> Iterator[Done]:
        if news.kind == FAULT:
            raise unpacked(news.data, self._step.name, news.item.key)
        if self._after is None:
            yield Done(news.item.key, news.data)
        else:
            self._after.waiting.append(Item(news.item.key, news.data))

    def _mourn(self, news: Death) -> Iterator[Lost]:
        if news.item.died:
            yield Lost(news.item.key, self._step.name, news.reason)
        else:
            self._suspects.append(replace(news.item, died=True))


def _line(steps: Sequence[Step], selector: BaseSelector) -> list[Station]:
    line: list[Station] = []
    for index in reversed(range(len(steps))):
        before = steps[index - 1].workers if index else 0
        line.insert(0, Station(steps[index], before, line[0] if line else None, selector))
    return line


def _flow(
    source: Iterator[tuple[str, bytes]], line: Sequence[Station], selector: BaseSelector
) -> Iterator[Done | Lost]:
    more = True
    while more or any(station.busy for station in line):
        for station in reversed(line):
            station.begin()
        reading = more and line[0].room > 0
        if reading:
            found = next(source, None)
            more = found is not None
            if found is not None:
                line[0].waiting.append(Item(*found))
        for registered, _ in selector.select(0 if reading else None):
            yield from registered.data.collect(registered.fileobj)
