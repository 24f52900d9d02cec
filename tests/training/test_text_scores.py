from __future__ import annotations

import numpy as np
import pytest

from emer.training.text_scores import calibration_error, score

RANDOM = np.random.default_rng(9)
PROBABILITIES = RANDOM.random((500, 4)).astype(np.float32)
TARGETS = RANDOM.random((500, 4)) < PROBABILITIES**2
THRESHOLDS = np.float32([0.2, 0.5, 0.7, 1.1])


def test_f1_equals_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    found = score(PROBABILITIES, TARGETS, THRESHOLDS)
    called = PROBABILITIES >= THRESHOLDS
    for average, value in (("macro", found.macro_f1), ("micro", found.micro_f1), (None, found.f1)):
        expected = metrics.f1_score(TARGETS, called, average=average, zero_division=0)
        assert value == pytest.approx(expected)
    assert found.f1[3] == 0


def test_calibration_error_equals_a_plain_loop() -> None:
    probabilities, outcomes = PROBABILITIES[:, 0], TARGETS[:, 0]
    expected = 0.0
    for low in range(15):
        inside = [i for i, p in enumerate(probabilities) if min(int(p * 15), 14) == low]
        if inside:
            gap = np.mean([float(probabilities[i]) - outcomes[i] for i in inside])
            expected += abs(gap) * len(inside) / 500
    assert calibration_error(probabilities, outcomes) == pytest.approx(expected, abs=1e-6)


def test_calibration_error_of_known_cases() -> None:
    assert calibration_error(np.float32([1, 1, 0, 0]), np.array([True, True, False, False])) == 0
    assert calibration_error(np.float32([1, 1]), np.array([False, False])) == 1
    assert calibration_error(np.float32([]), np.array([], dtype=bool)) == 0
