"""Clips that differ from one another as films do: textured moving pictures, sound like speech."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from making import RATE, write

FPS = 10


def scene(seed: int, seconds: float = 3.0, side: int = 96) -> list[NDArray[np.uint8]]:
    """Return pictures that drift over a landscape of its own, `[side, side * 4 / 3, 3]`."""
    random = np.random.default_rng(seed)
    rough = random.integers(0, 256, (16, 20)).astype(np.float64)
    wide = np.kron(rough, np.ones((20, 20)))
    for axis in (0, 1):
        wide = sum(np.roll(wide, shift, axis) for shift in range(-10, 11)) / 21
    wide = (wide - wide.min()) / np.ptp(wide) * 255
    width = side * 4 // 3
    grey = [wide[i : i + side, i : i + width] for i in range(int(seconds * FPS))]
    return [np.repeat(each[:, :, None], 3, 2).astype(np.uint8) for each in grey]


def voice(seed: int, seconds: float = 3.0, level: float = 0.3) -> NDArray[np.float32]:
    """Return syllables: harmonics of a gliding pitch under moving formants, `[n]` at 16 kHz."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    knots = np.linspace(0, seconds, int(seconds * 6) + 2)
    pitch = np.interp(time, knots, random.uniform(90, 240, len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.zeros(len(time))
    for _ in range(3):
        formant = np.interp(time, knots, random.uniform(300, 2200, len(knots)))
        for harmonic in range(1, 24):
            weight = np.exp(-(((harmonic * pitch - formant) / 180) ** 2))
            sound += weight * np.sin(harmonic * phase)
    loud = np.interp(time, knots, random.uniform(0.3, 1, len(knots)))
    sound = sound * loud + 0.003 * random.standard_normal(len(time))
    return (level * sound / np.abs(sound).max()).astype(np.float32)


def clip(path: Path, look: int, sound: int | None, seconds: float = 3.0) -> Path:
    """Write a clip of a scene and, if given, a voice."""
    return write(
        path, scene(look, seconds), None if sound is None else voice(sound, seconds), fps=FPS
    )


def smaller(images: list[NDArray[np.uint8]], factor: int = 2) -> list[NDArray[np.uint8]]:
    """Return pictures of a fraction of the size."""
    return [image[::factor, ::factor] for image in images]


def squeezed(path: Path, samples: NDArray[np.float32], bits: int = 24_000) -> Path:
    """Write sound with loss, as an .m4a of AAC."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = bits
        block = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
        block.sample_rate = RATE
        for packet in (*stream.encode(block), *stream.encode()):
            out.mux(packet)
    return path
