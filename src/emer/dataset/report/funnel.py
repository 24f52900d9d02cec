"""How many records and statements each step and filter left, and why the others went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emer.dataset.report.bars import Bar, bars, largest
from emer.dataset.report.facts import PageFacts
from emer.dataset.report.sieves import Sieve
from emer.metrics.report.tables import MOST_ROWS, left_out, table
from emer.metrics.report.text import foreign
from emer.report.page.markup import Html, joined, tag

_ABOUT = (
    "A bar is what was left after a step, its dashed end what the step took out. Shares are of the "
    "first row. A record that a filter took out takes its statements along."
)


def funnel(facts: PageFacts, found: Sequence[Sieve]) -> Html:
    """Return both funnels side by side, and the reasons."""
    both = {
        "Records": list(_records(facts, found)),
        "Statements": list(_statements(facts, found)),
    }
    shown = [
        tag("div", tag("h3", name), bars(f"{name} after each step", rows, _first(rows)))
        for name, rows in both.items()
        if rows
    ]
    if not shown:
        return Html()
    drawn = tag("div", *shown, class_="figures wide")
    return joined(tag("p", _ABOUT, class_="small"), drawn, _reasons(facts, found))


def _first(rows: Sequence[Bar]) -> int:
    return max(rows[0].before or 0, rows[0].count)


def _records(facts: PageFacts, found: Sequence[Sieve]) -> Iterator[Bar]:
    before: int | None = None
    for step in facts.steps:
        yield _bar(step.name, step.records, before)
        before = step.records
    for sieve in found:
        yield _bar(sieve.name, sieve.records[1], sieve.records[0])


def _statements(facts: PageFacts, found: Sequence[Sieve]) -> Iterator[Bar]:
    before: int | None = None
    for step in facts.steps:
        if step.statements is not None:
            yield _bar(step.name, step.statements, before)
            before = step.statements
    for sieve in found:
        yield _bar(sieve.name, sieve.statements[1], sieve.statements[0])


def _bar(name: str, count: int, before: int | None) -> Bar:
    gone = 0 if before is None else before - count
    return Bar(name, count, before, note=f"\u2212{gone:,}" if gone > 0 else "")


def _reasons(facts: PageFacts, found: Sequence[Sieve]) -> Html:
    rows = [
        (step.name, reason, count)
        for step in facts.steps
        for reason, count in largest(step.gone.items())
    ]
    rows += [
        (sieve.name, reason, count)
        for sieve in found
        for reason, count in largest(sieve.reasons.items())
    ]
    if not rows:
        return Html()
    cells = (
        (
            foreign("span", name),
            foreign("span", reason),
            tag("data", f"{count:,}", value=str(count)),
        )
        for name, reason, count in rows[:MOST_ROWS]
    )
    return joined(
        tag("h3", "Why they went"),
        table(("step", "reason", "how many"), cells, "Reasons"),
        left_out(len(rows)),
    )
