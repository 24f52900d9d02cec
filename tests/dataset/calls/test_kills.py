"""Runs that are killed at any moment, among faults: nothing is lost, nothing is paid twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.dataset.calls.asking import annotator, ask_all, calling, process
from tests.dataset.faulty_server import FAULTS, echo, entered, serving

from emer.dataset.calls.spending import spending
from emer.dataset.plan import Rate
from emer.dataset.store import open_store

TEXTS = [f"q{number}" for number in range(300)]


def run(url: str, server: str) -> list[str]:
    who = annotator(server, timeout=0.6, tries=6, rate=Rate(at_once=16))
    with calling(url, who) as (caller, _):
        return ask_all(caller, who, TEXTS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_runs_end_like_an_undisturbed_one(seed: int, tmp_path: Path) -> None:
    ledger, url, draw = tmp_path / "ledger", f"sqlite:///{tmp_path}/store.db", random.Random(seed)
    faults, kills = dict.fromkeys(FAULTS, 0.01), 0
    with serving(ledger, echo, latency=0.05, faults=faults, hang=0.8, drip=0.01) as server:
        while True:
            running, result = process(run, url, server.url)
            if result.poll(0.3 + draw.random() if kills < 10 else 120):
                became = result.recv()
                break
            running.kill()
            running.join()
            kills += 1
        with open_store(url) as store:
            spent = spending(store)
            assert not list(store.parked())
    rows = entered(ledger)
    charged = [row.key for row in rows if row.tokens]
    assert kills > 1
    assert became == ["answered"] * len(TEXTS)
    assert len(charged) == len(set(charged)) == spent.calls
    assert spent.tokens == sum(row.tokens for row in rows)
    assert spent.reserved_tokens == 0
    # Made again, a request is the same to the byte.
    assert len({(row.key, row.body) for row in rows}) == len({row.key for row in rows})
