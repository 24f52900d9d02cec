"""Pictures: choosing them by time, sending them."""

from __future__ import annotations

import math
from typing import Any

import av

from emer.errors import MediaError
from emer.media import wire
from emer.media.child.clock import Clock
from emer.media.child.decoder import Damage, claimed_seconds, decode, stamp
from emer.media.child.outbox import Outbox
from emer.media.child.render import Renderer, are_photographs, pixel_aspect
from emer.media.child.source import Source, check_size
from emer.media.limits import Limits

# Several containers round timestamps to milliseconds.
_SLACK = 6e-4


class Grid:
    """Says which pictures to take: the first at or after each multiple of `1 / fps`."""

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._next = 0.0

    def take(self, time: float) -> bool:
        """Return whether the picture at `time` is wanted."""
        if time + _SLACK < self._next:
            return False
        self._next = (math.floor((time + _SLACK) * self._fps) + 1) / self._fps
        return True


def run(request: dict[str, Any], source: Source, limits: Limits, outbox: Outbox) -> list[str]:
    """Send the pictures of a clip; returns notes on damage."""
    stream = source.video
    if stream is None:
        raise MediaError(f"{source.name} has no picture.", "Give a video or an image.")
    claimed = claimed_seconds(source, stream)
    clock = Clock(source.name, source.origin, source.seconds, limits)
    grid, damage = Grid(request["fps"]), Damage("picture")
    renderer = Renderer(request["max_side"], are_photographs(stream))
    usual = 1 / float(stream.average_rate) if stream.average_rate else 0.04
    sent = 0

    for frame in decode(source, stream, damage, clock, outbox):
        time = 0.0 if source.image else clock.place(stamp(frame), usual)
        if not grid.take(time):
            continue
        check_size(source.name, frame.width, frame.height, limits)
        try:
            head, body = renderer.render(frame, pixel_aspect(stream))
        except (av.FFmpegError, ValueError, MemoryError) as error:
            damage.packet(error, time, source.complaints.take())
            continue
        outbox.send(wire.FRAME, {"time": time} | head, body)
        sent += 1
        if source.image:
            break
    if not sent:
        raise damage.nothing(source.name)
    return damage.notes(clock.end, claimed, clock.jumps)
