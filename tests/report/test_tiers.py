"""Tiers: nothing overlaps, nothing is lost, as few as possible."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Explanation
from emer.report.tiers import Mark, mark, milliseconds, pack, span, tiers
from report.example import HOSTILE, poison

spans = st.tuples(st.integers(0, 5000), st.integers(1, 2000)).map(
    lambda pair: Mark(pair[0], pair[0] + pair[1], "x")
)


def edges(one: Mark) -> tuple[int, int]:
    return one.start, one.end


@given(st.lists(spans, max_size=40))
def test_rows_do_not_overlap_and_keep_everything(marks: list[Mark]) -> None:
    rows = pack(marks, edges)
    for row in rows:
        assert row
        for before, after in pairwise(row):
            assert before.end <= after.start
    assert sorted(edges(one) for row in rows for one in row) == sorted(map(edges, marks))


@given(st.lists(spans, min_size=1, max_size=40))
def test_there_are_as_many_rows_as_marks_at_once(marks: list[Mark]) -> None:
    most = max(sum(m.start <= one.start < m.end for m in marks) for one in marks)
    assert len(pack(marks, edges)) == most


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_mark_has_a_length(start: float, end: float) -> None:
    one = mark(start, end, " a \n b ")
    assert one.start == milliseconds(start)
    assert one.end == max(milliseconds(end), one.start + 1)
    assert one.text == "a b"


def test_the_tiers_of_the_example(english: Explanation) -> None:
    found = {tier.name: tier for tier in tiers(english)}
    assert list(found) == [
        "emotions",
        "valence and arousal",
        "words",
        "visual p1",
        "visual p1 (2)",
        "visual p2",
        "visual p2 (2)",
        "auditory",
        "auditory p1",
        "auditory p1 (2)",
        "textual",
    ]
    assert found["visual p1"].person == "p1"
    assert found["auditory"].person is None
    assert found["emotions"].marks[1] == Mark(1200, 4200, "joyful, grateful")
    assert found["auditory"].marks == (Mark(2700, 2750, "a3 laughter: Laughter is heard."),)
    assert span(english, ".eaf") == 7200


def test_names_stay_unique_when_ids_look_like_numbered_names(english: Explanation) -> None:
    first = english.cues[0]
    ids = ("p1", "p1", "p1 (2)", "p1  (2)")
    cues = tuple(
        first.model_copy(update={"id": f"v{n}", "person": person}) for n, person in enumerate(ids)
    )
    found = tiers(english.model_copy(update={"cues": cues}))
    names = [tier.name for tier in found]
    assert len(set(names)) == len(names)
    texts = [one.text for tier in found for one in tier.marks]
    assert all(sum(text.startswith(f"v{n} ") for text in texts) == 1 for n in range(4))


def test_hostile_text_stays_on_one_line(english: Explanation) -> None:
    for text in HOSTILE:
        for tier in tiers(poison(english, text)):
            assert len(tier.name.splitlines()) == 1
            assert all(len(one.text.splitlines()) <= 1 for one in tier.marks)
