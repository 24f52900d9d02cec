"""What the funnel of the filters holds, in the types that the page draws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from emer.dataset.report.facts import Histogram

Distribution = Histogram | Mapping[str, int]
"""Numbers in bins, or named counts."""

OTHERS = "other reasons"


@dataclass(frozen=True)
class Example:
    """Something a filter took out.

    Attributes:
        id: Of the record.
        what: "statement" or "record".
        reason: Why.
        text: The statement; empty for a record.
    """

    id: str
    what: str
    reason: str
    text: str = ""


@dataclass(frozen=True)
class Sieve:
    """One filter.

    Attributes:
        name: In the plan.
        records: Before and after it.
        statements: Before and after it.
        singly: Statements taken out of records that stayed.
        reworded: Statements that it changed, among those left at the end.
        reasons: How often each was given.
        examples: A few.
        before: Distributions over the records that came to it, by name; empty if not counted.
        after: Likewise over those that it left.
    """

    name: str
    records: tuple[int, int]
    statements: tuple[int, int]
    singly: int = 0
    reworded: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    examples: Sequence[Example] = ()
    before: Mapping[str, Distribution] = field(default_factory=dict)
    after: Mapping[str, Distribution] = field(default_factory=dict)

    @property
    def out(self) -> int:
        """Records that it took out."""
        return self.records[0] - self.records[1]


@dataclass(frozen=True)
class Sieves:
    """All filters of a build.

    Attributes:
        filters: In the order in which they ran.
        before: Distributions over the records before all of them, by name.
        after: Likewise after all of them, under the same names.
    """

    filters: Sequence[Sieve] = ()
    before: Mapping[str, Distribution] = field(default_factory=dict)
    after: Mapping[str, Distribution] = field(default_factory=dict)


def read(funnel: Mapping[str, Any]) -> Sieves:
    """Return what `emer.dataset.filters.funnel.Funnel.as_dict` gave; nothing of nothing."""
    if not funnel:
        return Sieves()
    first = before = _distributions(funnel["before"])
    filters = []
    for each in funnel["filters"]:
        # A funnel may count distributions only before and after all filters.
        after = _distributions(each["after"]) if "after" in each else {}
        filters.append(_sieve(each, before if after else {}, after))
        before = after
    return Sieves(filters, first, _distributions(funnel["after"]))


def _sieve(
    data: Mapping[str, Any],
    before: Mapping[str, Distribution],
    after: Mapping[str, Distribution],
) -> Sieve:
    records, statements = data["records"], data["statements"]
    reasons = {each["reason"]: each["count"] for each in data["reasons"]}
    if data["other_reasons"]:
        reasons[OTHERS] = data["other_reasons"]
    return Sieve(
        data["name"],
        (records["in"], records["out"]),
        (statements["in"], statements["out"]),
        statements["removed"],
        statements["reworded"],
        reasons,
        [Example(**each) for each in data["examples"]],
        before,
        after,
    )


def _distributions(data: Mapping[str, Any]) -> dict[str, Distribution]:
    found: dict[str, Distribution] = {
        "seconds": _bins(data["seconds"], math.inf),
        "agreement": _bins(data["agreement"], 1.0),
    }
    for modality, counts in data["statements"].items():
        edges = [*map(float, range(len(counts))), math.inf]
        found[f"{modality} statements"] = Histogram(edges, counts, whole=True)
    found["families"] = data["families"]
    return found


def _bins(data: Mapping[str, Any], end: float) -> Histogram:
    return Histogram([*data["from"], end], data["counts"])
