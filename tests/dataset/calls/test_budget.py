from __future__ import annotations

from pathlib import Path

import pytest
from tests.dataset.calls.asking import annotator, ask_all, calling, process, question
from tests.dataset.faulty_server import echo, entered, serving

from emer.dataset.calls.bound import most_tokens
from emer.dataset.calls.money import NANO, amount, cost, nano
from emer.dataset.calls.refusals import distinct
from emer.dataset.errors import PlanError
from emer.dataset.plan import Budget, Price, Rate, Sampling


@pytest.mark.parametrize("limit", ["tokens", "money"])
def test_spending_never_passes_the_budget_and_goes_on_with_a_larger_one(
    limit: str, tmp_path: Path
) -> None:
    ledger, url = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db"
    texts = [f"q{number}" for number in range(60)]
    with serving(ledger, echo, latency=0.01) as server:
        who = annotator(server.url, rate=Rate(at_once=16))
        most = most_tokens(who, question("q10"))
        small = Budget(tokens=5 * most) if limit == "tokens" else Budget(money=0.003)
        with calling(url, who, small) as (caller, _):
            became = ask_all(caller, who, texts)
            spent = caller.spending()
        tokens = sum(row.tokens for row in entered(ledger))
        assert spent.tokens == tokens
        if small.tokens is not None:
            # It stops no more than one call early, although sixteen were at the edge.
            assert small.tokens - most < tokens <= small.tokens
        else:
            assert 0.003 - amount(cost(who.price, most, 20)) < spent.money <= 0.003
        refused = [each for each in became if each not in ("answered", "missing")]
        assert refused and became.count("answered") == spent.calls == 60 - len(refused)
        assert "a: " in refused[0] and "--resume" in refused[0]
        with calling(url, who, Budget(tokens=10**6, money=5)) as (caller, _):
            assert ask_all(caller, who, texts) == ["answered"] * 60
            assert caller.spending().calls == 60
    assert len(entered(ledger)) == 60


def edge(url: str, server: str, tokens: int, first: int) -> int:
    who = annotator(server, rate=Rate(at_once=16))
    with calling(url, who, Budget(tokens=tokens)) as (caller, _):
        texts = [f"q{number}" for number in range(first, 120, 2)]
        return ask_all(caller, who, texts).count("answered")


def test_two_processes_at_the_edge_stay_within_the_budget(tmp_path: Path) -> None:
    ledger, url = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db"
    with serving(ledger, echo, latency=0.01) as server:
        most = most_tokens(annotator(server.url), question("q100"))
        workers = [process(edge, url, server.url, 6 * most, first)[1] for first in (0, 1)]
        answered = [worker.recv() for worker in workers]
    rows = entered(ledger)
    assert len(rows) == sum(answered)
    assert 6 * most - most < sum(row.tokens for row in rows) <= 6 * most


def test_a_server_that_counts_more_than_the_bound_is_believed(tmp_path: Path) -> None:
    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with calling(f"sqlite:///{tmp_path}/store.db", who) as (caller, _):
            line = caller._lines["a"]
            line.answered(100, 250)
            assert line.stretched(100) == 250
            line.answered(100, 50)
            assert line.stretched(100) == 250


def test_money_is_exact() -> None:
    assert cost(Price(input=0.15, output=0.6), 1, 0) == 150
    assert sum(cost(Price(input=0.1, output=0), 1, 0) for _ in range(10**4)) == 10**6
    assert cost(Price(input=0.0001), 1, 0) == 1
    assert (nano(0.1), nano(3)) == (NANO // 10, 3 * NANO)
    assert amount(nano(12.34)) == 12.34


def test_two_annotators_that_are_one_are_refused() -> None:
    one = annotator("http://127.0.0.1:1/v1")
    twin = annotator("http://127.0.0.1:2/v1", name="b")
    with pytest.raises(PlanError, match=r"'a' and 'b'.*revision"):
        distinct([one, twin])
    distinct([one, twin.model_copy(update={"revision": "2"})])
    distinct([one, twin.model_copy(update={"tasks": ("textual",)})])
    distinct([one, twin.model_copy(update={"sampling": Sampling(seed=1, temperature=1)})])
