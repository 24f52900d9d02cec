"""Workers that are processes: for steps that compute."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from selectors import EVENT_READ, BaseSelector
from threading import Thread

from emer.engines.base import Step, Work
from emer.engines.faults import Catch, EngineError, unpacked
from emer.engines.pool import FAULT, READY, Answer, Death, Item, answer
from emer.engines.signals import interrupts_held

_STILLBORN = 3


class Processes:
    """A pool of spawned processes, started as there are items for them.

    Each has a pipe of its own. It ends by itself as soon as this process has ended, however that
    came about, and never gets Ctrl-C.

    Args:
        step: Whose `make` gives the work.
        selector: Where pipes are registered, with `data` beside them.
        data: What the selector is to return with a pipe.
    """

    def __init__(self, step: Step, selector: BaseSelector, data: object) -> None:
        self._step, self._selector, self._data = step, selector, data
        self._workers: dict[Connection, _Worker] = {}
        self._stillborn = 0

    @property
    def running(self) -> int:
        """Items that were given and not yet answered."""
        return sum(worker.item is not None for worker in self._workers.values())

    def give(self, item: Item, waiting: int) -> bool:
        """Hand an item to a process that is ready and idle, or start one."""
        idle = [w for w in self._workers.values() if w.ready and w.item is None]
        starting = sum(not worker.ready for worker in self._workers.values())
        if not idle and starting < waiting and len(self._workers) < self._step.workers:
            worker = _Worker(self._step.make)
            self._workers[worker.connection] = worker
            self._selector.register(worker.connection, EVENT_READ, self._data)
        if idle:
            idle[0].give(item)
        return bool(idle)

    def collect(self, source: Connection) -> list[Answer | Death]:
        """Return the news of one process: an answer, its death, or nothing if it is ready now.

        Raises:
            EngineError: Processes end before they are ready.
            EmerError: `make` raised it.
        """
        worker = self._workers[source]
        try:
            message = source.recv_bytes()
        except (EOFError, OSError):
            return self._buried(worker)
        kind, data = message[:1], message[1:]
        if worker.item is not None:
            item, worker.item = worker.item, None
            return [Answer(item, kind, data)]
        if kind == FAULT:
            raise unpacked(data, self._step.name, None)
        worker.ready = True
        return []

    def close(self, finish: bool) -> None:
        """Kill all processes: whatever they returned is here."""
        for worker in self._workers.values():
            worker.process.kill()
        for worker in self._workers.values():
            self._selector.unregister(worker.connection)
            worker.connection.close()
            worker.process.join()
        self._workers.clear()

    def _buried(self, worker: _Worker) -> list[Answer | Death]:
        self._selector.unregister(worker.connection)
        del self._workers[worker.connection]
        worker.connection.close()
        worker.process.join()
        reason = _cause(worker.process.exitcode)
        if worker.item is not None:
            return [Death(worker.item, reason)]
        if not worker.ready:
            self._stillborn += 1
        if self._stillborn >= _STILLBORN:
            raise EngineError(
                f"Workers of step {self._step.name!r} end before they are ready: {reason}.",
                "Fewer workers need less memory; a script needs `if __name__ == '__main__':`.",
            )
        return []


class _Worker:
    """One process, seen from outside."""

    def __init__(self, make: Callable[[], Work]) -> None:
        # Threads and models do not survive a fork.
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, make), daemon=True)
        with interrupts_held():
            self.process.start()
        theirs.close()
        self.ready = False
        self.item: Item | None = None

    def give(self, item: Item) -> None:
        self.item = item
        try:
            self.connection.send_bytes(item.data)
        except OSError:
            # It died; what it had is reported once the end of its pipe is read.
            return


def _serve(connection: Connection, make: Callable[[], Work]) -> None:
    """Work until the other side goes away; runs in the process."""
    inbox: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_read, args=(connection, inbox), daemon=True).start()
    with Catch() as caught:
        work = make()
    try:
        if caught.fault is not None:
            connection.send_bytes(FAULT + caught.fault)
            return
        connection.send_bytes(READY)
        while True:
            connection.send_bytes(b"".join(answer(work, inbox.get())))
    except OSError:
        os._exit(1)


def _read(connection: Connection, inbox: SimpleQueue[bytes]) -> None:
    """Take items off the pipe at any time; end the process once nobody is there to give any."""
    try:
        while True:
            inbox.put(connection.recv_bytes())
    except (EOFError, OSError):
        os._exit(1)


def _cause(code: int | None) -> str:
    if code is None or code >= 0:
        return f"its process ended with code {code}"
    name = signal.Signals(-code).name
    memory = " (for want of memory?)" if -code == signal.SIGKILL else ""
    return f"its process was ended by {name}{memory}"
