from __future__ import annotations

import numpy as np
import pytest

from emer.instruments.text_emotion import LinearMap
from emer.training.linear import apply, best_thresholds, fit_logistic, out_of_fold, platt

RANDOM = np.random.default_rng(5)
FEATURES = (RANDOM.normal(size=(600, 6)) * [1, 2, 0.1, 5, 1, 1] + 3).astype(np.float32)
TRUE = RANDOM.normal(size=(3, 6))
ODDS = (FEATURES - 3) / [1, 2, 0.1, 5, 1, 1] @ TRUE.T - 0.5
TARGETS = RANDOM.random(ODDS.shape) < 1 / (1 + np.exp(-ODDS))


def test_equals_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    penalty = 0.02
    found = fit_logistic(FEATURES, TARGETS, penalty, iterations=500)
    scaled = (FEATURES - FEATURES.mean(axis=0)) / FEATURES.std(axis=0)
    for label in range(3):
        reference = linear_model.LogisticRegression(C=1 / (penalty * len(FEATURES)), tol=1e-8)
        reference.fit(scaled, TARGETS[:, label])
        expected = reference.decision_function(scaled)
        assert apply(found, FEATURES)[:, label] == pytest.approx(expected, abs=0.02)


def test_a_constant_feature_is_no_trouble() -> None:
    features = FEATURES.copy()
    features[:, 2] = 7.0
    assert np.isfinite(fit_logistic(features, TARGETS, 0.01, 50).weight).all()


def test_a_heavier_penalty_gives_smaller_weights() -> None:
    sizes = [np.abs(fit_logistic(FEATURES, TARGETS, p, 100).weight).sum() for p in (0.001, 0.1, 10)]
    assert sizes[0] > sizes[1] > sizes[2]


def test_every_text_is_scored_by_a_model_that_did_not_see_it() -> None:
    seen: list[set[float]] = []

    def fit(features: np.ndarray, targets: np.ndarray) -> LinearMap:
        assert len(features) == len(targets)
        seen.append(set(features[:, 0].tolist()))
        return LinearMap(np.full((3, 6), len(seen), np.float32), np.zeros(3, np.float32))

    scores = out_of_fold(FEATURES, TARGETS, 4, 0, fit)
    model = np.rint(scores[:, 0] / FEATURES.sum(axis=1)).astype(int)
    assert np.bincount(model)[1:].tolist() == [150] * 4
    for row, index in enumerate(model):
        assert float(FEATURES[row, 0]) not in seen[index - 1]
    again = out_of_fold(FEATURES, TARGETS, 4, 0, fit)
    assert np.array_equal(np.rint(again[:, 0] / FEATURES.sum(axis=1)) - 4, model)


def test_platt_finds_the_slope_and_shift_that_made_the_labels() -> None:
    scores = RANDOM.normal(size=(40_000, 2)).astype(np.float32) * 2
    odds = scores * [0.5, 2.0] + [-1.0, 0.3]
    targets = RANDOM.random(odds.shape) < 1 / (1 + np.exp(-odds))
    slopes, shifts = platt(scores, targets)
    assert slopes == pytest.approx([0.5, 2.0], rel=0.05)
    assert shifts == pytest.approx([-1.0, 0.3], abs=0.05)


def test_platt_stays_finite_where_scores_separate_the_labels() -> None:
    scores = np.linspace(-3, 3, 200, dtype=np.float32)[:, None]
    slopes, shifts = platt(scores, scores > 0)
    assert np.isfinite(slopes).all()
    assert np.isfinite(shifts).all()
    assert slopes[0] > 1


def test_thresholds_give_the_best_f1_there_is() -> None:
    probabilities = RANDOM.random((60, 2)).astype(np.float32)
    targets = RANDOM.random((60, 2)) < probabilities
    found = best_thresholds(probabilities, targets)

    def f1(threshold: float, label: int) -> float:
        called = probabilities[:, label] >= threshold
        hits = (called & targets[:, label]).sum()
        return 2 * hits / (called.sum() + targets[:, label].sum())

    for label in range(2):
        best = max(f1(threshold, label) for threshold in probabilities[:, label])
        assert f1(found[label], label) == best
