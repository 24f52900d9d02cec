"""Which emotions the records carry: the wheel, and a table of all labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from emer.dataset.report.bars import Bar, bars
from emer.dataset.report.facts import LabelCount
from emer.dataset.report.families import UNKNOWN, tone_of
from emer.dataset.report.wheel import wheel
from emer.metrics.report.tables import MOST_ROWS, left_out, scroller
from emer.metrics.report.text import foreign
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import share

_ABOUT = (
    "Inside the families of emotion, ordered as on the circumplex of valence and arousal and "
    "coloured by valence (blue unpleasant, amber pleasant); outside their open labels. A piece is "
    "as wide as the number of records that carry the label; a record may carry several. Labels "
    "too small to be named on the wheel are in the table."
)
_HEAD = ("label", "标签", "family", "records", "share")


def wheel_of(labels: Sequence[LabelCount], lang: str) -> Html:
    """Return wheel, families and table of the labels, or nothing without any.

    Args:
        labels: In any order.
        lang: Language of the build; which name of a label the wheel has.
    """
    known = [each for each in labels if each.count > 0]
    if not known:
        return Html()
    return joined(
        tag("p", _ABOUT, class_="small"),
        tag(
            "div",
            scroller(wheel(known, lang), "Wheel of labels"),
            tag("div", tag("h3", "Families"), _families(known), class_="families"),
            class_="wheel-and-families",
        ),
        tag("h3", f"{len(known):,} labels"),
        tag("div", _table(known), class_="tall"),
        left_out(len(known)),
    )


def _families(labels: Sequence[LabelCount]) -> Html:
    counts: Counter[str] = Counter()
    for each in labels:
        counts[each.family or UNKNOWN] += each.count
    rows = [
        Bar(name, count, class_=f"piece {tone_of(name)}") for name, count in counts.most_common()
    ]
    return bars("Labels given, by family", rows, sum(counts.values()))


def _table(labels: Sequence[LabelCount]) -> Html:
    total = sum(each.count for each in labels)
    order = sorted(labels, key=lambda each: (-each.count, each.en, each.zh))
    heads = (
        tag("th", tag("button", name, type="button"), scope="col", lang=_lang(name))
        for name in _HEAD
    )
    drawn = tag(
        "table",
        tag("caption", "Labels"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *(_row(each, total) for each in order[:MOST_ROWS])),
        class_="data numbers sortable",
    )
    return scroller(drawn, "Table: labels")


def _lang(name: str) -> str | None:
    return None if name.isascii() else "zh"


def _row(one: LabelCount, total: int) -> Html:
    part = one.count / total
    return tag(
        "tr",
        tag("th", foreign("span", one.en or "–"), scope="row"),
        tag("td", tag("span", one.zh or "–", lang="zh")),
        tag("td", tag("i", class_=f"swatch {tone_of(one.family)}"), " ", one.family or UNKNOWN),
        tag("td", tag("data", f"{one.count:,}", value=str(one.count))),
        tag("td", tag("data", share(part) if part >= 0.01 else f"{part:.1%}", value=repr(part))),
    )
