"""A linear probe: how much of a label can be read off embeddings by a straight cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.errors import MissingExtra, UsageError
from emer.metrics.functional.f1 import f1_scores

Floats = NDArray[np.float64]
PENALTY = 1e-2
_STEPS = 500


@dataclass(frozen=True)
class Probe:
    """What a probe reads.

    Attributes:
        accuracy: Share of right labels.
        macro_f1: Mean F1 over the labels that occur in the test part.
        chance: Accuracy of always naming the most frequent label of the training part.
        tested: How many were tested.
    """

    accuracy: float
    macro_f1: float
    chance: float
    tested: int


def linear_probe(
    train: NDArray[np.floating],
    train_labels: Sequence[str],
    test: NDArray[np.floating],
    test_labels: Sequence[str],
    *,
    penalty: float = PENALTY,
) -> Probe:
    """Fit a multinomial logistic regression on one part and score it on the other.

    Args:
        train: `[n, d]`; brought to mean 0 and deviation 1, and the test part with it.
        train_labels: n labels, of two kinds at least.
        test: `[m, d]`.
        test_labels: m labels.
        penalty: Weight of half the squared weights against the mean log-loss.

    Raises:
        UsageError: Shapes do not fit, a number is not finite, or there is one label only.
        MissingExtra: scipy is not installed.
    """
    for features, labels in ((train, train_labels), (test, test_labels)):
        _check(features, labels)
    names = sorted(set(train_labels))
    if len(names) < 2 or train.shape[1] != test.shape[1]:
        raise UsageError(
            f"A probe needs two labels or more and parts of one width, but there are labels "
            f"{names} and widths {train.shape[1]} and {test.shape[1]}."
        )
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation == 0, 1.0, deviation)
    places = np.array([names.index(label) for label in train_labels])
    weight, bias = fit_softmax((train - mean) / deviation, places, len(names), penalty)
    answers = ((test - mean) / deviation @ weight + bias).argmax(axis=1)
    return _score([names[place] for place in answers], train_labels, test_labels)


def probe_by_group(
    features: NDArray[np.floating],
    labels: Sequence[str],
    groups: Sequence[str],
    *,
    folds: int = 5,
    penalty: float = PENALTY,
) -> Probe:
    """Probe by cross-validation in which no group is in two folds.

    Args:
        features: `[n, d]`.
        labels: n labels.
        groups: What each belongs to, such as a speaker.
        folds: At most so many; as many as there are groups if those are fewer.
        penalty: As in `linear_probe`.

    Returns:
        The mean over folds, weighted by how many each tested.

    Raises:
        UsageError: As in `linear_probe`, or there are fewer than two groups or folds.
    """
    if len(groups) != len(labels) or min(folds, len(set(groups))) < 2:
        raise UsageError(
            f"{len(labels)} labels in {len(set(groups))} groups cannot be cut into {folds} folds.",
            "Give a group for every label, and two groups and folds or more.",
        )
    fold = _folds(groups, min(folds, len(set(groups))))
    found = []
    for held in range(fold.max() + 1):
        inside = np.flatnonzero(fold != held).tolist()
        outside = np.flatnonzero(fold == held).tolist()
        seen, unseen = [labels[i] for i in inside], [labels[i] for i in outside]
        found.append(
            linear_probe(features[inside], seen, features[outside], unseen, penalty=penalty)
        )

    def mean(values: list[float]) -> float:
        return float(np.average(values, weights=[probe.tested for probe in found]))

    return Probe(
        accuracy=mean([probe.accuracy for probe in found]),
        macro_f1=mean([probe.macro_f1 for probe in found]),
        chance=mean([probe.chance for probe in found]),
        tested=len(labels),
    )


def fit_softmax(
    features: NDArray[np.floating], places: NDArray[np.int64], kinds: int, penalty: float
) -> tuple[Floats, Floats]:
    """Fit a multinomial logistic regression by L-BFGS.

    Args:
        features: `[n, d]`.
        places: `[n]`, 0 to kinds - 1.
        kinds: How many labels there are.
        penalty: Weight of half the squared weights against the mean log-loss; the bias is free.

    Returns:
        Weights `[d, kinds]` and bias `[kinds]`.
    """
    try:
        from scipy.optimize import minimize
    except ImportError as error:
        raise MissingExtra("A linear probe", "scipy", "train") from error
    wanted = np.eye(kinds)[places]
    shape = (features.shape[1] + 1, kinds)
    wide = np.asarray(features, dtype=np.float64)

    def loss(flat: Floats) -> tuple[float, Floats]:
        both = flat.reshape(shape)
        scores = wide @ both[1:] + both[0]
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        error = (np.exp(logs) - wanted) / len(wide)
        gradient = np.vstack([error.sum(axis=0), wide.T @ error + penalty * both[1:]])
        value = -(wanted * logs).sum() / len(wide) + 0.5 * penalty * (both[1:] ** 2).sum()
        return float(value), gradient.ravel()

    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    )
    both = found.x.reshape(shape)
    return both[1:], both[0]


def _score(answers: list[str], seen: Sequence[str], labels: Sequence[str]) -> Probe:
    scores = f1_scores(answers, list(labels))
    usual = max(sorted(set(seen)), key=list(seen).count)
    chance = sum(label == usual for label in labels) / len(labels)
    return Probe(scores["accuracy"], scores["macro_f1"], chance, len(labels))


def _folds(groups: Sequence[str], folds: int) -> NDArray[np.int64]:
    """Put whole groups into folds of like size, the largest first."""
    taken, chosen = [0] * folds, {}
    for group in sorted(set(groups), key=lambda each: (-list(groups).count(each), each)):
        fold = min(range(folds), key=lambda each: taken[each])
        chosen[group] = fold
        taken[fold] += list(groups).count(group)
    return np.array([chosen[group] for group in groups])


def _check(features: NDArray[np.floating], labels: Sequence[str]) -> None:
    if features.ndim != 2 or len(features) != len(labels) or not len(labels):
        raise UsageError(
            f"A probe takes features [n, d] with n labels, but got {list(features.shape)} with "
            f"{len(labels)} labels."
        )
    if not np.isfinite(features).all():
        raise UsageError(
            "Embeddings hold NaN or infinity.", "Training has diverged, or an input is broken."
        )
