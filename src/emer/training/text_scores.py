"""How good multi-label predictions are: F1 and calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.instruments.e5_file import Floats

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """Figures of a set of predictions.

    Attributes:
        macro_f1: mean of the F1 of the labels, 0 to 1.
        micro_f1: F1 over all decisions together, 0 to 1.
        f1: F1 of each label.
        ece: expected calibration error over all decisions together, 0 to 1.
        label_ece: the same for each label.
    """

    macro_f1: float
    micro_f1: float
    f1: list[float]
    ece: float
    label_ece: list[float]


def score(probabilities: Floats, targets: Bools, thresholds: Floats) -> Scores:
    """Score predictions.

    Args:
        probabilities: 0 to 1, of shape [n, k].
        targets: bool of shape [n, k].
        thresholds: of shape [k]; a label is called present from there on.

    Returns:
        The figures. A label that is neither there nor called has F1 0.
    """
    called = probabilities >= thresholds
    hits = (called & targets).sum(axis=0)
    either = called.sum(axis=0) + targets.sum(axis=0)
    f1 = 2 * hits / np.maximum(either, 1)
    columns = range(targets.shape[1])
    return Scores(
        macro_f1=float(f1.mean()),
        micro_f1=float(2 * hits.sum() / max(int(either.sum()), 1)),
        f1=[float(value) for value in f1],
        ece=calibration_error(probabilities.ravel(), targets.ravel()),
        label_ece=[calibration_error(probabilities[:, k], targets[:, k]) for k in columns],
    )


def calibration_error(probabilities: Floats, outcomes: Bools, bins: int = 15) -> float:
    """Expected calibration error with bins of equal width (Guo et al. 2017, eq. 3).

    Args:
        probabilities: 0 to 1, of shape [n].
        outcomes: bool of shape [n].
        bins: number of bins.

    Returns:
        Mean gap between probability and frequency, weighted by the texts in each bin, 0 to 1.
    """
    place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    gap = probabilities.astype(np.float64) - outcomes
    sums = np.bincount(place, weights=gap, minlength=bins)
    return float(np.abs(sums).sum() / max(len(outcomes), 1))
