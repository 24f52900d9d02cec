from __future__ import annotations

import numpy as np
import pytest

from emer.errors import UsageError
from emer.training.probe import fit_softmax, linear_probe, probe_by_group

RANDOM = np.random.default_rng(3)
CENTRES = RANDOM.normal(size=(4, 6)) * 2
PLACES = RANDOM.integers(4, size=400)
FEATURES = CENTRES[PLACES] + RANDOM.normal(size=(400, 6)) * [1, 2, 0.5, 1, 3, 1]
LABELS = [f"kind {place}" for place in PLACES]


def test_equals_scikit_learn() -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    penalty = 0.01
    weight, bias = fit_softmax(FEATURES, PLACES, 4, penalty)
    reference = linear_model.LogisticRegression(C=1 / (penalty * 400), tol=1e-10, max_iter=9999)
    reference.fit(FEATURES, PLACES)
    scores = FEATURES @ weight + bias
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    assert np.abs(chances - reference.predict_proba(FEATURES)).max() < 1e-3


def test_reads_what_is_there_and_nothing_where_there_is_nothing() -> None:
    found = linear_probe(FEATURES[:300], LABELS[:300], FEATURES[300:], LABELS[300:])
    assert found.accuracy > 0.7 and found.macro_f1 > 0.7
    assert found.tested == 100
    noise = RANDOM.normal(size=FEATURES.shape)
    empty = linear_probe(noise[:300], LABELS[:300], noise[300:], LABELS[300:])
    assert empty.accuracy < 0.4


def test_scores_equal_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    linear_model = pytest.importorskip("sklearn.linear_model")
    found = linear_probe(FEATURES[:300], LABELS[:300], FEATURES[300:], LABELS[300:])
    mean, deviation = FEATURES[:300].mean(axis=0), FEATURES[:300].std(axis=0)
    scaled = (FEATURES - mean) / deviation
    model = linear_model.LogisticRegression(C=1 / (0.01 * 300), max_iter=9999)
    answers = model.fit(scaled[:300], LABELS[:300]).predict(scaled[300:])
    assert found.accuracy == pytest.approx(metrics.accuracy_score(LABELS[300:], answers))
    assert found.macro_f1 == pytest.approx(metrics.f1_score(LABELS[300:], answers, average="macro"))


def test_chance_is_naming_the_most_frequent_label_of_training() -> None:
    train, test = ["a"] * 6 + ["b"] * 4, ["b"] * 7 + ["a"] * 3
    found = linear_probe(np.zeros((10, 2)), train, np.zeros((10, 2)), test)
    assert found.chance == found.accuracy == pytest.approx(0.3)


def test_scale_and_shift_of_features_do_not_matter() -> None:
    moved = FEATURES * [1, 9, 0.01, 5, 1, 1] - 4
    plain, other = (
        linear_probe(x[:300], LABELS[:300], x[300:], LABELS[300:]) for x in (FEATURES, moved)
    )
    assert plain.accuracy == pytest.approx(other.accuracy, abs=0.011)


def test_a_group_is_never_on_both_sides() -> None:
    # Each group carries a mark that gives its label away, and groups of a label differ otherwise.
    groups = [f"g{i}" for i in range(20) for _ in range(10)]
    labels = [f"kind {i % 2}" for i in range(20) for _ in range(10)]
    features = np.repeat(np.eye(20), 10, axis=0)
    features += 0.01 * RANDOM.normal(size=features.shape)
    leaking = linear_probe(features[::2], labels[::2], features[1::2], labels[1::2])
    safe = probe_by_group(features, labels, groups, folds=5)
    assert leaking.accuracy == 1.0
    assert safe.accuracy < 0.8
    assert safe.tested == 200


def test_fewer_groups_than_folds_leave_one_out() -> None:
    groups = ["x", "y"] * 200
    found = probe_by_group(FEATURES, LABELS, groups, folds=10)
    parts = [
        linear_probe(FEATURES[s], LABELS[s], FEATURES[o], LABELS[o])
        for s, o in ((slice(1, None, 2), slice(0, None, 2)), (slice(0, None, 2), slice(1, None, 2)))
    ]
    assert found.accuracy == pytest.approx(sum(part.accuracy for part in parts) / 2)


def test_refusals() -> None:
    few = np.zeros((2, 3))
    with pytest.raises(UsageError, match=r"features \[n, d\] with n labels.*\[2, 3\] with 3"):
        linear_probe(few, ["a"] * 3, few, ["a", "b"])
    with pytest.raises(UsageError, match="two labels or more"):
        linear_probe(few, ["a", "a"], few, ["a", "b"])
    with pytest.raises(UsageError, match="NaN or infinity"):
        linear_probe(few, ["a", "b"], few * np.nan, ["a", "b"])
    with pytest.raises(UsageError, match="1 groups cannot be cut into 5 folds"):
        probe_by_group(few, ["a", "b"], ["x", "x"])
