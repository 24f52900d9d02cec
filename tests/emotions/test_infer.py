"""Inference adds evidence up: monotone, ordered in time, silent without cues, aware of conflict."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cue
from emer.cues.events import EVENTS
from emer.cues.face_words import WORDS as FACES
from emer.cues.lexicon import word_labels
from emer.cues.voice_words import WORDS as VOICES
from emer.cues.words_rules import kinds as word_kinds
from emer.emotions import FAMILIES, LABELS, infer
from emer.emotions.evidence import AROUSAL, NAMES, VALENCE, cast, combine, disagreement, tally
from emer.emotions.labels import PLAIN
from emer.emotions.votes import VOTES
from emer.instruments.text_emotion import GOEMOTIONS_LABELS

SURE = {"visual": 1.0, "auditory": 1.0, "textual": 1.0}
KINDS = sorted(VOTES)


@st.composite
def cue_lists(draw: st.DrawFn) -> list:  # type: ignore[type-arg]
    count = draw(st.integers(0, 12))
    cues = []
    for index in range(count):
        start = draw(st.floats(0, 20))
        length = draw(st.floats(0, 10))
        cues.append(
            cue(
                f"{draw(st.sampled_from('vat'))}{index + 1}",
                draw(st.sampled_from(KINDS)),
                start,
                start + length,
                draw(st.floats(0, 1)),
            )
        )
    return cues


@given(cue_lists(), st.floats(0.1, 30))
def test_any_cues_give_a_valid_inference(cues: list, seconds: float) -> None:  # type: ignore[type-arg]
    result = infer(cues, seconds, SURE)
    ids = {item.id for item in cues}
    assert -1 <= result.valence <= 1 and -1 <= result.arousal <= 1
    assert 0 <= result.conflict.score <= 1
    for emotion in (*result.emotions, *(e for m in result.timeline for e in m.emotions)):
        assert emotion.cues and set(emotion.cues) <= ids
        assert 0 <= emotion.confidence <= 1
    confidences = [emotion.confidence for emotion in result.emotions]
    assert confidences == sorted(confidences, reverse=True)
    assert len({emotion.label for emotion in result.emotions}) == len(result.emotions)
    if result.timeline:
        assert result.timeline[0].start == 0
        assert result.timeline[-1].end == pytest.approx(seconds, abs=1e-3)
        for before, after in zip(result.timeline, result.timeline[1:], strict=False):
            assert before.end == after.start


def test_nothing_seen_nothing_said() -> None:
    result = infer([], 5.0, SURE)
    assert result.emotions == () and result.timeline == () and result.valence == 0


@pytest.mark.parametrize(
    "kind", [k for k, v in VOTES.items() if any(w > 0.4 for w in v.weights.values())]
)
def test_a_vote_raises_the_families_it_speaks_for(kind: str) -> None:
    strongest = max(VOTES[kind].weights, key=lambda name: VOTES[kind].weights[name])
    base = combine({}, {})
    with_cue = combine(tally(cast([cue("v1", kind)]), 0, 1), {})
    index = NAMES.index(strongest)
    assert with_cue[index] > base[index]


def test_more_confidence_more_probability() -> None:
    index = NAMES.index("joy")
    low, high = (
        combine(tally(cast([cue("v1", "smile_genuine", confidence=c)]), 0, 1), {})[index]
        for c in (0.3, 0.9)
    )
    assert high > low


def test_the_same_kind_twice_counts_once() -> None:
    once = tally(cast([cue("v1", "brow_lowered")]), 0, 1)
    twice = tally(cast([cue("v1", "brow_lowered"), cue("v2", "brow_lowered")]), 0, 1)
    np.testing.assert_allclose(once["visual"], twice["visual"])


def test_reliability_scales_a_modality() -> None:
    sums = tally(cast([cue("a1", "shouting")]), 0, 1)
    index = NAMES.index("anger")
    assert combine(sums, {"auditory": 0.2})[index] < combine(sums, {"auditory": 1.0})[index]
    np.testing.assert_allclose(combine(sums, {"auditory": 0.0}), combine({}, {}))


def test_a_bystander_counts_less() -> None:
    smile = [cue("v1", "smile_genuine", person="p2")]
    index = NAMES.index("joy")
    assert (
        combine(tally(cast(smile, {"p2": 0.5}), 0, 1), {})[index]
        < combine(tally(cast(smile), 0, 1), {})[index]
    )


def test_sadness_then_joy_turns_at_the_right_second_and_is_bittersweet() -> None:
    cues = [
        cue("v1", "lip_corners_down", 0, 6),
        cue("v2", "brow_knit_raised", 0, 6),
        cue("v3", "smile_genuine", 6, 12),
    ]
    result = infer(cues, 12, SURE)
    assert [moment.emotions[0].label for moment in result.timeline] == ["sad", "joyful"]
    assert result.timeline[0].end == pytest.approx(6, abs=0.75)
    assert "bittersweet" in [emotion.label for emotion in result.emotions]
    assert result.timeline[0].valence < 0 < result.timeline[1].valence


def test_fear_then_joy_is_relief() -> None:
    cues = [
        cue("v1", "lips_stretched", 0, 5),
        cue("v2", "eyes_widened", 0, 5),
        cue("a1", "screaming", 0, 5),
        cue("v3", "smile_genuine", 5, 10),
    ]
    assert "relieved" in [emotion.label for emotion in infer(cues, 10, SURE).emotions]


def test_smile_with_an_angry_voice_is_a_conflict_and_agreement_is_not() -> None:
    smile = cue("v1", "smile_genuine")
    angry = infer([smile, cue("a1", "shouting"), cue("a2", "voice_sharp")], 1, SURE)
    merry = infer([smile, cue("a1", "laughter")], 1, SURE)
    assert angry.conflict.score > 0.4 > 0.15 > merry.conflict.score
    assert {r.modality for r in angry.conflict.readings} == {"visual", "auditory"}


def test_a_silent_modality_contradicts_nobody() -> None:
    base = combine({}, {})
    joy = combine(tally(cast([cue("v1", "smile_genuine")]), 0, 1), {})
    still = combine(tally(cast([cue("a1", "voice_even")]), 0, 1), {})
    assert disagreement({"visual": joy}, {}) == 0
    assert disagreement({"visual": joy, "auditory": still}, {}) < 0.25
    assert disagreement({"visual": base, "auditory": base}, {}) == pytest.approx(0, abs=1e-9)


def test_chinese_labels() -> None:
    result = infer([cue("v1", "smile_genuine")], 1, SURE, language="zh")
    assert result.emotions[0].label == "喜悦"


def test_tables_fit_together() -> None:
    assert set(PLAIN) == set(FAMILIES) and set(PLAIN.values()) <= set(LABELS)
    for kind, votes in VOTES.items():
        assert set(votes.weights) <= set(FAMILIES), kind
        assert votes.label is None or votes.label in LABELS, kind
    assert np.all(np.abs(VALENCE) <= 1) and np.all(np.abs(AROUSAL) <= 1)
    assert len({label.zh for label in LABELS.values()}) == len(LABELS)


def test_the_table_and_the_observers_know_the_same_kinds() -> None:
    """A vote for a kind nobody reports, or a new kind without a decision, is a mistake."""
    reported = {
        *word_kinds(),
        *FACES,
        *(key.split(":")[0] for key in VOICES),
        *(event.kind for event in EVENTS),
        *(f"emotion_word_{word}" for word in word_labels()),
        *(f"text_{label}" for label in GOEMOTIONS_LABELS),
    }
    silent = {
        "head_raised",
        "head_tilted",
        "head_turned",
        "music",
        "speech_not_understood",
        "voice_absent",
        "voice_change",
    }
    assert reported - set(VOTES) == silent
    assert set(VOTES) <= reported
