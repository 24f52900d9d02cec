"""What the build was made of and from: sources, splits, versions, and the plan itself."""

from __future__ import annotations

from collections.abc import Mapping

from emer.dataset.report.bars import counted
from emer.dataset.report.facts import PageFacts
from emer.metrics.report.tables import MOST_ROWS, left_out, table
from emer.metrics.report.text import foreign, short
from emer.report.page.markup import Html, joined, tag

_PLAN = 200_000


def parts(facts: PageFacts) -> Html:
    """Return records by source and by split."""
    found = {
        "Collected, by source": counted("Records collected, by source", facts.sources),
        "Kept, by split": counted("Records kept, by split", facts.splits),
    }
    shown = [tag("div", tag("h3", name), body) for name, body in found.items() if body]
    return tag("div", *shown, class_="figures wide") if shown else Html()


def how(facts: PageFacts) -> Html:
    """Return the versions of everything that the result depends on, and the plan."""
    return joined(_versions(facts.versions), _plan(facts.plan))


def _versions(versions: Mapping[str, str]) -> Html:
    if not versions:
        return Html()
    rows = [
        (foreign("span", name), tag("code", short(version)))
        for name, version in list(versions.items())[:MOST_ROWS]
    ]
    return joined(table(("what", "version"), rows, "Versions"), left_out(len(versions)))


def _plan(plan: str) -> Html:
    if not plan.strip():
        return Html()
    text = tag("pre", tag("code", short(plan, _PLAN)), tabindex=0, role="region", aria_label="Plan")
    return tag("details", tag("summary", "The plan"), text)
