"""Multi-label logistic regression with calibrated probabilities, in numpy and scipy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from emer.instruments.e5_file import Floats
from emer.instruments.text_emotion import LinearMap

Bools = NDArray[np.bool_]


def apply(linear: LinearMap, features: Floats) -> Floats:
    """Score features.

    Args:
        linear: the map.
        features: float32 of shape [n, d].

    Returns:
        Log-odds, float32 of shape [n, k].
    """
    scores: Floats = features @ linear.weight.T + linear.bias
    return scores


def fit_logistic(
    features: Floats,
    targets: Bools,
    penalty: float,
    iterations: int,
    step: Callable[[], None] | None = None,
) -> LinearMap:
    """Fit one logistic regression per label, all at once, by L-BFGS.

    Features are brought to mean 0 and deviation 1 first, and the scaling is folded back into
    the result.

    Args:
        features: float32 of shape [n, d].
        targets: bool of shape [n, k].
        penalty: weight of half the squared weights, against the mean log-loss per text.
        iterations: the most iterations.
        step: called after each iteration.

    Returns:
        A map from raw features to log-odds.
    """
    from scipy.optimize import minimize

    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation[deviation == 0] = 1.0
    scaled = (features - mean) / deviation
    n, width = scaled.shape
    wanted = targets.astype(np.float32)
    shape = (width + 1, targets.shape[1])

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        both = flat.reshape(shape)
        weight = both[1:].astype(np.float32)
        scores = scaled @ weight + both[0].astype(np.float32)
        likelihood = np.sum(np.logaddexp(0, scores) - wanted * scores, dtype=np.float64) / n
        error = (0.5 * (1.0 + np.tanh(0.5 * scores)) - wanted) / np.float32(n)
        gradient = np.empty(shape)
        gradient[0] = error.sum(axis=0, dtype=np.float64)
        gradient[1:] = scaled.T @ error + penalty * both[1:]
        return likelihood + 0.5 * penalty * float(np.sum(both[1:] ** 2)), gradient.ravel()

    result = minimize(
        loss,
        np.zeros(shape).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations},
        callback=None if step is None else lambda _: step(),
    )
    both = result.x.reshape(shape)
    weight = (both[1:] / deviation[:, None]).T
    return LinearMap(weight.astype(np.float32), (both[0] - weight @ mean).astype(np.float32))


def out_of_fold(
    features: Floats,
    targets: Bools,
    folds: int,
    seed: int,
    fit: Callable[[Floats, Bools], LinearMap],
) -> Floats:
    """Score every text by a model that has not seen it.

    Args:
        features: float32 of shape [n, d].
        targets: bool of shape [n, k].
        folds: into how many parts the texts are cut at random; each is held out once.
        seed: of the cut.
        fit: fits a model.

    Returns:
        Log-odds, float32 of shape [n, k].
    """
    fold = np.random.default_rng(seed).permutation(len(features)) % folds
    scores = np.empty(targets.shape, dtype=np.float32)
    for index in range(folds):
        held = fold == index
        scores[held] = apply(fit(features[~held], targets[~held]), features[held])
    return scores


def platt(scores: Floats, targets: Bools) -> tuple[Floats, Floats]:
    """Fit the slope and shift that make log-odds fit the labels (Platt 1999).

    Targets are smoothed as in Platt's section 2.2, which keeps labels with few texts in check.

    Args:
        scores: held-out log-odds, float32 of shape [n, k].
        targets: bool of shape [n, k].

    Returns:
        Slopes and shifts, float32 of shape [k] each.
    """
    fitted = [_platt_one(scores[:, k], targets[:, k]) for k in range(targets.shape[1])]
    both = np.array(fitted, dtype=np.float32)
    return both[:, 0], both[:, 1]


def _platt_one(scores: Floats, targets: Bools) -> NDArray[np.float64]:
    from scipy.optimize import minimize

    x = scores.astype(np.float64)
    positives = int(targets.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(targets) - positives + 2)
    wanted = np.where(targets, high, low)

    def loss(line: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = line[0] * x + line[1]
        error = 0.5 * (1.0 + np.tanh(0.5 * odds)) - wanted
        # A faint pull to slope 1 decides where a label is absent and any slope would do.
        pull = (line[0] - 1.0) / len(x)
        gradient = np.array([np.mean(error * x) + pull, np.mean(error)])
        likelihood = float(np.mean(np.logaddexp(0, odds) - wanted * odds))
        return likelihood + 0.5 * pull * float(line[0] - 1.0), gradient

    found = minimize(loss, np.array([1.0, 0.0]), jac=True, method="BFGS", options={"gtol": 1e-7})
    line: NDArray[np.float64] = found.x
    return line


def best_thresholds(probabilities: Floats, targets: Bools) -> Floats:
    """Find the probability from which to call a label present, for the best F1 of each.

    Args:
        probabilities: held-out, float32 of shape [n, k].
        targets: bool of shape [n, k].

    Returns:
        float32 of shape [k].
    """
    thresholds = np.empty(targets.shape[1], dtype=np.float32)
    for label in range(targets.shape[1]):
        order = np.argsort(-probabilities[:, label], kind="stable")
        hits = np.cumsum(targets[order, label])
        f1 = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
        thresholds[label] = probabilities[order[int(np.argmax(f1))], label]
    return thresholds
