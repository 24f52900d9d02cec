"""Steps that tests run in workers of every engine: functions of a module, so that they travel."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from emer.errors import MediaError, MissingExtra, OutputError

_THREE = threading.Barrier(3)

Work = Callable[[bytes], bytes]


def squared() -> Work:
    """Square a number."""
    return lambda data: str(int(data) ** 2).encode()


def doubled() -> Work:
    """Double a number after a moment, as a server would."""

    def work(data: bytes) -> bytes:
        time.sleep(0.002)
        return str(2 * int(data)).encode()

    return work


def slow() -> Work:
    """Take a second."""

    def work(data: bytes) -> bytes:
        time.sleep(1.0)
        return data

    return work


def meeting() -> Work:
    """Wait until three work at the same time in this process."""

    def work(data: bytes) -> bytes:
        _THREE.wait(timeout=20)
        return data

    return work


def who() -> Work:
    """Tell which process works, and how often it was made ready."""
    made = [os.getpid()]

    def work(data: bytes) -> bytes:
        time.sleep(0.01)
        return json.dumps([os.getpid(), made]).encode()

    return work


def deadly() -> Work:
    """Die of every item that says so, and once of every item that names a file."""

    def work(data: bytes) -> bytes:
        if data == b"kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if data.startswith(b"once "):
            mark = Path(os.fsdecode(data[5:]))
            if not mark.exists():
                mark.touch()
                os._exit(3)
        return data.upper()

    return work


def picky() -> Work:
    """Raise what the item names."""

    def work(data: bytes) -> bytes:
        match data:
            case b"media":
                raise MediaError("It cannot be read.", "Look at it.")
            case b"extra":
                raise MissingExtra("This", "that", "build")
            case b"number":
                raise ZeroDivisionError("by nothing")
            case b"odd":
                b"\xff".decode()
        return data

    return work


def never() -> Work:
    """Cannot be made ready."""
    raise OutputError("There is no room.")


def stillborn() -> Work:
    """End the process that makes it."""
    os._exit(7)


def orphan() -> Work:
    """Kill, once, the process that started this one."""

    def work(data: bytes) -> bytes:
        if data.startswith(b"once "):
            mark = Path(os.fsdecode(data[5:]))
            if not mark.exists():
                mark.touch()
                os.kill(os.getppid(), signal.SIGKILL)
                time.sleep(5)
        return data.upper()

    return work


def masked() -> Work:
    """Tell whether Ctrl-C is held back."""
    return lambda data: str(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])).encode()
