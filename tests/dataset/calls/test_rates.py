from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.dataset.calls.asking import annotator, calling, question
from tests.dataset.faulty_server import echo, entered, serving

from emer.dataset.calls.rates import slot
from emer.dataset.plan import Rate
from emer.dataset.store import open_store


def most_in_a_window(sent: list[tuple[float, int]], window: float) -> int:
    """Return the largest sum of weights in any window, by trying each that begins with a call."""
    return max(
        sum(weight for at, weight in sent if start <= at < start + window) for start, _ in sent
    )


@pytest.mark.parametrize("tokens", [None, 1000])
@pytest.mark.parametrize("requests", [None, 7])
def test_no_window_holds_more_than_the_limits(
    requests: int | None, tokens: int | None, tmp_path: Path
) -> None:
    rate = Rate(requests_per_minute=requests, tokens_per_minute=tokens)
    draw, now, sent = random.Random(1), 1000.0, []
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        for _ in range(300):
            size = draw.choice([1, 50, 300, 999])
            moment = store.write(
                lambda db, size=size, now=now: slot(db, store, "g", rate, size, now)
            )
            assert moment >= now
            sent.append((moment, size))
            now += draw.choice([0, 0, 0.5, 20, 200])
    if requests:
        assert most_in_a_window([(at, 1) for at, _ in sent], 60) <= requests
    if tokens:
        assert most_in_a_window(sent, 60) <= tokens
    if not requests and not tokens:
        assert all(moment < now for moment, _ in sent)


def test_limits_are_used_up_not_only_kept(tmp_path: Path) -> None:
    """As many as may go at once do, and the next goes as soon as the first is out."""
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        rate = Rate(tokens_per_minute=100)
        moments = [
            store.write(lambda db: slot(db, store, "g", rate, 30, 50.0, window=10))
            for _ in range(7)
        ]
        other = store.write(lambda db: slot(db, store, "other", rate, 30, 50.0, window=10))
    assert moments == pytest.approx([50, 50, 50, 60.1, 60.1, 60.1, 70.2])
    assert other == 50


def test_a_call_above_the_limit_goes_alone(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        rate = Rate(tokens_per_minute=100)
        moments = [
            store.write(lambda db, size=size: slot(db, store, "g", rate, size, 0.0, window=10))
            for size in (10, 500, 10)
        ]
    assert moments == pytest.approx([0, 10.1, 20.2])


def test_calls_keep_the_rate(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with serving(ledger, echo) as server:
        who = annotator(server.url, rate=Rate(at_once=8, requests_per_minute=5))
        with (
            calling(f"sqlite:///{tmp_path}/store.db", who, window=0.7) as (caller, _),
            ThreadPoolExecutor(8) as pool,
        ):
            list(pool.map(lambda n: caller.ask(who, question(str(n))), range(14)))
    at = [row.at for row in entered(ledger)]
    # Two windows more than the first; a busy machine sends a little later than it may.
    assert 1.2 < max(at) - min(at) < 3
    assert most_in_a_window([(each, 1) for each in at], 0.5) <= 5
