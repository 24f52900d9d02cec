"""Limits that the operating system keeps on the decoding process."""

from __future__ import annotations

import resource
import sys

from emer.media.limits import Limits


class Guard:
    """Bounds memory, processor time and files of this process."""

    def __init__(self) -> None:
        _set(resource.RLIMIT_CORE, 0)
        _set(resource.RLIMIT_FSIZE, 0)

    def start(self, limits: Limits) -> None:
        """Apply the limits of a request."""
        self._limits = limits
        # macOS accepts the call but reserves more address space than any sensible limit.
        if sys.platform == "linux":
            _set(resource.RLIMIT_AS, int(limits.max_memory))
        self.allow(1.0)

    def allow(self, seconds: float) -> None:
        """Grant processor time for `seconds` of the clip beyond what has been used.

        The parent watches the clock; this ends a process that its parent cannot end any more.
        """
        used = resource.getrusage(resource.RUSAGE_SELF)
        budget = self._limits.timeout_seconds + self._limits.max_slowdown * max(1.0, seconds)
        spent = used.ru_utime + used.ru_stime
        _set(resource.RLIMIT_CPU, int(spent + 4 * budget) + 1)


def _set(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, hard))
