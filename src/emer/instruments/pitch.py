"""Fundamental frequency by autocorrelation, in numpy alone.

Boersma (1993), "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17: the autocorrelation of a
windowed frame divided by that of the window; candidates compete over time by dynamic
programming. Why not a library: docs/decisions/0004-pitch.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]

RATE = 16000
HOP = 160
WINDOW = 800  # 50 ms: three periods of the lowest pitch
FFT = 1200  # the window and the longest lag fit without wrapping round
FINER = 4  # the autocorrelation is interpolated to quarter samples, or high pitch loses to its
# own subharmonics
LOWEST = 60.0
HIGHEST = 600.0
CANDIDATES = 5

# Costs proposed by Boersma (1993), for a hop of 10 ms.
SILENCE_THRESHOLD = 0.03
VOICING_THRESHOLD = 0.45
OCTAVE_COST = 0.01
OCTAVE_JUMP_COST = 0.35
VOICING_CHANGE_COST = 0.14

_TAPER = np.hanning(WINDOW + 2)[1:-1].astype(np.float32)
_POWER = float(np.sum(_TAPER.astype(np.float64) ** 2))
_SHORTEST = int(FINER * RATE / HIGHEST)
_LONGEST = int(np.ceil(FINER * RATE / LOWEST))
# A peak whose periodicity would need a wave stronger than its own window correlation is
# cut here: 0.9999 is 40 dB of harmonicity, more than any voice has.
_STRONGEST = 0.9999


# Favours higher pitch a little, so that an octave below does not win a tie.
_PRICE = OCTAVE_COST * np.log2(LOWEST * np.arange(_SHORTEST, _LONGEST + 1) / (FINER * RATE))


def _autocorrelation(power: Singles) -> Singles:
    full = np.fft.irfft(power, n=FFT * FINER, axis=-1)[..., : _LONGEST + 2]
    return full.astype(np.float32)


_WINDOW_LAGS = _autocorrelation(np.abs(np.fft.rfft(_TAPER, n=FFT)).astype(np.float32) ** 2)
_WINDOW_LAGS = _WINDOW_LAGS / _WINDOW_LAGS[0]


@dataclass(frozen=True)
class Frames:
    """What one pass over a run of frames gives.

    Attributes:
        pitch: Candidates in Hz, 0 where there are fewer, shape [n, CANDIDATES].
        periodicity: Normalised autocorrelation at each candidate, 0..1, same shape.
        peak: Largest absolute sample of each frame, shape [n].
        power: Mean square of each frame (window-weighted), shape [n].
        low: Energy in 50 Hz..1 kHz, shape [n].
        high: Energy in 1..5 kHz, shape [n].
    """

    pitch: Singles
    periodicity: Singles
    peak: Singles
    power: Singles
    low: Singles
    high: Singles


def analyse(frames: Singles) -> Frames:
    """Analyse windows of samples.

    Args:
        frames: Samples at 16 kHz, -1..1, shape [n, WINDOW].

    Returns:
        The candidates and energies of each frame.
    """
    centred = frames - frames.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred * _TAPER, n=FFT, axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    hertz = np.arange(power.shape[1]) * RATE / FFT
    pitch, periodicity = candidates(_autocorrelation(power))
    return Frames(
        pitch=pitch,
        periodicity=periodicity,
        peak=np.abs(centred).max(axis=1),
        power=np.sum((centred * _TAPER) ** 2, axis=1) / np.float32(_POWER),
        low=power[:, (hertz >= 50) & (hertz < 1000)].sum(axis=1),
        high=power[:, (hertz >= 1000) & (hertz <= 5000)].sum(axis=1),
    )


def candidates(lags: Singles) -> tuple[Singles, Singles]:
    """Find the strongest periods of each frame.

    Args:
        lags: Autocorrelation at quarter-sample lags, shape [n, _LONGEST + 2].

    Returns:
        Pitch in Hz and periodicity 0..1, strongest first, both [n, CANDIDATES].
    """
    whole = np.maximum(lags[:, :1], np.float32(1e-12))
    shape = lags / whole / _WINDOW_LAGS
    middle = shape[:, _SHORTEST : _LONGEST + 1]
    before = shape[:, _SHORTEST - 1 : _LONGEST]
    after = shape[:, _SHORTEST + 1 : _LONGEST + 2]
    top = (middle > before) & (middle >= after) & (middle > 0.5 * VOICING_THRESHOLD)
    best = np.where(top, middle - _PRICE, -np.inf)
    chosen = np.argsort(-best, axis=1, kind="stable")[:, :CANDIDATES]
    rows = np.arange(len(lags))[:, None]
    a, b, c = before[rows, chosen], middle[rows, chosen], after[rows, chosen]
    bend = np.where(a - 2 * b + c < 0, a - 2 * b + c, -1.0)
    shift = np.clip(0.5 * (a - c) / bend, -0.5, 0.5)
    found = top[rows, chosen]
    pitch = np.where(found, FINER * RATE / (_SHORTEST + chosen + shift), 0.0)
    height = np.clip(b - 0.25 * (a - c) * shift, 0.0, _STRONGEST)
    return pitch.astype(np.float32), np.where(found, height, 0.0).astype(np.float32)


def track(
    pitch: Singles, periodicity: Singles, peak: Singles
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Choose one candidate, or none, for each frame: the cheapest path through all of them.

    Args:
        pitch: Candidates in Hz, 0 for none, shape [n, k].
        periodicity: Their periodicity 0..1, shape [n, k].
        peak: Largest absolute sample of each frame, shape [n].

    Returns:
        Pitch in Hz, NaN where unvoiced, and the periodicity of what was chosen (of the best
        candidate where unvoiced), both [n].
    """
    count, width = pitch.shape
    if count == 0:
        return np.zeros(0), np.zeros(0)
    octaves = np.log2(np.maximum(pitch, 1.0))
    merit = np.empty((count, width + 1), np.float32)
    favour = OCTAVE_COST * np.log2(np.maximum(pitch, LOWEST) / LOWEST)
    merit[:, :width] = np.where(pitch > 0, periodicity + favour, -np.inf)
    merit[:, width] = _unvoiced_merit(peak)
    path = _best_path(octaves, merit)
    voiced = path < width
    rows = np.arange(count)
    column = np.where(voiced, path, 0)
    f0 = np.where(voiced, pitch[rows, column], np.nan).astype(np.float64)
    return f0, periodicity[rows, column].astype(np.float64)


