"""Pictures: choosing them by time, turning them into RGB."""

from __future__ import annotations

import math
import struct
from typing import Any

from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from emer.errors import MediaError
from emer.media import wire
from emer.media.child.clock import Clock
from emer.media.child.decoder import Damage, claimed_seconds, decode, stamp
from emer.media.child.outbox import Outbox
from emer.media.child.source import Source, check_size
from emer.media.limits import Limits

_SLACK = 1e-6
_UNSPECIFIED = 2
_HD_HEIGHT = 720
# The same pixels on every processor, and averaging where a picture shrinks.
_EXACT = Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_SHRINK = int(Interpolation.AREA | _EXACT)
_KEEP = int(Interpolation.BILINEAR | _EXACT)


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
    grid, damage, reformatter = Grid(request["fps"]), Damage("picture"), VideoReformatter()
    usual = 1 / float(stream.average_rate) if stream.average_rate else 0.04
    sent = 0

    def pulse() -> float:
        outbox.pulse(clock.end)
        return clock.end

    for frame in decode(source, stream, damage, pulse):
        time = 0.0 if source.image else clock.place(stamp(frame), usual)
        if not grid.take(time):
            continue
        check_size(source.name, frame.width, frame.height, limits)
        aspect = pixel_aspect(stream)
        head, body = render(frame, aspect, request["max_side"], reformatter)
        outbox.send(wire.FRAME, {"time": time} | head, body)
        sent += 1
        if source.image:
            break
    if not sent:
        raise damage.nothing(source.name)
    return damage.notes(clock.end, claimed, clock.jumps)


def pixel_aspect(stream: Any) -> float:
    """Return how much wider than high a pixel is; 1 where the file makes no sane claim."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.1 < aspect < 10 else 1.0


def orientation(frame: Any) -> tuple[int, bool]:
    """Return how to set a picture upright: quarter turns counterclockwise after a mirroring.

    The display matrix sends the picture's x axis to `(a, b)`, y pointing down.
    """
    try:
        data = frame.side_data["DISPLAYMATRIX"]
    except KeyError:
        return 0, False
    except ValueError:
        # PyAV knows no name for some other side data; the rotation alone it still tells.
        return round(frame.rotation / 90) % 4, False
    a, b, _, c, d = struct.unpack_from("=5i", bytes(data))
    flip = a * d - b * c < 0
    if flip:
        a, b = -a, -b
    if abs(a) >= abs(b):
        return (0 if a >= 0 else 2), flip
    return (1 if b < 0 else 3), flip


def shown_size(frame: VideoFrame, aspect: float) -> tuple[int, int]:
    """Return width and height of a picture with square pixels, before it is turned."""
    return max(1, round(frame.width * aspect)), frame.height


def render(
    frame: VideoFrame, aspect: float, max_side: int, reformatter: VideoReformatter
) -> tuple[dict[str, Any], memoryview]:
    """Return a picture as RGB or RGBA bytes, row by row, and what the parent must know of it."""
    width, height = shown_size(frame, aspect)
    scale = min(1.0, max_side / max(width, height))
    width, height = max(1, round(width * scale)), max(1, round(height * scale))
    alpha = frame.format.has_palette or any(part.is_alpha for part in frame.format.components)
    shrunk = width < frame.width or height < frame.height
    # Untagged HD video is BT.709 by convention; FFmpeg would take it for BT.601.
    guess_hd = frame.colorspace == _UNSPECIFIED and frame.height >= _HD_HEIGHT
    image = reformatter.reformat(
        frame,
        width,
        height,
        "rgba" if alpha else "rgb24",
        src_colorspace=Colorspace.ITU709 if guess_hd else None,
        interpolation=_SHRINK if shrunk else _KEEP,
    )
    turns, flip = orientation(frame)
    head = {"width": width, "height": height, "scale": scale, "turns": turns, "flip": flip}
    return head, _rows(image, width * (4 if alpha else 3), height)


def _rows(image: VideoFrame, row: int, height: int) -> memoryview:
    plane = image.planes[0]
    data, stride = memoryview(plane), plane.line_size
    if stride == row:
        return data[: row * height]
    return memoryview(b"".join(data[at : at + row] for at in range(0, stride * height, stride)))
