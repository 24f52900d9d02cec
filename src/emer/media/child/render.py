"""Decoded pictures as RGB bytes: one field of two, square pixels, at most so large."""

from __future__ import annotations

import struct
from typing import Any

from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

_PHOTOGRAPHS = frozenset(("mjpeg", "ljpeg", "jpegls", "jpegxl", "png", "apng", "tiff", "webp"))
_UNSPECIFIED = 2
_HD_HEIGHT = 720
_MOST = 1 << 30
# The same pixels on every processor (SWS_ACCURATE_RND and SWS_BITEXACT of FFmpeg's swscale.h,
# which PyAV names from version 18 on), and averaging where a picture shrinks.
_EXACT = 0x40000 | 0x80000
_SHRINK = int(Interpolation.AREA) | _EXACT
_KEEP = int(Interpolation.BILINEAR) | _EXACT


class Renderer:
    """Turns pictures into bytes; it keeps what FFmpeg sets up for each size and format."""

    def __init__(self, max_side: int, photographs: bool = False) -> None:
        self._max_side = max_side
        self._photographs = photographs
        self._reformatter = VideoReformatter()
        self._graph: Graph | None = None
        self._kind: tuple[int, int, str] | None = None

    def render(self, frame: VideoFrame, aspect: float) -> tuple[dict[str, Any], memoryview]:
        """Return the RGB or RGBA bytes of a picture, and what the parent must know of them.

        Args:
            frame: A decoded picture.
            aspect: How much wider than high its pixels are.
        """
        width, height = shown_size(frame, aspect)
        scale = min(1.0, self._max_side / max(width, height))
        width, height = max(1, round(width * scale)), max(1, round(height * scale))
        turns, flip = orientation(frame, self._photographs)
        # Untagged HD video is BT.709 by convention; FFmpeg would take it for BT.601.
        guess_hd = frame.colorspace == _UNSPECIFIED and frame.height >= _HD_HEIGHT
        if frame.interlaced_frame and frame.height > 1:
            frame = self._field(frame)
        alpha = has_alpha(frame)
        shrunk = width < frame.width or height < frame.height
        image = self._reformatter.reformat(
            frame,
            width,
            height,
            "rgba" if alpha else "rgb24",
            src_colorspace=Colorspace.ITU709 if guess_hd else None,
            interpolation=_SHRINK if shrunk else _KEEP,
        )
        head = {"width": width, "height": height, "scale": scale, "turns": turns, "flip": flip}
        return head, _rows(image, width * (4 if alpha else 3), height)

    def _field(self, frame: VideoFrame) -> VideoFrame:
        """Return the lines of an interlaced picture that were taken at the same moment."""
        kind = (frame.width, frame.height, frame.format.name)
        if self._graph is None or self._kind != kind:
            self._kind, self._graph = kind, Graph()
            source = self._graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=frame.time_base,
            )
            field, sink = self._graph.add("field", "top"), self._graph.add("buffersink")
            source.link_to(field)
            field.link_to(sink)
            self._graph.configure()
        self._graph.vpush(frame)
        return self._graph.vpull()


def as_decoded(
    reformatter: VideoReformatter, frame: VideoFrame, max_side: int | None, photograph: bool
) -> tuple[dict[str, Any], memoryview]:
    """Return the RGB bytes of a picture with the pixels that PyAV's `to_ndarray` gives.

    Models that were trained on such pictures expect them: FFmpeg's own rounding and colour matrix,
    pixels as they were coded (not made square), both fields of an interlaced picture.

    Args:
        reformatter: Kept from picture to picture, as it keeps what FFmpeg sets up.
        frame: A decoded picture.
        max_side: Longest side in pixels; none keeps the size and so the exact pixels.
        photograph: Whether it is coded like a photograph.
    """
    scale = min(1.0, (max_side or _MOST) / max(frame.width, frame.height))
    width, height = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    turns, flip = orientation(frame, photograph)
    how = _SHRINK if scale < 1 else None
    image = reformatter.reformat(frame, width, height, "rgb24", interpolation=how)
    head = {"width": width, "height": height, "scale": scale, "turns": turns, "flip": flip}
    return head, _rows(image, width * 3, height)


def has_alpha(frame: VideoFrame) -> bool:
    """Return whether parts of a picture can be transparent."""
    return frame.format.has_palette or any(part.is_alpha for part in frame.format.components)


def are_photographs(stream: Any) -> bool:
    """Return whether the pictures of a stream are coded like photographs, each on its own."""
    return stream.codec_context.codec.canonical_name in _PHOTOGRAPHS


def orientation(frame: Any, photograph: bool) -> tuple[int, bool]:
    """Return how to set a picture upright: quarter turns counterclockwise after a mirroring.

    The display matrix sends the picture's x axis to `(a, b)`, y pointing down. Photographs carry
    EXIF data, which PyAV has no name for: it fails on the whole of the side data and crashes
    when that is freed, so of a photograph only the rotation is asked.
    """
    if photograph:
        return round(frame.rotation / 90) % 4, False
    try:
        data = frame.side_data["DISPLAYMATRIX"]
    except KeyError:
        return 0, False
    except ValueError:
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


def pixel_aspect(stream: Any) -> float:
    """Return how much wider than high a pixel is; 1 where the file makes no sane claim."""
    aspect = float(stream.sample_aspect_ratio or 1)
    return aspect if 0.1 < aspect < 10 else 1.0


def _rows(image: VideoFrame, row: int, height: int) -> memoryview:
    plane = image.planes[0]
    data, stride = memoryview(plane), plane.line_size
    if stride == row:
        return data[: row * height]
    return memoryview(b"".join(data[at : at + row] for at in range(0, stride * height, stride)))
