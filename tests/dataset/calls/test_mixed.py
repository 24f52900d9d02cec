"""All faults at once, in many threads: every call is answered once and paid once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.dataset.calls.asking import annotator, calling, expected, question
from tests.dataset.faulty_server import FAULTS, echo, entered, serving

from emer.dataset.plan import Rate

CALLS, THREADS = 200, 16


def test_every_call_is_answered_once_and_paid_once(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    faults = dict.fromkeys(FAULTS, 0.03)
    with serving(ledger, echo, faults=faults, hang=1.0, drip=0.02) as server:
        who = annotator(server.url, timeout=0.6, tries=6, rate=Rate(at_once=THREADS))
        questions = [question(f"q{number}") for number in range(CALLS)]
        with (
            calling(f"sqlite:///{tmp_path}/store.db", who) as (caller, store),
            ThreadPoolExecutor(THREADS) as pool,
        ):
            replies = list(pool.map(lambda each: caller.ask(who, each), questions))
            spent = caller.spending()
            again = list(pool.map(lambda each: caller.ask(who, each), questions))
            assert not list(store.parked())
        asked = len(server.headers)
    rows = entered(ledger)
    assert len(rows) == asked
    assert {row.fault for row in rows} == {"", *FAULTS}
    assert again == replies
    # A question that was asked twice says so in its second form, and is answered to that.
    plain = [reply.data == expected(each) for reply, each in zip(replies, questions, strict=True)]
    assert all(reply.data for reply in replies) and sum(plain) > 0.7 * CALLS
    paid = [row.key for row in rows if row.tokens]
    assert len(paid) == len(set(paid))
    assert spent.tokens == sum(row.tokens for row in rows)
    assert spent.calls == len(paid) >= CALLS
    assert spent.reserved_tokens == 0 and spent.reserved_money == 0
