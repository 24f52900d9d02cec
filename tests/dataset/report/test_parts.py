"""Bars, histograms, funnel, filters, agreement and cost: numbers on the page are those given."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from dataset.report import example
from emer.dataset.report import Agreement, Histogram, Point, Spent, Step
from emer.dataset.report.agreement import agreement
from emer.dataset.report.bars import MOST, Bar, bars, counted
from emer.dataset.report.charts import histogram, line
from emer.dataset.report.cost import cost, throughput
from emer.dataset.report.filters import before_after
from emer.dataset.report.funnel import funnel
from emer.dataset.report.headline import headline, lasted
from emer.dataset.report.sieves import OTHERS, read
from report.test_page import Page


def values(found: Page) -> list[float]:
    return [float(each["value"]) for each in found.all("data")]


def width(rect: dict[str, str]) -> float:
    return float(rect["width"].rstrip("%"))


def test_bars_are_as_long_as_their_counts_and_show_what_went() -> None:
    found = Page(bars("x", [Bar("a", 75, 100), Bar("b", 10)], 200))
    rects = found.all("rect")
    plain = [width(each) for each in rects if each["class"] == "plain"]
    (gone,) = [each for each in rects if each["class"] == "gone"]
    assert plain == [37.5, 5]
    assert (gone["x"], gone["width"]) == ("37.5%", "12.5%")
    assert values(found) == [75, 10]
    assert "38\u202f%" in found.text("span")


def test_bars_beyond_the_limit_are_counted() -> None:
    found = Page(counted("x", {f"n{at:03d}": 1 for at in range(MOST + 3)}))
    assert len(found.all("li")) == MOST
    assert found.text("p") == "and 3 more"
    assert bars("x", [], 0) == ""


def test_histogram_bars_are_as_high_as_their_counts() -> None:
    before = Histogram([0.0, 1.0, 5.0, math.inf], [4, 20, 2])
    after = Histogram(before.edges, [4, 10, 0])
    found = Page(histogram("Seconds", "length", "records", after, before))
    heights = [float(each["height"]) for each in found.all("rect")]
    assert heights[1] / heights[0] == pytest.approx(2.5, rel=1e-3)
    assert "14 records left" in found.text("span")
    assert "26 before" in found.text("span")
    assert "1 to 5: 10 records" in found.text("title")
    assert "5 and more 2" in found.all("svg")[0]["aria-label"]


def test_whole_numbers_are_drawn_up_to_the_largest_there_is() -> None:
    edges = [*map(float, range(21)), math.inf]
    counts = [0, 7, 3, *([0] * 18)]
    found = Page(histogram("Statements", "statements", "records", Histogram(edges, counts, True)))
    words = [text for name, text in found.texts if name == "text"]
    assert words[:3] == ["0", "1", "2"] and "20" not in words
    assert "1: 7 records" in found.text("title")


def test_a_line_ends_where_the_points_do() -> None:
    found = Page(line("Done", "minutes", "records", [(0.0, 0.0), (1.0, 10.0), (2.0, 20.0)]))
    path = found.all("path")[0]["d"]
    x, y = zip(*(map(float, each.split()) for each in path[1:].split("L")), strict=True)
    assert x[1] - x[0] == pytest.approx(x[2] - x[1])
    assert y[0] - y[1] == pytest.approx(y[1] - y[2], abs=0.02)


def test_the_funnel_goes_from_step_to_filter() -> None:
    facts = example.facts()
    found = Page(funnel(facts, read(facts.funnel).filters))
    filters = facts.funnel["filters"]
    records = [step.records for step in facts.steps] + [each["records"]["out"] for each in filters]
    statements = [facts.steps[-1].statements, *(each["statements"]["out"] for each in filters)]
    reasons = [13, 7, 2, 1, 37, *(r["count"] for each in filters for r in each["reasons"])]
    assert values(found) == [*records, *statements, *reasons]
    assert "\u221220" in found.text("small")
    assert records[-1] == facts.kept


def test_the_funnel_needs_no_filters() -> None:
    facts = example.facts(funnel={}, steps=(Step("collect", 5), Step("copies", 4)))
    assert values(Page(funnel(facts, ()))) == [5, 4]
    assert before_after(read({}), {}) == ""


def test_what_the_filters_hold_is_read() -> None:
    whole = example.funnel(60)
    data = whole.as_dict()
    found = read(data)
    assert [each.name for each in found.filters] == ["unsafe", "grounding", "length"]
    grounding = found.filters[1]
    assert grounding.singly == data["filters"][1]["statements"]["removed"] > 0
    assert grounding.out == 0
    assert sum(grounding.reasons.values()) == grounding.singly
    seconds = found.before["seconds"]
    assert isinstance(seconds, Histogram)
    assert sum(seconds.counts) == 60 and math.isinf(seconds.edges[-1])
    assert set(found.before) == set(found.after)
    data["filters"][1]["other_reasons"] = 5
    assert read(data).filters[1].reasons[OTHERS] == 5


def without_steps(data: dict[str, Any]) -> dict[str, Any]:
    """Return a funnel that has distributions only before and after all filters."""
    filters = [{k: v for k, v in each.items() if k != "after"} for each in data["filters"]]
    return {**data, "filters": filters}


def drawings(data: dict[str, Any]) -> list[str]:
    shown = Page(before_after(read(data), {})).all("svg")
    return [each["aria-label"] for each in shown if "aria-label" in each]


def test_what_each_filter_changed_is_drawn_where_it_was_counted() -> None:
    bare = without_steps(example.funnel(60).as_dict())
    assert [each.after for each in read(bare).filters] == [{}, {}, {}]
    data = without_steps(bare)
    one, two, three = data["filters"]
    one["after"] = two["after"] = data["before"]
    three["after"] = data["after"]
    found = read(data)
    assert found.filters[1].before == found.filters[1].after == found.before
    assert (found.filters[2].before, found.filters[2].after) == (found.before, found.after)
    assert drawings(data) == 2 * drawings(bare)


def test_filters_show_examples_and_link_those_on_the_page() -> None:
    found = read(example.funnel(60).as_dict())
    shown = found.filters[1].examples[0]
    page = Page(before_after(found, {shown.id: 4}))
    assert {"href": "#clip-4"} in page.all("a")
    assert "She frowns." in page.text("s")
    assert "took nothing out" in page.text("span")
    opened = ["open" in each for each in page.all("details")]
    assert opened == [False, True, True]


@pytest.mark.parametrize(
    ("alpha", "said"),
    [(0.85, "relied on"), (0.7, "tentative"), (0.2, "too low"), (None, "two annotators")],
)
def test_alpha_is_explained(alpha: float | None, said: str) -> None:
    found = Page(agreement(Agreement(alpha=alpha, alpha_about="of all")))
    assert said in found.text("p")


def test_statuses_add_up() -> None:
    facts = example.facts()
    found = Page(agreement(facts.agreement))
    assert values(found) == [0.713, 412, 304, 0, 378, 780, 314]
    assert agreement(Agreement()) == ""


def test_costs_add_up_and_unknown_prices_are_no_zero() -> None:
    spent = (Spent("a", "m", 10, 30, 1000, 50, 7, 1.25), Spent("b", "n", 5, 0, 2000, 60))
    found = Page(cost(example.facts(spent=spent, parked=(), throughput=())))
    assert values(found)[-6:] == [15, 30, 3000, 110, 7, 1.25]
    assert "\u2013" in found.text("td")
    bar = [width(each) for each in found.all("rect") if each["class"] == "paid"]
    assert bar == pytest.approx([25, 100, 100 / 3], abs=1e-3)
    assert "25\u202f% of 40 calls paid" in found.all("svg")[0]["aria-label"]


def test_throughput_needs_time_to_pass() -> None:
    assert throughput([Point(0, 0)]) == ""
    found = Page(throughput([Point(0, 0), Point(60, 30), Point(60, 31), Point(120, 61)]))
    assert found.text("h4") == "Records doneThroughput"
    assert "from 0.5 to 0.5 records a second" in found.all("svg")[1]["aria-label"]


def test_the_first_numbers_are_those_of_the_build() -> None:
    facts = example.facts()
    text = Page(headline(facts)).text()
    for wanted in ("460", "376", "81.7% of those collected", "4.20", "50,816,500 tokens", "38"):
        assert wanted in text
    assert "The budget stopped the run" in text


@pytest.mark.parametrize(
    ("seconds", "said"), [(4.25, "4.2 s"), (600, "10 min"), (7500, "2 h 05 min"), (0, "0 s")]
)
def test_times_are_for_people(seconds: float, said: str) -> None:
    assert lasted(seconds) == said


def test_members_of_shards_are_embedded_or_said(tmp_path: Path, sound: Path) -> None:
    import tarfile

    from emer.dataset.report.clips import show

    shard = tmp_path / "a.tar"
    with tarfile.open(shard, "w") as tar:
        tar.add(sound, "x.wav")
    size = sound.stat().st_size
    entry = example.entry(1, f"{shard}@512+{size}.wav", size)
    (inside,) = show([entry], embed=True, folder=tmp_path)
    assert inside.media is not None and inside.media.inside
    (linked,) = show([entry], embed=False, folder=tmp_path)
    assert linked.media is None and "shard" in linked.missing
