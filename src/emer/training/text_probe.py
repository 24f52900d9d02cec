"""Sentences of one's own, with one label each, as a probe of a text head."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emer.errors import UsageError
from emer.instruments.text_emotion import TextEmotion

Sentences = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Probe:
    """How often the label meant is among the likeliest.

    Attributes:
        name: of the set.
        texts: number of sentences.
        top1: share whose likeliest label is the one meant, 0 to 1.
        top3: share whose three likeliest labels include it, 0 to 1.
        top3_by_label: the same for each label of the set.
    """

    name: str
    texts: int
    top1: float
    top3: float
    top3_by_label: dict[str, float]


def read_probes(path: Path) -> dict[str, Sentences]:
    """Read sets of sentences by label.

    Args:
        path: JSON object: set name, then label, then a list of sentences. Entries that are
            not objects are remarks and are left out.

    Returns:
        The sets.

    Raises:
        UsageError: the file is missing or not JSON.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"Cannot read the sentences {path}: {error}.") from error
    return {name: labels for name, labels in content.items() if isinstance(labels, dict)}


def probe(model: TextEmotion, name: str, sentences: Sentences) -> Probe:
    """Measure how often a model ranks the label meant first, or among the first three.

    Args:
        model: the text-emotion model.
        name: of the set.
        sentences: sentences by label.

    Returns:
        The rates.

    Raises:
        UsageError: a label is not one of the model's.
    """
    labels = model.head.labels
    unknown = sorted(set(sentences) - set(labels))
    if unknown:
        raise UsageError(f"The set {name!r} has unknown labels {unknown}.", f"Valid: {labels}.")
    pairs = [(label, text) for label, texts in sentences.items() for text in texts]
    meant = np.array([labels.index(label) for label, _ in pairs])
    order = np.argsort(-model.predict([text for _, text in pairs]).probabilities, axis=1)
    found = (order[:, :3] == meant[:, None]).any(axis=1)
    return Probe(
        name=name,
        texts=len(pairs),
        top1=float((order[:, 0] == meant).mean()),
        top3=float(found.mean()),
        top3_by_label={
            label: float(found[meant == labels.index(label)].mean()) for label in sentences
        },
    )
