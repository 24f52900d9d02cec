"""So many pictures spread evenly over a clip, as video encoders are trained on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.media import wire
from emer.media.conversation import ask
from emer.media.decoding import Decoding, Frame, PathLike, check_range, read_frame, request_for
from emer.media.limits import Limits

MAX_COUNT = 4096  # their numbers fit into the head of one message


@dataclass(frozen=True, eq=False)
class SampledFrames:
    """Pictures spread evenly over a clip by their number.

    Attributes:
        indices: Numbers of the pictures among those that can be decoded, ascending, from 0; a
            clip with fewer pictures than asked for repeats some.
        total: How many pictures can be decoded.
        times: Seconds since the start of the clip, of each picture.
        images: Arrays `[H, W, 3]`, uint8, RGB, upright; a repeated picture is the same array.
        notes: Damage that was met, in plain words.
    """

    indices: tuple[int, ...]
    total: int
    times: tuple[float, ...]
    images: list[NDArray[np.uint8]]
    notes: tuple[str, ...] = ()


def sampled_frames(
    path: PathLike,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    *,
    count: int = 16,
    max_side: int | None = None,
) -> SampledFrames:
    """Return `count` pictures of a clip, at `np.linspace(0, total - 1, count, dtype=int)`.

    `total` is the number of pictures that really can be decoded, not what the container claims.
    These are the frames, and without `max_side` and rotation the very pixels, that PyAV's
    `to_ndarray(format="rgb24")` gives, which published video encoders were trained on (XEmoGPT,
    arXiv 2602.05496, inference code). `frames` differs: it chooses by time, makes pixels square
    and rounds alike on every processor. A still image gives its picture `count` times.

    The decoding process holds one picture at a time; what is returned takes `count` times
    `3 * H * W` bytes.

    Args:
        path: A media file.
        limits: What it may cost.
        count: How many pictures, 1 to 4096.
        max_side: Longest side of a picture in pixels, 16 to 16384; none keeps the decoded size.

    Raises:
        UsageError: An argument is out of range.
        MediaError: The file is absent or has no picture that can be decoded.
        LimitError: The file is above one of the limits.
    """
    check_range("count", count, 1, MAX_COUNT)
    if max_side is not None:
        check_range("max_side", max_side, 16, 16384)
    numbers = {"count": int(count), "max_side": max_side and int(max_side)}
    request = request_for("sampled", path, limits) | numbers
    answers = Decoding(ask(request, limits, 3 * int(limits.max_pixels), _read))
    found: dict[int, Frame] = {}
    indices: list[int] = []
    total = 0
    for index, frame, chosen in answers:
        if frame is None:
            total, indices = index, chosen
        else:
            found[index] = frame
    return SampledFrames(
        tuple(indices),
        total,
        tuple(found[index].time for index in indices),
        [found[index].image for index in indices],
        answers.notes,
    )


def _read(message: wire.Message) -> tuple[int, Frame | None, list[int]]:
    """Return a picture under its number, or how many there are and which were wanted."""
    if message.kind == wire.INFO:
        return message.head["total"], None, message.head["indices"]
    return message.head["index"], read_frame(message), []
