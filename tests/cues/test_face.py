from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.cues.face import EXPLAINED_BY, MOST_CUES, MOST_PEOPLE, observe
from emer.cues.face_patterns import PATTERNS, shown, spans, talking
from emer.cues.face_words import WORDS
from emer.cues.measures import remeasure
from emer.explanation import Cue
from emer.instruments.action_units import UNITS
from emer.measurements import FaceTrack, Floats, Measurements
from face_builders import measurements, mirrored_track, pulse, reversed_track, track

SYLLABLES = 0.03 * (1 + np.sin(2 * np.pi * 3.3 * np.arange(41) / 10))


def kinds(clip: Measurements) -> set[str]:
    return {cue.kind for cue in observe(clip, "en")}


def one(kind: str, clip: Measurements) -> Cue:
    return next(cue for cue in observe(clip, "en") if cue.kind == kind)


def showing(seconds: float = 4.0, **heights: float) -> Measurements:
    units = {name: pulse(1, 2.5, height, seconds) for name, height in heights.items()}
    return measurements(track(seconds, units))


@pytest.mark.parametrize(
    ("heights", "kind"),
    [
        ({"AU12": 0.8, "AU6": 0.5}, "smile_genuine"),
        ({"AU12": 0.8}, "smile_social"),
        ({"AU12": 0.35}, "smile_slight"),
        ({"AU12": 0.35, "AU6": 0.5}, "smile_slight"),
        ({"AU4": 0.6}, "brow_lowered"),
        ({"AU1": 0.6}, "inner_brow_raised"),
        ({"AU1": 0.6, "AU2": 0.6}, "brow_raised"),
        ({"AU1": 0.6, "AU4": 0.4}, "brow_knit_raised"),
        ({"AU5": 0.7}, "eyes_widened"),
        ({"AU7": 0.7}, "eyes_narrowed"),
        ({"AU9": 0.6, "AU4": 0.6}, "nose_wrinkled"),
        ({"AU10": 0.6}, "upper_lip_raised"),
        ({"AU15": 0.6}, "lip_corners_down"),
        ({"AU17": 0.6}, "chin_raised"),
        ({"AU24": 0.6}, "lips_pressed"),
        ({"AU20": 0.6}, "lips_stretched"),
        ({"AU28": 0.6}, "lips_sucked"),
        ({"AU26": 0.7, "AU5": 0.6}, "jaw_dropped"),
        ({"AU26": 0.9}, "mouth_open_wide"),
        ({"AU4": 0.5, "AU6": 0.7, "AU43": 1.0}, "face_crumpled"),
    ],
)
def test_each_expression_is_named(heights: dict[str, float], kind: str) -> None:
    cue = one(kind, showing(**heights))
    assert (cue.start, cue.end) == (1.0, 2.5)
    assert cue.person == "p1" and cue.modality == "visual" and cue.id == ""
    lead = next(iter(heights))
    assert cue.evidence[0].measure.startswith(f"face.{lead}." if kind != "brow_knit" else "face.")
    assert cue.evidence[0].value == pytest.approx(heights[lead], abs=0.01)
    assert cue.evidence[0].reference is not None


def test_every_pattern_and_every_word_is_known() -> None:
    units = {unit.name for unit in UNITS}
    named = {p.kind for p in PATTERNS} - {"smile"}
    named |= {"smile_genuine", "smile_social", "smile_slight", "face_still"}
    assert named <= set(WORDS)
    assert set(EXPLAINED_BY) | {k for ks in EXPLAINED_BY.values() for k in ks} <= named
    for pattern in PATTERNS:
        assert 0 < pattern.off < pattern.on < 0.85 and 0 < pattern.trust <= 1
        assert pattern.cites[0] in units and pattern.least > 0


def test_brows_raised_together_are_not_also_inner_brows_raised() -> None:
    assert kinds(showing(AU1=0.7, AU2=0.5)) == {"brow_raised"}


def test_crying_is_not_a_smile_and_laughing_is_no_crying() -> None:
    mouth = {"AU12": 0.8, "AU6": 0.7, "AU43": 1.0}
    assert "face_crumpled" in (crying := kinds(showing(**mouth, AU4=0.4)))
    assert not any(kind.startswith("smile") for kind in crying)
    assert kinds(showing(**mouth, AU25=1.0, AU4=0.1)) == {"smile_genuine"}


def test_a_wide_mouth_before_crying_is_its_onset() -> None:
    units = {
        "AU12": pulse(0.5, 3, 0.8),
        "AU6": pulse(1, 3.5, 0.7),
        "AU4": pulse(1.3, 3.5, 0.5),
        "AU43": pulse(1.2, 3.5, 1.0),
    }
    assert not any(kind.startswith("smile") for kind in kinds(measurements(track(units=units))))


