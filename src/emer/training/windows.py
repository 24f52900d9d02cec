"""Short files cut out of long ones: windows of a clip, re-encoded, each with its sound."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from emer.clip import Clip
from emer.errors import MediaError, OutputError, UsageError
from emer.instruments.kit import FPS, RATE
from emer.media import AudioBlock, Frame, audio, frames

MAX_SIDE = 640
"""Longest side of a picture in a window, in pixels."""
LEAST = 0.5
"""Seconds of a clip's end that get a window of their own."""

_BLOCK = 0.5  # seconds of sound decoded at a time
_MS = Fraction(1, 1000)
_QUALITY = {"crf": "20", "preset": "veryfast"}
_T = TypeVar("_T", Frame, AudioBlock)


class Window(NamedTuple):
    """A part of a clip, in seconds since its start."""

    start: float
    end: float


def windows(seconds: float, length: float, step: float) -> list[Window]:
    """Return the windows of a clip.

    A clip shorter than a window is one window. An end of `LEAST` seconds or more that no window
    reaches gets one that ends with the clip.

    Args:
        seconds: Length of the clip.
        length: Of a window.
        step: From the start of one to that of the next; above the length would leave gaps.

    Raises:
        UsageError: A number is not above 0, or the step is longer than the window.
    """
    if not all(math.isfinite(each) and each > 0 for each in (seconds, length, step)):
        raise UsageError("Lengths and steps of windows must be above 0.")
    if step > length:
        raise UsageError(
            f"A step of {step:g} s leaves gaps between windows of {length:g} s.",
            "Choose a step of at most the window.",
        )
    if seconds <= length:
        return [Window(0.0, round(seconds, 3))]
    count = math.floor(round((seconds - length) / step, 6)) + 1
    found = [Window(round(i * step, 3), round(i * step + length, 3)) for i in range(count)]
    if seconds - found[-1].end >= LEAST:
        found.append(Window(round(seconds - length, 3), round(seconds, 3)))
    return found


def piece(clip: Clip, window: Window, folder: Path) -> Path:
    """Return where the file of a window belongs: named by the clip's bytes and the window."""
    suffix = ".mkv" if clip.has_video else ".flac"
    start, end = (round(1000 * each) for each in window)
    return folder / clip.sha256[:16] / f"{start:07}-{end:07}{suffix}"


def cut(clip: Clip, parts: list[Window], folder: Path) -> list[tuple[Window, Path]]:
    """Write the windows of a clip that are not there yet.

    The clip is decoded once, in the guarded process, and never held whole: H.264 with pictures at
    the pace of the face instrument, lossless mono sound at 16 kHz. Each file appears complete.

    Args:
        clip: What to cut; not a still image.
        parts: In order of time.
        folder: Files come into a folder in it.

    Returns:
        Windows and their files; without windows in which there is neither picture nor sound.

    Raises:
        MediaError: The clip cannot be decoded.
        OutputError: A file cannot be written.
    """
    files = [(part, piece(clip, part, folder)) for part in parts]
    todo = [(part, path) for part, path in files if not path.is_file()]
    if todo:
        try:
            todo[0][1].parent.mkdir(parents=True, exist_ok=True)
            _write_all(clip, todo)
        except OSError as error:
            raise OutputError(
                f"Windows of {clip.name} cannot be written to {folder}: {error.strerror or error}.",
                "Is there room, and may you write there?",
            ) from error
    return [(part, path) for part, path in files if path.is_file()]


class _Reel(Generic[_T]):
    """A stream of which only what lies in the present window is held."""

    def __init__(self, items: Iterator[_T], length: Callable[[_T], float]) -> None:
        self._items: Iterator[_T] = items
        self._length: Callable[[_T], float] = length
        self._held: list[_T] = []

    def between(self, window: Window) -> list[_T]:
        """Return the items that reach into a window; windows come in order of time."""
        self._held = [each for each in self._held if self._end(each) > window.start]
        while not self._held or self._held[-1].time < window.end:
            item = next(self._items, None)
            if item is None:
                break
            if self._end(item) > window.start:
                self._held.append(item)
        return [each for each in self._held if each.time < window.end]

    def _end(self, item: _T) -> float:
        return item.time + self._length(item)


def _write_all(clip: Clip, todo: list[tuple[Window, Path]]) -> None:
    with (
        frames(clip.path, clip.limits, fps=FPS, max_side=MAX_SIDE) as seen,
        audio(clip.path, clip.limits, rate=RATE, block_seconds=_BLOCK) as heard,
    ):
        # A picture counts where it begins; sound is cut to the sample.
        pictures = _Reel[Frame](seen if clip.has_video else iter(()), lambda _: 1e-6)
        sound = _Reel[AudioBlock](heard if clip.has_audio else iter(()), _seconds)
        for window, path in todo:
            images, samples = pictures.between(window), _samples(sound.between(window), window)
            if images or len(samples):
                _write(path, images, samples, window.start)


def _seconds(block: AudioBlock) -> float:
    return len(block.samples) / RATE


def _samples(blocks: list[AudioBlock], window: Window) -> NDArray[np.float32]:
    """Return the sound of a window, `[n]`; silence where there is a gap."""
    if not blocks:
        return np.zeros(0, np.float32)
    first = round(window.start * RATE)
    last = min(round(window.end * RATE), max(round(b.time * RATE) + len(b.samples) for b in blocks))
    found = np.zeros(max(0, last - first), np.float32)
    for block in blocks:
        at = round(block.time * RATE) - first
        part = block.samples[max(0, -at) : max(0, len(found) - at)]
        found[max(0, at) : max(0, at) + len(part)] = part
    return found


def _write(path: Path, images: list[Frame], samples: NDArray[np.float32], start: float) -> None:
    beside = path.with_name(f".emer-{secrets.token_hex(6)}{path.suffix}")
    try:
        _encode(beside, images, samples, start)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _encode(path: Path, images: list[Frame], samples: NDArray[np.float32], start: float) -> None:
    import av

    try:
        with av.open(str(path), "w") as out:
            video = _video_stream(out, images[0]) if images else None
            tone = out.add_stream("flac", rate=RATE, layout="mono") if len(samples) else None
            if video is not None:
                for image in images:
                    out.mux(video.encode(_picture(image, video, start)))
                out.mux(video.encode())
            if tone is not None:
                out.mux([*tone.encode(_sound(samples)), *tone.encode()])
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise
        raise MediaError(f"A window cannot be encoded as {path.name}: {error}.") from error


def _video_stream(out: Any, first: Frame) -> Any:
    stream = out.add_stream("libx264", rate=round(FPS))
    stream.height, stream.width = (side - side % 2 for side in first.image.shape[:2])
    stream.pix_fmt, stream.options = "yuv420p", dict(_QUALITY)
    stream.codec_context.time_base = _MS
    stream.codec_context.thread_count = 1  # other clips keep the other processors busy
    return stream


def _picture(image: Frame, stream: Any, start: float) -> Any:
    import av

    pixels = np.ascontiguousarray(image.image[: stream.height, : stream.width])
    frame = av.VideoFrame.from_ndarray(pixels)
    frame.pts, frame.time_base = round((image.time - start) * 1000), _MS
    return frame


def _sound(samples: NDArray[np.float32]) -> Any:
    import av

    whole = (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None, :]
    frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame
