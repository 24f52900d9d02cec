"""How far each modality can be trusted in one clip: how much of it there is to go by.

How well each single cue was measured (size and turn of the face, noise and music, how sure the
recogniser was) is in the cue's own confidence already and is not counted twice.
"""

from __future__ import annotations

import numpy as np

from emer.explanation import Modality
from emer.measurements import Measurements

# A face seen this share of the time, speech of this length, words of this number are plenty.
PLENTY_VISIBLE = 0.5
PLENTY_SPEECH_SECONDS = 1.5
PLENTY_CHARACTERS = 6


def reliability(measurements: Measurements) -> dict[Modality, float]:
    """Return 0..1 for each modality that was measured.

    Visual: for how long the most visible face is seen. Auditory: how much speech there is.
    Textual: how much is said.
    """
    found: dict[Modality, float] = {}
    if measurements.faces is not None and measurements.faces.tracks:
        seen = len(measurements.faces.tracks[0].times) / max(len(measurements.faces.times), 1)
        found["visual"] = _ramp(seen, PLENTY_VISIBLE)
    if measurements.voice is not None and len(measurements.voice.loudness):
        spoken = float(np.sum(measurements.voice.speech)) * measurements.voice.hop
        found["auditory"] = _ramp(spoken, PLENTY_SPEECH_SECONDS)
    if measurements.subtitle.text:
        found["textual"] = _ramp(_length(measurements.subtitle.text), PLENTY_CHARACTERS)
    return found


def _length(text: str) -> float:
    """Count what carries meaning: a Chinese character says about as much as three letters."""
    letters = sum(character.isalnum() for character in text)
    wide = sum(character.isalnum() for character in text if ord(character) > 0x2E7F)
    return wide + (letters - wide) / 3


def _ramp(value: float, full: float) -> float:
    return float(np.clip(value / full, 0.0, 1.0))
