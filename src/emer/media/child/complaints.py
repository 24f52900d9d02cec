"""What FFmpeg complains about while it decodes: damage that it hides is not to be lost."""

from __future__ import annotations

import os
import re

import av.logging

_LINE = re.compile(r"(?:\[(\w+)[^\]]* @ 0x[0-9a-f]+\] ?)*(.*)")
_READ = 1 << 16


class Complaints:
    """Collects the error messages that FFmpeg writes to standard error.

    PyAV's own log handler needs the interpreter lock in FFmpeg's threads; a pipe that drops
    what does not fit needs nothing.
    """

    def __init__(self) -> None:
        self._pipe, write = os.pipe()
        os.set_blocking(self._pipe, False)
        os.set_blocking(write, False)
        os.dup2(write, 2)
        os.close(write)
        av.logging.restore_default_callback()
        av.logging.set_libav_level(av.logging.ERROR)

    def take(self) -> list[str]:
        """Return the messages since the last call, each like "h264: no frame!"."""
        text = b""
        while True:
            try:
                part = os.read(self._pipe, _READ)
            except BlockingIOError:
                break
            text += part
            if not part:
                break
        if not text:
            return []
        return [_short(line) for line in text.decode("utf-8", "replace").splitlines() if line]


def _short(line: str) -> str:
    match = _LINE.match(line)
    name, message = match.groups() if match else (None, line)
    printable = "".join(c if c.isprintable() else "?" for c in message)[:80].strip(" .")
    return f"{name}: {printable}" if name else printable
