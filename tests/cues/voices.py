"""Voice tracks with chosen properties, for tests of the voice cues."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from emer.measurements import Measurements, VoiceTrack

HOP = 0.01


def track(
    *,
    hertz: float = 150.0,
    span: float = 6.0,
    glide: float = 0.0,
    tremor: float = 0.0,
    level: float = -23.0,
    swing: float = 10.0,
    brightness: float = -12.0,
    harmonicity: float = 10.0,
    rate: float = 4.8,
    noise: float = -60.0,
    seconds: float = 4.0,
    pauses: tuple[tuple[float, float], ...] = (),
) -> VoiceTrack:
    """An ordinary voice that speaks from 0.5 s on to half a second before the end.

    Args:
        span: Distance of the 10th to the 90th percentile of pitch, semitones, nearly.
        glide: Semitones from the first to the last third, nearly.
        tremor: Depth of a waver of 7 Hz, root mean square, semitones.
        swing: Like `span`, of the level in dB.
        pauses: Spans without speech.
    """
    times = (np.arange(round(seconds / HOP)) + 0.5) * HOP
    speech = (times >= 0.5) & (times < seconds - 0.5)
    for start, end in pauses:
        speech &= ~((times >= start) & (times < end))
    # The 10th and 90th percentile of a sine lie at 0.95 of its height.
    wave = np.sin(2 * np.pi * 1.6 * times) / 1.9
    melody = span * wave + tremor * np.sqrt(2) * np.sin(2 * np.pi * 7 * times)
    melody = melody + glide * 1.5 * (times / seconds - 0.5)
    ones = np.ones(len(times))
    return VoiceTrack(
        hop=HOP,
        f0=np.where(speech, hertz * 2 ** (melody / 12), np.nan),
        voicing=np.where(speech, 0.9, 0.1),
        loudness=np.where(speech, level + swing * np.sin(2 * np.pi * 1.3 * times) / 1.9, noise),
        speech=speech,
        brightness=brightness * ones,
        harmonicity=np.where(speech, harmonicity, np.nan),
        syllables=_inside(np.arange(0.55, seconds - 0.5, 1 / rate), speech),
        source="test",
    )


def _inside(syllables: np.ndarray, speech: np.ndarray) -> np.ndarray:
    return syllables[speech[(syllables / HOP).astype(int)]]


def joined(*tracks: VoiceTrack) -> VoiceTrack:
    """One track after the other."""
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(t, name) for t in tracks])
        for name in ("f0", "voicing", "loudness", "speech", "brightness", "harmonicity")
    }
    starts = np.cumsum([0.0, *(len(t.f0) * HOP for t in tracks[:-1])])
    arrays["syllables"] = np.concatenate(
        [t.syllables + start for t, start in zip(tracks, starts, strict=True)]
    )
    return replace(tracks[0], **arrays)


def clip(voice: VoiceTrack, **parts: Any) -> Measurements:
    """A clip with this voice."""
    return Measurements(seconds=len(voice.f0) * voice.hop, voice=voice, **parts)
