"""Infer what a clip appears to express: emotions, valence, arousal, conflict and time line."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emer.emotions.evidence import (
    AROUSAL,
    MODALITIES,
    NAMES,
    VALENCE,
    Floats,
    Vote,
    cast,
    combine,
    disagreement,
    tally,
)
from emer.emotions.naming import changed, name_emotions
from emer.explanation import (
    Conflict,
    Cue,
    Emotion,
    Language,
    Modality,
    ModalityReading,
    Moment,
)

STEP = 0.5
WINDOW = 2.0
SHORTEST = 1.0
# Clips up to this length are one moment.
SINGLE = 3.0
NEUTRAL = NAMES.index("neutral")


@dataclass(frozen=True)
class Inference:
    """What the cues add up to; see `emer.explanation.Explanation` for the fields."""

    emotions: tuple[Emotion, ...]
    valence: float
    arousal: float
    conflict: Conflict
    timeline: tuple[Moment, ...]


@dataclass(frozen=True)
class _Stretch:
    start: float
    end: float
    probabilities: Floats


def infer(
    cues: Sequence[Cue],
    seconds: float,
    reliability: Mapping[Modality, float],
    people: Mapping[str, float] | None = None,
    language: Language = "en",
) -> Inference:
    """Add up the cues of a clip.

    Args:
        cues: All cues, with ids.
        seconds: Length of the clip.
        reliability: How far each modality can be trusted in this clip, 0..1.
        people: Weight 0..1 of each person's visual cues.
        language: Of the labels.

    Returns:
        The inference; without any voting cue, no emotion, valence 0 and arousal 0.
    """
    votes = cast(cues, people)
    if not votes:
        return Inference((), 0.0, 0.0, Conflict(score=0.0, readings=()), ())
    ordered = _Ordered(votes)
    stretches = _stretches(ordered, seconds, reliability)
    overall = _overall(stretches)
    timeline = tuple(_moment(stretch, ordered, language) for stretch in stretches)
    emotions = name_emotions(overall, votes, 0.0, max(seconds, _last(cues)), language)
    turns = _turns(stretches, timeline, language)
    return Inference(
        emotions=_merge(emotions, turns),
        valence=_expected(overall, VALENCE),
        arousal=_expected(overall, AROUSAL),
        conflict=_conflict(votes, seconds, reliability, language),
        timeline=timeline,
    )


def _last(cues: Sequence[Cue]) -> float:
    return max(cue.end for cue in cues)


def _expected(probabilities: Floats, places: Floats) -> float:
    return round(float(np.clip(np.dot(probabilities, places), -1, 1)), 3)


def _stretches(
    votes: _Ordered, seconds: float, reliability: Mapping[Modality, float]
) -> list[_Stretch]:
    """Cut the clip where the leading family changes; no stretch is shorter than `SHORTEST`."""
    if seconds <= SINGLE:
        return [_stretch(votes, 0.0, seconds, reliability)]
    centres = np.arange(STEP / 2, seconds, STEP)
    leading = []
    for centre in centres:
        low, high = max(0.0, centre - WINDOW / 2), min(seconds, centre + WINDOW / 2)
        leading.append(int(np.argmax(_stretch(votes, low, high, reliability).probabilities)))
    edges = [0.0]
    for index in range(1, len(leading)):
        at = round(float(centres[index] - STEP / 2), 3)
        if leading[index] != leading[index - 1] and at - edges[-1] >= SHORTEST:
            edges.append(at)
    if len(edges) > 1 and seconds - edges[-1] < SHORTEST:
        edges.pop()
    edges.append(seconds)
    return [_stretch(votes, start, end, reliability) for start, end in itertools.pairwise(edges)]


def _stretch(
    votes: _Ordered, start: float, end: float, reliability: Mapping[Modality, float]
) -> _Stretch:
    return _Stretch(start, end, combine(tally(votes.near(start, end), start, end), reliability))


class _Ordered:
    """Votes in order of time, so that a window of a long clip looks at those nearby only."""

    def __init__(self, votes: Sequence[Vote]) -> None:
        self._votes = sorted(votes, key=lambda vote: vote.cue.start)
        self._longest = max(vote.cue.end - vote.cue.start for vote in votes)

    def near(self, start: float, end: float) -> list[Vote]:
        """Return the votes whose cues touch a window."""
        first = bisect.bisect_left(self._votes, start - self._longest - 1e-6, key=_start)
        last = bisect.bisect_right(self._votes, end, key=_start)
        return [vote for vote in self._votes[first:last] if vote.cue.end >= start]


def _start(vote: Vote) -> float:
    return vote.cue.start


def _overall(stretches: Sequence[_Stretch]) -> Floats:
    """Mean over time, in which expressive stretches count more than neutral ones."""
    weights = np.array(
        [max(s.end - s.start, 1e-3) * (1.25 - s.probabilities[NEUTRAL]) for s in stretches]
    )
    table = np.stack([stretch.probabilities for stretch in stretches])
    return np.asarray(weights @ table / weights.sum(), dtype=np.float64)


def _moment(stretch: _Stretch, votes: _Ordered, language: Language) -> Moment:
    near = votes.near(stretch.start, stretch.end)
    return Moment(
        start=round(stretch.start, 3),
        end=round(stretch.end, 3),
        emotions=name_emotions(stretch.probabilities, near, stretch.start, stretch.end, language),
        valence=_expected(stretch.probabilities, VALENCE),
        arousal=_expected(stretch.probabilities, AROUSAL),
    )


def _turns(
    stretches: Sequence[_Stretch], timeline: Sequence[Moment], language: Language
) -> list[Emotion]:
    turns = []
    for index in range(1, len(stretches)):
        before, after = timeline[index - 1], timeline[index]
        if before.emotions and after.emotions:
            families = tuple(
                NAMES[int(np.argmax(stretches[i].probabilities))] for i in (index - 1, index)
            )
            turn = changed(before.emotions[0], after.emotions[0], families, language)  # type: ignore[arg-type]
            if turn:
                turns.append(turn)
    return turns


def _merge(emotions: Sequence[Emotion], turns: Sequence[Emotion]) -> tuple[Emotion, ...]:
    """Join, keep the more confident of equal labels, most confident first."""
    best: dict[str, Emotion] = {}
    for emotion in (*emotions, *turns):
        if emotion.label not in best or emotion.confidence > best[emotion.label].confidence:
            best[emotion.label] = emotion
    return tuple(sorted(best.values(), key=lambda emotion: -emotion.confidence))


def _conflict(
    votes: Sequence[Vote],
    seconds: float,
    reliability: Mapping[Modality, float],
    language: Language,
) -> Conflict:
    sums = tally(votes, 0.0, max(seconds, max(vote.cue.end for vote in votes)))
    readings = {m: combine({m: sums[m]}, {}) for m in MODALITIES if m in sums}
    return Conflict(
        score=round(disagreement(readings, reliability), 3),
        readings=tuple(
            ModalityReading(
                modality=modality,
                reliability=round(float(reliability.get(modality, 1.0)), 3),
                emotions=name_emotions(
                    probabilities,
                    [vote for vote in votes if vote.cue.modality == modality],
                    0.0,
                    max(seconds, max(vote.cue.end for vote in votes)),
                    language,
                ),
                valence=_expected(probabilities, VALENCE),
                arousal=_expected(probabilities, AROUSAL),
            )
            for modality, probabilities in readings.items()
        ),
    )
