"""Texts to train on, and their features, computed once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.errors import UsageError
from emer.instruments.e5_file import Floats
from emer.instruments.sentences import SentenceEncoder
from emer.instruments.text_emotion import GOEMOTIONS_LABELS

PAIRS = Path(__file__).with_name("translation_pairs.json")


@dataclass(frozen=True)
class Comments:
    """Labelled texts.

    Attributes:
        texts: n texts.
        targets: bool of shape [n, 28]; a text may carry several labels.
        sha256: hash of the file they came from.
    """

    texts: list[str]
    targets: NDArray[np.bool_]
    sha256: str


def read_comments(path: Path) -> Comments:
    """Read a GoEmotions file: text, label numbers joined by commas, and id, tab-separated.

    Args:
        path: the file, UTF-8, one comment a line.

    Returns:
        Its texts and labels.

    Raises:
        UsageError: the file is missing or a line is malformed; the message names the line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"Cannot read the comments {path}: {error.strerror}.") from error
    texts: list[str] = []
    rows: list[list[int]] = []
    for number, line in enumerate(raw.decode("utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        fields = line.rstrip("\r").split("\t")
        if len(fields) < 2 or not _are_labels(fields[1]):
            raise UsageError(
                f"Line {number} of {path} is not 'text<tab>label numbers<tab>id'.",
                f"Label numbers are 0 to {len(GOEMOTIONS_LABELS) - 1}, joined by commas.",
            )
        texts.append(fields[0])
        rows.append([int(value) for value in fields[1].split(",")])
    targets = np.zeros((len(texts), len(GOEMOTIONS_LABELS)), dtype=np.bool_)
    for index, labels in enumerate(rows):
        targets[index, labels] = True
    return Comments(texts, targets, hashlib.sha256(raw).hexdigest())


def _are_labels(field: str) -> bool:
    values = field.split(",")
    return all(
        value.isascii() and value.isdigit() and int(value) < len(GOEMOTIONS_LABELS)
        for value in values
    )


def read_pairs(path: Path = PAIRS) -> tuple[list[str], list[str]]:
    """Read everyday sentences in Chinese and in English; they carry no labels.

    Args:
        path: a JSON list of objects with the keys "zh" and "en".

    Returns:
        The Chinese and the English sentences, in the same order.
    """
    pairs = json.loads(path.read_text(encoding="utf-8"))
    return [pair["zh"] for pair in pairs], [pair["en"] for pair in pairs]


def cached_features(
    encoder: SentenceEncoder,
    encoder_sha256: str,
    texts: Sequence[str],
    layers: Sequence[int],
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> Floats:
    """Encode texts, or read the features back if the same ones were encoded before.

    Args:
        encoder: the encoder.
        encoder_sha256: hash of its weight file, part of the cache key.
        texts: n texts.
        layers: encoder layers, part of the cache key.
        cache: folder of the kept features.
        progress: called with the number of texts done since its last call.

    Returns:
        float32 array of shape [n, width x layers], rounded to half precision on the way, so
        that a first and a second run see the same numbers.
    """
    key = hashlib.sha256(
        json.dumps([encoder_sha256, list(layers), list(texts)]).encode()
    ).hexdigest()
    kept = cache / f"features-{key[:32]}.npy"
    if not kept.exists():
        features = encoder.encode_features(texts, layers, progress=progress).astype(np.float16)
        cache.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        with partial.open("wb") as file:
            np.save(file, features)
        partial.replace(kept)
    return np.asarray(np.load(kept, allow_pickle=False), dtype=np.float32)