def test_talking_is_not_surprise_but_smiles_count() -> None:
    mouth = SYLLABLES / SYLLABLES.max()
    talk = {"AU25": mouth, "AU26": 0.6 * mouth}
    assert kinds(measurements(track(units=talk, mouth_open=SYLLABLES))) <= {"face_still"}
    smile = talk | {"AU12": pulse(1, 3, 0.7), "AU6": pulse(1, 3, 0.4)}
    found = kinds(measurements(track(units=smile, mouth_open=SYLLABLES)))
    assert found == {"smile_genuine"}


def test_mouth_cues_need_longer_and_are_trusted_less_while_talking() -> None:
    brief, long = {"AU24": pulse(1, 1.4, 0.8)}, {"AU24": pulse(1, 2.5, 0.8)}
    assert kinds(measurements(track(units=brief))) == {"lips_pressed"}
    assert "lips_pressed" not in kinds(measurements(track(units=brief, mouth_open=SYLLABLES)))
    quiet = one("lips_pressed", measurements(track(units=long)))
    spoken = one("lips_pressed", measurements(track(units=long, mouth_open=SYLLABLES)))
    assert spoken.confidence < quiet.confidence


def test_talking_tells_speech_from_a_closed_or_a_held_open_mouth() -> None:
    assert talking(track(mouth_open=SYLLABLES)).all()
    assert not talking(track()).any()
    assert not talking(track(mouth_open=np.full(41, 0.1))).any()
    late = np.where(np.arange(41) < 20, 0.003, SYLLABLES)
    assert not talking(track(mouth_open=late))[:18].any()


def test_one_sided_corner_in_a_frontal_face_only() -> None:
    base = track()
    units = dict(base.action_units) | {"AU12_L": pulse(1, 3, 0.6), "AU12": pulse(1, 3, 0.2)}
    turned = np.tile([0.0, 25.0, 0.0], (41, 1))
    frontal = FaceTrack(**(vars(base) | {"action_units": units}))
    away = FaceTrack(**(vars(frontal) | {"pose": turned}))
    assert "lip_corner_one_sided" in kinds(measurements(frontal))
    assert "lip_corner_one_sided" not in kinds(measurements(away))
    sides = [
        piece.value
        for m in (frontal, mirrored_track(frontal))
        for piece in one("lip_corner_one_sided", measurements(m)).evidence
        if piece.measure == "face.lip_corner_sides.mean"
    ]
    assert sides[0] == pytest.approx(-sides[1]) and sides[0] > 0.2


def test_confidence_grows_with_strength_and_falls_with_quality() -> None:
    weak, strong = (one("brow_lowered", showing(AU4=h)) for h in (0.4, 0.9))
    doubtful = measurements(track(units={"AU4": pulse(1, 2.5, 0.9)}, quality=np.full(41, 0.4)))
    assert weak.confidence < strong.confidence
    assert one("brow_lowered", doubtful).confidence == pytest.approx(
        0.4 * strong.confidence, abs=2e-3
    )
    assert "slightly" in weak.statement and "strongly" in strong.statement


def test_first_and_then_swap_when_time_runs_backwards() -> None:
    clip = track(units={"AU4": pulse(0.2, 1.5, 0.8), "AU12": pulse(2, 3.8, 0.9)})
    forward = one("expression_change", measurements(clip))
    backward = one("expression_change", measurements(reversed_track(clip)))
    first = forward.statement.index("lowers the brows")
    assert first < forward.statement.index("smiles")
    assert backward.statement.index("lowers the brows") > backward.statement.index("smiles")
    assert [piece.measure for piece in forward.evidence] == ["face.AU4.mean", "face.AU12.mean"]
    assert [piece.measure for piece in backward.evidence] == ["face.AU12.mean", "face.AU4.mean"]
    spans_ = [(piece.start, piece.end) for piece in forward.evidence]
    assert spans_ == [(0.2, 1.5), (2.0, 3.8)]
    assert (backward.start, backward.end) == pytest.approx((0.2, 3.8))


def test_the_same_family_twice_is_no_change() -> None:
    clip = track(units={"AU4": pulse(0.2, 1.5, 0.8), "AU7": pulse(2, 3.8, 0.9)})
    assert "expression_change" not in kinds(measurements(clip))


def test_a_calm_face_is_said_to_show_little() -> None:
    cue = one("face_still", measurements(track()))
    assert (cue.start, cue.end) == (0, 4) and cue.evidence[0].value < 0.2
    assert observe(measurements(track(0.5)), "en") == []


