"""What earlier runs measured, asked and spent, for an estimate of the rest."""

from __future__ import annotations

from emer.dataset.calls.answers import examine
from emer.dataset.calls.base import Reply, Request
from emer.dataset.calls.book import Book
from emer.dataset.calls.key import call_key
from emer.dataset.calls.owner import new_owner
from emer.dataset.calls.spending import spending
from emer.dataset.entry import Entry
from emer.dataset.observe import Observe
from emer.dataset.plan import Annotator, Budget
from emer.dataset.store import Store


class Known:
    """What a store holds of a build; nothing is written, measured or asked.

    Args:
        store: Of observations and calls.
        observe: Stage of the build, which knows where its measurements are.
        purse: Name of the build.
    """

    def __init__(self, store: Store, observe: Observe, purse: str) -> None:
        self._store, self._observe, self._purse = store, observe, purse
        self._book = Book(store, new_owner(), purse, Budget())

    def measured(self, entry: Entry) -> Entry | None:
        """Return the entry with its measurements, None if there are none.

        Raises:
            OutputError: The store cannot be read.
        """
        return self._observe.measured_before(entry)

    def reply(self, annotator: Annotator, request: Request) -> Reply | None:
        """Return the answer to a question or why it is parked, None if it would be asked.

        Raises:
            OutputError: The store cannot be read.
        """
        key = call_key(annotator, request)
        known = self._book.look(key)
        if known.good is None:
            return None if known.parked is None else Reply(key, None, known.parked)
        data, problem = examine(known.good.answer, request.check)
        return Reply(key, data, problem)

    def spent(self) -> tuple[int, float]:
        """Return the tokens and the money that count against the budget already.

        Raises:
            OutputError: The store cannot be read.
        """
        spent = spending(self._store, self._purse)
        return spent.tokens + spent.reserved_tokens, spent.money + spent.reserved_money
