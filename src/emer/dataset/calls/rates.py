"""Requests and tokens per minute, kept in the store so that all processes share them.

Every call is given the moment at which it may be sent, such that in no window of a minute more
are sent than the limits allow. The moments are given in order and once: nobody has to ask again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert, select, update

from emer.dataset.plan import Rate
from emer.dataset.store_tables import gauges, sends

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from emer.dataset.store import Store

MINUTE = 60.0
# Moments of sending differ from moments of arrival; servers count the latter.
MARGIN = 1.01
_SWEEP = 256

_STEP = (
    update(gauges)
    .where(gauges.c.name == bindparam("gauge"))
    .values(number=gauges.c.number + 1, tokens=gauges.c.tokens + bindparam("more"))
    .returning(gauges.c.number, gauges.c.tokens, gauges.c.at)
)
_MOVE = update(gauges).where(gauges.c.name == bindparam("gauge")).values(at=bindparam("moment"))
_BY_NUMBER = select(sends.c.at).where(
    sends.c.gauge == bindparam("gauge"), sends.c.number == bindparam("which")
)
_BY_TOKENS = (
    select(sends.c.at, sends.c.before)
    .where(sends.c.gauge == bindparam("gauge"), sends.c.tokens >= bindparam("which"))
    .order_by(sends.c.tokens)
    .limit(1)
)
_OLD = delete(sends).where(sends.c.gauge == bindparam("gauge"), sends.c.at < bindparam("before"))


def slot(
    db: Connection,
    store: Store,
    gauge: str,
    rate: Rate,
    tokens: int,
    now: float,
    window: float = MINUTE,
) -> float:
    """Return when a call may be sent, and count it; `now` if at once.

    Args:
        db: A transaction that writes.
        store: The store it is of.
        gauge: What the limits are of: server and model.
        rate: The limits.
        tokens: What the call counts for. One above the limit waits for an empty window.
        now: In seconds since 1970.
        window: Seconds in which the limits hold.
    """
    if rate.requests_per_minute is None and rate.tokens_per_minute is None:
        return now
    new = store.insert(gauges).values(name=gauge, at=0.0).on_conflict_do_nothing()
    db.execute(new)
    number, total, last = db.execute(_STEP, {"gauge": gauge, "more": tokens}).one()
    leaving = [
        _by_number(db, gauge, rate.requests_per_minute, number),
        last if _alone(rate, tokens) else _by_tokens(db, gauge, rate.tokens_per_minute, total),
    ]
    out = (at + window * MARGIN for at in leaving if at is not None)
    moment = float(max(now, last, *out))
    db.execute(_MOVE, {"gauge": gauge, "moment": moment})
    row = {"number": number, "before": total - tokens, "tokens": total, "at": moment}
    db.execute(insert(sends).values(gauge=gauge, **row))
    if number % _SWEEP == 0:
        db.execute(_OLD, {"gauge": gauge, "before": now - 2 * window * MARGIN})
    return moment


def _alone(rate: Rate, tokens: int) -> bool:
    """Return whether a call is larger than the limit, so that all others have to be out first."""
    return rate.tokens_per_minute is not None and tokens > rate.tokens_per_minute


def _by_number(db: Connection, gauge: str, limit: int | None, number: int) -> float | None:
    """Return when the call was sent that has to be out of the window first, by requests."""
    if limit is None or number <= limit:
        return None
    at = db.execute(_BY_NUMBER, {"gauge": gauge, "which": number - limit}).scalar()
    return None if at is None else float(at)


def _by_tokens(db: Connection, gauge: str, limit: int | None, total: int) -> float | None:
    """Return when the call was sent that has to be out of the window first, by tokens."""
    if limit is None or total <= limit:
        return None
    which = total - limit
    row = db.execute(_BY_TOKENS, {"gauge": gauge, "which": which}).one_or_none()
    # One that begins behind: the call itself was swept away, so it is out long since.
    return None if row is None or row.before >= which else float(row.at)
