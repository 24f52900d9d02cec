"""Splits: nothing in two, the shares asked for, and the same each time."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.errors import UsageError
from emer.training.data.errors import RecordError
from emer.training.data.rows import Row
from emer.training.data.split import split_by_group

SHARES = {"train": 0.7, "validation": 0.1, "test": 0.2}


def made(groups: list[str]) -> list[Row]:
    return [Row(id=f"r{i}", text="t", labels={"actor": g}) for i, g in enumerate(groups)]


@given(st.lists(st.sampled_from("abcdefghijklmnopqrst"), min_size=1), st.integers(0, 99))
def test_no_group_is_in_two_splits(groups: list[str], seed: int) -> None:
    rows = made([*"abcdefghij", *groups])
    splits = split_by_group(rows, "actor", shares=SHARES, seed=seed)
    assert sorted(place for places in splits.values() for place in places) == [*range(len(rows))]
    found = [{rows[place].labels["actor"] for place in places} for places in splits.values()]
    assert sum(map(len, found)) == len(set.union(*found))


def test_shares_come_out_and_only_the_seed_matters() -> None:
    groups = [f"{i:02d}" for i in range(100) for _ in range(10)]
    rows = made(groups)
    splits = split_by_group(rows, "actor", shares=SHARES)
    assert {name: len(places) for name, places in splits.items()} == {
        "train": 700, "validation": 100, "test": 200,
    }  # fmt: skip

    def actors(rows: list[Row], seed: int) -> set[str]:
        test = split_by_group(rows, "actor", shares=SHARES, seed=seed)["test"]
        return {rows[place].labels["actor"] for place in test}

    shuffled = random.Random(1).sample(rows, len(rows))
    assert actors(rows, 0) == actors(shuffled, 0) != actors(rows, 1)


def test_unequal_groups_still_come_near_their_shares() -> None:
    sizes = random.Random(3)
    rows = made([f"g{i}" for i in range(60) for _ in range(sizes.randint(1, 40))])
    splits = split_by_group(rows, "actor", shares=SHARES, seed=4)
    for name, share in SHARES.items():
        assert len(splits[name]) / len(rows) == pytest.approx(share, abs=0.01)


def test_explicit_values() -> None:
    rows = made(["01", "16", "01", "19", "02"])
    splits = split_by_group(
        rows, "actor", values={"train": ["01", "02"], "test": ["16"]}, leave_out=True
    )
    assert splits == {"train": [0, 2, 4], "test": [1]}
    with pytest.raises(RecordError, match="In no split: actor 19"):
        split_by_group(rows, "actor", values={"train": ["01", "02"], "test": ["16"]})
    with pytest.raises(UsageError, match=r"'1' as its 'actor'\. Valid: 01, 02, 16, 19"):
        split_by_group(rows, "actor", values={"train": ["1"]})
    with pytest.raises(UsageError, match="actor '01' is named twice"):
        split_by_group(rows, "actor", values={"train": ["01"], "test": ["01"]})


@pytest.mark.parametrize(
    "shares", [{"a": 0.5, "b": 0.4}, {"a": 1.5, "b": -0.5}, {"a": float("nan")}, {}]
)
def test_wrong_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="above 0 and 1 in all"):
        split_by_group(made(["x", "y"]), "actor", shares=shares)


def test_what_cannot_be_split_is_refused() -> None:
    with pytest.raises(RecordError, match=r"no label 'speaker'.* Its labels: actor"):
        split_by_group(made(["x"]), "speaker", shares={"a": 1.0})
    with pytest.raises(RecordError, match="'validation' would be empty: there are 2 groups"):
        split_by_group(made(["x"] * 9 + ["y"]), "actor", shares=SHARES)
    for both in ({}, {"shares": {"a": 1.0}, "values": {"a": ["x"]}}):
        with pytest.raises(UsageError, match="either shares or values"):
            split_by_group(made(["x"]), "actor", **both)  # type: ignore[arg-type]


def test_large_groups_are_spread() -> None:
    rows = made(["big"] * 50 + [f"s{i}" for i in range(50)])
    splits = split_by_group(rows, "actor", shares={"a": 0.5, "b": 0.5})
    assert Counter(map(len, splits.values())) == {50: 2}
