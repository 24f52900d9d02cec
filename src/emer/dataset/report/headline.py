"""The first numbers of a build, and what went in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from emer.dataset.report.facts import PageFacts, Spent
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import number


def headline(facts: PageFacts) -> Html:
    """Return the numbers a reader looks for first."""
    return joined(
        tag("dl", *(_tile(*each) for each in _numbers(facts)), class_="tiles"),
        tag("ul", *(tag("li", note) for note in facts.notes), class_="notes")
        if facts.notes
        else "",
    )


def _numbers(facts: PageFacts) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and a remark."""
    kept = f"{facts.kept / facts.collected:.1%}" if facts.collected else ""
    each = f"{facts.statements / facts.kept:.1f} a record" if facts.kept else ""
    yield "records collected", f"{facts.collected:,}", _plural(len(facts.sources), "source")
    yield "records kept", f"{facts.kept:,}", f"{kept} of those collected" if kept else ""
    yield "statements", f"{facts.statements:,}", each
    yield "labels", f"{sum(label.count > 0 for label in facts.labels):,}", "different ones"
    yield "spent", money(facts.spent), f"{tokens(facts.spent):,} tokens paid in this run"
    parked = sum(each.count for each in facts.parked)
    yield "calls parked", f"{parked:,}", "to be replayed" if parked else "every call has an answer"
    yield "took", lasted(facts.seconds), _rate(facts)
    yield "engine", facts.engine, ""


def _plural(count: int, what: str) -> str:
    return f"from {count:,} {what}{'' if count == 1 else 's'}" if count else ""


def _rate(facts: PageFacts) -> str:
    return f"{number(facts.collected / facts.seconds)} records a second" if facts.seconds else ""


def money(spent: Iterable[Spent]) -> str:
    """Return what was paid in all, a dash where no annotator has a price."""
    known = [each.money for each in spent if each.money is not None]
    return f"{sum(known):,.2f}" if known else "–"


def tokens(spent: Iterable[Spent]) -> int:
    """Return the tokens that were paid in all."""
    return sum(each.input_tokens + each.output_tokens for each in spent)


def lasted(seconds: float) -> str:
    """Return a time for people: 42 s, 12 min, 3 h 20 min."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{number(round(seconds, 1))} s"
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"


def _tile(name: str, value: str, remark: str) -> Html:
    return tag("div", tag("dt", name), tag("dd", value, class_="big"), tag("dd", remark))
