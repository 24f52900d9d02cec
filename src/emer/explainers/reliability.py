"""How far each modality can be trusted in one clip."""

from __future__ import annotations

import numpy as np

from emer.cues.measurements import Measurements
from emer.explanation import Modality

# A face seen this share of the time, speech of this length, words of this number are plenty.
PLENTY_VISIBLE = 0.5
PLENTY_SPEECH_SECONDS = 1.5
PLENTY_CHARACTERS = 8
# Music under speech blurs pitch and loudness.
MUSIC_PENALTY = 0.5
MUSIC = ("Music", "Background music", "Soundtrack music", "Theme music")


def reliability(measurements: Measurements) -> dict[Modality, float]:
    """Return 0..1 for each modality that was measured.

    Visual: how well and how long the most visible face is seen. Auditory: how much speech there
    is, less where music plays. Textual: how sure the recogniser is, and how much is said.
    """
    found: dict[Modality, float] = {}
    if measurements.faces is not None and measurements.faces.tracks:
        found["visual"] = _visual(measurements)
    if measurements.voice is not None and len(measurements.voice.loudness):
        found["auditory"] = _auditory(measurements)
    if measurements.subtitle.text:
        found["textual"] = _textual(measurements)
    return found


def _visual(measurements: Measurements) -> float:
    assert measurements.faces is not None
    track = measurements.faces.tracks[0]
    share = len(track.times) / max(len(measurements.faces.times), 1)
    quality = float(np.mean(track.quality)) if len(track.quality) else 0.0
    return _ramp(share, PLENTY_VISIBLE) * _ramp(quality, 0.6)


def _auditory(measurements: Measurements) -> float:
    assert measurements.voice is not None
    spoken = float(np.sum(measurements.voice.speech)) * measurements.voice.hop
    return _ramp(spoken, PLENTY_SPEECH_SECONDS) * (1 - MUSIC_PENALTY * _music(measurements))


def _music(measurements: Measurements) -> float:
    events = measurements.events
    if events is None or not len(events.times):
        return 0.0
    columns = [index for index, name in enumerate(events.names) if name in MUSIC]
    return float(np.mean(np.max(events.scores[:, columns], axis=1))) if columns else 0.0


def _textual(measurements: Measurements) -> float:
    subtitle = measurements.subtitle
    weights = [len(segment.text) for segment in subtitle.segments]
    sure = 1.0
    if subtitle.source == "recognised" and any(weights):
        known = [1.0 if s.confidence is None else s.confidence for s in subtitle.segments]
        sure = float(np.average(known, weights=weights))
    return sure * _ramp(_length(subtitle.text), PLENTY_CHARACTERS)


def _length(text: str) -> float:
    """Count what carries meaning: a Chinese character says about as much as three letters."""
    letters = sum(character.isalnum() for character in text)
    wide = sum(character.isalnum() for character in text if ord(character) > 0x2E7F)
    return wide + (letters - wide) / 3


def _ramp(value: float, full: float) -> float:
    return float(np.clip(value / full, 0.0, 1.0))
