"""How the records looked before and after the filters, and what each of them took out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from emer.dataset.report.bars import Bar, bars, largest
from emer.dataset.report.charts import histogram
from emer.dataset.report.facts import Histogram
from emer.dataset.report.families import tone_of
from emer.dataset.report.sieves import Distribution, Example, Sieve, Sieves
from emer.metrics.report.text import foreign, short
from emer.report.page.markup import Html, joined, tag

_ABOUT = (
    "Filled is what was left, dashed what there was before. First all filters together, then "
    "each of them, with what it changed."
)
_AXES = {"seconds": "length in seconds", "agreement": "agreement of the annotators"}
_EXAMPLES, _OPEN = 12, 2


def before_after(found: Sieves, places: Mapping[str, int]) -> Html:
    """Return the distributions before and after all filters, and a part for each of them.

    Args:
        found: The filters.
        places: Number of the sample of a record, by its id, for those that are on the page.
    """
    if not found.filters:
        return Html()
    busy = [each.name for each in found.filters if each.out or each.singly][:_OPEN]
    return joined(
        tag("p", _ABOUT, class_="small"),
        tag("div", *_figures(found.before, found.after), class_="figures"),
        *(_part(each, each.name in busy, places) for each in found.filters),
    )


def _figures(
    before: Mapping[str, Distribution], after: Mapping[str, Distribution]
) -> Iterator[Html]:
    for name, new in after.items():
        old = before[name]
        if isinstance(old, Histogram) and isinstance(new, Histogram):
            if sum(old.counts):
                yield histogram(name.capitalize(), _AXES.get(name, name), "records", new, old)
        elif isinstance(old, Mapping) and isinstance(new, Mapping) and old:
            yield _families(name, old, new)


def _families(name: str, before: Mapping[str, int], after: Mapping[str, int]) -> Html:
    rows = [
        Bar(each, after.get(each, 0), count, class_=f"piece {tone_of(each)}")
        for each, count in largest(before.items())
    ]
    drawn = bars(f"Records by {name}", rows, max(before.values()), shares=False)
    title = tag("h4", f"{name.capitalize()} of the leading emotion")
    return tag("div", title, drawn, class_="across")


def _part(one: Sieve, unfolded: bool, places: Mapping[str, int]) -> Html:
    both = {"records": one.records, "statements": one.statements}
    rows = [Bar(name, after, before) for name, (before, after) in both.items() if before]
    counts = [bars(f"{each.name} left", [each], each.before or 0) for each in rows]
    reasons = [Bar(reason, count, class_="lost") for reason, count in one.reasons.items()]
    left = tag("div", *counts, class_="pair")
    right = bars(f"Reasons of {one.name}", reasons, sum(one.reasons.values()))
    changed = {name: each for name, each in one.after.items() if each != one.before[name]}
    figures = tag("div", *_figures(one.before, changed), class_="figures") if changed else ""
    inside = tag(
        "div",
        tag("div", left, tag("div", right, class_="why") if right else "", class_="figures wide"),
        figures,
        _examples(one.examples, places),
    )
    head = tag("summary", tag("h3", short(one.name, 60)), tag("span", _said(one), class_="small"))
    return tag("details", head, inside, class_="filter-part", open=unfolded)


def _said(one: Sieve) -> str:
    parts = {"took out {} records": one.out, "took out {} statements": one.singly}
    parts["reworded {} statements"] = one.reworded
    said = [words.format(f"{count:,}") for words, count in parts.items() if count]
    return ", ".join(said) or "took nothing out"


def _examples(found: Sequence[Example], places: Mapping[str, int]) -> Html:
    if not found:
        return Html()
    rows = (
        tag(
            "li",
            foreign("s", each.text) if each.text else tag("b", f"the whole {each.what}"),
            foreign("span", each.reason),
            tag("small", "clip ", _clip(each.id, places.get(each.id))),
        )
        for each in found[:_EXAMPLES]
    )
    return tag("div", tag("h4", "Examples of what it took out"), tag("ul", *rows, class_="removed"))


def _clip(id: str, place: int | None) -> Html:
    name = foreign("span", short(id, 120))
    return name if place is None else tag("a", name, href=f"#clip-{place}")
