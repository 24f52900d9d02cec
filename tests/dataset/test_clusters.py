"""Which statements say the same."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.builders import cue
from tests.dataset.answering import Letters

from emer.dataset.clusters import clusters, comparable, meaning, repeats, similarities
from emer.encoders.base import Encoder
from emer.explanation import Language


@st.composite
def likenesses(draw: st.DrawFn) -> NDArray[np.float64]:
    n = draw(st.integers(0, 7))
    matrix = np.eye(n)
    for i, j in combinations(range(n), 2):
        matrix[i, j] = matrix[j, i] = draw(st.integers(0, 20)) / 20
    return matrix


@given(likenesses(), st.sampled_from([0.3, 0.5, 0.75, 1.0]))
def test_groups_are_a_partition_in_which_any_two_are_alike(
    alike: NDArray[np.float64], same: float
) -> None:
    groups = clusters(alike, same)
    assert sorted(row for group in groups for row in group) == list(range(len(alike)))
    for group in groups:
        assert all(alike[i, j] >= same for i, j in combinations(group, 2))
    for a, b in combinations(groups, 2):
        assert min(alike[i, j] for i in a for j in b) < same


@given(likenesses(), st.randoms(use_true_random=False))
def test_the_closest_pair_is_joined_wherever_it_stands(
    alike: NDArray[np.float64], random: object
) -> None:
    n = len(alike)
    order = list(range(n))
    random.shuffle(order)  # type: ignore[attr-defined]
    unique = alike + np.array([[(i + j) * 1e-6 + i * j * 1e-7 for i in range(n)] for j in range(n)])
    moved = unique[np.ix_(order, order)]
    named = {frozenset(order[row] for row in group) for group in clusters(moved, 0.5)}
    assert named == {frozenset(group) for group in clusters(unique, 0.5)}


@pytest.mark.parametrize(
    ("a", "b", "language", "expected"),
    [
        ("The pitch is high", "The pitch is low", "en", False),
        ("The person smiles", "The person does not smile", "en", False),
        ("The eyebrows are lifted", "The brows are raised", "en", True),
        ("The room is dim", "The room is not dim", "en", False),
        ("The room is dim", "The light is low", "en", True),
        ("嘴角上扬", "嘴角下垂", "zh", False),
        ("眉毛上扬", "眉头紧锁", "zh", False),
    ],
)
def test_opposites_are_never_the_same(a: str, b: str, language: Language, expected: bool) -> None:
    one, other = meaning(a, language), meaning(b, language)
    assert comparable(one, other) == comparable(other, one) == expected


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("The person smiles", "smile_genuine", True),
        ("The person smiles and nods", "smile_genuine", False),
        ("The person does not smile", "smile_genuine", False),
        ("The brows are lowered", "brow_raised", False),
        ("The light is dim", "smile_genuine", True),
        ("The light is not dim", "smile_genuine", False),
    ],
)
def test_what_a_measurement_can_be_repeated_by(said: str, kind: str, expected: bool) -> None:
    measured = cue("v1", kind, statement="The person smiles.")
    assert repeats(meaning(said, "en"), measured, meaning(measured.statement, "en")) == expected


def test_without_an_encoder_words_alone_count() -> None:
    found = similarities(["A smile.", "A nod"], ["a  smile", "nod"], None)
    assert found.tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_nothing_is_like_nothing() -> None:
    assert similarities([], [], None).shape == (0, 0)
    assert similarities([], ["x"], Letters()).shape == (0, 1)


def test_cosines_of_an_encoder_for_many_languages_are_stretched() -> None:
    class Many(Letters):
        languages = "many"

    texts = ["one two three four five", "one two three four six"]
    plain, stretched = (
        similarities(texts[:1], texts[1:], encoder)[0, 0] for encoder in (Letters(), Many())
    )
    assert plain == pytest.approx(0.8, abs=1e-3)
    assert stretched == pytest.approx((plain - 0.8) / 0.2, abs=1e-2)


@pytest.mark.parametrize(
    ("name", "language", "texts"),
    [
        ("minilm", "en", ("The person is smiling", "The person smiles", "The person speaks fast")),
        ("multilingual", "zh", ("此人在微笑", "此人正在微笑", "此人说话很快")),
    ],
)
def test_real_encoders_tell_a_paraphrase_from_another_statement(
    name: str, language: Language, texts: tuple[str, str, str], assets: object
) -> None:
    from emer.encoders import load

    assets({"minilm": "minilm", "multilingual": "e5-small"}[name])  # type: ignore[operator]
    backend = "onnx" if name == "minilm" else None
    encoder: Encoder = load(name, backend, cached=False, threads=1)
    alike = similarities(texts[:1], texts, encoder)[0]
    assert alike[1] >= 0.75 > alike[2]
