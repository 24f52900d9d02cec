from __future__ import annotations

import time
from pathlib import Path

from tests.dataset.calls.asking import annotator, calling, question
from tests.dataset.faulty_server import echo, entered, serving

from emer.dataset.calls.money import amount, cost
from emer.dataset.calls.spending import Spending, spending
from emer.dataset.plan import Budget
from emer.dataset.store import open_store


def test_nothing_spent_is_nothing(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        spent = spending(store)
    assert spent == Spending()
    assert (spent.calls, spent.cached, spent.tokens, spent.parked) == (0, 0, 0, 0)


def test_every_purse_has_its_own_budget_and_the_answers_are_shared(tmp_path: Path) -> None:
    ledger, url = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db"
    with serving(ledger, echo) as server:
        who = annotator(server.url)
        with calling(url, who, purse="one") as (caller, _):
            caller.ask(who, question("a"))
            caller.ask(who, question("b"))
            first = caller.spending()
        with calling(url, who, Budget(tokens=1), purse="two") as (caller, store):
            assert caller.ask(who, question("a")).data
            deadline = time.monotonic() + 10
            # Others see it without being told by this process.
            while not spending(store, "two").cached and time.monotonic() < deadline:
                time.sleep(0.05)
            (second,) = spending(store, "two").annotators
            assert spending(store, "one") == first
    rows = entered(ledger)
    tokens = sum(row.tokens for row in rows)
    (one,) = first.annotators
    assert (one.calls, one.cached, one.tokens, one.parked) == (2, 0, tokens, 0)
    assert one.seconds > 0
    price = sum(cost(who.price, tokens, 0) for tokens in [one.prompt_tokens])
    assert first.money == one.money == amount(price + cost(who.price, 0, one.completion_tokens))
    assert (second.calls, second.cached, second.tokens) == (0, 1, 0)
    assert 0 < second.cached_tokens < tokens
