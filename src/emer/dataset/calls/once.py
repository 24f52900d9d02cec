"""One thing for all threads of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Calls a function the first time, and gives its result to everybody in this process.

    Limits on calls at a time hold for a `Caller`, so that the threads of a step have to share one.
    Sent to another process, it begins anew there.

    Args:
        make: What is called; it must pickle.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[T] = []

    def __call__(self) -> T:
        """Return what was made, the first time after making it."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._make,)
