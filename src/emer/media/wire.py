"""The messages between emer and its decoding process: a kind, a JSON head and raw bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

REQUEST = b"R"
INFO = b"I"
FRAME = b"F"
AUDIO = b"A"
PROGRESS = b"P"
DONE = b"D"
ERROR = b"E"

# Exit code of a process that has nothing to decode with.
NO_DECODER = 3

HEADER = struct.Struct(">cII")
MAX_HEAD = 1 << 16


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes:
        kind: One of the constants of this module.
        head: A JSON object.
        body: Pixels or samples; empty for the other kinds.
    """

    kind: bytes
    head: dict[str, Any]
    body: bytearray


def pack(kind: bytes, head: dict[str, Any], size: int = 0) -> bytes:
    """Return the bytes that go before a body of `size` bytes."""
    text = json.dumps(head).encode("ascii")
    return HEADER.pack(kind, len(text), size) + text
