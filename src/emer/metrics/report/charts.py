"""Charts as SVG with axes and words: distributions, and the frame other charts stand in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from emer.metrics.base import Floats
from emer.metrics.report.text import MINUS, figure
from emer.report.page.markup import Html, joined, tag

WIDTH, HEIGHT = 340.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 54.0, 12.0, 12.0, 36.0
BINS = 20
_BETWEEN = 40.0  # From one tick of the vertical axis to the next, about.
_ROUNDING = 1e-5  # A cosine of equal texts may be 1.0000001.


@dataclass(frozen=True)
class Scale:
    """A straight mapping from data to the drawing.

    Attributes:
        low, high: Data at either end; low < high.
        start, end: Where they lie in the drawing.
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return where a value lies; one beyond the ends lies at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self, most: int = 6) -> list[float]:
        """Return at most about `most` round values between the ends."""
        rough = (self.high - self.low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(power * each for each in (1, 2, 5, 10) if power * each >= rough)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def domain(values: Iterable[float]) -> tuple[float, float]:
    """Return the ends of an axis: 0 to 1 or -1 to 1 where the values fit, else their range."""
    known = [value for value in values if math.isfinite(value)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    for ends in ((0.0, 1.0), (-1.0, 1.0)):
        if ends[0] - _ROUNDING <= low and high <= ends[1] + _ROUNDING:
            return ends
    room = (high - low) * 0.02 or abs(high) or 1.0
    return low - room, high + room


def across(low: float, high: float, width: float = WIDTH) -> Scale:
    """Return the horizontal scale of a chart."""
    return Scale(low, high, LEFT, width - RIGHT)


def upward(low: float, high: float, height: float = HEIGHT) -> Scale:
    """Return the vertical scale of a chart."""
    return Scale(low, high, height - BOTTOM, TOP)


def chart(label: str, *parts: str, width: float = WIDTH, height: float = HEIGHT) -> Html:
    """Return a drawing with a description for those who do not see it."""
    return tag(
        "svg",
        *parts,
        class_="chart",
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_label=label,
    )


def axes(
    x: Scale,
    y: Scale,
    x_name: str,
    y_name: str,
    percent: bool = False,
    marks: Sequence[tuple[float, str]] | None = None,
) -> Html:
    """Return both axes with ticks and names.

    Args:
        x: The horizontal scale.
        y: The vertical scale.
        x_name: Name under the horizontal axis.
        y_name: Name beside the vertical axis.
        percent: Write the values of the vertical axis as percentages.
        marks: Ticks of the horizontal axis with their words; at round values if absent.
    """
    shown = [(value, _tick(value)) for value in x.ticks()] if marks is None else marks
    return joined(_horizontal(x, y, x_name, shown), _vertical(x, y, y_name, percent))


def _horizontal(x: Scale, y: Scale, name: str, marks: Sequence[tuple[float, str]]) -> Html:
    parts = [tag("line", class_="axis", x1=x.start, x2=x.end, y1=y.start, y2=y.start)]
    for value, words in marks:
        at = x(value)
        parts.append(tag("line", class_="axis", x1=at, x2=at, y1=y.start, y2=y.start + 4))
        parts.append(tag("text", words, x=at, y=y.start + 16, class_="middle"))
    middle = (x.start + x.end) / 2
    parts.append(tag("text", name, x=middle, y=y.start + 31, class_="middle name"))
    return joined(*parts)


def _vertical(x: Scale, y: Scale, name: str, percent: bool) -> Html:
    parts = []
    for value in y.ticks(round((y.start - y.end) / _BETWEEN)):
        at = y(value)
        shown = f"{_tick(value * 100)} %" if percent else _tick(value)
        parts.append(tag("line", class_="grid", x1=x.start, x2=x.end, y1=at, y2=at))
        parts.append(tag("text", shown, x=x.start - 6, y=at + 4, class_="last"))
    middle = (y.start + y.end) / 2
    turned = f"rotate(-90 10 {middle:g})"
    parts.append(tag("text", name, x=10.0, y=middle, class_="middle name", transform=turned))
    return joined(*parts)


def _tick(value: float) -> str:
    return f"{round(value, 10):g}".replace("-", MINUS)


@dataclass(frozen=True)
class Series:
    """Values to be drawn as a distribution.

    Attributes:
        name: What they are.
        values: One number each.
        class_: Class of the colour, "score" or "chance".
        mean: Their mean as the score has it; computed if absent.
    """

    name: str
    values: Floats
    class_: str = "score"
    mean: float | None = None

    @property
    def centre(self) -> float:
        """The mean to be marked."""
        return float(self.values.mean()) if self.mean is None else self.mean


def distribution(title: str, x_name: str, series: Sequence[Series]) -> Html:
    """Return histograms on one axis: the first as bars, others as an outline.

    Args:
        title: Heading of the figure.
        x_name: Name of the values.
        series: None of them empty; values are finite.
    """
    ends = domain(np.concatenate([each.values for each in series]))
    edges = np.linspace(*ends, BINS + 1)
    shares = [_counts(each, edges) / len(each.values) for each in series]
    x, y = across(*ends), upward(0.0, max(float(each.max()) for each in shares) * 1.05)
    drawn = [axes(x, y, x_name, "share of clips", percent=True)]
    drawn += [_bars(series[0], edges, x, y)]
    drawn += [
        _outline(each, share, edges, x, y)
        for each, share in zip(series[1:], shares[1:], strict=True)
    ]
    drawn += [_mark(each, x, y) for each in series]
    words = "; ".join(_summary(each) for each in series)
    return tag(
        "figure",
        tag("h3", title),
        chart(f"{title}: {words}", *drawn),
        tag("figcaption", *(_key(each) for each in series)),
        class_="distribution",
    )


def _counts(series: Series, edges: Floats) -> Floats:
    within = np.clip(series.values, edges[0], edges[-1])
    return np.histogram(within, edges)[0].astype(np.float64)


def _bars(series: Series, edges: Floats, x: Scale, y: Scale) -> Html:
    total = len(series.values)
    counts = _counts(series, edges)
    bars = []
    for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True):
        if count:
            top = y(count / total)
            words = f"{figure(low, 2)}–{figure(high, 2)}: {count:.0f} of {total}"
            bars.append(
                tag(
                    "rect",
                    tag("title", words),
                    class_=series.class_,
                    x=x(low) + 0.5,
                    y=top,
                    width=round(x(high) - x(low) - 1, 2),
                    height=round(y.start - top, 2),
                )
            )
    return joined(*bars)


def _outline(series: Series, share: Floats, edges: Floats, x: Scale, y: Scale) -> Html:
    points = [f"{x(edges[0]):g} {y.start:g}"]
    for low, high, value in zip(edges[:-1], edges[1:], share, strict=True):
        points += [f"{x(low):g} {y(value):g}", f"{x(high):g} {y(value):g}"]
    points.append(f"{x(edges[-1]):g} {y.start:g}")
    return tag("path", d=f"M{'L'.join(points)}", class_=f"outline {series.class_}")


def _mark(series: Series, x: Scale, y: Scale) -> Html:
    at = x(series.centre)
    return tag("line", class_=f"mean {series.class_}", x1=at, x2=at, y1=y.start, y2=y.end)


def _summary(series: Series) -> str:
    return f"{series.name}, mean {figure(series.centre)}"


def _key(series: Series) -> Html:
    low, middle, high = (figure(float(q)) for q in np.quantile(series.values, (0.25, 0.5, 0.75)))
    words = f" {_summary(series)}, median {middle}, middle half {low} to {high}"
    return tag("span", tag("i", class_=f"key {series.class_}"), words)
