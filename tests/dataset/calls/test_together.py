"""Several processes with one store, and processes that are killed."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.dataset.calls.asking import annotator, calling, expected, process, question
from tests.dataset.faulty_server import echo, entered, serving

from emer.dataset.calls.book import LEASE, Book
from emer.dataset.calls.owner import gone, machine, new_owner
from emer.dataset.calls.records import Intent, Pace, Paid
from emer.dataset.calls.spending import spending, unanswered_calls
from emer.dataset.plan import Budget, Rate
from emer.dataset.store import open_store


def ask_the_same(url: str, server: str) -> Any:
    who = annotator(server)
    with calling(url, who) as (caller, _):
        return caller.ask(who, question("the same")).data


def test_two_processes_with_the_same_question_pay_once(tmp_path: Path) -> None:
    ledger, url = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db"
    with serving(ledger, echo, latency=1.0) as server:
        both = [process(ask_the_same, url, server.url)[1] for _ in range(2)]
        answers = [each.recv() for each in both]
    assert answers == [expected(question("the same"))] * 2
    assert len(entered(ledger)) == 1


def test_many_threads_with_the_same_question_pay_once(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with serving(ledger, echo, latency=0.1) as server:
        who = annotator(server.url)
        with (
            calling(f"sqlite:///{tmp_path}/store.db", who) as (caller, _),
            ThreadPoolExecutor(8) as pool,
        ):
            replies = set(pool.map(lambda _: caller.ask(who, question("x")).key, range(8)))
    assert len(replies) == len(entered(ledger)) == 1


def test_a_killed_call_is_taken_over_at_once_and_not_charged_twice(tmp_path: Path) -> None:
    ledger, url = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db"
    with serving(ledger, echo, latency=0.0, script=["hang"], hang=60) as server:
        killed, _ = process(ask_the_same, url, server.url)
        while not entered(ledger):
            time.sleep(0.02)
            assert killed.is_alive()
        killed.kill()
        killed.join()
        with open_store(url) as store:
            reserved = spending(store).reserved_tokens
            assert reserved > 0
        who = annotator(server.url)
        # What the killed run reserved counts as spent, but not against its own call.
        with calling(url, who, Budget(tokens=reserved)) as (caller, store):
            start = time.monotonic()
            assert caller.ask(who, question("the same")).data
            assert time.monotonic() - start < 5
            spent = caller.spending()
            (lost,) = unanswered_calls(store)
    assert (lost.tokens, lost.entry) == (reserved, "e-the same")
    assert (spent.unanswered, spent.unanswered_tokens) == (1, reserved)
    assert spent.reserved_tokens == 0
    rows = entered(ledger)
    assert len(rows) == 2 and len({(row.key, row.body) for row in rows}) == 1
    assert spent.tokens == sum(row.tokens for row in rows)


def paid(text: str = "{}") -> Paid:
    return Paid("m", "visual", "p@1", text, "stop", None, False, 30, 10, 500, 0.1)


def test_the_lease_of_another_machine_ends_and_a_late_answer_is_counted(tmp_path: Path) -> None:
    now = [1000.0]
    intent = Intent("k", 0, "a", "e", 100, 2000)
    pace = Pace("g", Rate(), 10)
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:

        def book(owner: str) -> Book:
            made = Book(store, owner, "", Budget(tokens=150), lambda: now[0])
            made.open(["a"])
            made.live()
            return made

        first, second = book("elsewhere:1:a"), book("elsewhere:2:b")
        assert first.begin(intent, pace).state == "mine"
        assert second.begin(intent, pace).state == "elsewhere"
        assert second.begin(Intent("other", 0, "a", "e", 100, 1), pace).state == "busy"
        now[0] += LEASE + 1
        second.live()
        assert second.begin(Intent("other", 0, "a", "e", 100, 1), pace).state == "spent"
        assert second.begin(intent, pace).state == "mine"
        assert spending(store).reserved_tokens == 100
        # The first was not dead after all: both answers are paid, one is kept.
        first.record(intent, paid("first"))
        assert spending(store).reserved_tokens == 100
        second.record(intent, paid("second"))
        after = spending(store)
        assert (after.reserved_tokens, after.tokens, after.calls) == (0, 80, 2)
        assert after.money == 1000 / 10**9
        assert [each.answer for each in first.look("k").kept] == ["first"]
        assert second.begin(intent, pace).state == "changed"


def test_a_process_of_this_machine_is_seen_to_be_gone() -> None:
    assert not gone(new_owner())
    assert not gone("elsewhere:1:ab")
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    assert gone(f"{machine()}:{child}:ab")
    assert gone("")


@pytest.mark.parametrize("limit", [39, 40])
def test_a_budget_is_compared_exactly(limit: int, tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        book = Book(store, new_owner(), "p", Budget(tokens=limit))
        book.open(["a"])
        state = book.begin(Intent("k", 0, "a", "e", 40, 0), Pace("g", Rate(), 1)).state
    assert state == ("mine" if limit == 40 else "spent")
