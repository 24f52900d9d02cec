"""Curves keep the shape of a signal in few points and break where nothing was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cues.voices import track as voice_track
from emer.explainers.curves import POINTS, draw
from emer.measurements import Measurements
from face_builders import measurements, pulse, track


def test_only_units_that_move_are_drawn() -> None:
    clip = measurements(track(4.0, {"AU12": pulse(1, 2, 0.8), "AU4": pulse(1, 2, 0.05)}))
    assert [curve.name for curve in draw(clip)] == ["AU12"]


def test_a_pulse_stays_where_it_is() -> None:
    (curve,) = draw(measurements(track(4.0, {"AU12": pulse(1, 2, 0.8)})))
    for at, value in zip(curve.times, curve.values, strict=True):
        assert value == (0.8 if 1 <= at <= 2 else 0.0)


@given(st.floats(1, 300))
def test_never_more_points_than_can_be_drawn(seconds: float) -> None:
    units = {"AU12": np.linspace(0, 1, round(seconds * 10) + 1)}
    (curve,) = draw(measurements(track(seconds, units)))
    assert len(curve.times) <= 2 * POINTS
    assert list(curve.times) == sorted(curve.times)
    assert curve.values[0] == pytest.approx(0, abs=0.05)
    assert curve.values[-1] == pytest.approx(1, abs=0.05)


def test_the_voice_gives_pitch_and_loudness_with_gaps() -> None:
    voice = voice_track(pauses=((1.5, 2.0),))
    pitch, loudness = draw(Measurements(seconds=4.0, voice=voice))
    assert (pitch.name, pitch.unit, loudness.unit) == ("pitch", "Hz", "dBFS")
    assert None in pitch.values and None not in loudness.values


def test_nothing_measured_nothing_drawn() -> None:
    assert draw(Measurements(seconds=1.0)) == ()
