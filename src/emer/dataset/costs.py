"""What the answers that a dataset rests on have cost, whichever run paid for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emer.dataset.card_facts import CostFacts
from emer.dataset.entry import Entry

if TYPE_CHECKING:
    from emer.dataset.plan import Annotator
    from emer.dataset.store import Store

_AT_A_TIME = 500


@dataclass
class _Sum:
    calls: int = 0
    prompt: int = 0
    completion: int = 0
    nano: int = 0


@dataclass
class Costs:
    """Adds up calls entry by entry; only sums and a few keys are held.

    A question that two entries share was answered once, but counts for both.

    Attributes:
        store: Where the calls are kept.
    """

    store: Store
    _sums: dict[str, _Sum] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Count the answers of an entry."""
        self._keys += [answer.call for answer in entry.answers if answer.missing is None]
        if len(self._keys) >= _AT_A_TIME:
            self._settle()

    def facts(self, annotators: Collection[Annotator]) -> list[CostFacts]:
        """Return the sums, one for each annotator."""
        from emer.dataset.calls.money import amount

        self._settle()
        found = []
        for annotator in annotators:
            total = self._sums.get(annotator.name, _Sum())
            priced = annotator.price.input or annotator.price.output
            money = amount(total.nano) if priced else None
            found.append(
                CostFacts(annotator.name, total.calls, total.prompt, total.completion, money)
            )
        return found

    def _settle(self) -> None:
        from sqlalchemy import select

        from emer.dataset.store_tables import calls

        columns = [calls.c[n] for n in ("key", "annotator", "prompt_tokens", "completion_tokens")]
        wanted = calls.c.key.in_(set(self._keys)) & calls.c.problem.is_(None)
        query = select(*columns, calls.c.nano).where(wanted)
        rows = self.store.read(lambda db: db.execute(query).all()) if self._keys else []
        found = {row[0]: tuple(row) for row in rows}
        for key in self._keys:
            if key in found:
                _, annotator, prompt, completion, nano = found[key]
                total = self._sums.setdefault(annotator, _Sum())
                total.calls += 1
                total.prompt += prompt
                total.completion += completion
                total.nano += nano
        self._keys.clear()
