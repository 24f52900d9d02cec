from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from e5_writer import WIDTH, draft
from emer.errors import AssetError, UsageError
from emer.instruments.sentences import SentenceEncoder
from emer.instruments.text_emotion import (
    GOEMOTIONS_LABELS,
    HEAD_FORMAT,
    PACKAGED_HEAD,
    TextEmotion,
    load_head,
    script_of,
    sigmoid,
)
from emer.training.text_probe import probe, read_probes

SENTENCES = Path(__file__).parents[1] / "data" / "emotion_sentences.json"


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    return SentenceEncoder(draft().write(tmp_path_factory.mktemp("e5") / "small.bin"))


@pytest.fixture(scope="module")
def model(assets: Callable[[str], Path]) -> TextEmotion:
    return TextEmotion(SentenceEncoder(assets("e5-small")))


def parts() -> tuple[dict[str, Any], dict[str, str]]:
    random = np.random.default_rng(4)
    tensors = {
        "thresholds": np.float32([0.3, 0.6]),
        "other.weight": random.normal(size=(2, 2 * WIDTH)).astype(np.float32),
        "other.bias": np.float32([0.5, -0.5]),
        "han.weight": random.normal(size=(2, 2 * WIDTH)).astype(np.float32),
        "han.bias": np.float32([1.0, -1.0]),
    }
    return tensors, {"labels": ["up", "down"], "layers": [0, 2], "prefix": "query: "}


def save(tensors: dict[str, Any], description: object, path: Path) -> Path:
    save_file(tensors, path, {HEAD_FORMAT: json.dumps(description)})
    return path


def test_predicts_the_sigmoid_of_a_linear_map(encoder: SentenceEncoder, tmp_path: Path) -> None:
    tensors, description = parts()
    path = save(tensors, description, tmp_path / "head.safetensors")
    texts = ["ab happy", "你好", "你好 abc", ""]
    found = TextEmotion(encoder, path).predict(texts)
    features = encoder.encode_features(texts, (0, 2)).astype(np.float64)
    scores = features @ tensors["other.weight"].T + tensors["other.bias"]
    # Only the second text is mostly Chinese.
    scores[1] = features[1] @ tensors["han.weight"].T + tensors["han.bias"]
    assert found.probabilities == pytest.approx(1 / (1 + np.exp(-scores)), abs=1e-5)
    assert found.labels == ("up", "down")
    expected = found.probabilities >= np.float32([0.3, 0.6])
    assert np.array_equal(found.present, expected)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("labels", 3, "metadata cannot be read"),
        ("layers", None, "metadata cannot be read"),
        ("layers", ["x"], "metadata cannot be read"),
        ("layers", [], "its layers are"),
        ("layers", [-1], "its layers are"),
        ("labels", ["one"], "expected"),
        ("han.bias", None, r"lacks the tensor 'han\.bias'"),
        ("other.bias", np.zeros((2, 1), np.float32), r"'other\.bias' is of shape \(2, 1\)"),
        ("han.weight", np.zeros((2, 3), np.float32), r"'han\.weight' is of shape \(2, 3\)"),
        ("other.weight", None, r"lacks the tensor 'other\.weight'"),
        ("thresholds", np.float32([0.1, np.nan]), "'thresholds' holds a number"),
    ],
)
def test_a_bad_head_is_named(tmp_path: Path, name: str, value: object, says: str) -> None:
    tensors, description = parts()
    place: dict[str, Any] = description if name in description else tensors
    if value is None:
        del place[name]
    else:
        place[name] = value
    path = save(tensors, description, tmp_path / "head.safetensors")
    with pytest.raises(AssetError, match=says):
        load_head(path)


def test_a_head_that_is_missing_or_no_head_is_named(tmp_path: Path) -> None:
    path = tmp_path / "head.safetensors"
    with pytest.raises(AssetError, match=r"head\.safetensors is not a usable text head"):
        load_head(path)
    path.write_bytes(b"no safetensors")
    with pytest.raises(AssetError, match=r"head\.safetensors is not a usable text head"):
        load_head(path)
    save_file(parts()[0], path, {"another-format": "{}"})
    with pytest.raises(AssetError, match="metadata has"):
        load_head(path)
    save(parts()[0], ["a list"], path)
    with pytest.raises(AssetError, match="metadata cannot be read"):
        load_head(path)


def test_a_head_for_another_encoder_is_refused(encoder: SentenceEncoder) -> None:
    with pytest.raises(AssetError, match="which this encoder of 2 layers"):
        TextEmotion(encoder)


def test_the_packaged_head_is_whole() -> None:
    head = load_head(PACKAGED_HEAD)
    assert head.labels == GOEMOTIONS_LABELS
    for linear in head.maps.values():
        assert linear.weight.shape == (28, 384 * len(head.layers))
    assert ((head.thresholds > 0) & (head.thresholds < 1)).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("你好", "han"),
        ("那就不见不散了，哎，好，再见。", "han"),
        ("OK，我知道了！", "han"),
        ("hello 你好", "other"),
        ("これは日本語です", "other"),
        ("안녕하세요", "other"),
        ("hello", "other"),
        ("123 !?", "other"),
        ("", "other"),
    ],
)
def test_script_of(text: str, expected: str) -> None:
    assert script_of(text) == expected


@given(value=st.floats(-1e4, 1e4, width=32))
def test_sigmoid_is_a_probability(value: float) -> None:
    low, high = sigmoid(np.float32([-abs(value), abs(value)]))
    assert 0 <= low <= 0.5 <= high <= 1
    assert low + high == pytest.approx(1, abs=1e-6)
    if abs(value) < 30:
        assert high == pytest.approx(1 / (1 + np.exp(-abs(value))), rel=1e-6)


def test_a_single_string_is_refused(model: TextEmotion) -> None:
    with pytest.raises(UsageError, match="sequence of strings"):
        model.predict("not a list")


def test_labels_follow_the_published_file(shared: Path) -> None:
    listed = (shared / "data" / "goemotions" / "labels.txt").read_text(encoding="utf-8")
    assert tuple(listed.split()) == GOEMOTIONS_LABELS


@pytest.mark.parametrize(("name", "first", "three"), [("en", 0.65, 0.85), ("zh", 0.55, 0.8)])
def test_own_sentences_get_the_label_meant(
    model: TextEmotion, name: str, first: float, three: float
) -> None:
    found = probe(model, name, read_probes(SENTENCES)[name])
    assert found.texts == 40
    assert found.top1 >= first
    assert found.top3 >= three


def test_saying_the_opposite_changes_the_answer(model: TextEmotion) -> None:
    labels = model.head.labels
    happy, sad = model.predict(["I am so happy for you!", "I am so sad for you."]).probabilities
    joy, sadness = labels.index("joy"), labels.index("sadness")
    assert happy[joy] > 0.3 > 0.1 > sad[joy]
    assert sad[sadness] > 0.3 > 0.1 > happy[sadness]


def test_a_blank_text_expresses_nothing_in_particular(model: TextEmotion) -> None:
    found = model.predict(["", "   "]).probabilities
    assert np.isfinite(found).all()
    assert np.array_equal(found[0], found[1])


def test_the_sentences_cover_eight_labels_and_do_not_repeat() -> None:
    sets = read_probes(SENTENCES)
    every = [text for labels in sets.values() for texts in labels.values() for text in texts]
    assert len(every) == len(set(every)) == 120
    assert all(set(labels) <= set(GOEMOTIONS_LABELS) for labels in sets.values())
    assert json.loads(SENTENCES.read_text(encoding="utf-8"))["note"]
