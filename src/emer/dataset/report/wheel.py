"""The wheel of labels as SVG: families inside, their open labels around them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from emer.dataset.report.facts import LabelCount
from emer.dataset.report.families import UNKNOWN, ordered, tone_of
from emer.metrics.report.text import language, short
from emer.report.page.markup import Html, tag

MOST = 90
"""Labels that have a place of their own; others of a family share one."""

_SIZE = 640.0
_HOLE, _INNER, _OUTER = 62.0, 150.0, 208.0
_LINE = 12.5  # Arc that a line of text takes.
_LETTERS = 16  # That fit outside the wheel; a Chinese one takes the room of two.
_WHOLE = 2 * math.pi


@dataclass(frozen=True)
class Wedge:
    """A piece of a ring.

    Attributes:
        name: What it stands for.
        family: Whose colour it has.
        count: How many records.
        start: Angle in radians, clockwise from the top.
        end: Likewise.
    """

    name: str
    family: str
    count: int
    start: float
    end: float

    @property
    def middle(self) -> float:
        """Angle of its middle."""
        return (self.start + self.end) / 2


def rings(labels: Iterable[LabelCount], lang: str) -> tuple[list[Wedge], list[Wedge]]:
    """Return the families and their labels, each as wide as its count.

    Args:
        labels: With counts above 0.
        lang: Which name of a label to prefer, "en" or "zh".
    """
    known = sorted(
        (each for each in labels if each.count > 0),
        key=lambda each: (-each.count, each.en, each.zh),
    )
    shown = set(known[:MOST])
    total = sum(each.count for each in known)
    inner: list[Wedge] = []
    outer: list[Wedge] = []
    at = 0.0
    for family in ordered(each.family or UNKNOWN for each in known):
        own = [each for each in known if (each.family or UNKNOWN) == family]
        start = at
        for name, count in _named(own, shown, lang):
            end = at + _WHOLE * count / total
            outer.append(Wedge(name, family, count, at, end))
            at = end
        inner.append(Wedge(family, family, sum(each.count for each in own), start, at))
    return inner, outer


def _named(
    own: Sequence[LabelCount], shown: Collection[LabelCount], lang: str
) -> Iterator[tuple[str, int]]:
    yield from ((name_of(each, lang), each.count) for each in own if each in shown)
    rest = [each.count for each in own if each not in shown]
    if rest:
        yield f"{len(rest):,} more", sum(rest)


def name_of(label: LabelCount, lang: str) -> str:
    """Return a label in a language, or in the other where that is empty."""
    return (label.zh or label.en) if lang == "zh" else (label.en or label.zh)


def wheel(labels: Sequence[LabelCount], lang: str) -> Html:
    """Return the wheel, or nothing without labels."""
    inner, outer = rings(labels, lang)
    if not inner:
        return Html()
    total = sum(each.count for each in inner)
    largest = sorted(inner, key=lambda each: -each.count)[:5]
    said = ", ".join(f"{each.name} {each.count / total:.0%}" for each in largest)
    half = _SIZE / 2
    return tag(
        "svg",
        *(_piece(each, _HOLE, _INNER, total) for each in inner),
        *(_piece(each, _INNER + 2, _OUTER, total) for each in outer),
        *(_within(each) for each in inner),
        *(_beside(each) for each in outer),
        tag("text", f"{total:,}", class_="middle total", x=0, y=2),
        tag("text", "labels given", class_="middle", x=0, y=18),
        class_="wheel",
        viewBox=f"{-half:g} {-half:g} {_SIZE:g} {_SIZE:g}",
        role="img",
        aria_label=f"Labels by family: {said}. The table has all counts.",
    )


def _piece(one: Wedge, low: float, high: float, total: int) -> Html:
    title = tag("title", f"{short(one.name, 60)}: {one.count:,} ({one.count / total:.1%})")
    # An arc that ends where it begins would be none.
    end = min(one.end, one.start + _WHOLE - 1e-4)
    large = int(end - one.start > math.pi)
    path = (
        f"M{_at(high, one.start)}A{high:g} {high:g} 0 {large} 1 {_at(high, end)}"
        f"L{_at(low, end)}A{low:g} {low:g} 0 {large} 0 {_at(low, one.start)}Z"
    )
    return tag("path", title, d=path, class_=f"piece {tone_of(one.family)}")


def _at(radius: float, angle: float) -> str:
    return f"{radius * math.sin(angle):.2f} {-radius * math.cos(angle):.2f}"


def _within(one: Wedge) -> Html:
    """Return the name of a family inside its piece, along the radius, where there is room."""
    if (one.end - one.start) * (_HOLE + _INNER) / 2 < _LINE:
        return Html()
    return _text(one, (_HOLE + _INNER) / 2, "middle family", 13)


def _beside(one: Wedge) -> Html:
    """Return the name of a label outside the wheel, where there is room for a line."""
    if (one.end - one.start) * _OUTER < _LINE:
        return Html()
    left = math.pi < one.middle % _WHOLE
    return _text(one, _OUTER + 6, "last" if left else "first", _LETTERS)


def _text(one: Wedge, radius: float, class_: str, most: int) -> Html:
    turn = math.degrees(one.middle) - 90
    if math.pi < one.middle % _WHOLE:
        # On the left half a text would stand on its head.
        turn, radius = turn + 180, -radius
    return tag(
        "text",
        _cut(one.name, most),
        x=radius,
        y=4,
        transform=f"rotate({turn:.2f})",
        class_=class_,
        lang=language(one.name),
    )


def _cut(name: str, most: int) -> str:
    """Return a name that takes no more room than `most` Latin letters."""
    width = 0
    for at, letter in enumerate(name):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > most:
            return f"{name[: max(at - 1, 1)]}…"
    return name
