"""What a clip sounds like: the audio fingerprint of Haitsma and Kalker.

"A Highly Robust Audio Fingerprinting System", ISMIR 2002, section 4: every 23 ms one
sub-fingerprint of 32 bits, from the energies of 33 bands between 300 and 2000 Hz in an overlapping
window of 0.37 s. A bit says whether the difference of two neighbouring bands has grown since the
last window, which survives changes of volume, bandwidth and coding. The paper has steps of 11.6 ms;
with twice that a copy that is half a step off still agrees in nine of ten bits, at half the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from emer.media import Limits, audio
from emer.media.decoding import PathLike

Steps = NDArray[np.uint32]

RATE = 5512
WINDOW = 2048
HOP = 128
BANDS = 33
LONGEST = 120.0
"""Seconds of sound that are looked at."""
SILENT = 0
"""A step without sound."""

_LOWEST, _HIGHEST = 300.0, 2000.0
_BLOCK_SECONDS = 10.0
# Mean square below which a window is silence: -66 dB of full scale.
_SILENCE = 2.5e-7


def sound_print(path: PathLike, limits: Limits) -> str:
    """Return the fingerprint of a clip's sound, 8 hexadecimal digits a step of 23 ms.

    Only the first two minutes count. The sound is decoded in a stream; ten seconds are held.

    Raises:
        MediaError: There is no sound that can be decoded.
        LimitError: The clip is above one of the limits.
    """
    with audio(path, limits, rate=RATE, block_seconds=_BLOCK_SECONDS) as blocks:
        return to_text(np.concatenate([*_steps(block.samples for block in blocks)]))


def fingerprint(samples: NDArray[np.float32]) -> Steps:
    """Return the sub-fingerprints of mono sound `[n]` at 5512 Hz; silent steps are 0."""
    return np.concatenate([*_steps(iter([samples]))])


def to_text(steps: Steps) -> str:
    """Return sub-fingerprints as text."""
    return steps.astype(">u4").tobytes().hex()


def from_text(text: str) -> Steps:
    """Return the sub-fingerprints that `to_text` wrote.

    Raises:
        ValueError: It did not write that.
    """
    return np.frombuffer(bytes.fromhex(text), ">u4").astype(np.uint32)


def _steps(blocks: Iterator[NDArray[np.float32]]) -> Iterator[Steps]:
    """Yield sub-fingerprints block by block; the last windows of one are kept for the next."""
    kept = np.zeros(0, np.float32)
    yield np.zeros(0, np.uint32)
    left = int(LONGEST * RATE)
    for samples in blocks:
        kept = np.concatenate([kept, samples[:left]])
        left -= len(samples)
        count = (len(kept) - WINDOW) // HOP + 1
        if count > 1:
            yield _bits(kept, count)
            kept = kept[(count - 1) * HOP :]
        if left <= 0:
            return


def _bits(samples: NDArray[np.float32], count: int) -> Steps:
    windows = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[: count * HOP : HOP]
    energies = np.abs(np.fft.rfft(windows * np.hanning(WINDOW))) ** 2 @ _bands()
    slopes = energies[:, :-1] - energies[:, 1:]
    grown = slopes[1:] > slopes[:-1]
    steps = np.packbits(grown, axis=1).view(">u4")[:, 0].astype(np.uint32)
    heard = (windows[1:] ** 2).mean(axis=1) > _SILENCE
    # What is heard is never taken for silence.
    return np.where(heard, np.maximum(steps, 1), SILENT).astype(np.uint32)


@cache
def _bands() -> NDArray[np.float64]:
    """Return which frequency belongs to which band, `[WINDOW // 2 + 1, BANDS]`."""
    edges = np.geomspace(_LOWEST, _HIGHEST, BANDS + 1)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    return ((frequencies >= edges[:-1]) & (frequencies < edges[1:])).astype(np.float64)
