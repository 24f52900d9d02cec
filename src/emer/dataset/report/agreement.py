"""How far the annotators agree, and what the measurements say to them."""

from __future__ import annotations

from emer.dataset.report.bars import Bar, bars
from emer.dataset.report.charts import histogram
from emer.dataset.report.facts import Agreement
from emer.metrics.report.text import data
from emer.report.page.markup import Html, joined, tag

STATUSES = {
    "measured": "A measurement itself is the statement.",
    "supported": "A model said so, and a measured cue agrees.",
    "contradicted": "A model said so, and a measured cue disagrees.",
    "unchecked": "A model said so, and nothing measured tells for or against it.",
}
# Krippendorff 2004, Content Analysis, 2nd ed., section 11.4.
_RELIABLE, _TENTATIVE = 0.8, 0.667


def agreement(found: Agreement) -> Html:
    """Return alpha, the agreement of records, and the statements by status and annotators."""
    parts = [_alpha(found), _records(found), _statuses(found), _annotators(found)]
    shown = [each for each in parts if each]
    return tag("div", *shown, class_="figures wide") if shown else Html()


def _alpha(found: Agreement) -> Html:
    if found.alpha is None and not found.alpha_about:
        return Html()
    return tag(
        "div",
        tag("h3", "Krippendorff's alpha"),
        tag("p", data(found.alpha), class_="big"),
        tag("p", _verdict(found.alpha)),
        tag("p", found.alpha_about, class_="small") if found.alpha_about else "",
    )


def _verdict(alpha: float | None) -> str:
    if alpha is None:
        return "It has no value here: it needs two annotators who differ at least once."
    if alpha >= _RELIABLE:
        return "At least 0.8: data may be relied on (Krippendorff 2004)."
    if alpha >= _TENTATIVE:
        return "Between 0.667 and 0.8: good for tentative conclusions (Krippendorff 2004)."
    return "Below 0.667: too low to rely on any one annotator (Krippendorff 2004)."


def _records(found: Agreement) -> Html:
    if found.records is None or not sum(found.records.counts):
        return Html()
    title = "Agreement on the emotion, record by record"
    return histogram(title, "agreement", "records", found.records)


def _statuses(found: Agreement) -> Html:
    if not found.statuses:
        return Html()
    rows = [
        Bar(name, found.statuses.get(name, 0), class_=name, note=note)
        for name, note in STATUSES.items()
    ]
    total = sum(found.statuses.values())
    return _titled("Statements by what the measurements say", bars("Statuses", rows, total))


def _annotators(found: Agreement) -> Html:
    if not found.annotators:
        return Html()
    rows = [
        Bar(f"{number} annotator{'' if number == 1 else 's'}", count)
        for number, count in sorted(found.annotators.items())
    ]
    total = sum(found.annotators.values())
    return _titled("Statements by how many said so", bars("Annotators", rows, total))


def _titled(title: str, body: Html) -> Html:
    return tag("div", joined(tag("h3", title), body))
