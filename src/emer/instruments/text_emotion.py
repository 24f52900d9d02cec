"""Emotions that the wording of a text appears to express, by a linear head on the encoder.

The 28 labels are those of GoEmotions (Demszky et al. 2020, arXiv:2005.00547). The head was
trained on English and reads other languages through the multilingual encoder; data, figures
and limits are in `emer/data/text_head.md`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError
from emer.instruments.e5_file import Floats
from emer.instruments.sentences import SentenceEncoder

GOEMOTIONS_LABELS: tuple[str, ...] = (
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
    "neutral",
)
"""The labels, in the order of the published label file."""

HEAD_FORMAT = "emer-text-head-1"
PACKAGED_HEAD = Path(__file__).parents[1] / "data" / "text_head.safetensors"

Script = Literal["han", "other"]
SCRIPTS: tuple[Script, ...] = ("other", "han")


@dataclass(frozen=True)
class TextEmotions:
    """What the head says about n texts.

    Attributes:
        labels: names of the k columns.
        probabilities: float32 of shape [n, k], each 0 to 1. A text may carry several labels,
            so rows do not add up to 1.
        thresholds: float32 of shape [k]: the probability from which a label counts as present,
            which is where its F1 was best on held-out training texts. Rare labels have low ones.
    """

    labels: tuple[str, ...]
    probabilities: Floats
    thresholds: Floats

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which labels reach their threshold, bool of shape [n, k]."""
        found: NDArray[np.bool_] = self.probabilities >= self.thresholds
        return found


@dataclass(frozen=True)
class LinearMap:
    """A linear map of sentence features to log-odds.

    Attributes:
        weight: float32 of shape [k, features].
        bias: float32 of shape [k].
    """

    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class TextHead:
    """A linear classifier of sentence features, one map for each writing system.

    Attributes:
        maps: by writing system; what serves best in the language of the training texts is not
            what carries over best to another.
        thresholds: float32 of shape [k], 0 to 1.
        labels: k names.
        layers: encoder layers whose means, side by side, are the features.
        prefix: put before every text.
    """

    maps: Mapping[Script, LinearMap]
    thresholds: Floats
    labels: tuple[str, ...]
    layers: tuple[int, ...]
    prefix: str

    def logits(self, features: Floats, scripts: Sequence[Script]) -> Floats:
        """Score features.

        Args:
            features: float32 of shape [n, features], from `SentenceEncoder.encode_features`.
            scripts: writing system of each of the n texts.

        Returns:
            Calibrated log-odds, float32 of shape [n, k].
        """
        scores = np.empty((len(features), len(self.labels)), dtype=np.float32)
        for script, linear in self.maps.items():
            rows = [row for row, found in enumerate(scripts) if found == script]
            scores[rows] = features[rows] @ linear.weight.T + linear.bias
        return scores


class TextEmotion:
    """Names the emotions that texts appear to express.

    Args:
        encoder: the encoder the head was trained for.
        head_path: a head written by `emer.training.text_head`.

    Raises:
        AssetError: the head is missing, malformed or made for another encoder.
    """

    def __init__(self, encoder: SentenceEncoder, head_path: Path = PACKAGED_HEAD) -> None:
        self.encoder = encoder
        self.head = load_head(head_path)
        width = encoder.dimension * len(self.head.layers)
        wanted = self.head.maps["other"].weight.shape[1]
        if wanted != width or max(self.head.layers) > encoder.layers:
            raise AssetError(
                f"The text head {head_path} reads {wanted} features of layers "
                f"{list(self.head.layers)}, which this encoder of {encoder.layers} layers of "
                f"{encoder.dimension} does not give.",
                "Use the head with the encoder it was trained for.",
            )

    def predict(self, texts: Sequence[str]) -> TextEmotions:
        """Read texts.

        Args:
            texts: n texts, one utterance each. Only the first 512 tokens of each count; a blank
                one gets the probabilities of a text that says nothing.

        Returns:
            Probabilities of the 28 labels for each text.

        Raises:
            UsageError: `texts` is one string, or holds something that is not a string.
        """
        features = self.encoder.encode_features(texts, self.head.layers, self.head.prefix)
        scores = self.head.logits(features, [script_of(text) for text in texts])
        return TextEmotions(self.head.labels, sigmoid(scores), self.head.thresholds)