def _unvoiced_merit(peak: Singles) -> Singles:
    """Silence speaks for 'unvoiced'; the loudest click must not decide what silence is."""
    loudest = max(float(np.percentile(peak, 99)), 1e-6)
    relative = peak / loudest * (1 + VOICING_THRESHOLD) / SILENCE_THRESHOLD
    merit = VOICING_THRESHOLD + np.maximum(0.0, 2.0 - relative)
    return np.asarray(merit, np.float32)


def _best_path(octaves: Singles, merit: Singles) -> NDArray[np.int64]:
    """Viterbi; the last column of `merit` is the unvoiced state."""
    count, states = merit.shape
    back = np.zeros((count, states), np.int8)
    cost = np.full((states, states), VOICING_CHANGE_COST, np.float32)
    cost[-1, -1] = 0.0
    total = merit[0].copy()
    columns = np.arange(states)
    for t in range(1, count):
        jump = np.abs(octaves[t][:, None] - octaves[t - 1][None, :])
        cost[:-1, :-1] = OCTAVE_JUMP_COST * jump
        score = total - cost
        back[t] = score.argmax(axis=1)
        total = score[columns, back[t]] + merit[t]
    path = np.empty(count, np.int64)
    path[-1] = int(total.argmax())
    for t in range(count - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path
