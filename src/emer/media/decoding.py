"""Probe, pictures and sound of a clip: the side that asks the decoding process."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from emer.errors import UsageError
from emer.media import wire
from emer.media.conversation import ask
from emer.media.files import checked
from emer.media.limits import Limits

T = TypeVar("T")
PathLike = str | os.PathLike[str]

MAX_FPS = 1000.0
MAX_BLOCK_SECONDS = 600.0
# Times full scale; decoded sound overshoots by a little, damaged sound by powers of ten.
_LOUDEST = 100.0


@dataclass(frozen=True)
class MediaInfo:
    """What a media file holds.

    Attributes:
        path: Absolute path.
        container: FFmpeg's name of the container, e.g. "mov,mp4,m4a,3gp,3g2,mj2".
        seconds: Length; 0 for a single image. Measured from the packets where the file is
            small or makes no claim, else as the file claims.
        still: Whether it is a single image.
        has_video: Whether it has pictures that can be decoded (cover art does not count).
        has_audio: Whether it has sound that can be decoded.
        width: Width of a picture in pixels as shown: after rotation, with square pixels.
        height: Height, likewise.
        rotation: Degrees counterclockwise (0, 90, 180 or 270) already undone in `frames`.
        video_codec: FFmpeg's name of the codec, e.g. "h264".
        audio_codec: Likewise, e.g. "aac".
        sample_rate: Of the sound, in Hz.
        channels: Of the sound.
        pixel_format: FFmpeg's name, e.g. "yuv420p".
        video_seconds: Length of the pictures alone, from the first to the end of the last; None
            without any, for a single image, or where the file is large and makes no claim.
        audio_seconds: Length of the sound alone, likewise.
        notes: What is wrong with the file, in plain words.
    """

    path: str
    container: str
    seconds: float
    still: bool
    has_video: bool
    has_audio: bool
    width: int | None = None
    height: int | None = None
    rotation: int = 0
    video_codec: str | None = None
    audio_codec: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    pixel_format: str | None = None
    video_seconds: float | None = None
    audio_seconds: float | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture.

    Attributes:
        time: Seconds since the start of the clip.
        image: Array `[height, width, 3]`, uint8, RGB, upright.
        scale: Pixels of `image` per pixel of the source as shown (`MediaInfo.width`).
    """

    time: float
    image: NDArray[np.uint8]
    scale: float


@dataclass(frozen=True, eq=False)
class AudioBlock:
    """A stretch of sound.

    Attributes:
        time: Seconds since the start of the clip, of the first sample.
        samples: Array `[n]`, float32, mono, within -1..1 for sound that was.
    """

    time: float
    samples: NDArray[np.float32]


