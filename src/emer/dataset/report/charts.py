"""Charts of a build: histograms of counts, before and after, and lines over time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from emer.dataset.report.facts import Histogram
from emer.metrics.report.charts import Scale, across, axes, chart, upward
from emer.metrics.report.text import figure, short
from emer.report.page.markup import Html, tag

_LABELS = 11
"""Bins that are labelled at most; of more, every second, third, ..."""


def histogram(
    title: str, x_name: str, y_name: str, after: Histogram, before: Histogram | None = None
) -> Html:
    """Return counts as bars, one width a bin, and what they were before as an outline.

    Args:
        title: Heading of the figure.
        x_name: Name of the values, with their unit.
        y_name: What was counted, such as "records".
        after: The bars.
        before: The outline, over the same bins.
    """
    counts = list(zip_longest(after.counts, before.counts if before else (), fillvalue=0))
    bins = _used(after, counts)
    x = across(0.0, float(bins))
    y = upward(0.0, max(1, *map(max, counts)) * 1.05)
    drawn = [axes(x, y, x_name, y_name, marks=_marks(after, bins))]
    drawn += _bars(after, bins, x, y, y_name)
    keys = [_key("score", f"{sum(after.counts):,} {y_name}{' left' if before else ''}")]
    if before:
        drawn.append(_outline(before, bins, x, y))
        keys.append(_key("chance", f"{sum(before.counts):,} before"))
    said = f"{title}: {_spoken(after)}" + (f"; before: {_spoken(before)}" if before else "")
    return tag(
        "figure",
        tag("h4", short(title, 80)),
        chart(said, *drawn),
        tag("figcaption", *keys),
        class_="distribution",
    )


def line(title: str, x_name: str, y_name: str, points: Sequence[tuple[float, float]]) -> Html:
    """Return a quantity over time.

    Args:
        title: Heading of the figure.
        x_name: Name of the time, with its unit.
        y_name: What was counted.
        points: (time, value) in the order of time, at least two.
    """
    start, end = points[0][0], points[-1][0]
    x = across(start, end if end > start else start + 1)
    y = upward(0.0, max(value for _, value in points) * 1.05 or 1.0)
    path = "L".join(f"{x(time):g} {y(value):g}" for time, value in points)
    said = f"{title}: from {figure(points[0][1], 1)} to {figure(points[-1][1], 1)} {y_name}"
    return tag(
        "figure",
        tag("h4", title),
        chart(said, axes(x, y, x_name, y_name), tag("path", d=f"M{path}", class_="run")),
        class_="distribution",
    )


def _used(one: Histogram, counts: Sequence[tuple[int, int]]) -> int:
    """Return how many bins to draw: of whole numbers, no more than there are."""
    if not one.whole:
        return len(counts)
    return max((at + 1 for at, both in enumerate(counts) if any(both)), default=1)


def _marks(one: Histogram, bins: int) -> list[tuple[float, str]]:
    """Return the ends of the bins, or the middles where a bin is one number."""
    step = math.ceil((bins + 1) / _LABELS)
    places = range(0, bins + (not one.whole), step)
    known = [at for at in places if math.isfinite(one.edges[at])]
    return [(at + 0.5 * one.whole, f"{one.edges[at]:.4g}") for at in known]


def _bars(one: Histogram, bins: int, x: Scale, y: Scale, y_name: str) -> Iterator[Html]:
    for at, count in enumerate(one.counts[:bins]):
        if count:
            yield tag(
                "rect",
                tag("title", f"{_name(one, at)}: {count:,} {y_name}"),
                class_="score",
                x=x(at) + 0.5,
                y=y(count),
                width=round(x(at + 1) - x(at) - 1, 2),
                height=round(y.start - y(count), 2),
            )


def _name(one: Histogram, at: int) -> str:
    low, high = one.edges[at], one.edges[at + 1]
    if math.isinf(high):
        return f"{low:.4g} and more"
    return f"{low:.4g}" if one.whole else f"{low:.4g} to {high:.4g}"


def _outline(one: Histogram, bins: int, x: Scale, y: Scale) -> Html:
    points = [f"{x(0):g} {y.start:g}"]
    for (low, high), count in zip(pairwise(range(bins + 1)), one.counts, strict=False):
        points += [f"{x(low):g} {y(count):g}", f"{x(high):g} {y(count):g}"]
    points.append(f"{x(bins):g} {y.start:g}")
    return tag("path", d=f"M{'L'.join(points)}", class_="outline chance")


def _key(class_: str, words: str) -> Html:
    return tag("span", tag("i", class_=f"key {class_}"), f" {words}")


def _spoken(one: Histogram) -> str:
    found = [f"{_name(one, at)} {count:,}" for at, count in enumerate(one.counts) if count]
    return ", ".join(found) or "nothing"
