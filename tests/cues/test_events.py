"""Cues of sound events."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emer.cues.events import EVENTS, MOST_CUES, observe
from emer.cues.measures import remeasure
from emer.instruments.sound_events import CLASSES
from emer.measurements import Measurements, SoundEvents

STEP, WINDOW = 0.4875, 0.975


def heard(**scores: list[float]) -> Measurements:
    """A clip with scores of some classes in successive windows."""
    count = len(next(iter(scores.values()), [0.0]))
    table = np.zeros((count, len(CLASSES)))
    for name, values in scores.items():
        table[:, CLASSES.index(name.replace("_", " "))] = values
    seconds = (count - 1) * STEP + WINDOW
    events = SoundEvents(np.arange(count) * STEP, WINDOW, CLASSES, table, "yamnet")
    return Measurements(seconds=seconds, events=events)


def test_every_class_is_one_that_is_measured() -> None:
    for event in EVENTS:
        assert set(event.classes) <= set(CLASSES)
        assert len(event.en) == len(event.zh)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_each_event_is_noticed_above_its_score_and_not_below(event) -> None:  # type: ignore[no-untyped-def]
    name = event.classes[-1].replace(" ", "_")
    above, below = event.least + 0.05, event.least - 0.05
    (cue,) = observe(heard(**{name: [0.0, above, 0.0]}), "en")
    assert cue.kind == event.kind
    assert cue.evidence[0].value == pytest.approx(above)
    assert cue.evidence[0].reference == event.least
    assert observe(heard(**{name: [below, below]}), "en") == []


def test_the_stretch_with_the_highest_score_is_reported() -> None:
    scores = [0.4, 0.0, 0.0, 0.5, 0.9, 0.4, 0.0]
    (cue,) = observe(heard(Laughter=scores), "en")
    assert (cue.start, cue.end) == pytest.approx((3 * STEP, 5 * STEP + WINDOW), abs=0.001)
    assert cue.evidence[0].value == 0.9
    assert "0.90" in cue.statement


def test_louder_evidence_gives_more_confidence() -> None:
    (weak,) = observe(heard(Giggle=[0.3]), "en")
    (strong,) = observe(heard(Giggle=[0.9]), "zh")
    assert weak.confidence < strong.confidence
    assert "笑" in strong.statement


def test_nothing_measured_nothing_said() -> None:
    assert observe(Measurements(seconds=1.0), "en") == []
    assert observe(heard(Silence=[1.0, 1.0]), "en") == []
    none = SoundEvents(np.zeros(0), WINDOW, CLASSES, np.zeros((0, len(CLASSES))), "yamnet")
    assert observe(Measurements(seconds=0.0, events=none), "en") == []


def test_works_with_classes_of_another_instrument() -> None:
    events = SoundEvents(np.array([0.0]), 1.0, ("Laughter",), np.array([[0.8]]), "other")
    assert [c.kind for c in observe(Measurements(seconds=1.0, events=events), "en")] == ["laughter"]


@settings(max_examples=50, deadline=None)
@given(
    arrays.arrays(
        float, st.tuples(st.integers(1, 12), st.just(len(CLASSES))), elements=st.floats(0, 1)
    ),
    st.floats(0.01, 8.0),
)
def test_any_scores_give_sound_cues(table: np.ndarray, seconds: float) -> None:
    events = SoundEvents(np.arange(len(table)) * STEP, WINDOW, CLASSES, table, "yamnet")
    m = Measurements(seconds=seconds, events=events)
    cues = observe(m, "en")
    assert len(cues) <= MOST_CUES
    for cue in cues:
        assert 0 <= cue.start <= cue.end
        assert all(piece.value == again for piece, again in remeasure(cue, m))
