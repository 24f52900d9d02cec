"""What the annotators cost, how fast it went, and which calls wait for a replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from emer.dataset.report.charts import line
from emer.dataset.report.facts import PageFacts, Parked, Point, Spent
from emer.metrics.report.tables import MOST_ROWS, left_out, table
from emer.metrics.report.text import foreign, short
from emer.report.page.drawing import percent
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import share

_HEAD = (
    "annotator",
    "calls paid",
    "calls stored",
    "paid | stored",
    "tokens in",
    "tokens out",
    "tokens stored",
    "money",
)
_MINUTE, _HOUR = 60.0, 3600.0


def cost(facts: PageFacts) -> Html:
    """Return the spending of each annotator, throughput and parked calls."""
    return joined(_spent(facts.spent), throughput(facts.throughput), _parked(facts.parked))


def _spent(spent: Sequence[Spent]) -> Html:
    if not spent:
        return Html()
    rows = [_row(each) for each in spent]
    if len(spent) > 1:
        rows.append(_row(_total(spent)))
    about = "Paid is what this run sent to a server; what the store held already cost nothing."
    return joined(
        tag("p", about, class_="small"),
        table(_HEAD, rows, "Spending by annotator", "numbers totalled" if len(spent) > 1 else ""),
    )


def _total(spent: Sequence[Spent]) -> Spent:
    known = [each.money for each in spent if each.money is not None]
    return Spent(
        "all",
        "",
        sum(each.paid for each in spent),
        sum(each.cached for each in spent),
        sum(each.input_tokens for each in spent),
        sum(each.output_tokens for each in spent),
        sum(each.cached_tokens for each in spent),
        sum(known) if known else None,
    )


def _row(one: Spent) -> list[Html]:
    return [
        joined(foreign("span", one.annotator), " ", tag("small", short(one.model, 80))),
        _whole(one.paid),
        _whole(one.cached),
        _split(one),
        _whole(one.input_tokens),
        _whole(one.output_tokens),
        _whole(one.cached_tokens),
        joined("–")
        if one.money is None
        else tag("data", f"{one.money:,.2f}", value=repr(one.money)),
    ]


def _whole(value: int) -> Html:
    return tag("data", f"{value:,}", value=str(value))


def _split(one: Spent) -> Html:
    """Return a bar of the calls paid, and those that came from the store beside them."""
    total = one.paid + one.cached
    if not total:
        return joined("–")
    part = one.paid / total
    return tag(
        "svg",
        tag("rect", class_="cached", width="100%", height="100%", rx=2),
        tag("rect", class_="paid", width=percent(part), height="100%", rx=2),
        class_="amount",
        role="img",
        aria_label=f"{share(part)} of {total:,} calls paid",
    )


def throughput(points: Sequence[Point]) -> Html:
    """Return records done over time and the rate between points, or nothing for fewer than two."""
    if len(points) < 2:
        return Html()
    unit, name = (_HOUR, "hours") if points[-1].seconds > 2 * _HOUR else (_MINUTE, "minutes")
    done = [(each.seconds / unit, float(each.records)) for each in points]
    rates = list(_rates(points, unit))
    figures = [line("Records done", name, "records", done)]
    if len(rates) > 1:
        figures.append(line("Throughput", name, "records a second", rates))
    return joined(tag("h3", "Over time"), tag("div", *figures, class_="figures"))


def _rates(points: Sequence[Point], unit: float) -> Iterator[tuple[float, float]]:
    """Yield the time of a point and the records a second since the one before."""
    for before, after in pairwise(points):
        if after.seconds > before.seconds:
            rate = (after.records - before.records) / (after.seconds - before.seconds)
            yield after.seconds / unit, rate


def _parked(parked: Sequence[Parked]) -> Html:
    if not parked:
        return Html()
    order = sorted(parked, key=lambda each: -each.count)
    rows = (
        [
            foreign("span", each.annotator),
            joined(each.task),
            foreign("span", each.reason),
            _whole(each.count),
        ]
        for each in order[:MOST_ROWS]
    )
    head = ("annotator", "task", "reason", "calls")
    return joined(
        tag("h3", f"Parked: {sum(each.count for each in parked):,} calls without a usable answer"),
        table(head, rows, "Parked calls"),
        left_out(len(parked)),
    )
