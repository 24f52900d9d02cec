"""Bars, gauges, curves and axes as SVG.

Positions are attributes and never style, which the page's security policy forbids.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emer.report.page.markup import Html, joined, tag
from emer.report.plain import clock

_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_TICKS = 8
# Width of the axis in pages, and the longest clip in seconds it is for.
_ZOOMS = ((1, 45), (2, 120), (4, 300))
# The drawing space of a curve, stretched over its lane.
WIDTH, HEIGHT = 1000.0, 100.0
TONES = 7


@dataclass(frozen=True)
class Axis:
    """The time axis all lanes share, from 0 to `total` seconds."""

    total: float

    @property
    def zoom(self) -> int:
        """How many times wider than the page the axis is: long clips scroll."""
        return next((zoom for zoom, most in _ZOOMS if self.total <= most), 8)

    def share(self, seconds: float) -> float:
        """Return where a time lies, 0..1."""
        return min(max(seconds / self.total, 0.0), 1.0) if self.total > 0 else 0.0

    def percent(self, seconds: float) -> str:
        """Return where a time lies as a length of SVG."""
        return percent(self.share(seconds))

    def ticks(self) -> list[float]:
        """Return the seconds to label, at round steps."""
        most = _MOST_TICKS * self.zoom
        step = next((s for s in _STEPS if self.total / s <= most), self.total / most)
        return [n * step for n in range(int(self.total / step + 1e-9) + 1)]


def percent(value: float) -> str:
    """Return a share of 0..1 as a length of SVG."""
    return f"{value * 100:.3f}".rstrip("0").rstrip(".") + "%"


def tone(valence: float) -> str:
    """Return the colour class of a valence, tone-0 (unpleasant) to tone-6 (pleasant)."""
    return f"tone-{round((valence + 1) / 2 * (TONES - 1))}"


def bar(value: float, label: str, class_: str = "") -> Html:
    """Return a bar for a value of 0..1."""
    return tag(
        "svg",
        tag("rect", class_="track", width="100%", height="100%", rx="3"),
        tag("rect", class_="fill", width=percent(value), height="100%", rx="3"),
        class_=f"bar {class_}".strip(),
        role="img",
        aria_label=f"{label} {value:.2f}",
    )


def gauge(value: float, label: str) -> Html:
    """Return a pointer on a line from -1 to 1."""
    place = percent((value + 1) / 2)
    return tag(
        "svg",
        tag("line", class_="track", x1="0", x2="100%", y1="9", y2="9"),
        tag("line", class_="track", x1="50%", x2="50%", y1="4", y2="14"),
        tag("line", class_="reach", x1="50%", x2=place, y1="9", y2="9"),
        tag("circle", class_="knob", cx=place, cy="9", r="6"),
        class_="gauge",
        role="img",
        aria_label=label,
    )


def ticks(axis: Axis) -> Html:
    """Return the scale of the time axis."""
    marks = axis.ticks()
    short = len(marks) > 1 and marks[1] >= 1
    parts = [
        joined(
            tag("line", x1=axis.percent(t), x2=axis.percent(t), y1="0", y2="5"),
            tag(
                "text",
                clock(t)[:-2] if short else clock(t),
                x=axis.percent(t),
                y="17",
                class_=_anchor(axis.share(t)),
            ),
        )
        for t in marks
    ]
    return tag("svg", *parts, class_="plot ticks", aria_hidden="true")


def _anchor(share: float) -> str:
    return "first" if share < 0.02 else "last" if share > 0.98 else "middle"


def curve(
    axis: Axis,
    times: Sequence[float],
    values: Sequence[float | None],
    bounds: tuple[float, float],
    class_: str = "curve",
) -> Html:
    """Return a curve as a path, broken where nothing was measured.

    Args:
        axis: The time axis.
        times: Seconds.
        values: As many values, None where nothing was measured.
        bounds: The values at the bottom and the top; values beyond are drawn at the edge.
        class_: Of the path.
    """
    commands: list[str] = []
    for stretch in _stretches(times, values):
        points = [f"{axis.share(t) * WIDTH:.1f} {_height(v, bounds):.1f}" for t, v in stretch]
        # A single sample still shows: a line of no length has round ends.
        commands.append(f"M{points[0]}L{' '.join(points[1:] or points)}")
    return tag("path", d="".join(commands), class_=class_)


def _height(value: float, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return HEIGHT * (1 - (min(max(value, low), high) - low) / (high - low))


def _stretches(
    times: Iterable[float], values: Iterable[float | None]
) -> list[list[tuple[float, float]]]:
    found: list[list[tuple[float, float]]] = [[]]
    for time, value in zip(times, values, strict=False):
        if value is not None:
            found[-1].append((time, value))
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def canvas(*parts: str, class_: str = "") -> Html:
    """Return a lane's drawing space, stretched over its width."""
    return tag(
        "svg",
        *parts,
        class_=f"plot curves {class_}".strip(),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def rule(value: float, bounds: tuple[float, float]) -> Html:
    """Return a level line across a canvas."""
    y = _height(value, bounds)
    return tag("line", class_="rule", x1=0.0, x2=WIDTH, y1=y, y2=y)


def block(axis: Axis, start: float, end: float, top: float, height: float, body: Html) -> Html:
    """Return HTML in a box over a span of the axis."""
    left, right = axis.share(start), axis.share(end)
    return tag(
        "foreignObject",
        body,
        x=percent(left),
        width=percent(max(right - left, 0.001)),
        y=top,
        height=height,
    )
