"""Synthetic media, written with PyAV: moving pictures whose brightness tells their time."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from emer.media.process import pool

Image = NDArray[np.uint8]

TICKS = 90_000


def plain(level: int, width: int = 64, height: int = 48) -> Image:
    """A picture of one grey level."""
    return np.full((height, width, 3), level, np.uint8)


def quarters(width: int = 64, height: int = 48) -> Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (255, 0, 0)
    image[: height // 2, width // 2 :] = (0, 255, 0)
    image[height // 2 :, : width // 2] = (0, 0, 255)
    image[height // 2 :, width // 2 :] = (255, 255, 255)
    return image


def corners(image: Image) -> str:
    """The colours of the four quarters, row by row, as letters: the quarters read "rgbw"."""
    height, width = image.shape[:2]
    letters = ""
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            red, green, blue = image[y, x] > 127
            letters += {(1, 0, 0): "r", (0, 1, 0): "g", (0, 0, 1): "b", (1, 1, 1): "w"}.get(
                (int(red), int(green), int(blue)), "?"
            )
    return letters


def levels(count: int, fps: float = 25.0, **size: int) -> list[tuple[float, Image]]:
    """`count` pictures at a steady pace, each brighter than the one before."""
    return [(i / fps, plain(20 + i * 200 // max(1, count - 1), **size)) for i in range(count)]


def tone(seconds: float, rate: int = 44100, hertz: float = 440.0, level: float = 0.5) -> Any:
    """A sine, float32 `[n]`."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(
        np.float32
    )


class Sound:
    """Sound to write: float32 `[channels, n]` (or `[n]`) at `rate`, beginning at `start`.

    `hole` is (after so many seconds of sound, so many seconds without packets).
    """

    def __init__(
        self,
        samples: Any,
        rate: int = 44100,
        layout: str = "mono",
        codec: str = "aac",
        start: float = 0.0,
        format: str | None = None,
        hole: tuple[float, float] = (math.inf, 0.0),
    ) -> None:
        self.samples = np.atleast_2d(np.asarray(samples, np.float32))
        self.rate, self.layout, self.codec, self.start = rate, layout, codec, start
        self.format = format
        self.hole = hole


def write(
    path: Path,
    pictures: Sequence[tuple[float, Image]] = (),
    sound: Sound | None = None,
    *,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    container: str | None = None,
    container_options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    rate: int = 25,
    ticks: int = TICKS,
) -> Path:
    """Write a media file and return its path."""
    with av.open(str(path), "w", format=container, options=container_options or {}) as output:
        video = audio = None
        if pictures:
            video = output.add_stream(codec, rate=rate, options=options or {})
            video.height, video.width = pictures[0][1].shape[:2]
            video.pix_fmt = pix_fmt
            video.codec_context.time_base = Fraction(1, ticks)
            if aspect is not None:
                video.codec_context.sample_aspect_ratio = aspect
        if sound is not None:
            audio = output.add_stream(sound.codec, rate=sound.rate, layout=sound.layout)
            if sound.format:
                audio.codec_context.format = sound.format
        if video is not None:
            output.mux(_video_packets(video, pictures, pix_fmt, ticks))
        if sound is not None:
            output.mux(_audio_packets(audio, sound))
    return path


def _video_packets(
    stream: Any, pictures: Iterable[tuple[float, Image]], pix_fmt: str, ticks: int
) -> list[Any]:
    packets = []
    for time, image in pictures:
        shape = "rgba" if image.shape[2] == 4 else "rgb24"
        frame = av.VideoFrame.from_ndarray(image, format=shape).reformat(format=pix_fmt)
        frame.time_base = Fraction(1, ticks)
        frame.pts = round(time * ticks)
        packets += stream.encode(frame)
    return packets + stream.encode(None)


def _audio_packets(stream: Any, sound: Sound) -> list[Any]:
    packets: list[Any] = []
    resampler = av.AudioResampler(stream.codec_context.format, sound.layout, sound.rate)
    step = stream.codec_context.frame_size or 1024
    for at in range(0, sound.samples.shape[1], step):
        part = np.ascontiguousarray(sound.samples[:, at : at + step].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(part, format="flt", layout=sound.layout)
        frame.sample_rate = sound.rate
        frame.time_base = Fraction(1, sound.rate)
        late = sound.hole[1] if at >= sound.hole[0] * sound.rate else 0.0
        frame.pts = round((sound.start + late) * sound.rate) + at
        for ready in resampler.resample(frame):
            packets += stream.encode(ready)
    return packets + stream.encode(None)


def resident() -> tuple[int, int]:
    """Resident memory in MiB of this process and of the decoding process at work (Linux)."""
    (child,) = (worker.pid for worker in pool()._all.difference(pool()._idle))
    own, other = (
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() // 2**20
        for pid in (os.getpid(), child)
    )
    return own, other
