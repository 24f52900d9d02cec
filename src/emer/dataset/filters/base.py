"""What a filter is: a stage that takes statements or records out and says why.

A statement filter looks at each statement of an entry, a record filter at the entry, and a set
filter at all entries of a build. Nothing is lost silently: whatever is taken out leaves a
`Removal` in the entry, from which the funnel counts (`emer.dataset.filters.funnel`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar, Generic, TypeVar

from emer.dataset.entry import Entry, Removal, Statement
from emer.dataset.plan import Settings

Entries = Callable[[], Iterator[Entry]]
"""Gives all entries, as often as it is called; a filter may go through them more than once."""

OptionsT = TypeVar("OptionsT", bound=Settings)


class NoOptions(Settings):
    """Options of a filter that has none."""


class Filter(ABC, Generic[OptionsT]):
    """Base of all filters.

    Attributes:
        name: Name in a plan.
        version: Goes up whenever the same entry would be judged otherwise.
        options_type: Type of the options; one made without arguments has all defaults.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    options_type: ClassVar[type[Settings]] = NoOptions

    def __init__(self, options: OptionsT) -> None:
        self.options = options

    def settings(self) -> dict[str, Any]:
        """Return, as plain JSON, everything that changes a verdict."""
        return {"version": self.version, **self.options.model_dump(mode="json")}


class StatementFilter(Filter[OptionsT]):
    """Takes statements out of an entry, or puts better ones in their place."""

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with the statements that pass; one that is out stays as it is."""
        if entry.out:
            return entry
        kept: list[Statement] = []
        removed: list[Removal] = []
        for statement in entry.statements:
            verdict = self.judge(statement, entry)
            if isinstance(verdict, Statement):
                kept.append(verdict)
            else:
                removed.append(
                    Removal(
                        filter=self.name,
                        what="statement",
                        reason=verdict,
                        text=statement.text,
                        modality=statement.modality,
                    )
                )
        return entry.changed(statements=tuple(kept), removed=(*entry.removed, *removed))

    @abstractmethod
    def judge(self, statement: Statement, entry: Entry) -> Statement | str:
        """Return the statement, changed or not, or a sentence that says why it goes."""


class RecordFilter(Filter[OptionsT]):
    """Takes whole entries out."""

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry, with a removal if it does not pass."""
        if entry.out:
            return entry
        reason = self.reason(entry)
        return entry if reason is None else without(entry, record(self.name, reason))

    @abstractmethod
    def reason(self, entry: Entry) -> str | None:
        """Return a sentence that says why the entry goes, None if it stays."""


class SetFilter(Filter[OptionsT]):
    """Takes entries out that only stand out among the others."""

    @abstractmethod
    def select(self, entries: Entries) -> Iterator[tuple[str, Removal]]:
        """Yield the id of each entry to take out, once, with the removal.

        The verdict does not depend on the order of the entries. Entries that are out already are
        neither compared nor named.

        Args:
            entries: See `Entries`; entries are not held.
        """


AnyFilter = StatementFilter[Any] | RecordFilter[Any] | SetFilter[Any]


def record(filter_name: str, reason: str) -> Removal:
    """Return the removal of a whole entry."""
    return Removal(filter=filter_name, what="record", reason=reason)


def without(entry: Entry, removal: Removal) -> Entry:
    """Return the entry with one more removal, such as a set filter gives."""
    return entry.changed(removed=(*entry.removed, removal))
