"""What the filters of a build removed: counts, reasons, examples, and how the rest has changed.

Everything follows from finished entries alone, since each holds its removals. Parts of a dataset
may be counted anywhere and put together in any order, with the same result, and memory does not
grow with their number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from emer.dataset.entry import Entry, Removal
from emer.dataset.filters.figures import Figures
from emer.dataset.filters.smallest import Smallest
from emer.errors import UsageError

REASONS = 40
"""Kinds of reasons kept per filter; numbers, ids, and what stands in brackets or quotation marks
make no kind of their own."""

_LONGEST = 300  # characters of a reason or a statement shown as an example
_VARIABLE = re.compile(r"[(（][^()（）]*[)）]|“[^”]*”|\"[^\"]*\"")
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?!\w)")
_ID = re.compile(r"(?<=the same as )\S+")


class Funnel:
    """Counts what filters removed.

    Args:
        names: Of the filters, in the order in which they ran.
        examples: Removals of each filter to keep: random ones, yet the same in every run.
    """

    def __init__(self, names: Sequence[str], examples: int = 5) -> None:
        self.stages = {name: FilterCounts(examples) for name in names}
        self.examples = examples
        self.before, self.after = Figures(), Figures()

    def add(self, entry: Entry) -> None:
        """Count an entry that went through all filters, those over the whole set included.

        Raises:
            UsageError: Something was removed by a filter of another name.
        """
        removed = self._sorted(entry)
        gone = [each for own in removed.values() for each in own if each.what == "statement"]
        here = [statement.modality for statement in entry.statements]
        self.before.add(entry, [*here, *(each.modality for each in gone if each.modality)])
        if entry.out is None:
            self.after.add(entry, here)
        left = Counter([*here, *(each.modality for each in gone if each.modality)])
        present = len(entry.statements) + len(gone)
        reworded = Counter(each.reworded for each in entry.statements if each.reworded)
        for name, stage in self.stages.items():
            stage.add(entry.id, present, removed[name], reworded[name])
            present -= sum(each.what == "statement" for each in removed[name])
            if any(each.what == "record" for each in removed[name]):
                break
            left.subtract(each.modality for each in removed[name] if each.modality)
            stage.after.add(entry, left.elements())

    def merge(self, other: Funnel) -> None:
        """Add what another funnel of the same filters counted.

        Raises:
            UsageError: Its filters are others.
        """
        if list(self.stages) != list(other.stages):
            raise UsageError(
                f"Funnels of different filters cannot be added: {', '.join(self.stages)} and "
                f"{', '.join(other.stages)}."
            )
        self.before.merge(other.before)
        self.after.merge(other.after)
        for name, stage in self.stages.items():
            stage.merge(other.stages[name])

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON, from which `from_dict` restores the funnel.

        Returns:
            `filters`, in order, each with `name`, `records` (`in`, `out`, `removed`),
            `statements` (`in`, `out`, `removed` singly, gone `with_records`, and `reworded` among
            those left at the end), `reasons` (`reason`, `count`; most frequent first),
            `other_reasons`, `examples` (`id`, `what`, `reason`, `text`) and what there was `after`
            it; and `before` and `after` all filters, see `Figures.as_dict`.
        """
        return {
            "filters": [{"name": name, **each.as_dict()} for name, each in self.stages.items()],
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], examples: int = 5) -> Funnel:
        """Return what `as_dict` gave."""
        found = cls([each["name"] for each in data["filters"]], examples)
        found.before = Figures.from_dict(data["before"])
        found.after = Figures.from_dict(data["after"])
        for each in data["filters"]:
            found.stages[each["name"]].restore(each)
        return found

    def _sorted(self, entry: Entry) -> dict[str, list[Removal]]:
        removed: dict[str, list[Removal]] = {name: [] for name in self.stages}
        for removal in entry.removed:
            if removal.filter not in removed:
                raise UsageError(
                    f"The entry {entry.id!r} was filtered by {removal.filter!r}, which is not "
                    "among the filters counted.",
                    f"Those are: {', '.join(removed) or 'none'}.",
                )
            removed[removal.filter].append(removal)
        return removed


