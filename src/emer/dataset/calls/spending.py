"""What a build has spent, at one moment: for progress, report and card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from emer.dataset.calls.money import amount
from emer.dataset.store_tables import parked, purses, tallies, unanswered

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from emer.dataset.store import Store


@dataclass(frozen=True)
class Spent:
    """What an annotator was asked and what that cost, over all runs of a build.

    Attributes:
        annotator: Name in the plan.
        calls: Answers that were paid, bad ones included.
        cached: Questions whose answer was there already.
        prompt_tokens: Of the paid calls.
        completion_tokens: Of their answers.
        cached_tokens: Of prompts and answers that were there already.
        money: In the currency of the prices.
        seconds: That the server took to answer, added up.
        parked: Calls that wait to be replayed.
    """

    annotator: str
    calls: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    money: float
    seconds: float
    parked: int = 0

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True)
class Spending:
    """What a build has spent so far, over all its runs.

    Attributes:
        annotators: By name.
        money: In the currency of the prices.
        reserved_tokens: Of calls on their way, or that a stopped run left behind; they count
            against the budget.
        reserved_money: Likewise.
        unanswered: Requests that were sent and never answered, and made once more: a server that
            does not honour Idempotency-Key may have charged for them as well.
        unanswered_tokens: That these may have taken at most.
        unanswered_money: Likewise.
    """

    annotators: tuple[Spent, ...] = ()
    money: float = 0.0
    reserved_tokens: int = 0
    reserved_money: float = 0.0
    unanswered: int = 0
    unanswered_tokens: int = 0
    unanswered_money: float = 0.0

    @property
    def calls(self) -> int:
        """Answers that were paid."""
        return sum(each.calls for each in self.annotators)

    @property
    def cached(self) -> int:
        """Questions whose answer was there already."""
        return sum(each.cached for each in self.annotators)

    @property
    def tokens(self) -> int:
        """Of prompts and answers together."""
        return sum(each.tokens for each in self.annotators)

    @property
    def parked(self) -> int:
        """Calls that wait to be replayed."""
        return sum(each.parked for each in self.annotators)


@dataclass(frozen=True)
class Unanswered:
    """A request that was sent and never answered, and made once more.

    Attributes:
        key: Of the call.
        annotator: Who was asked.
        entry: Id of the entry it was for.
        reason: What happened.
        tokens: It may have taken at most.
        money: It may have cost at most.
        at: When that was found, in seconds since 1970.
    """

    key: str
    annotator: str
    entry: str
    reason: str
    tokens: int
    money: float
    at: float


def spending(store: Store, purse: str = "") -> Spending:
    """Return what was spent from a purse so far.

    Args:
        store: Where the calls are kept.
        purse: What the budget is of; see `emer.dataset.calls.caller.Caller`.

    Raises:
        OutputError: The store cannot be read.
    """
    return store.read(lambda db: _spending(db, purse))


def unanswered_calls(store: Store, purse: str = "") -> list[Unanswered]:
    """Return the requests that were sent and never answered, in the order they were found."""
    table = unanswered.c
    columns = (table.key, table.annotator, table.entry, table.reason, table.tokens, table.nano)
    query = select(*columns, table.at).where(table.purse == purse).order_by(table.number)
    rows = store.read(lambda db: db.execute(query).all())
    return [Unanswered(*row[:5], amount(row[5]), row[6]) for row in rows]


def _spending(db: Connection, purse: str) -> Spending:
    waiting = dict(_rows(db, _count_parked(purse)))
    names = [name for name in Spent.__dataclass_fields__ if name not in ("money", "parked")]
    columns = (tallies.c[name] for name in names)
    query = select(*columns, tallies.c.nano).where(tallies.c.purse == purse)
    spent = tuple(
        Spent(
            **{name: getattr(row, name) for name in names},
            money=amount(row.nano),
            parked=waiting.get(row.annotator, 0),
        )
        for row in db.execute(query.order_by(tallies.c.annotator))
    )
    held = select(purses.c.nano, purses.c.held_tokens, purses.c.held_nano)
    row = db.execute(held.where(purses.c.name == purse)).one_or_none()
    nano, held_tokens, held_nano = row or (0, 0, 0)
    lost, lost_tokens, lost_nano = db.execute(_count_unanswered(purse)).one()
    return Spending(
        spent,
        amount(nano),
        held_tokens,
        amount(held_nano),
        lost,
        int(lost_tokens),
        amount(int(lost_nano)),
    )


def _count_parked(purse: str) -> Any:
    query = select(parked.c.annotator, func.count()).where(parked.c.purse == purse)
    return query.group_by(parked.c.annotator)


def _count_unanswered(purse: str) -> Any:
    sums = (func.coalesce(func.sum(unanswered.c[name]), 0) for name in ("tokens", "nano"))
    return select(func.count(), *sums).where(unanswered.c.purse == purse)


def _rows(db: Connection, query: Any) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in db.execute(query)]
