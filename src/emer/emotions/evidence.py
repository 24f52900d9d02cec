"""Add up what cues vote for: from cues in a window to probabilities over families."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.emotions.labels import FAMILIES, Family
from emer.emotions.votes import VOTES
from emer.explanation import Cue, Modality

Floats = NDArray[np.float64]

NAMES: tuple[Family, ...] = tuple(FAMILIES)
PRIOR: Floats = np.array([FAMILIES[name].prior for name in NAMES])
VALENCE: Floats = np.array([FAMILIES[name].valence for name in NAMES])
AROUSAL: Floats = np.array([FAMILIES[name].arousal for name in NAMES])
MODALITIES: tuple[Modality, ...] = ("visual", "auditory", "textual")

# A cue of somebody who is not the one speaking tells less about what the clip expresses.
BYSTANDER = 0.5


@dataclass(frozen=True)
class Vote:
    """One cue's weighted vote.

    Attributes:
        cue: The cue.
        weights: Log-odds added to each family, shape [families].
    """

    cue: Cue
    weights: Floats


def cast(cues: Sequence[Cue], people: Mapping[str, float] | None = None) -> list[Vote]:
    """Turn cues into votes; kinds outside the table vote for nothing and are left out.

    Args:
        cues: Any cues.
        people: Weight 0..1 of each person's visual cues; absent people count in full.
    """
    votes = []
    for cue in cues:
        entry = VOTES.get(cue.kind)
        if entry is None:
            continue
        trust = (people or {}).get(cue.person or "", 1.0) if cue.modality == "visual" else 1.0
        weights = np.array([entry.weights.get(name, 0.0) for name in NAMES])
        votes.append(Vote(cue, weights * cue.confidence * trust))
    return votes


def overlap(cue: Cue, start: float, end: float) -> float:
    """Return the share of the shorter of cue and window that both have in common, 0..1.

    >>> from emer.explanation import Cue, Evidence
    >>> piece = Evidence(measure="m", value=1, unit="ratio", source="s")
    >>> cue = Cue(id="v1", modality="visual", kind="k", statement="s", start=0, end=2,
    ...     confidence=1, evidence=(piece,))
    >>> overlap(cue, 1, 5)
    0.5
    """
    shorter = min(cue.end - cue.start, end - start)
    common = min(cue.end, end) - max(cue.start, start)
    if shorter <= 0:
        return 1.0 if common >= 0 else 0.0
    return max(0.0, min(1.0, common / shorter))


def tally(votes: Sequence[Vote], start: float, end: float) -> dict[Modality, Floats]:
    """Add up the votes in a window, per modality.

    The same kind seen twice is the same evidence, so only its strongest vote counts.

    Returns:
        Log-odds per modality that has at least one vote, each of shape [families].
    """
    strongest: dict[tuple[Modality, str], Floats] = {}
    for vote in votes:
        share = overlap(vote.cue, start, end)
        if not share:
            continue
        key = (vote.cue.modality, vote.cue.kind)
        weights = vote.weights * share
        if key not in strongest or np.abs(weights).sum() > np.abs(strongest[key]).sum():
            strongest[key] = weights
    sums: dict[Modality, Floats] = {}
    for (modality, _), weights in strongest.items():
        sums[modality] = sums.get(modality, np.zeros(len(NAMES))) + weights
    return sums


def combine(sums: Mapping[Modality, Floats], reliability: Mapping[Modality, float]) -> Floats:
    """Combine modalities into probabilities: prior plus reliability-weighted log-odds.

    Returns:
        Probabilities over `NAMES`, shape [families], summing to 1.
    """
    logits = PRIOR.copy()
    for modality, weights in sums.items():
        logits = logits + reliability.get(modality, 1.0) * weights
    shifted: Floats = np.exp(logits - logits.max())
    return np.asarray(shifted / shifted.sum(), dtype=np.float64)


def disagreement(
    readings: Mapping[Modality, Floats], reliability: Mapping[Modality, float]
) -> float:
    """Return how far modalities contradict each other, 0..1.

    For each pair: the Jensen-Shannon distance (base 2) between what they express apart from
    neutral, scaled by how much either expresses anything and by how far both can be trusted;
    the largest pair counts. A modality that expresses nothing contradicts nobody.
    """
    neutral = NAMES.index("neutral")
    worst = 0.0
    present = [modality for modality in MODALITIES if modality in readings]
    for index, first in enumerate(present):
        for second in present[index + 1 :]:
            p, q = (_without(readings[m], neutral) for m in (first, second))
            shown = (1 - readings[first][neutral]) * (1 - readings[second][neutral])
            trust = reliability.get(first, 1.0) * reliability.get(second, 1.0)
            worst = max(worst, _distance(p, q) * shown * float(np.sqrt(trust)))
    return float(min(1.0, worst))


def _without(probabilities: Floats, index: int) -> Floats:
    rest = np.delete(probabilities, index)
    return np.asarray(rest / max(rest.sum(), 1e-12), dtype=np.float64)


def _distance(p: Floats, q: Floats) -> float:
    middle = (p + q) / 2

    def relative(a: Floats) -> float:
        seen = a > 0
        return float(np.sum(a[seen] * np.log2(a[seen] / middle[seen])))

    return float(np.sqrt(max(0.0, (relative(p) + relative(q)) / 2)))
