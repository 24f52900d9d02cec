"""The book of calls: what was answered, what is on its way, what is parked, what was spent.

The rules that keep it true:
- Before a call is sent, its row in `begun` and the reserve for it in the purse are committed.
- An answer, its cost and the end of the reserve are committed together.
- A reserve whose owner is gone counts as spent until the same call is answered after all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from emer.dataset.calls import money, rates
from emer.dataset.calls.owner import gone
from emer.dataset.calls.records import Begun, Intent, Kept, Known, Pace, Paid
from emer.dataset.plan import Budget
from emer.dataset.store_tables import begun, calls, owners, parked, purses, tallies, unanswered

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from emer.dataset.store import Store

LEASE = 60.0
"""Seconds after which a process that gives no sign counts as gone."""

_MOST = 2**62
_ANSWER_KEPT = 2000

_CALLS = (
    select(
        calls.c.attempt,
        calls.c.answer,
        calls.c.problem,
        calls.c.ended,
        calls.c.prompt_tokens + calls.c.completion_tokens,
    )
    .where(calls.c.key == bindparam("k"))
    .order_by(calls.c.attempt)
)
_PARKED = select(parked.c.reason).where(parked.c.key == bindparam("k"))
_BEGUN = (
    select(begun, owners.c.until)
    .join_from(begun, owners, begun.c.owner == owners.c.owner, isouter=True)
    .where(begun.c.key == bindparam("k"))
)
_HOLD = (
    update(purses)
    .where(
        purses.c.name == bindparam("purse"),
        purses.c.tokens + purses.c.held_tokens + bindparam("t") <= bindparam("most_t"),
        purses.c.nano + purses.c.held_nano + bindparam("n") <= bindparam("most_n"),
    )
    .values(
        held_tokens=purses.c.held_tokens + bindparam("t"),
        held_nano=purses.c.held_nano + bindparam("n"),
    )
)
_SETTLE = (
    update(purses)
    .where(purses.c.name == bindparam("purse"))
    .values(
        tokens=purses.c.tokens + bindparam("t"),
        nano=purses.c.nano + bindparam("n"),
        held_tokens=purses.c.held_tokens - bindparam("free_t"),
        held_nano=purses.c.held_nano - bindparam("free_n"),
    )
)
_TALLY = (
    update(tallies)
    .where(tallies.c.purse == bindparam("which"), tallies.c.annotator == bindparam("who"))
    .values(
        calls=tallies.c.calls + bindparam("c"),
        prompt_tokens=tallies.c.prompt_tokens + bindparam("p"),
        completion_tokens=tallies.c.completion_tokens + bindparam("a"),
        nano=tallies.c.nano + bindparam("n"),
        seconds=tallies.c.seconds + bindparam("s"),
    )
)
_CACHED = (
    update(tallies)
    .where(tallies.c.purse == bindparam("which"), tallies.c.annotator == bindparam("who"))
    .values(
        cached=tallies.c.cached + bindparam("c"),
        cached_tokens=tallies.c.cached_tokens + bindparam("t"),
    )
)
_END = delete(begun).where(begun.c.key == bindparam("k"), begun.c.owner == bindparam("o"))
_LEAVE = (
    update(begun)
    .where(begun.c.key == bindparam("k"), begun.c.owner == bindparam("o"))
    .values(owner="")
)
_LIVE = (
    select(begun.c.owner, owners.c.until)
    .join_from(begun, owners, begun.c.owner == owners.c.owner)
    .where(begun.c.purse == bindparam("purse"))
    .distinct()
)


class Book:
    """The calls of one purse in a store.

    Args:
        store: The store.
        owner: Name of this process; see `emer.dataset.calls.owner.new_owner`.
        purse: What the budget is of: the name of a build. Several builds may share a store.
        budget: May be spent from the purse.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        owner: str,
        purse: str,
        budget: Budget,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._owner, self._purse, self._clock = store, owner, purse, clock
        self._start = store.insert(begun).on_conflict_do_nothing()
        # A process that was taken for dead and was not finds the answer there already.
        self._keep = store.insert(calls).on_conflict_do_nothing()
        self._most_tokens = _MOST if budget.tokens is None else budget.tokens
        self._most_nano = _MOST if budget.money is None else money.nano(budget.money)

    def open(self, annotators: list[str]) -> None:
        """Make the purse and its tallies, if they are absent; forget owners long gone."""
        purse = self._store.insert(purses).values(name=self._purse).on_conflict_do_nothing()
        rows = [{"purse": self._purse, "annotator": name} for name in annotators]
        tally = self._store.insert(tallies).on_conflict_do_nothing()
        old = delete(owners).where(owners.c.until < self._clock() - LEASE)

        def work(db: Connection) -> None:
            db.execute(purse)
            db.execute(old)
            if rows:
                db.execute(tally, rows)

        self._store.write(work)

    def live(self) -> None:
        """Say that this process is there for another `LEASE` seconds."""
        until = self._clock() + LEASE
        row = self._store.insert(owners).values(owner=self._owner, until=until)
        row = row.on_conflict_do_update(index_elements=["owner"], set_={"until": until})
        self._store.write(lambda db: db.execute(row))

    def look(self, key: str) -> Known:
        """Return what is known of a call."""

        def work(db: Connection) -> Known:
            kept = self._kept(db, key)
            if any(each.problem is None for each in kept):
                return Known(kept, None)
            row = self._store.run(db, _PARKED, {"k": key}).fetchone()
            return Known(kept, row[0] if row else None)

        return self._store.read(work)

    def begin(self, intent: Intent, pace: Pace) -> Begun:
        """Reserve what a call may take at most, in the budget and in the rates.

        A call that somebody began who is gone is taken over, reserve and all, and put down as
        one that was perhaps paid and never answered.
        """

        def work(db: Connection) -> Begun:
            now = self._clock()
            row = vars(intent) | {"purse": self._purse, "owner": self._owner, "at": now}
            if not self._store.run(db, self._start, row).rowcount:
                self._take_over(db, intent.key, now)
                self._store.run(db, self._start, row)
            seen = self._kept(db, intent.key)
            if len(seen) != intent.attempt or any(each.problem is None for each in seen):
                raise _Changed
            if not self._hold(db, intent):
                raise _NoRoom
            moment = rates.slot(
                db, self._store, pace.gauge, pace.rate, pace.tokens, now, pace.window
            )
            return Begun("mine", moment)

        try:
            return self._store.write(work)
        except _Elsewhere:
            return Begun("elsewhere")
        except _Changed:
            return Begun("changed")
        except _NoRoom:
            return Begun("busy" if self._on_their_way() else "spent")

    def pace(self, pace: Pace) -> float:
        """Return when a call may be sent once more, and count it."""
        return self._store.write(
            lambda db: rates.slot(
                db, self._store, pace.gauge, pace.rate, pace.tokens, self._clock(), pace.window
            )
        )

    def record(self, intent: Intent, paid: Paid) -> None:
        """Keep an answer; park the call if the answer ends it."""

        def work(db: Connection) -> None:
            self._settle(db, intent, paid.prompt_tokens + paid.completion_tokens, paid.nano)
            row = vars(paid) | {
                "key": intent.key,
                "attempt": intent.attempt,
                "purse": self._purse,
                "annotator": intent.annotator,
                "entry": intent.entry,
                "at": self._clock(),
            }
            self._store.run(db, self._keep, row)
            self._count(db, intent.annotator, paid)
            if paid.ended and paid.problem is not None:
                self._park(db, intent, paid.task, paid.problem, paid.answer, intent.attempt + 1)

        self._store.write(work)

    def spoil(self, intent: Intent, task: str, answer: str, problem: str) -> None:
        """Park a call whose kept answer turns out to be of no use."""
        change = (
            update(calls)
            .where(calls.c.key == intent.key, calls.c.attempt == intent.attempt)
            .values(problem=problem, ended=True)
        )

        def work(db: Connection) -> None:
            db.execute(change)
            self._park(db, intent, task, problem, answer, intent.attempt + 1)

        self._store.write(work)

    def lose(self, intent: Intent, task: str, reason: str, paid: bool) -> None:
        """Park a call that was not answered.

        Args:
            intent: The call.
            task: What it was for.
            reason: Why.
            paid: Whether it may have been paid all the same; its reserve then stays.
        """

        def work(db: Connection) -> None:
            self._free(db, intent, paid)
            self._park(db, intent, task, reason, "", intent.attempt)

        self._store.write(work)

    def leave(self, intent: Intent, paid: bool) -> None:
        """Give up waiting for an answer; a later run takes the call over at once.

        Args:
            intent: The call.
            paid: Whether it may have been paid all the same; its reserve then stays.
        """
        self._store.write(lambda db: self._free(db, intent, paid))

    def doubt(self, intent: Intent, reason: str) -> None:
        """Put down that a call was perhaps paid without an answer, and is made once more."""
        row = self._doubtful(vars(intent), self._purse, reason)
        self._store.write(lambda db: db.execute(insert(unanswered).values(**row)))

    def cached(self, hits: Mapping[str, tuple[int, int]]) -> None:
        """Add to the tallies what was there already.

        Args:
            hits: Calls and their tokens by annotator.
        """
        rows = [
            {"which": self._purse, "who": name, "c": count, "t": tokens}
            for name, (count, tokens) in hits.items()
        ]
        self._store.write(lambda db: db.execute(_CACHED, rows))

    def unlose(self, keys: Sequence[str]) -> None:
        """Take calls off the list of parked ones: it was not their fault."""
        query = delete(parked).where(parked.c.key.in_(keys))
        self._store.write(lambda db: db.execute(query))

    def _kept(self, db: Connection, key: str) -> tuple[Kept, ...]:
        rows = self._store.run(db, _CALLS, {"k": key}).fetchall()
        return tuple(Kept(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows)

    def _hold(self, db: Connection, intent: Intent) -> bool:
        reserve = {"t": intent.tokens, "n": intent.nano}
        limits = {"most_t": self._most_tokens, "most_n": self._most_nano}
        values = {"purse": self._purse} | reserve | limits
        return bool(self._store.run(db, _HOLD, values).rowcount)

    def _take_over(self, db: Connection, key: str, now: float) -> None:
        row = db.execute(_BEGUN, {"k": key}).one_or_none()
        if row is None or not _abandoned(row.owner, row.until, now):
            raise _Elsewhere
        reason = "the run was stopped while it waited for the answer"
        db.execute(insert(unanswered).values(**self._doubtful(row._mapping, row.purse, reason)))
        db.execute(delete(begun).where(begun.c.key == key))
        free = {"free_t": row.tokens, "free_n": row.nano, "t": 0, "n": 0}
        db.execute(_SETTLE, {"purse": row.purse} | free)

    def _settle(self, db: Connection, intent: Intent, tokens: int, nano: int) -> None:
        """Replace the reserve by what was spent; the reserve of a successor is left alone."""
        ended = self._store.run(db, _END, {"k": intent.key, "o": self._owner})
        ours = ended.rowcount > 0
        free = {"free_t": intent.tokens * ours, "free_n": intent.nano * ours}
        spent = {"purse": self._purse, "t": tokens, "n": nano}
        self._store.run(db, _SETTLE, spent | free)

    def _free(self, db: Connection, intent: Intent, paid: bool) -> None:
        if paid:
            db.execute(_LEAVE, {"k": intent.key, "o": self._owner})
        else:
            self._settle(db, intent, 0, 0)

    def _count(self, db: Connection, annotator: str, paid: Paid) -> None:
        values = {
            "c": 1,
            "p": paid.prompt_tokens,
            "a": paid.completion_tokens,
            "n": paid.nano,
            "s": paid.seconds,
        }
        self._store.run(db, _TALLY, values | {"which": self._purse, "who": annotator})

    def _park(
        self, db: Connection, intent: Intent, task: str, reason: str, answer: str, attempts: int
    ) -> None:
        row = {
            "key": intent.key,
            "purse": self._purse,
            "annotator": intent.annotator,
            "entry": intent.entry,
            "task": task,
            "reason": reason,
            "answer": answer[:_ANSWER_KEPT],
            "attempts": attempts,
            "at": self._clock(),
        }
        db.execute(self._store.insert(parked).values(**row).on_conflict_do_nothing())

    def _doubtful(self, row: Any, purse: str, reason: str) -> dict[str, Any]:
        names = ("key", "attempt", "annotator", "entry", "tokens", "nano")
        fields = {name: row[name] for name in names}
        return fields | {"purse": purse, "reason": reason, "at": self._clock()}

    def _on_their_way(self) -> bool:
        """Return whether somebody waits for an answer to a call from this purse."""
        now = self._clock()
        rows = self._store.read(lambda db: db.execute(_LIVE, {"purse": self._purse}).all())
        return any(not _abandoned(row.owner, row.until, now) for row in rows)


class _Elsewhere(Exception):
    """Somebody else began the same call."""


class _Changed(Exception):
    """Another answer came meanwhile."""


class _NoRoom(Exception):
    """The budget is full."""


def _abandoned(owner: str, until: float | None, now: float) -> bool:
    return until is None or until < now or gone(owner)