class Decoding(Generic[T], Iterator[T]):
    """Pictures or sound as they are decoded, and what was wrong with the file.

    Nothing is decoded before the first item is asked for. Closing it, or leaving its `with`
    block, before the end stops the decoding.
    """

    def __init__(
        self,
        items: Generator[T, None, tuple[str, ...]],
        more: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        self._items = items
        self._more = more
        self._notes: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Damage that was met, in plain words; complete once the last item has been read."""
        return self._notes

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        try:
            return next(self._items)
        except StopIteration as stop:
            self._notes = (*stop.value, *self._more()) if stop.value is not None else self._notes
            raise StopIteration from None

    def close(self) -> None:
        """Stop decoding."""
        self._items.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def probe(path: PathLike, limits: Limits = Limits()) -> MediaInfo:  # noqa: B008 (frozen)
    """Return what a media file holds, after decoding one picture and one stretch of sound.

    Raises:
        MediaError: The file is absent, not media, or has neither pictures nor sound.
        LimitError: The file is above one of the limits.
    """
    request = request_for("probe", path, limits)
    answers = list(ask(request, limits, 0, lambda message: message.head))
    fields = answers[0]
    return MediaInfo(**(fields | {"path": request["path"], "notes": tuple(fields["notes"])}))


def frames(
    path: PathLike,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    *,
    fps: float = 10.0,
    max_side: int = 1280,
) -> Decoding[Frame]:
    """Return the pictures of a clip at a steady pace, chosen by their timestamps.

    The first picture at or after each multiple of `1 / fps` seconds is taken, so a clip with
    fewer pictures yields each once. A single image is one picture at 0.

    Args:
        path: A media file.
        limits: What it may cost.
        fps: Pictures per second at most, above 0 and up to 1000.
        max_side: Longest side of a picture in pixels, 16 to 16384; smaller ones keep their size.

    Raises:
        UsageError: An argument is out of range.
        MediaError: The file is absent or has no picture that can be decoded (while iterating).
        LimitError: The file is above one of the limits.
    """
    check_range("fps", fps, 0.0, MAX_FPS)
    check_range("max_side", max_side, 16, 16384)
    request = request_for("frames", path, limits) | {"fps": float(fps), "max_side": int(max_side)}
    return Decoding(ask(request, limits, 4 * int(max_side) ** 2, read_frame))


def audio(
    path: PathLike,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    *,
    rate: int = 16000,
    block_seconds: float = 30.0,
) -> Decoding[AudioBlock]:
    """Return the sound of a clip in consecutive mono blocks.

    The blocks follow one another without a gap from time 0, which is the same as that of
    `frames`: silence fills a late start and holes. The last block is as long as what is left.

    Args:
        path: A media file.
        limits: What it may cost.
        rate: Samples per second, 1000 to 192000.
        block_seconds: Length of a block, above 0 and up to 600.

    Raises:
        UsageError: An argument is out of range.
        MediaError: The file is absent or has no sound that can be decoded (while iterating).
        LimitError: The file is above one of the limits.
    """
    check_range("rate", rate, 1000, 192000)
    check_range("block_seconds", block_seconds, 0.0, MAX_BLOCK_SECONDS)
    size = max(1, round(block_seconds * rate))
    request = request_for("audio", path, limits) | {"rate": int(rate), "block": size}
    blocks = _Blocks()
    return Decoding(ask(request, limits, 4 * size, blocks.read), blocks.notes)


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise `UsageError` unless a number is finite, above 0 and from `low` to `high`."""
    if not (math.isfinite(value) and low <= value <= high and value > 0):
        raise UsageError(f"{name} must be from {low:g} to {high:g}, but is {value!r}.")


def request_for(task: str, path: PathLike, limits: Limits) -> dict[str, Any]:
    """Return what the decoding process is asked; raises what `checked` raises."""
    return {
        "task": task,
        "path": str(checked(path, limits)),
        "name": os.fspath(path),
    }


def read_frame(message: wire.Message) -> Frame:
    """Return the picture of a message, upright, transparency on black."""
    head = message.head
    image = np.frombuffer(message.body, np.uint8).reshape(head["height"], head["width"], -1)
    if image.shape[2] == 4:
        alpha = image[:, :, 3:].astype(np.uint16)
        image = ((image[:, :, :3] * alpha + 127) // 255).astype(np.uint8)
    if head["flip"]:
        image = image[:, ::-1]
    image = np.ascontiguousarray(np.rot90(image, head["turns"]))
    return Frame(head["time"], image, head["scale"])


class _Blocks:
    """Reads blocks of sound; samples that cannot be sound become silence."""

    def __init__(self) -> None:
        self._absurd = 0

    def read(self, message: wire.Message) -> AudioBlock:
        samples = np.frombuffer(message.body, np.float32)
        absurd = ~(np.abs(samples) <= _LOUDEST)
        if absurd.any():
            self._absurd += int(absurd.sum())
            samples[absurd] = 0.0
        return AudioBlock(message.head["time"], samples)

    def notes(self) -> tuple[str, ...]:
        if not self._absurd:
            return ()
        return (f"sound: {self._absurd} samples that are no numbers or absurd were silenced",)
