"""Reliability rises with what was measured, and stays within 0..1."""

from __future__ import annotations

import numpy as np
import pytest

from cues.voices import track as voice_track
from emer.explainers.reliability import reliability
from emer.explanation import Subtitle, SubtitleSegment
from emer.measurements import Measurements
from face_builders import measurements, track


def words(text: str, confidence: float | None = None) -> Subtitle:
    piece = SubtitleSegment(start=0, end=1, text=text, confidence=confidence)
    source = "given" if confidence is None else "recognised"
    return Subtitle(text=text, source=source, segments=(piece,))


def test_nothing_measured_nothing_to_trust() -> None:
    assert reliability(Measurements(seconds=1.0)) == {}
    assert reliability(measurements()) == {}


def test_a_face_seen_all_the_time_is_trusted_and_a_glimpse_less() -> None:
    assert reliability(measurements(track(4.0)))["visual"] == 1.0
    assert reliability(measurements(track(1.0), seconds=10.0))["visual"] == pytest.approx(
        0.22, abs=0.02
    )


def test_short_speech_lowers_the_voice() -> None:
    long, short = voice_track(seconds=4.0), voice_track(seconds=1.5)
    assert reliability(Measurements(seconds=4, voice=long))["auditory"] == 1.0
    assert reliability(Measurements(seconds=1.5, voice=short))["auditory"] < 0.5


def test_what_is_in_a_cue_is_not_counted_twice() -> None:
    """Quality of the face and certainty of the recogniser belong to the cues."""
    text = "the words that were said here are plenty"
    for confidence in (None, 0.5):
        clip = Measurements(seconds=1, subtitle=words(text, confidence))
        assert reliability(clip)["textual"] == 1.0
    blurred = track(4.0, quality=np.full(41, 0.3))
    assert reliability(measurements(blurred))["visual"] == 1.0


def test_a_chinese_character_says_more_than_a_letter() -> None:
    chinese = reliability(Measurements(seconds=1, subtitle=words("再见了朋友")))["textual"]
    english = reliability(Measurements(seconds=1, subtitle=words("hello")))["textual"]
    assert chinese == pytest.approx(5 / 6) and english == pytest.approx(5 / 18)
