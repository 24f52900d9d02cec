"""Decoding processes: started without a shell, watched, killed, and kept warm for reuse."""

from __future__ import annotations

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

from emer.errors import EmerError
from emer.media import wire

# The user's __main__ is not imported (as multiprocessing would), and neither the environment
# nor the current folder can change which code runs (-I). The folder of this very package comes
# first, and the rest of the parent's import path last, so that the child finds the same
# packages however they were installed.
_START = (
    "import sys; root, *more = sys.argv[1:]; "
    "sys.path[:0] = [root] * (root not in sys.path); "
    "sys.path.extend(p for p in more if p not in sys.path); "
    "from emer.media.child.worker import main; main()"
)
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_MAX_IDLE = 2
_MAX_REQUESTS = 200
_SLICE = 0.5


class Silent(Exception):
    """The decoding process said nothing for too long."""


class Gone(Exception):
    """The decoding process ended without an answer.

    Args:
        code: Its exit code; negative for the number of the signal that ended it.
    """

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class Worker:
    """One decoding process, which serves one request at a time."""

    def __init__(self) -> None:
        paths = [str(Path(__file__).parents[2]), *(p for p in sys.path if Path(p).is_absolute())]
        self._owner = os.getpid()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env=os.environ | _ONE_THREAD,
            )
        except (OSError, TypeError) as error:
            raise EmerError(
                f"The decoding process cannot be started with {sys.executable!r} ({error}).",
                "emer decodes media in a process of the same Python.",
            ) from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self.requests = 0
        self.waited = 0.0
        self._left = 0.0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def reusable(self) -> bool:
        """Whether it still runs and has not served so often that leaks could matter."""
        return self.requests < _MAX_REQUESTS and self._process.poll() is None

    def send(self, request: dict[str, Any]) -> None:
        """Send one request; raises `Gone` if the process has ended."""
        self.requests += 1
        self.waited = 0.0
        try:
            self._in.write(wire.pack(wire.REQUEST, request))
        except OSError as error:
            raise Gone(self._process.poll()) from error

    def receive(self, timeout: float, max_body: int) -> wire.Message:
        """Return the next message.

        Args:
            timeout: Seconds without a message after which `Silent` is raised.
            max_body: Bytes of body above which the message is refused.

        Raises:
            Silent: Nothing came in time.
            Gone: The process ended, or sent something that is no message.
        """
        self._left = timeout
        kind, head_size, size = wire.HEADER.unpack(self._read(wire.HEADER.size))
        if head_size > wire.MAX_HEAD or size > max_body:
            self.kill()
            raise Gone(None)
        try:
            head = json.loads(self._read(head_size))
        except ValueError as error:
            raise Gone(None) from error
        return wire.Message(kind, head, self._read(size))

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        rest = memoryview(data)
        while rest:
            self._wait()
            count = self._out.readinto(rest)  # type: ignore[attr-defined]
            if not count:
                raise Gone(self._process.wait())
            rest = rest[count:]
        return data

    def _wait(self) -> None:
        poll = select.poll()
        poll.register(self._out, select.POLLIN | select.POLLHUP)
        while True:
            began = time.monotonic()
            ready = poll.poll(_SLICE * 1000)
            # A slice counts once, however long this process was itself stopped meanwhile.
            spent = min(time.monotonic() - began, _SLICE)
            self.waited += spent
            if ready:
                return
            self._left -= spent
            if self._left <= 0:
                raise Silent

    def kill(self) -> None:
        """End the process at once and wait for its end."""
        self.forget()
        if self._owner == os.getpid():
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Close this side's pipes; an idle process ends by itself when nobody holds them."""
        self._in.close()
        self._out.close()


class Pool:
    """Keeps a few idle decoding processes, so that the next request need not wait for one."""

    def __init__(self) -> None:
        # Reentrant: the garbage collector may end an abandoned `Decoding` within a call.
        self._lock = threading.RLock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()

    def take(self) -> Worker:
        """Return an idle process, or start one."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.reusable:
                    return worker
                self._drop(worker)
            worker = Worker()
            self._all.add(worker)
            return worker

    def give(self, worker: Worker, clean: bool) -> None:
        """Take a process back; it is kept only if its last request came to a clean end."""
        with self._lock:
            if clean and worker.reusable and len(self._idle) < _MAX_IDLE:
                self._idle.append(worker)
            else:
                self._drop(worker)

    def close(self) -> None:
        """End every process, idle or not."""
        with self._lock:
            for worker in list(self._all):
                self._drop(worker)
            self._idle.clear()

    def forget(self) -> None:
        """Let go of the processes after a fork: they belong to the parent."""
        self._lock = threading.RLock()
        for worker in self._all:
            worker.forget()
        self._idle.clear()
        self._all.clear()

    def _drop(self, worker: Worker) -> None:
        self._all.discard(worker)
        worker.kill()


@cache
def pool() -> Pool:
    """Return the pool of this process, which ends its workers when the interpreter exits."""
    made = Pool()
    atexit.register(made.close)
    os.register_at_fork(after_in_child=made.forget)
    return made
