"""What a clip sounds like: the audio fingerprint of Haitsma and Kalker.

"A Highly Robust Audio Fingerprinting System", ISMIR 2002, section 4: every 23 ms one
sub-fingerprint of 32 bits, from the energies of 33 bands between 300 and 2000 Hz in an overlapping
window of 0.37 s. A bit says whether the difference of two neighbouring bands has grown since the
last window, which survives changes of volume, bandwidth and coding. The paper has steps of 11.6 ms;
with twice that a copy that is half a step off still agrees in nine of ten bits, at half the size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
# Mean square below which a window is silence: -90 dB of full scale, or 50 dB below the loudest
# window, so that a copy at another volume is silent at the same steps.
_SILENCE = 1e-9
_BELOW_LOUDEST = 1e-5


def sound_print(path: PathLike, limits: Limits) -> str:
    """Return the fingerprint of a clip's sound, 8 hexadecimal digits a step of 23 ms.

    Only the first two minutes count. The sound is decoded in a stream; ten seconds are held.

    Raises:
        MediaError: There is no sound that can be decoded.
        LimitError: The clip is above one of the limits.
    """
    with audio(path, limits, rate=RATE, block_seconds=_BLOCK_SECONDS) as blocks:
        return to_text(_fingerprint(block.samples for block in blocks))


def fingerprint(samples: NDArray[np.float32]) -> Steps:
    """Return the sub-fingerprints of mono sound `[n]` at 5512 Hz; silent steps are 0."""
    return _fingerprint([samples])


def to_text(steps: Steps) -> str:
    """Return sub-fingerprints as text."""
    return steps.astype(">u4").tobytes().hex()


def from_text(text: str) -> Steps:
    """Return the sub-fingerprints that `to_text` wrote.

    Raises:
        ValueError: It did not write that.
    """
    return np.frombuffer(bytes.fromhex(text), ">u4").astype(np.uint32)


def _fingerprint(blocks: Iterable[NDArray[np.float32]]) -> Steps:
    parts = [_bits(windows) for windows in _windows(blocks)]
    steps = np.concatenate([np.zeros(0, np.uint32), *(bits for bits, _ in parts)])
    loudness = np.concatenate([np.zeros(0), *(loud for _, loud in parts)])
    floor = max(_SILENCE, _BELOW_LOUDEST * loudness.max(initial=0.0))
    # What is heard is never taken for silence.
    return np.where(loudness > floor, np.maximum(steps, 1), SILENT).astype(np.uint32)


def _windows(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """Yield overlapping windows `[n, WINDOW]`, n > 1; the last of one come first in the next."""
    kept = np.zeros(0, np.float32)
    left = int(LONGEST * RATE)
    for samples in blocks:
        kept = np.concatenate([kept, samples[:left]])
        left -= len(samples)
        count = (len(kept) - WINDOW) // HOP + 1
        if count > 1:
            yield np.lib.stride_tricks.sliding_window_view(kept, WINDOW)[::HOP]
            kept = kept[(count - 1) * HOP :]
        if left <= 0:
            return


def _bits(windows: NDArray[np.float32]) -> tuple[Steps, NDArray[np.float64]]:
    """Return the sub-fingerprints of all windows but the first, and how loud each is."""
    energies = np.abs(np.fft.rfft(windows * np.hanning(WINDOW))) ** 2 @ _bands()
    slopes = energies[:, :-1] - energies[:, 1:]
    grown = slopes[1:] > slopes[:-1]
    steps = np.packbits(grown, axis=1).view(">u4")[:, 0].astype(np.uint32)
    return steps, np.mean(windows[1:].astype(np.float64) ** 2, axis=1)


@cache
def _bands() -> NDArray[np.float64]:
    """Return which frequency belongs to which band, `[WINDOW // 2 + 1, BANDS]`."""
    edges = np.geomspace(_LOWEST, _HIGHEST, BANDS + 1)
    frequencies = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    return ((frequencies >= edges[:-1]) & (frequencies < edges[1:])).astype(np.float64)
