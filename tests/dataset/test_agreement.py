"""Agreement, against Krippendorff's worked examples and against going over all pairs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dataset.answering import answer
from tests.dataset.builders import entry

from emer.dataset.agreement import Agreement, Alpha, agreement, families
from emer.dataset.entry import MEASURED, Entry


def alpha(*observers: str) -> float | None:
    """Return alpha of observers, each a line of values of the units, "." where one is missing."""
    found = Alpha()
    for unit in zip(*(line.split() for line in observers), strict=True):
        found.add([value for value in unit if value != "."])
    return found.value


def test_worked_examples() -> None:
    """Krippendorff 2011, "Computing Krippendorff's alpha-reliability", sections A to C."""
    binary = alpha("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
    nominal = alpha("a a b b d c c c e d d a", "b a b b b c c c e d d d")
    missing = alpha(
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
    assert binary == pytest.approx(0.095, abs=5e-4)
    assert nominal == pytest.approx(0.692, abs=5e-4)
    assert missing == pytest.approx(0.743, abs=5e-4)


def by_pairs(units: Sequence[Sequence[Hashable]]) -> float | None:
    """The definition: pairs within units against pairs among all values."""
    pairable = [unit for unit in units if len(unit) > 1]
    values = [value for unit in pairable for value in unit]
    within = sum(
        sum(a != b for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in pairable
    )
    among = sum(a != b for a, b in permutations(values, 2)) / max(1, len(values) - 1)
    return 1 - within / among if among else None


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=12))
def test_alpha_is_what_its_definition_says(units: list[list[str]]) -> None:
    found = Alpha()
    for unit in units:
        found.add(unit)
    expected = by_pairs(units)
    assert found.value == (None if expected is None else pytest.approx(expected))


def clip(**labels: str) -> Entry:
    return entry(
        answers=tuple(
            answer(name, emotions=tuple((word, "") for word in words.split()))
            for name, words in labels.items()
        )
    )


def test_agreement_of_an_entry() -> None:
    def of(**labels: str) -> float | None:
        return agreement(families(clip(**labels), "en"))

    assert of(a="happy", b="joyful") == 1.0
    assert of(a="happy", b="sad") == 0.0
    assert of(a="happy sad", b="sad") == 0.5
    assert of(a="happy", b="happy", c="sad") == pytest.approx(1 / 3, abs=1e-4)
    assert of(a="happy", b="") is None
    assert of() is None


def test_missing_answers_and_measurements_are_no_annotators() -> None:
    lost = answer("b", emotions=(("sad", ""),)).model_copy(update={"missing": "it refused"})
    one = clip(a="happy").changed(answers=(*clip(a="happy").answers, lost))
    assert list(families(one, "en")) == ["a"]
    assert MEASURED not in families(one, "en")


CLIPS = (
    clip(a="happy", b="happy"),
    clip(a="sad", b="sad", c="angry"),
    clip(a="angry", b="afraid"),
    clip(a="happy"),
    clip(a="happy surprised", b="joyful"),
)


def over(clips: Sequence[Entry]) -> Agreement:
    found = Agreement("en")
    for one in clips:
        found.add(one)
    return found


def test_a_family_counts_as_absent_where_nobody_named_it() -> None:
    found = over(CLIPS)
    counted = [families(one, "en") for one in CLIPS if len(families(one, "en")) > 1]
    for name, value in found.by_family.items():
        expected = by_pairs([[name in one for one in named.values()] for named in counted])
        assert value == pytest.approx(expected, abs=1e-4), name
    assert found.entries == 4
    assert found.jaccard == pytest.approx((1 + 1 / 3 + 0 + 0.5) / 4, abs=1e-4)
    assert set(found.by_family) == {"anger", "fear", "joy", "sadness", "surprise"}


def test_the_order_of_entries_does_not_matter() -> None:
    results = {(x.alpha, x.jaccard, str(x.by_family)) for x in map(over, permutations(CLIPS))}
    assert len(results) == 1


def test_alpha_of_a_dataset() -> None:
    agree = [clip(a="happy", b="joyful"), clip(a="sad", b="sad")]
    assert over(agree).alpha == 1.0
    assert over(CLIPS).alpha is not None
    assert over([]).alpha is None and over([]).jaccard is None
    assert over(agree[:1]).alpha is None  # nothing to tell agreement from chance


def test_memory_does_not_grow_with_entries() -> None:
    found = Agreement("en")
    for _ in range(300):
        for one in CLIPS:
            found.add(one)
    state = {name: len(value) for name, value in vars(found).items() if hasattr(value, "__len__")}
    assert max(state.values()) <= 6
