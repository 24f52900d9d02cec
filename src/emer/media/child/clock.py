"""The clip's time line: where a decoded picture or stretch of sound belongs."""

from __future__ import annotations

import math

from emer.media.limits import Limits

_BACK = 1.0
_AHEAD = 10.0
_AHEAD_UNKNOWN = 600.0


class Clock:
    """Turns a stream's own timestamps into seconds since the start of the clip.

    Timestamps that are absent continue from what came before, and so do those that jump
    back, or beyond the end that the file claims: both are damage, not time.

    Args:
        name: The file, as the user called it.
        origin: Seconds on the stream's clock that are time 0.
        claimed: Length that the file claims, if any.
        limits: `max_seconds` is kept.
    """

    def __init__(self, name: str, origin: float, claimed: float | None, limits: Limits) -> None:
        self._name = name
        self._shift = -origin
        self._claimed = claimed
        self._limits = limits
        self.end = 0.0
        self.jumps = 0

    def place(self, stamp: float | None, length: float) -> float:
        """Return the time of an item that lasts `length` seconds; `end` moves behind it.

        Raises:
            LimitError: The clip is longer than the limit.
        """
        length = length if math.isfinite(length) and 0 <= length < _AHEAD_UNKNOWN else 0.0
        time = self.end if stamp is None else stamp + self._shift
        if not self.end - _BACK <= time <= self._latest():
            self._shift += self.end - time
            self.jumps += 1
            time = self.end
        time = max(0.0, time)
        self._limits.check(self._name, "max_seconds", time)
        self.end = max(self.end, time + length)
        return time

    def _latest(self) -> float:
        if self._claimed is None:
            return self.end + _AHEAD_UNKNOWN
        return max(self.end, self._claimed) + _AHEAD
