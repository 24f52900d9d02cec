from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.errors import UsageError
from emer.training.captions import EMOTIONS as WORDED
from emer.training.captions import INTENSITIES as WORDED_INTENSITIES
from emer.training.ravdess import (
    ACTORS,
    EMOTIONS,
    INTENSITIES,
    SPLITS,
    STATEMENTS,
    parse_name,
    splits_of,
)

FIELDS = st.tuples(
    st.integers(1, 8), st.integers(1, 2), st.integers(1, 2), st.integers(1, 2), st.integers(1, 24)
).filter(lambda fields: fields[:2] != (1, 2))


@given(FIELDS, st.sampled_from(["", ".wav", ".flac"]))
def test_every_valid_name_is_read_back(fields: tuple[int, ...], suffix: str) -> None:
    name = "-".join(f"{field:02}" for field in (3, 1, *fields))
    take = parse_name(name + suffix)
    assert take.id == name
    assert (EMOTIONS.index(take.emotion) + 1, INTENSITIES.index(take.intensity) + 1) == fields[:2]
    assert (STATEMENTS.index(take.statement) + 1, take.repetition, take.actor) == fields[2:]


@given(st.lists(st.integers(0, 99), min_size=5, max_size=8))
def test_no_other_numbers_are_accepted(numbers: list[int]) -> None:
    tops = (8, 2, 2, 2, 24)
    valid = (
        numbers[:2] == [3, 1]
        and len(numbers) == 7
        and all(1 <= n <= top for n, top in zip(numbers[2:], tops, strict=True))
        and numbers[2:4] != [1, 2]
    )
    name = "-".join(f"{number:02}" for number in numbers) + ".wav"
    if valid:
        parse_name(name)
    else:
        with pytest.raises(UsageError, match="03-01-emotion"):
            parse_name(name)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text: str) -> None:
    with pytest.raises(UsageError):
        parse_name("x" + text)


@pytest.mark.parametrize(
    "name",
    [
        "03-02-03-01-01-01-01.wav",  # song
        "01-01-03-01-01-01-01.mp4",  # with pictures
        "03-01-01-02-01-01-01.wav",  # neutral was never acted strongly
        "03-01-03-01-01-01-25.wav",
        "03-01-03-01-01-01-01\n",
        "03-01-03-01-01-01-1٣",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="not named as RAVDESS"):
        parse_name(name)


@pytest.mark.parametrize("rest", ["held", "test"])
def test_no_actor_is_in_two_splits(rest: str) -> None:
    by_split: dict[str, set[int]] = {}
    for actor in range(1, ACTORS + 1):
        for split in splits_of(actor, rest):  # type: ignore[arg-type]
            by_split.setdefault(split, set()).add(actor)
    whole = by_split.pop("train_all")
    assert whole == by_split["train"] | by_split["validation"] == set(range(1, 16))
    assert sum(map(len, by_split.values())) == len(set().union(*by_split.values())) == ACTORS
    assert by_split["test"] >= {16, 17, 18}
    assert ("held" in by_split) == (rest == "held")
    assert set(SPLITS) == {"train", "validation", "train_all", "test", "held"}


def test_everything_acted_can_be_worded() -> None:
    assert set(EMOTIONS) <= set(WORDED) and INTENSITIES == WORDED_INTENSITIES
