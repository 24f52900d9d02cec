"""Answers of the decoding process."""

from __future__ import annotations

import io
import os
import time
from typing import Any

from emer.media import wire
from emer.media.child.guard import Guard
from emer.media.limits import Limits

_PULSE = 0.5
_PULSES_PER_TIMEOUT = 4


class Outbox:
    """Writes messages to the parent; ends the process when the parent is gone."""

    def __init__(self, pipe: io.FileIO) -> None:
        self._pipe = pipe

    def start(self, guard: Guard, limits: Limits) -> None:
        """Begin to answer a request."""
        self._guard = guard
        self._every = min(_PULSE, limits.timeout_seconds / _PULSES_PER_TIMEOUT)
        self._pulse = time.monotonic()

    def send(
        self, kind: bytes, head: dict[str, Any], body: bytes | bytearray | memoryview = b""
    ) -> None:
        """Send one message."""
        view = memoryview(body).cast("B")
        try:
            self._write(memoryview(wire.pack(kind, head, len(view))))
            self._write(view)
        except BrokenPipeError:
            os._exit(0)

    def pulse(self, seconds: float) -> None:
        """Tell the parent, now and then, how far into the clip the work is."""
        now = time.monotonic()
        if now - self._pulse >= self._every:
            self._pulse = now
            self._guard.allow(seconds)
            self.send(wire.PROGRESS, {"seconds": seconds})

    def _write(self, view: memoryview) -> None:
        while view:
            view = view[self._pipe.write(view) :]
