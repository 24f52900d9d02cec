from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.cues.face_measures import ACTIVE, lip_corner_sides, nod_spans, shake_spans, swings
from emer.cues.measures import MEASURES, evaluate
from emer.instruments.action_units import UNITS
from emer.measurements import Floats, Measurements
from face_builders import measurements, pulse, track

FACE = sorted(name for name in MEASURES if name.startswith("face."))
OF_THE_PICTURE = {"face.light.mean", "face.count.mean", "face.absent.share", "face.unusable.share"}


def test_every_action_unit_has_its_measures() -> None:
    for unit in UNITS:
        for key in ("mean", "peak", "apex", "share", "onset", "change"):
            assert f"face.{unit.name}.{key}" in MEASURES
        assert (f"face.{unit.name}.asymmetry" in MEASURES) == unit.sided
    assert all(MEASURES[name].about.endswith(".") for name in FACE)


@pytest.mark.parametrize("name", FACE)
def test_nothing_to_measure_is_nan(name: str) -> None:
    nothing = Measurements(seconds=3.0)
    assert math.isnan(evaluate(name, nothing, 0, 3, "p1"))
    if name not in OF_THE_PICTURE and name != "face.visible.share":
        assert math.isnan(evaluate(name, measurements(track()), 0, 4, "p9"))
        assert math.isnan(evaluate(name, measurements(track()), 90, 95, "p1"))


@pytest.mark.parametrize("name", FACE)
def test_a_calm_face_measures_zero_or_rest(name: str) -> None:
    value = evaluate(name, measurements(track()), 0, 4, "p1")
    if name.endswith(".onset"):
        assert math.isnan(value)
    else:
        assert math.isfinite(value)


def smiling() -> Measurements:
    return measurements(track(units={"AU12": pulse(1, 2, 0.8)}))


def test_span_measures_of_an_action_unit() -> None:
    clip = smiling()
    assert evaluate("face.AU12.peak", clip, 0, 4, "p1") == 0.8
    assert evaluate("face.AU12.mean", clip, 1, 2, "p1") == 0.8
    assert evaluate("face.AU12.mean", clip, 0, 4, "p1") == pytest.approx(0.8 * 11 / 41, rel=1e-3)
    assert evaluate("face.AU12.share", clip, 0, 4, "p1") == pytest.approx(11 / 41, rel=1e-3)
    assert evaluate("face.AU12.onset", clip, 0, 4, "p1") == 1.0
    assert evaluate("face.AU12.apex", clip, 0, 4, "p1") == 1.0
    assert evaluate("face.AU12.change", clip, 0, 2, "p1") > 0.5
    assert evaluate("face.AU12.change", clip, 1, 4, "p1") < -0.5
    assert evaluate("face.AU12.peak", clip, 2.5, 4, "p1") == 0
    assert ACTIVE < 0.8


def test_without_a_person_the_most_visible_is_meant() -> None:
    clip = measurements(track(), track(person="p2", units={"AU12": pulse(0, 4, 0.9)}))
    assert evaluate("face.AU12.mean", clip, 0, 4) == 0
    assert evaluate("face.AU12.mean", clip, 0, 4, "p2") == 0.9


def test_frames_seen_badly_count_less_and_set_no_peak() -> None:
    clip_units = {"AU12": pulse(0, 1, 0.9)}
    bad = np.where(pulse(0, 1, 1.0) > 0, 0.2, 1.0)
    clear, doubtful = (
        measurements(track(units=clip_units, quality=quality))
        for quality in (np.ones(len(bad)), bad)
    )
    assert evaluate("face.AU12.mean", doubtful, 0, 4) < 0.5 * evaluate(
        "face.AU12.mean", clear, 0, 4
    )
    assert evaluate("face.AU12.peak", doubtful, 0, 4) == 0


@given(st.integers(0, 10**6), st.floats(0, 4), st.floats(0, 4))
def test_mean_lies_between_lowest_and_peak(seed: int, a: float, b: float) -> None:
    values = np.random.default_rng(seed).random(41)
    clip = measurements(track(units={"AU4": values}))
    start, end = sorted((a, b))
    mean, peak = (evaluate(f"face.AU4.{key}", clip, start, end) for key in ("mean", "peak"))
    if math.isfinite(mean):
        assert values.min() - 1e-3 <= mean <= peak + 1e-3 and peak <= values.max() + 1e-3


def test_rounded_spans_keep_the_frames_they_came_from() -> None:
    """Frames of a 30 Hz clip lie at thirds of a millisecond; spans are whole milliseconds."""
    one = track(seconds=2.0)
    times = np.round(np.arange(21) * 3 / 29.97, 6)
    moved = type(one)(**(vars(one) | {"times": times}))
    clip = measurements(moved, seconds=2.1)
    for time in times:
        assert math.isfinite(evaluate("face.AU12.mean", clip, round(time, 3), round(time, 3)))