def test_nothing_is_said_without_faces() -> None:
    assert observe(Measurements(seconds=4.0), "en") == []
    assert observe(measurements(seconds=4.0), "en") == []


def test_a_still_image_gives_cues_without_length() -> None:
    clip = measurements(track(0.0, {"AU12": np.array([0.9]), "AU6": np.array([0.6])}))
    cue = one("smile_genuine", Measurements(seconds=0.0, still=True, faces=clip.faces))
    assert cue.start == cue.end == 0 and "in the picture" in cue.statement


def test_people_are_named_only_where_there_are_several() -> None:
    smile = {"AU12": pulse(1, 2.5, 0.8)}
    alone = observe(measurements(track(units=smile)), "en")
    several = observe(
        measurements(*(track(units=smile, person=f"p{i}") for i in range(1, 6))), "en"
    )
    assert all("erson p1" not in cue.statement for cue in alone)
    assert {cue.person for cue in several} == {f"p{i}" for i in range(1, MOST_PEOPLE + 1)}
    assert all(cue.person in cue.statement for cue in several if cue.person)


def random_units(seed: int, n: int = 41) -> dict[str, Floats]:
    """Return action units that rise and fall over the clip at random."""
    rng = np.random.default_rng(seed)
    times = np.arange(n) / 10
    units: dict[str, Floats] = {}
    for unit in UNITS:
        middle, width = rng.uniform(0, times[-1]), rng.uniform(0.1, 1.5)
        bump = np.exp(-(((times - middle) / width) ** 2)) * rng.uniform(0, 1.2)
        units[unit.name] = np.clip(bump, 0, 1)
    return units


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.booleans())
def test_invariants_of_any_face(seed: int, speaks: bool) -> None:
    clip_track = track(units=random_units(seed), mouth_open=SYLLABLES * speaks)
    clip = measurements(clip_track)
    cues = observe(clip, "en")
    assert len(cues) <= MOST_CUES
    for cue in cues:
        assert 0 <= cue.start <= cue.end <= clip.seconds and 0 <= cue.confidence <= 1
        for piece, again in remeasure(cue, clip):
            assert piece.value == again
            assert piece.start is not None and cue.start <= piece.start
            assert piece.end is not None and piece.end <= cue.end
    assert observe(clip, "en") == cues
    chinese = observe(clip, "zh")
    assert [(c.kind, c.start, c.end) for c in chinese] == [(c.kind, c.start, c.end) for c in cues]
    assert all(any("一" <= letter <= "鿿" for letter in cue.statement) for cue in chinese)
    backwards = observe(measurements(reversed_track(clip_track)), "en")
    turned = {(c.kind, round(4 - c.end, 3), round(4 - c.start, 3)) for c in backwards}
    assert turned == {(c.kind, c.start, c.end) for c in cues}


@given(st.integers(0, 10**6), st.floats(0.2, 0.6), st.floats(0.05, 0.2))
def test_spans_hold_their_thresholds(seed: int, on: float, below: float) -> None:
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.choice([0.1, 0.2, 1.0], 40, p=[0.8, 0.15, 0.05]))
    values = rng.random(40)
    off = on - below
    found = spans(times, values, on, off)
    inside = np.zeros(40, bool)
    for first, last in found:
        assert values[first] >= off and values[last] >= off
        assert values[first : last + 1].max() >= on and not inside[first : last + 1].any()
        assert np.diff(times[first : last + 1], prepend=times[first]).max() <= 0.7 + 1e-9
        inside[first : last + 1] = True
    assert inside[values >= on].all()
    assert [(39 - b, 39 - a) for a, b in reversed(found)] == spans(
        (times[-1] - times)[::-1], values[::-1], on, off
    )


def test_no_pattern_is_shown_in_an_empty_track() -> None:
    empty = track(units={})
    nothing = FaceTrack(
        **(vars(empty) | {"times": np.zeros(0), "action_units": {}, "pose": np.zeros((0, 3))})
    )
    assert all(shown(nothing, pattern) == [] for pattern in PATTERNS)


def test_the_documentation_has_every_pattern() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cues" / "face.md").read_text("utf-8")
    for pattern in PATTERNS:
        kind = "smile_genuine" if pattern.kind == "smile" else pattern.kind
        row = next(line for line in text.splitlines() if line.startswith(f"| `{kind}`"))
        numbers = f"| {pattern.on:g} / {pattern.off:g} | {pattern.least:g} s | {pattern.trust:g} |"
        assert row.endswith(numbers) and ("(m)" in row) == pattern.spoken
