"""Picking frames of the voice track: what the measures of the voice share.

Frames are cut out by slices, so that a measure over a passage costs the same in an hour as in
a minute.
"""

from __future__ import annotations

import math

import numpy as np

from emer.measurements import Floats, Measurements, VoiceTrack

# Fewer voiced frames (10 ms each) than this say nothing about a voice.
FEWEST_FRAMES = 15
_LARGEST_STEP = 3.0  # semitones in 10 ms; more is a mistake of the tracker, not a waver


def voice_of(m: Measurements) -> VoiceTrack | None:
    """Return the voice track if it has frames."""
    return m.voice if m.voice is not None and len(m.voice.f0) else None


def within(voice: VoiceTrack, start: float, end: float) -> slice:
    """The frames centred in the span."""
    count = len(voice.f0)
    first, last = (
        count if math.isinf(t) else min(count, max(0, math.ceil(t / voice.hop - 0.5 - 1e-6)))
        for t in (start, end)
    )
    return slice(first, max(first, last))


def values(m: Measurements, start: float, end: float, name: str) -> Floats:
    """Values of a signal in voiced speech, empty where there are too few.

    Args:
        m: Measurements of the clip.
        start: Seconds.
        end: Seconds.
        name: "f0", "loudness", "brightness" or "harmonicity".
    """
    voice = voice_of(m)
    if voice is None:
        return np.zeros(0)
    cut = within(voice, start, end)
    found: Floats = getattr(voice, name)[cut][voice.voiced[cut]]
    found = found[np.isfinite(found)]
    return found if len(found) >= FEWEST_FRAMES else np.zeros(0)


def percentile(found: Floats, q: float) -> float:
    """Percentile, NaN of nothing."""
    return float(np.percentile(found, q)) if len(found) else math.nan


def median(m: Measurements, start: float, end: float, name: str) -> float:
    """Median of a signal in voiced speech, NaN where there is too little."""
    return percentile(values(m, start, end, name), 50)


def usual(m: Measurements, name: str) -> float:
    """What is usual in the whole clip (`VoiceTrack.usual`), NaN without a voice."""
    voice = voice_of(m)
    return math.nan if voice is None else voice.usual[name]


def semitones(hertz: float, above: float) -> float:
    """Distance of two pitches in semitones."""
    return float(12 * np.log2(hertz / above))


def pauses(m: Measurements, start: float, end: float) -> list[float]:
    """Length in seconds of each silence between two stretches of speech."""
    voice = voice_of(m)
    if voice is None:
        return []
    gaps = np.diff(np.flatnonzero(voice.speech[within(voice, start, end)])) - 1
    return [float(gap) * voice.hop for gap in gaps[gaps > 0]]


def wavering(m: Measurements, start: float, end: float, width: int, degree: int) -> Floats:
    """Pitch around a fitted curve, in every unbroken voiced window.

    Args:
        m: Measurements of the clip.
        start: Seconds.
        end: Seconds.
        width: Frames in a window.
        degree: Of the polynomial that stands for the melody.

    Returns:
        Semitones, shape [windows, width]; empty where there are too few windows.
    """
    nothing = np.zeros((0, width))
    voice = voice_of(m)
    if voice is None:
        return nothing
    cut = within(voice, start, end)
    f0 = np.where(voice.voiced[cut], voice.f0[cut], np.nan)
    if len(f0) < width:
        return nothing
    windows = np.lib.stride_tricks.sliding_window_view(12 * np.log2(f0), width)
    windows = windows[np.isfinite(windows).all(axis=1)]
    steps = np.abs(np.diff(windows, axis=1)).max(axis=1, initial=0.0)
    windows = windows[steps < _LARGEST_STEP]
    if len(windows) < FEWEST_FRAMES:
        return nothing
    powers = (np.arange(width) - width // 2)[:, None] ** np.arange(degree + 1)
    return np.asarray(windows - windows @ (powers @ np.linalg.pinv(powers)).T)


def root_mean_square(residuals: Floats) -> float:
    """Root mean square, NaN of nothing."""
    return float(np.sqrt(np.mean(residuals**2))) if residuals.size else math.nan