def wave(hertz: float, degrees: float, seconds: float = 4.0) -> Floats:
    times = np.arange(round(seconds * 10) + 1) / 10
    return degrees * np.sin(2 * np.pi * hertz * times)


def head(pitch: Floats | float = 0.0, yaw: Floats | float = 0.0) -> Measurements:
    pose = np.zeros((41, 3))
    pose[:, 0], pose[:, 1] = pitch, yaw
    return measurements(track(pose=pose))


def test_nods_and_shakes_are_counted() -> None:
    assert evaluate("face.nods", head(pitch=wave(1.0, 8)), 0, 4) in (3, 4)
    assert evaluate("face.shakes", head(yaw=wave(1.0, 12)), 0, 4) in (3, 4)
    assert evaluate("face.nods", head(pitch=wave(1.0, 1.0)), 0, 4) == 0
    assert evaluate("face.shakes", head(yaw=wave(1.0, 2.0)), 0, 4) == 0
    assert evaluate("face.shakes", head(pitch=wave(1.0, 12)), 0, 4) == 0
    assert evaluate("face.nods", head(yaw=wave(1.0, 12)), 0, 4) == 0


def test_a_slow_turn_is_neither() -> None:
    slow = wave(0.2, 25)
    assert evaluate("face.nods", head(pitch=slow), 0, 4) == 0
    assert evaluate("face.shakes", head(yaw=slow), 0, 4) == 0


def test_nods_outside_the_span_do_not_count() -> None:
    clip = head(pitch=wave(1.0, 8))
    one = clip.track("p1")
    first, last, count = nod_spans(one)[0]
    assert evaluate("face.nods", clip, one.times[first], one.times[last]) == count
    assert evaluate("face.nods", clip, one.times[first] + 0.2, one.times[last]) == 0
    assert shake_spans(one) == []


@given(st.lists(st.floats(-60, 60), max_size=40), st.floats(1, 20))
def test_swings_alternate_and_are_large_enough(angles: list[float], least: float) -> None:
    times, degrees = np.arange(len(angles)) / 10, np.array(angles)
    for first, last, count in swings(times, degrees, least):
        assert 0 <= first < last < len(angles) and count >= 1
        assert np.ptp(degrees[first : last + 1]) >= least - 1e-9


def test_blink_rate_counts_blinks_and_not_closed_eyes() -> None:
    shut = pulse(0.5, 0.6, 1.0) + pulse(1.5, 1.7, 1.0) + pulse(2.5, 3.8, 1.0)
    clip = measurements(track(units={"AU43": shut}))
    assert evaluate("face.blink_rate", clip, 0, 4) == pytest.approx(2 * 60 / 4.1, rel=1e-3)
    assert evaluate("face.eyes_closed.share", clip, 0, 4) == pytest.approx(19 / 41, rel=1e-3)


def test_gaze_shares_leave_out_closed_eyes() -> None:
    gaze = np.tile([0.0, -0.3], (41, 1))
    seeing = measurements(track(gaze=gaze))
    shut = measurements(track(gaze=gaze, units={"AU43": np.ones(41)}))
    assert evaluate("face.gaze_down.share", seeing, 0, 4) == 1
    assert evaluate("face.gaze_down.share", shut, 0, 4) == 0
    assert evaluate("face.gaze_away.share", seeing, 0, 4) == 0


def test_jitter_of_the_mouth_corners_cancels_out() -> None:
    units = {"AU12": np.zeros(41)}
    one = track(units=units)
    flicker = np.where(np.arange(41) % 2, 0.6, 0.0)
    mixed = dict(one.action_units) | {"AU12_L": flicker, "AU12_R": 0.6 - flicker}
    steady = dict(one.action_units) | {"AU12_L": np.full(41, 0.6)}
    jittering = type(one)(**(vars(one) | {"action_units": mixed}))
    smirking = type(one)(**(vars(one) | {"action_units": steady}))
    assert np.abs(lip_corner_sides(jittering)[3:-3]).max() < 0.15
    assert lip_corner_sides(smirking) == pytest.approx(np.full(41, 0.6))


def test_shares_of_the_picture() -> None:
    half = track(seconds=2.0)
    clip = measurements(half, seconds=4.0, unusable=np.where(np.arange(41) < 11, 1.0, 0.0))
    assert evaluate("face.visible.share", clip, 0, 4, "p1") == pytest.approx(21 / 41, rel=1e-3)
    assert evaluate("face.visible.share", clip, 3, 4, "p1") == 0
    assert evaluate("face.absent.share", clip, 0, 4) == pytest.approx(20 / 41, rel=1e-3)
    assert evaluate("face.unusable.share", clip, 0, 1) == 1
    assert evaluate("face.light.mean", clip, 0, 4) == 0.5
    assert evaluate("face.count.mean", clip, 0, 2) == 1
