"""Workers that are threads: for steps that wait for a server."""

from __future__ import annotations

import socket
from queue import SimpleQueue
from selectors import EVENT_READ, BaseSelector
from threading import Thread
from typing import Any

from emer.engines.base import Step
from emer.engines.faults import Catch, unpacked
from emer.engines.pool import FAULT, Answer, Death, Item, answer


class Threads:
    """A pool of threads, started as there are items for them.

    Args:
        step: Whose `make` gives the work, once a thread.
        selector: Where the one thing to be waited for is registered, with `data` beside it.
        data: What the selector is to return with it.
    """

    def __init__(self, step: Step, selector: BaseSelector, data: object) -> None:
        self._step, self._selector = step, selector
        self._inbox: SimpleQueue[Item | None] = SimpleQueue()
        self._outbox: SimpleQueue[tuple[Item | None, bytes, bytes]] = SimpleQueue()
        # A selector waits for files only, so each answer is announced by a byte.
        self._bell, self._rope = socket.socketpair()
        self._threads: list[Thread] = []
        self._running = 0
        selector.register(self._bell, EVENT_READ, data)

    @property
    def running(self) -> int:
        """Items that were given and not yet answered."""
        return self._running

    def give(self, item: Item, waiting: int) -> bool:
        """Hand an item to a thread that is free, or to a new one."""
        if self._running >= self._step.workers:
            return False
        if self._running == len(self._threads):
            # Nothing waits for these threads when the program ends, so Ctrl-C is at once.
            self._threads.append(Thread(target=self._serve, daemon=True, name=self._step.name))
            self._threads[-1].start()
        self._running += 1
        self._inbox.put(item)
        return True

    def collect(self, source: Any) -> list[Answer | Death]:
        """Return the answers that are there.

        Raises:
            EmerError: `make` raised it.
        """
        found: list[Answer | Death] = []
        for _ in source.recv(1 << 10):
            item, kind, data = self._outbox.get()
            if item is None:
                raise unpacked(data, self._step.name, None)
            self._running -= 1
            found.append(Answer(item, kind, data))
        return found

    def close(self, finish: bool) -> None:
        """Let threads take nothing more, and wait for those at work if `finish`."""
        for _ in self._threads:
            self._inbox.put(None)
        if finish:
            for thread in self._threads:
                thread.join()
        self._selector.unregister(self._bell)
        self._bell.close()
        self._rope.close()

    def _serve(self) -> None:
        with Catch() as caught:
            work = self._step.make()
        if caught.fault is not None:
            self._tell(None, FAULT, caught.fault)
            return
        while (item := self._inbox.get()) is not None:
            self._tell(item, *answer(work, item.data))

    def _tell(self, item: Item | None, kind: bytes, data: bytes) -> None:
        self._outbox.put((item, kind, data))
        try:
            self._rope.send(b"!")
        except OSError:
            # The run was ended meanwhile; nobody wants the answer.
            return
