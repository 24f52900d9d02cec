"""Observers are found by entry point; ids follow modality and time."""

from __future__ import annotations

from dataclasses import replace

from builders import cue
from emer.cues.collect import collect, number, observers
from emer.cues.measures import evaluate
from emer.explanation import Subtitle
from emer.measurements import Measurements


def test_every_built_in_observer_is_found() -> None:
    assert {"events", "face", "head", "speaker", "voice", "words"} <= set(observers())


def test_nothing_measured_nothing_seen() -> None:
    assert collect(Measurements(seconds=3.0), "en") == []


def test_ids_follow_modality_then_time() -> None:
    cues = [cue("v1", "b", 2, 3), cue("t1", "x", 1, 2), cue("v2", "a", 1, 2), cue("a1", "n", 0, 1)]
    assert [(c.id, c.kind) for c in number(cues)] == [
        ("v1", "a"),
        ("v2", "b"),
        ("a1", "n"),
        ("t1", "x"),
    ]


def test_numbering_does_not_depend_on_the_order_observers_ran() -> None:
    cues = [cue("v1", kind, 1, 2) for kind in "abc"]
    assert number(cues) == number(list(reversed(cues)))


def test_what_was_computed_is_not_taken_for_other_measurements() -> None:
    """A copy with something replaced must not answer from the memory of the original."""
    words = Subtitle(text="no", source="given")
    clip = Measurements(seconds=1.0, subtitle=words)
    assert evaluate("words.negation", clip, 0, 1) == 1
    other = replace(clip, subtitle=Subtitle(text="yes", source="given"))
    assert evaluate("words.negation", other, 0, 1) == 0
