"""Named counts as rows of bars, with what they were before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from emer.metrics.report.text import foreign, short
from emer.report.page.drawing import percent
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import share

MOST = 40
_NAME = 120


@dataclass(frozen=True)
class Bar:
    """A row.

    Attributes:
        name: What was counted.
        count: How many there are.
        before: How many there were, or None.
        class_: Class of the colour.
        note: Stands under the name.
    """

    name: str
    count: int
    before: int | None = None
    class_: str = "plain"
    note: str = ""


def bars(label: str, rows: Sequence[Bar], total: int, *, shares: bool = True) -> Html:
    """Return rows of bars.

    Args:
        label: What the list is, for those who do not see it.
        rows: In the order of the page; of more than `MOST` the first.
        total: What a whole bar stands for.
        shares: Write each count's share of the total beside it.
    """
    if not rows:
        return Html()
    drawn = tag(
        "ul",
        *(_row(each, max(total, 1), shares) for each in rows[:MOST]),
        class_="counts" if shares else "counts bare",
        aria_label=label,
    )
    rest = len(rows) - MOST
    return joined(drawn, tag("p", f"and {rest:,} more", class_="small") if rest > 0 else "")


def counted(label: str, counts: Mapping[str, int], class_: str = "plain") -> Html:
    """Return named counts, the largest first, each with its share of all."""
    rows = [Bar(name, count, class_=class_) for name, count in largest(counts.items())]
    return bars(label, rows, sum(counts.values()))


def largest(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return named counts, the largest first; equal ones by name."""
    return sorted(counts, key=lambda each: (-each[1], each[0]))


def _row(one: Bar, total: int, shares: bool) -> Html:
    part = share(one.count / total) if one.count / total >= 0.01 or not one.count else "< 1\u202f%"
    return tag(
        "li",
        tag("div", foreign("span", short(one.name, _NAME)), _note(one), class_="what"),
        _drawing(one, total),
        tag("data", f"{one.count:,}", value=str(one.count)),
        tag("span", part, class_="small") if shares else "",
    )


def _note(one: Bar) -> Html:
    return tag("small", short(one.note, _NAME)) if one.note else Html()


def _drawing(one: Bar, total: int) -> Html:
    left, was = (min((each or 0) / total, 1) for each in (one.count, one.before))
    parts = [tag("rect", class_="track", width="100%", height="100%", rx=3)]
    parts.append(tag("rect", class_=one.class_, width=percent(left), height="100%", rx=2))
    if was > left:
        width = percent(was - left)
        parts.append(tag("rect", class_="gone", x=percent(left), width=width, height="100%"))
    return tag("svg", *parts, class_="amount", aria_hidden="true")
