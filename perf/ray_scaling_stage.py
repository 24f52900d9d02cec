"""The stage of `ray_scaling.py`, in a module that Ray's workers can import."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from emer.instruments.prosody import Prosody, frame_count

RATE = 16000
SECONDS = 60


def measured() -> Callable[[bytes], bytes]:
    """Return work that makes up a voice from a seed and measures pitch and loudness in it."""

    def work(data: bytes) -> bytes:
        sound, prosody = voice(int(data)), Prosody()
        prosody.feed(sound)
        track = prosody.finish(np.ones(frame_count(len(sound)), bool))
        return hashlib.sha256(np.ascontiguousarray(track.f0).tobytes()).hexdigest().encode()

    return work


def voice(seed: int) -> np.ndarray:
    """Return a harmonic tone that glides and pauses, with noise."""
    random = np.random.default_rng(seed)
    times = np.arange(SECONDS * RATE) / RATE
    hertz = 160 + 60 * np.sin(2 * np.pi * times / random.uniform(3, 6))
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 8))
    sound = 0.1 * tone * (times % 2 < 1.5) + 0.001 * random.standard_normal(len(times))
    return sound.astype(np.float32)
