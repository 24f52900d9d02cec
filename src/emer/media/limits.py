"""How large a media file may be before it is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from emer.errors import LimitError, UsageError

_FOUND = {
    "max_bytes": "has {} bytes",
    "max_seconds": "is {} seconds long",
    "max_pixels": "has pictures of {} pixels",
    "max_edge": "has pictures {} pixels wide or high",
    "max_streams": "has {} streams",
}


@dataclass(frozen=True)
class Limits:
    """What one media file may cost; beyond it `emer.errors.LimitError` is raised.

    Attributes:
        max_bytes: Size of the file.
        max_seconds: Length of the clip, both as the file claims and as it is decoded.
        max_pixels: Width times height of one picture.
        max_edge: Width or height of one picture.
        max_streams: Number of streams in the file.
        max_memory: Address space of the decoding process in bytes, where the platform can
            limit it (Linux).
        timeout_seconds: How long the decoder may stay silent.
        max_slowdown: Decoding may take `timeout_seconds` plus this many times the length of
            the clip.
    """

    max_bytes: int = 4 * 1024**3
    max_seconds: float = 4 * 3600.0
    max_pixels: int = 8192 * 4320
    max_edge: int = 16384
    max_streams: int = 32
    max_memory: int = 6 * 1024**3
    timeout_seconds: float = 20.0
    max_slowdown: float = 20.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise UsageError(f"{field.name} must be a number, but is {value!r}.")
            if not math.isfinite(value) or value <= 0:
                raise UsageError(f"{field.name} must be above 0 and finite, but is {value!r}.")

    def check(self, name: str, option: str, found: float) -> None:
        """Raise `LimitError` if `found` is above the limit called `option`.

        Args:
            name: The file, as the user called it.
            option: Name of an attribute that starts with "max_", e.g. "max_seconds".
            found: The number found in the file.
        """
        limit = getattr(self, option)
        if found > limit:
            raise LimitError(
                f"{name} {_FOUND[option].format(_number(found))}, "
                f"above the limit of {_number(limit)}.",
                f"Raise it with Limits({option}=...) or --{option.replace('_', '-')}.",
            )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
