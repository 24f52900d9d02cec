from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.cues.face_words import WORDS
from emer.cues.head import MOST_CUES, POSTURES, observe
from emer.cues.measures import remeasure
from emer.explanation import Cue
from emer.measurements import FaceTrack, Measurements
from face_builders import measurements, mirrored_track, pulse, reversed_track, track


def posed(pitch: float = 0, yaw: float = 0, roll: float = 0) -> FaceTrack:
    pose = np.stack([pulse(1, 3, angle) for angle in (pitch, yaw, roll)], axis=1)
    return track(pose=pose)


def looking(right: float = 0, up: float = 0) -> FaceTrack:
    return track(gaze=np.stack([pulse(1, 3, right), pulse(1, 3, up)], axis=1))


def cues(*tracks: FaceTrack) -> list[Cue]:
    return observe(measurements(*tracks), "en")


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (posed(pitch=-25), "head_down"),
        (posed(pitch=25), "head_raised"),
        (posed(roll=20), "head_tilted"),
        (posed(roll=-20), "head_tilted"),
        (posed(yaw=45), "head_turned"),
        (posed(yaw=-45), "head_turned"),
        (looking(up=-0.3), "gaze_down"),
        (looking(right=0.5), "gaze_away"),
        (looking(right=-0.5), "gaze_away"),
        (track(units={"AU43": pulse(1, 3, 1.0)}), "eyes_closed"),
    ],
)
def test_each_posture_is_named(one: FaceTrack, kind: str) -> None:
    found = cues(one)
    assert [cue.kind for cue in found] == [kind]
    assert (found[0].start, found[0].end) == (1, 3) and found[0].person == "p1"
    lead = found[0].evidence[0]
    assert lead.reference is not None and abs(lead.value) > abs(lead.reference)
    assert np.sign(lead.value) == np.sign(lead.reference)


def test_an_upright_head_is_not_worth_saying() -> None:
    assert cues(posed(5, 10, -5)) == [] and cues(looking(0.1, 0.1)) == []


def test_a_blink_is_not_closed_eyes() -> None:
    assert cues(track(units={"AU43": pulse(1, 1.2, 1.0)})) == []


def test_nodding_and_shaking() -> None:
    times = np.arange(41) / 10
    swing = 9 * np.sin(2 * np.pi * times)
    pose = np.zeros((41, 3))
    nod, shake = pose.copy(), pose.copy()
    nod[:, 0], shake[:, 1] = swing, 1.5 * swing
    assert {cue.kind for cue in cues(track(pose=nod))} == {"head_nod"}
    found = cues(track(pose=shake))
    assert {cue.kind for cue in found} == {"head_shake"}
    assert found[0].evidence[0].measure == "face.shakes" and found[0].evidence[0].value >= 3


def test_fast_blinking_needs_a_face_seen_for_a_while() -> None:
    shut = np.where(np.arange(61) % 10 == 5, 1.0, 0.0)
    found = observe(measurements(track(6.0, {"AU43": shut})), "en")
    assert [cue.kind for cue in found] == ["blinking_fast"]
    assert found[0].evidence[0].value == pytest.approx(59, abs=2)
    assert observe(measurements(track(3.0, {"AU43": shut[:31]})), "en") == []


def test_a_face_that_leaves_the_picture_is_said() -> None:
    for language, word in (("en", "No face"), ("zh", "没有")):
        found = observe(measurements(track(1.0), seconds=8.0), language)  # type: ignore[arg-type]
        (cue,) = [cue for cue in found if cue.kind == "face_absent"]
        assert cue.person is None and word in cue.statement
        assert cue.evidence[0].value > 0.8 and cue.confidence <= 0.9


def test_nobody_at_all_is_no_cue() -> None:
    assert observe(measurements(seconds=4.0), "en") == []


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("small", "too small"),
        ("turned", "turned away"),
        ("dark", "in the dark"),
        ("covered", "covered"),
        ("blurred", "blurred"),
    ],
)
def test_an_unusable_face_is_said_with_its_reason(reason: str, words: str) -> None:
    clip = measurements(
        seconds=4.0, unusable=np.ones(41), unusable_reasons={reason: 40, "other": 1}
    )
    (cue,) = observe(clip, "en")
    assert cue.kind == "face_unusable" and words in cue.statement


def test_nothing_is_said_where_nothing_was_looked_at() -> None:
    assert observe(Measurements(seconds=4.0), "en") == []


def test_every_posture_has_words() -> None:
    named = {posture.kind for posture in POSTURES} | {"head_nod", "head_shake", "blinking_fast"}
    assert named <= set(WORDS)
    for posture in POSTURES:
        assert 0 < posture.off < posture.on < posture.full and 0 < posture.trust <= 1


def wandering(seed: int) -> FaceTrack:
    rng = np.random.default_rng(seed)
    pose = np.cumsum(rng.normal(0, 4, (41, 3)), axis=0).clip(-60, 60)
    gaze = np.cumsum(rng.normal(0, 0.1, (41, 2)), axis=0).clip(-1, 1)
    return track(pose=pose, gaze=gaze, units={"AU43": rng.random(41)})


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6))
def test_invariants_of_any_head(seed: int) -> None:
    one = wandering(seed)
    clip = measurements(one)
    found = observe(clip, "en")
    assert len(found) <= MOST_CUES
    for cue in found:
        assert 0 <= cue.start <= cue.end <= clip.seconds and 0 <= cue.confidence <= 1
        assert all(piece.value == again for piece, again in remeasure(cue, clip))
    assert [c.kind for c in observe(clip, "zh")] == [c.kind for c in found]
    mirrored = observe(measurements(mirrored_track(one)), "en")
    assert [(c.kind, c.start, c.confidence) for c in mirrored] == [
        (c.kind, c.start, c.confidence) for c in found
    ]


@given(st.floats(0, 3), st.floats(0.7, 1.0), st.integers(0, 2), st.booleans())
def test_postures_follow_reversed_time(start: float, seconds: float, angle: int, up: bool) -> None:
    pose = np.zeros((41, 3))
    pose[:, angle] = pulse(start, start + seconds, 45 if up else -45)
    one = track(pose=pose)
    still = {posture.kind for posture in POSTURES}
    forward, backward = (
        [cue for cue in cues(each) if cue.kind in still] for each in (one, reversed_track(one))
    )
    assert [cue.kind for cue in forward] == [cue.kind for cue in backward]
    for cue, back in zip(forward, backward, strict=True):
        assert (4 - cue.end, 4 - cue.start) == pytest.approx((back.start, back.end))
