"""Synthetic sounds with known properties, mono at 16 kHz."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16000
Sound = NDArray[np.float32]


def tone(hertz: float | NDArray[np.float64], seconds: float = 1.0, level: float = 0.2) -> Sound:
    """A voice-like tone: harmonics up to 7 kHz that fall by 6 dB an octave.

    `hertz` may change over time: one value per sample.
    """
    count = round(seconds * RATE)
    course = np.broadcast_to(np.asarray(hertz, float), count)
    phase = 2 * np.pi * np.cumsum(course) / RATE
    sound = np.zeros(count)
    for k in range(1, int(7000 / course.max()) + 1):
        sound += np.sin(k * phase) / k
    return (level * sound).astype(np.float32)


def silence(seconds: float) -> Sound:
    """Nothing."""
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> Sound:
    """White noise."""
    random = np.random.default_rng(seed)
    return (level * random.standard_normal(round(seconds * RATE))).astype(np.float32)


def syllables(count: int, hertz: float = 150.0, seconds: float = 0.2) -> Sound:
    """Bursts of tone: each swells and fades to a tenth within `seconds`."""
    envelope = 0.1 + 0.9 * np.hanning(round(seconds * RATE))
    return np.concatenate([tone(hertz, seconds) * envelope for _ in range(count)]).astype(
        np.float32
    )