class FilterCounts:
    """What one filter removed.

    Args:
        examples: How many to keep.
    """

    def __init__(self, examples: int) -> None:
        self.counts: Counter[str] = Counter()
        self.after = Figures()
        self._kinds: Smallest[int] = Smallest(REASONS)
        self._examples: Smallest[dict[str, str]] = Smallest(examples)

    def add(self, id: str, present: int, removed: Sequence[Removal], reworded: int) -> None:
        """Count one entry that reached the filter.

        Args:
            id: Of the entry.
            present: Statements it had.
            removed: What the filter took out of it.
            reworded: Statements the filter changed.
        """
        whole = any(each.what == "record" for each in removed)
        single = sum(each.what == "statement" for each in removed)
        self.counts.update(
            records=1,
            records_removed=whole,
            statements=present,
            statements_removed=single,
            with_records=(present - single) * whole,
            reworded=reworded,
            reasons=len(removed),
        )
        for each in removed:
            kind = kind_of(each.reason)
            self._kinds.put(kind, (self._kinds.get(kind) or 0) + 1)
            self._show(id, each.what, each.reason[:_LONGEST], each.text[:_LONGEST])

    def merge(self, other: FilterCounts) -> None:
        """Add what another one counted."""
        self.counts.update(other.counts)
        self.after.merge(other.after)
        for kind, count in other._kinds:
            self._kinds.put(kind, (self._kinds.get(kind) or 0) + count)
        for key, example in other._examples:
            self._examples.put(key, example)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain JSON; see `Funnel.as_dict`."""
        counts = self.counts
        reasons = sorted(self._kinds, key=lambda one: (-one[1], one[0]))
        left = counts["statements"] - counts["statements_removed"] - counts["with_records"]
        return {
            "records": {
                "in": counts["records"],
                "out": counts["records"] - counts["records_removed"],
                "removed": counts["records_removed"],
            },
            "statements": {
                "in": counts["statements"],
                "out": left,
                "removed": counts["statements_removed"],
                "with_records": counts["with_records"],
                "reworded": counts["reworded"],
            },
            "reasons": [{"reason": reason, "count": count} for reason, count in reasons],
            "other_reasons": counts["reasons"] - sum(count for _, count in reasons),
            "examples": [example for _, example in self._examples],
            "after": self.after.as_dict(),
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take over what `as_dict` gave."""
        records, statements = data["records"], data["statements"]
        told = sum(each["count"] for each in data["reasons"])
        self.counts.update(
            records=records["in"],
            records_removed=records["removed"],
            statements=statements["in"],
            statements_removed=statements["removed"],
            with_records=statements["with_records"],
            reworded=statements["reworded"],
            reasons=told + data["other_reasons"],
        )
        self.after = Figures.from_dict(data["after"])
        for each in data["reasons"]:
            self._kinds.put(each["reason"], each["count"])
        for each in data["examples"]:
            self._show(**each)

    def _show(self, id: str, what: str, reason: str, text: str) -> None:
        example = {"id": id, "what": what, "reason": reason, "text": text}
        self._examples.put("\0".join(example.values()), example)


def kind_of(reason: str) -> str:
    """Return a reason without what differs from entry to entry.

    >>> kind_of("The clip lasts 412.00 s, more than 300 s.")
    'The clip lasts … s, more than … s.'
    >>> kind_of("It says the same as a/7 (cosine 0.981).")
    'It says the same as ….'
    """
    bare = _ID.sub("…", _NUMBER.sub("…", _VARIABLE.sub("", reason)))
    return re.sub(r"\s+(?=[.,;])", "", " ".join(bare.split()))[:_LONGEST]
