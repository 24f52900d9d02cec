from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from e5_writer import HEADS, INNER, LENGTH, WIDTH, draft
from emer.errors import AssetError, UsageError
from emer.instruments.e5_file import dequantise, read_e5_file
from emer.instruments.sentences import SentenceEncoder
from emer.training.text_data import read_pairs

DATA = Path(__file__).parents[1] / "data"
TEXTS = ["ab happy day!", "你好", "abc abc abc", "", "sad?", "ab happy day!"]


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draft().write(tmp_path_factory.mktemp("e5") / "small.bin")


@pytest.fixture(scope="module")
def small(small_file: Path) -> SentenceEncoder:
    return SentenceEncoder(small_file)


@pytest.fixture(scope="module")
def full(assets: Callable[[str], Path]) -> SentenceEncoder:
    return SentenceEncoder(assets("e5-small"))


def reference(path: Path, ids: list[int]) -> list[np.ndarray]:
    """BERT, one token and one head at a time, in double precision, as the paper has it."""
    content = read_e5_file(path)
    weights = {
        name: (values if values.dtype == np.float32 else dequantise(values)).astype(np.float64)
        for name, values in content.tensors.items()
    }

    def norm(row: np.ndarray, name: str) -> np.ndarray:
        centred = row - row.mean()
        scaled = centred / math.sqrt(float((centred**2).mean()) + content.config.epsilon)
        return scaled * weights[f"{name}.w"] + weights[f"{name}.b"]

    def linear(row: np.ndarray, name: str) -> np.ndarray:
        return weights[f"{name}.w"] @ row + weights[f"{name}.b"]

    def gelu(x: float) -> float:
        return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))

    place = weights["emb.pos"].reshape(LENGTH, WIDTH)
    rows = [
        norm(weights["emb.word"][i] + place[t] + weights["emb.type"][:WIDTH], "emb.ln")
        for t, i in enumerate(ids)
    ]
    states, size = [np.array(rows)], WIDTH // HEADS
    for layer in (f"l{i}" for i in range(content.config.layers)):
        q, k, v = ([linear(row, f"{layer}.{part}") for row in rows] for part in "qkv")
        for t in range(len(rows)):
            mixed = np.zeros(WIDTH)
            for head in range(HEADS):
                part = slice(head * size, (head + 1) * size)
                odds = np.array([math.exp(q[t][part] @ key[part] / math.sqrt(size)) for key in k])
                shares = odds / odds.sum()
                mixed[part] = sum(s * value[part] for s, value in zip(shares, v, strict=True))
            rows[t] = norm(rows[t] + linear(mixed, f"{layer}.ao"), f"{layer}.aln")
        for t, row in enumerate(rows):
            inner = np.array([gelu(x) for x in linear(row, f"{layer}.fi")])
            assert inner.shape == (INNER,)
            rows[t] = norm(row + linear(inner, f"{layer}.fo"), f"{layer}.oln")
        states.append(np.array(rows))
    return states


def test_equals_a_plain_implementation(small: SentenceEncoder, small_file: Path) -> None:
    layers = (0, 1, 2)
    features = small.encode_features(TEXTS, layers)
    vectors = small.encode(TEXTS)
    for row, text in enumerate(TEXTS):
        states = reference(small_file, small.tokenize(text))
        expected = np.concatenate([states[i].mean(axis=0) for i in layers])
        assert features[row] == pytest.approx(expected, abs=2e-5)
        last = states[-1].mean(axis=0)
        assert vectors[row] == pytest.approx(last / np.linalg.norm(last), abs=2e-6)


def test_rows_do_not_depend_on_their_neighbours(small: SentenceEncoder) -> None:
    together = small.encode(TEXTS)
    alone = np.concatenate([small.encode([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-6)
    assert small.encode(TEXTS[::-1])[::-1] == pytest.approx(together, abs=1e-6)


def test_vectors_have_length_one_and_nothing_gives_nothing(small: SentenceEncoder) -> None:
    vectors = small.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), WIDTH)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-6)
    assert small.encode([]).shape == (0, WIDTH)
    assert small.encode_features([], (0, 2)).shape == (0, 2 * WIDTH)


def test_a_long_text_keeps_its_beginning(small: SentenceEncoder) -> None:
    ids = small.tokenize("happy " * 500)
    assert len(ids) == LENGTH
    assert small.encode(["happy " * 500]) == pytest.approx(small.encode(["happy " * 900]))


def test_the_prefix_counts(small: SentenceEncoder) -> None:
    assert not np.allclose(small.encode(["ab"]), small.encode(["ab"], prefix=""), atol=1e-3)


def test_progress_counts_every_text_once(small: SentenceEncoder) -> None:
    steps: list[int] = []
    small.encode_features(TEXTS, (2,), progress=steps.append)
    assert sum(steps) == len(TEXTS)


@pytest.mark.parametrize("texts", ["one text", [b"bytes"], ["a", None]])
def test_texts_must_be_a_list_of_strings(small: SentenceEncoder, texts: list[str]) -> None:
    with pytest.raises(UsageError, match="sequence of strings"):
        small.encode(texts)


@pytest.mark.parametrize("layers", [(), (3,), (-1, 2)])
def test_layers_must_exist(small: SentenceEncoder, layers: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match="numbers of 0 to 2"):
        small.encode_features(["a"], layers)


def test_a_file_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(b"not a weight file at all")
    with pytest.raises(AssetError, match="does not begin with"):
        SentenceEncoder(path)


def test_equals_the_engine_the_file_was_made_for(full: SentenceEncoder) -> None:
    rows = json.loads((DATA / "e5_reference.json").read_text(encoding="utf-8"))["sentences"]
    vectors = full.encode([row["text"] for row in rows])
    assert [len(full.tokenize(row["text"])) for row in rows] == [row["tokens"] for row in rows]
    expected = np.array([row["first"] for row in rows])
    assert np.abs(vectors[:, :8] - expected).max() < 0.003
    spread = np.abs(expected - expected[::-1]).max(axis=1)
    assert np.median(spread) > 0.015  # so 0.003 does tell sentences apart


def test_translations_find_each_other(full: SentenceEncoder) -> None:
    chinese, english = read_pairs()
    nearest = (full.encode(chinese) @ full.encode(english).T).argmax(axis=1)
    assert (nearest == np.arange(len(chinese))).mean() > 0.9
