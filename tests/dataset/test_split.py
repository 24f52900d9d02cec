"""Splits of a build: whole groups, near the shares, the same in any order."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from emer.dataset.plan import Split
from emer.dataset.split import split
from emer.training.data.rows import Row
from emer.training.data.split import split_by_group

SHARES = Split(shares={"train": 0.8, "validation": 0.1, "test": 0.1})


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(groups: list[str], order: random.Random) -> None:
    entries = [(f"e{n}", group) for n, group in enumerate(groups)]
    shuffled = order.sample(entries, len(entries))
    chosen = split(entries, SHARES)
    assert chosen == split(shuffled, SHARES)
    assert chosen.keys() == set(groups)
    assert set(chosen.values()) <= SHARES.shares.keys()


def test_shares_come_out_and_the_seed_decides() -> None:
    entries = [(f"e{n}", f"g{n // 4}") for n in range(800)]
    chosen = split(iter(entries), SHARES)
    assert Counter(chosen[group] for _, group in entries) == {
        "train": 640, "validation": 80, "test": 80,
    }  # fmt: skip
    other = split(entries, SHARES.model_copy(update={"seed": 1}))
    assert chosen != other


def test_it_is_the_split_of_the_trainers() -> None:
    numbers = random.Random(5)
    groups = [f"g{int(numbers.expovariate(0.1))}" for _ in range(300)]
    rows = [Row(id=f"e{n}", text="t", labels={"speaker": g}) for n, g in enumerate(groups)]
    places = split_by_group(rows, "speaker", shares=SHARES.shares)
    chosen = split(((row.id, row.labels["speaker"]) for row in rows), SHARES)
    for name, members in places.items():
        assert {chosen[groups[place]] for place in members} == {name}


def test_no_entries_need_no_split() -> None:
    assert split([], SHARES) == {}
