"""Our pitch tracker against librosa.pyin: parity first, then time, in one process on one input.

    python perf/pitch.py [--source talk.wav]        # needs librosa (pip install 'emer[dev]')

Without a source, a made-up voice: four seconds of a harmonic tone whose pitch glides and pauses.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import librosa
import numpy as np
from numpy.typing import NDArray

from emer.instruments.prosody import Prosody, frame_count
from emer.media import audio

RATE = 16000
LEAST_AGREEMENT = 0.85


def main() -> None:
    """Check parity, then print both times and their ratio."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--source", type=Path)
    options.add_argument("--repeat", type=int, default=5)
    chosen = options.parse_args()
    sound = made_up() if chosen.source is None else decoded(chosen.source)
    agreement, common = parity(ours(sound), pyin(sound))
    print(f"{agreement:.1%} of {common} frames voiced in both agree within a semitone")
    if agreement < LEAST_AGREEMENT:
        sys.exit(f"no parity: less than {LEAST_AGREEMENT:.0%}")
    first, second = (
        timed(lambda: ours(sound), chosen.repeat),
        timed(lambda: pyin(sound), chosen.repeat),
    )
    print(f"{platform.machine()}, {os.cpu_count()} cores, {len(sound) / RATE:.1f} s of sound")
    print(f"emer {first:.3f} s, librosa.pyin {second:.3f} s, ratio {first / second:.3f} (medians)")


def ours(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Pitch in Hz every 10 ms, NaN where unvoiced."""
    prosody = Prosody()
    prosody.feed(sound)
    return prosody.finish(np.ones(frame_count(len(sound)), bool)).f0


def pyin(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """The same by librosa."""
    f0, _, _ = librosa.pyin(sound, fmin=60, fmax=600, sr=RATE, frame_length=1024, hop_length=160)
    return np.asarray(f0, dtype=np.float64)


def parity(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, int]:
    """Share of frames voiced in both that agree within a semitone, and their number."""
    length = min(len(a), len(b))
    both = np.isfinite(a[:length]) & np.isfinite(b[:length])
    apart = np.abs(12 * np.log2(a[:length][both] / b[:length][both]))
    return float(np.mean(apart < 1)), int(both.sum())


def timed(work: Callable[[], object], repeat: int) -> float:
    """Median wall seconds of a few runs after those that warmed up."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def decoded(path: Path) -> NDArray[np.float32]:
    """Sound of a file, mono at 16 kHz."""
    with audio(path, rate=RATE) as blocks:
        return np.concatenate([block.samples for block in blocks])


def made_up() -> NDArray[np.float32]:
    """A harmonic tone that glides from 120 to 240 Hz with pauses, in a little noise."""
    at = np.arange(4 * RATE) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 30 * at) / RATE
    tone = sum(np.sin(k * phase) / k for k in range(1, 8))
    voiced = np.sin(2 * np.pi * at) > -0.7
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(at))
    return (0.2 * tone * voiced + noise).astype(np.float32)


if __name__ == "__main__":
    main()