def sigmoid(scores: Floats) -> Floats:
    """Turn log-odds into probabilities, without overflow.

    Args:
        scores: floats of any shape.

    Returns:
        float32 values of 0 to 1 in the same shape.
    """
    odds = np.exp(-np.abs(scores))
    probabilities = np.where(scores >= 0, 1.0, odds) / (1.0 + odds)
    return probabilities.astype(np.float32)


def script_of(text: str) -> Script:
    """Tell texts written in Chinese characters from all others.

    Args:
        text: any text.

    Returns:
        "han" if at least half of the letters are Chinese characters and none is Japanese kana;
        otherwise "other".
    """
    letters = [character for character in text if character.isalpha()]
    names = [unicodedata.name(character, "") for character in letters]
    if any(name.startswith(("HIRAGANA", "KATAKANA")) for name in names):
        return "other"
    han = sum(name.startswith("CJK ") for name in names)
    return "han" if letters and 2 * han >= len(letters) else "other"


def load_head(path: Path) -> TextHead:
    """Read a head and check it.

    Args:
        path: a safetensors file with the tensors `thresholds` and, for each writing system,
            `<script>.weight` and `<script>.bias`, and one metadata entry, named after the
            format: a JSON object of `labels`, `layers` and `prefix`.

    Returns:
        The head.

    Raises:
        AssetError: the file is missing or malformed; the message says how.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise _bad_head(path, str(error)) from error
    if HEAD_FORMAT not in metadata:
        raise _bad_head(path, f"its metadata has {sorted(metadata)}, expected {HEAD_FORMAT!r}")
    try:
        description = json.loads(metadata[HEAD_FORMAT])
        labels = tuple(str(label) for label in description["labels"])
        layers = tuple(int(layer) for layer in description["layers"])
        prefix = str(description["prefix"])
    except (KeyError, ValueError, TypeError) as error:
        raise _bad_head(path, f"its metadata cannot be read ({error})") from error
    return _assemble(path, tensors, labels, layers, prefix)


def _assemble(
    path: Path,
    tensors: dict[str, NDArray[Any]],
    labels: tuple[str, ...],
    layers: tuple[int, ...],
    prefix: str,
) -> TextHead:
    if not layers or min(layers) < 0:
        raise _bad_head(path, f"its layers are {list(layers)}")
    found: dict[str, Floats] = {}
    width = tensors["other.weight"].shape[-1] if "other.weight" in tensors else 0
    shapes: dict[str, tuple[int, ...]] = {"thresholds": (len(labels),)}
    for script in SCRIPTS:
        shapes[f"{script}.weight"] = (len(labels), width)
        shapes[f"{script}.bias"] = (len(labels),)
    for name, shape in shapes.items():
        values = tensors.get(name)
        if values is None:
            raise _bad_head(path, f"it lacks the tensor '{name}'")
        if values.shape != shape:
            raise _bad_head(path, f"'{name}' is of shape {values.shape}, expected {shape}")
        if not np.isfinite(values).all():
            raise _bad_head(path, f"'{name}' holds a number that is not finite")
        found[name] = values.astype(np.float32)
    return TextHead(
        maps={s: LinearMap(found[f"{s}.weight"], found[f"{s}.bias"]) for s in SCRIPTS},
        thresholds=found["thresholds"],
        labels=labels,
        layers=layers,
        prefix=prefix,
    )


def _bad_head(path: Path, what: str) -> AssetError:
    return AssetError(
        f"{path} is not a usable text head: {what}.",
        "Reinstall emer, or train a head with: python -m emer.training.text_head --help",
    )
