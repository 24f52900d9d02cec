"""The wheel: angles that are counts, families in order, names where there is room."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.report import example
from emer.dataset.report import LabelCount
from emer.dataset.report.families import ordered, place, tone_of
from emer.dataset.report.labels import wheel_of
from emer.dataset.report.wheel import MOST, rings, wheel
from emer.emotions import FAMILIES
from report.test_page import Page

COUNTS = st.lists(
    st.builds(
        LabelCount,
        st.text("abc", min_size=1, max_size=4),
        st.just(""),
        st.sampled_from(["joy", "anger", "", "zest"]),
        st.integers(0, 10**6),
    ),
    max_size=150,
)


@given(COUNTS)
def test_pieces_fill_the_circle_by_their_counts(labels: list[LabelCount]) -> None:
    inner, outer = rings(labels, "en")
    total = sum(each.count for each in labels)
    for ring in (inner, outer):
        assert sum(each.count for each in ring) == total
        at = 0.0
        for each in ring:
            assert each.start == pytest.approx(at)
            share = (each.end - each.start) / (2 * math.pi)
            assert share == pytest.approx(each.count / total, abs=1e-9)
            at = each.end
        assert not ring or at == pytest.approx(2 * math.pi)
    assert len(outer) <= MOST + len(inner)


def test_labels_lie_around_their_family() -> None:
    inner, outer = rings(example.labels(), "en")
    where = {each.name: each for each in inner}
    for each in outer:
        family = where[each.family]
        assert family.start - 1e-9 <= each.start <= each.end <= family.end + 1e-9


def test_families_follow_the_circumplex() -> None:
    order = ordered(["anger", "joy", "sadness", "zest", "affection"])
    assert order == ["affection", "joy", "anger", "sadness", "zest"]
    assert set(ordered(FAMILIES)) == set(FAMILIES)


def test_colours_tell_pleasant_from_unpleasant() -> None:
    assert tone_of("joy") == "tone-5"
    assert tone_of("Fear") == "tone-1"
    assert tone_of("neutral") == "tone-3"
    assert tone_of("zest") == "tone-none"
    assert place("zest") is None


def test_names_stand_where_there_is_room_and_the_rest_in_titles() -> None:
    labels = [LabelCount("great", "", "joy", 1000), LabelCount("tiny", "", "joy", 1)]
    found = Page(wheel(labels, "en"))
    assert "great" in found.text("text")
    assert "tiny" not in found.text("text")
    assert "tiny: 1 (0.1%)" in found.text("title")


def test_one_label_is_a_whole_circle() -> None:
    found = Page(wheel([LabelCount("calm", "平静", "neutral", 7)], "zh"))
    assert len(found.all("path")) == 2
    assert "平静" in found.text("text")
    assert "nan" not in str(found.elements)


def test_long_names_are_cut_by_the_room_they_take() -> None:
    labels = [LabelCount("", "喜" * 30, "joy", 1), LabelCount("x" * 30, "", "anger", 1)]
    text = Page(wheel(labels, "en")).text("text")
    assert "喜" * 7 + "…" in text and "喜" * 9 not in text
    assert "x" * 15 + "…" in text and "x" * 17 not in text


def test_the_table_agrees_with_the_counts() -> None:
    labels = example.labels()
    found = Page(wheel_of(labels, "en"))
    values = [int(each["value"]) for each in found.all("data") if "." not in each["value"]]
    rows = [each.count for each in sorted(labels, key=lambda each: -each.count)]
    families = sorted(
        (
            sum(e.count for e in labels if e.family == name)
            for name in {each.family for each in labels}
        ),
        reverse=True,
    )
    assert values == families + rows
    shares = [float(each["value"]) for each in found.all("data") if "." in each["value"]]
    assert sum(shares) == pytest.approx(1)


def test_no_labels_no_wheel() -> None:
    assert wheel_of([], "en") == wheel_of([LabelCount("a", "", "joy", 0)], "en") == ""
    assert wheel([], "en") == ""
