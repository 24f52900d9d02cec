from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.cues.measures import evaluate, remeasure
from emer.cues.speaker import observe, speaking_scores, speech_runs
from emer.explanation import Cue
from emer.measurements import FaceScan, FaceTrack, Floats, Measurements, VoiceTrack

HOP, SECONDS = 0.01, 8.0
TIMES = np.arange(0, SECONDS, 1 / 15)
SPEECH = [(1.0, 3.0), (5.0, 7.0)]


def spoken(times: Floats, spans: list[tuple[float, float]] = SPEECH) -> np.ndarray:
    inside = np.zeros(len(times), bool)
    for a, b in spans:
        inside |= (times >= a) & (times < b)
    return inside


def syllables(times: Floats) -> Floats:
    """Four syllables a second, each opening the mouth and raising the level."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * 4 * times)


def voice(spans: list[tuple[float, float]] = SPEECH) -> VoiceTrack:
    times = (np.arange(round(SECONDS / HOP)) + 0.5) * HOP
    speech = spoken(times, spans)
    empty = np.full(len(times), np.nan)
    loudness = np.where(speech, -30 + 15 * syllables(times), -70.0)
    return VoiceTrack(
        HOP, empty, empty, loudness, speech, empty, empty, np.zeros(0), "made-up voice"
    )


def mouth(spans: list[tuple[float, float]], seed: int = 1) -> Floats:
    tremble = np.random.default_rng(seed).normal(0, 0.001, len(TIMES))
    return np.abs(0.06 * syllables(TIMES) * spoken(TIMES, spans) + tremble)


def track(
    person: str,
    gap: Floats,
    *,
    quality: float = 0.9,
    times: Floats = TIMES,
    pitch: float = 0.0,
) -> FaceTrack:
    n = len(times)
    return FaceTrack(
        person=person,
        times=times,
        boxes=np.zeros((n, 4)),
        height_px=np.full(n, 200.0),
        action_units={},
        gaze=np.zeros((n, 2)),
        pose=np.tile([pitch, 0.0, 0.0], (n, 1)),
        blink=np.zeros(n),
        mouth_open=gap,
        quality=np.full(n, quality),
    )


def clip(
    *tracks: FaceTrack, unusable: float = 0.0, sound: VoiceTrack | None = None
) -> Measurements:
    n = len(TIMES)
    scan = FaceScan(
        TIMES, np.full(n, 0.5), np.ones(n), np.full(n, unusable), {}, tracks, "made-up faces"
    )
    return Measurements(seconds=SECONDS, faces=scan, voice=sound or voice())


def kinds(cues: list[Cue]) -> list[tuple[str, str | None]]:
    return [(cue.kind, cue.person) for cue in cues]


TALKER, STILL = mouth(SPEECH), mouth([])


def test_a_mouth_that_moves_with_the_speech_speaks() -> None:
    measured = clip(track("p1", TALKER))
    cues = observe(measured, "en")
    assert kinds(cues) == [("speaking", "p1"), ("speaking", "p1")]
    assert [(c.start, c.end) for c in cues] == SPEECH
    assert speaking_scores(measured)["p1"] > 0.8
    assert all(c.modality == "visual" and c.id == "" for c in cues)
    assert cues[0].evidence[0].measure == "speaker.agreement"
    assert f"(agreement {cues[0].evidence[0].value:.2f})" in cues[0].statement
    assert cues[0].confidence <= 0.8


def test_the_speaker_is_told_from_the_listener() -> None:
    measured = clip(track("p1", STILL), track("p2", TALKER))
    assert set(kinds(observe(measured, "en"))) == {("speaking", "p2"), ("listening", "p1")}
    scores = speaking_scores(measured)
    assert scores["p2"] > 0.8 and scores["p1"] < 0.1


def test_turns_go_to_the_one_who_speaks_in_them() -> None:
    first, second = mouth(SPEECH[:1]), mouth(SPEECH[1:], seed=2)
    cues = observe(clip(track("p1", first), track("p2", second)), "en")
    assert [(c.kind, c.person, c.start) for c in cues if c.kind == "speaking"] == [
        ("speaking", "p1", 1.0),
        ("speaking", "p2", 5.0),
    ]


def test_speech_without_a_moving_mouth_comes_from_off_screen() -> None:
    cues = observe(clip(track("p1", STILL)), "en")
    assert kinds(cues) == [("listening", "p1"), ("speaker_off_screen", None)] * 2


def test_a_face_that_cannot_be_measured_may_be_the_speaker() -> None:
    cues = observe(clip(track("p1", STILL), unusable=1.0), "en")
    assert "speaker_off_screen" not in {cue.kind for cue in cues}


def test_a_mouth_open_a_little_may_be_talking_softly() -> None:
    assert observe(clip(track("p1", STILL + 0.012)), "en") == []


def test_the_lips_of_a_bowed_head_are_not_seen() -> None:
    assert observe(clip(track("p1", STILL, pitch=-25.0)), "en") == []
    assert kinds(observe(clip(track("p1", TALKER, pitch=-25.0)), "en"))[0][0] == "speaking"


def test_two_equally_moving_mouths_are_not_decided() -> None:
    assert observe(clip(track("p1", TALKER), track("p2", mouth(SPEECH, seed=3))), "en") == []


def test_a_mouth_moving_in_silence_alone_does_not_speak() -> None:
    measured = clip(track("p1", mouth([(3.2, 4.8), (7.2, 8.0)])))
    assert "speaking" not in {cue.kind for cue in observe(measured, "en")}


def test_moving_in_silence_too_lowers_the_agreement() -> None:
    always = mouth([(0.0, SECONDS)])
    both = clip(track("p1", TALKER), track("p2", always))
    assert speaking_scores(both)["p1"] > speaking_scores(both)["p2"] + 0.2


def test_following_the_loudness_raises_the_agreement() -> None:
    shifted = np.interp(TIMES + 0.125, TIMES, TALKER)  # half a syllable early: moves against it
    both = clip(track("p1", TALKER), track("p2", shifted))
    with_, against = (evaluate("speaker.agreement", both, 1, 3, p) for p in ("p1", "p2"))
    assert with_ > against + 0.2


def test_small_faces_tremble_more() -> None:
    gap = np.abs(np.random.default_rng(5).normal(0, 0.008, len(TIMES)))
    near, far = track("p1", gap), track("p2", gap)
    object.__setattr__(far, "height_px", np.full(len(TIMES), 40.0))
    scores = speaking_scores(clip(near, far))
    assert scores["p2"] < scores["p1"]


def test_bad_faces_and_rare_frames_give_nothing() -> None:
    assert observe(clip(track("p1", TALKER, quality=0.1)), "en") == []
    sparse = track("p1", TALKER[::15], times=TIMES[::15])
    assert observe(clip(sparse), "en") == []
    assert observe(clip(track("p1", np.full(len(TIMES), np.nan))), "zh") == []


@pytest.mark.parametrize(
    "measured",
    [
        Measurements(seconds=SECONDS, voice=voice()),
        Measurements(seconds=SECONDS, faces=clip(track("p1", TALKER)).faces),
        Measurements(seconds=0.0, still=True, faces=clip(track("p1", TALKER)).faces, voice=voice()),
        clip(),
        clip(track("p1", TALKER), sound=voice([])),
    ],
    ids=["no faces", "no voice", "still", "no tracks", "no speech"],
)
def test_without_both_sides_there_is_no_cue(measured: Measurements) -> None:
    assert observe(measured, "en") == []
    assert speaking_scores(measured) == {}


def test_short_gaps_do_not_end_a_run_and_short_runs_do_not_count() -> None:
    sound = voice([(1.0, 1.5), (1.8, 2.5), (4.0, 4.3)])
    assert speech_runs(clip(sound=sound)) == [(1.0, 2.5)]


def test_every_number_can_be_measured_again() -> None:
    measured = clip(track("p1", TALKER), track("p2", STILL))
    cues = observe(measured, "en")
    pairs = [pair for cue in cues for pair in remeasure(cue, measured)]
    assert pairs and all(piece.value == again for piece, again in pairs)


def test_both_languages_say_the_same() -> None:
    measured = clip(track("p1", TALKER), track("p2", STILL))
    english, chinese = observe(measured, "en"), observe(measured, "zh")
    assert [c.evidence for c in english] == [c.evidence for c in chinese]
    assert all(c.person is None or c.person in c.statement for c in english + chinese)
    assert all("p1" not in c.statement for c in observe(clip(track("p1", TALKER)), "en"))
    assert all("似乎" in c.statement for c in chinese)


@given(
    st.lists(st.floats(0, 0.5) | st.just(np.nan), min_size=len(TIMES), max_size=len(TIMES)),
    st.floats(0, 8),
    st.floats(0, 8),
)
def test_agreement_stays_within_0_and_1(gap: list[float], start: float, end: float) -> None:
    measured = clip(track("p1", np.array(gap)))
    value = evaluate("speaker.agreement", measured, min(start, end), max(start, end), "p1")
    assert np.isnan(value) or 0.0 <= value <= 1.0
