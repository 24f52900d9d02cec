"""What models said of one modality: which of it repeats a measurement, and which the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emer.dataset.cleaning import bare, normal
from emer.dataset.clusters import clusters, comparable, meaning, repeats, similarities
from emer.dataset.entry import Answer, Observation, Origin
from emer.encoders.base import Encoder
from emer.explanation import Cue, Language

# Seconds between two spans that may still be one event: models tell times roughly.
_SLACK = 1.0


@dataclass(frozen=True)
class Said:
    """An observation of a model.

    Attributes:
        order: Its place among all of the entry, by the plan.
        answer: That it is from.
        observation: What it says.
    """

    order: int
    answer: Answer
    observation: Observation

    @property
    def origin(self) -> Origin:
        """Who said it, and where that can be looked up."""
        answer = self.answer
        return Origin(
            annotator=answer.annotator,
            text=self.observation.text,
            call=answer.call,
            prompt=answer.prompt,
        )


@dataclass(frozen=True)
class Group:
    """Observations that say the same.

    Attributes:
        wording: The one that is closest to all of them.
        members: In the order of the plan.
    """

    wording: Said
    members: tuple[Said, ...]

    @property
    def annotators(self) -> tuple[str, ...]:
        """Who said so, each once."""
        return tuple(dict.fromkeys(one.answer.annotator for one in self.members))


@dataclass(frozen=True)
class Likeness:
    """How two statements are told to be the same.

    Attributes:
        encoder: None to compare by words alone.
        same: Cosine from which two statements are one.
        language: Of statements whose script does not tell it.
    """

    encoder: Encoder | None
    same: float
    language: Language


def collected(answers: Sequence[Answer]) -> list[Said]:
    """Return all observations of answers, in their order."""
    pairs = [(answer, one) for answer in answers for one in answer.observations]
    return [Said(order, *pair) for order, pair in enumerate(pairs)]


def attached(
    said: Sequence[Said], cues: Sequence[Cue], likeness: Likeness
) -> tuple[Mapping[str, list[Said]], list[Said]]:
    """Find the observations that repeat a measured cue.

    Args:
        said: Observations.
        cues: Of the same modality.
        likeness: How to compare.

    Returns:
        Observations by id of the cue they are most like, and the rest.
    """
    statements = [bare(cue.statement) for cue in cues]
    alike = similarities([one.observation.text for one in said], statements, likeness.encoder)
    measured = [meaning(text, likeness.language) for text in statements]
    found: dict[str, list[Said]] = {}
    rest = []
    for row, one in enumerate(said):
        own = meaning(one.observation.text, likeness.language)
        fitting = [
            (-alike[row, at], at)
            for at, cue in enumerate(cues)
            if alike[row, at] >= likeness.same
            and (_words(one, statements[at]) or repeats(own, cue, measured[at]))
            and _meet(one.observation, cue)
        ]
        if fitting:
            found.setdefault(cues[min(fitting)[1]].id, []).append(one)
        else:
            rest.append(one)
    return found, rest


def grouped(said: Sequence[Said], likeness: Likeness) -> list[Group]:
    """Join observations that say the same.

    Rows are sorted by their words, so who said what first does not matter; only of two wordings
    equally close to the others that of the plan's first annotator is taken.

    Returns:
        Groups in the order of their times, those without after them.
    """
    by_words: dict[str, list[Said]] = {}
    for one in said:
        by_words.setdefault(normal(one.observation.text), []).append(one)
    rows = [by_words[words] for words in sorted(by_words)]
    texts = [row[0].observation.text for row in rows]
    alike = similarities(texts, texts, likeness.encoder)
    meanings = [meaning(text, likeness.language) for text in texts]
    fit = np.array([[comparable(a, b) for b in meanings] for a in meanings], dtype=bool)
    alike = np.where(fit.reshape(alike.shape) | np.eye(len(rows), dtype=bool), alike, -1.0)
    groups = []
    for members in clusters(alike, likeness.same):
        weights = np.array([len(rows[at]) for at in members], dtype=np.float64)
        centre = np.round(alike[np.ix_(members, members)] @ weights, 3)
        closest = [at for at, near in zip(members, centre, strict=True) if near == centre.max()]
        every = sorted((one for at in members for one in rows[at]), key=lambda one: one.order)
        wording = min((one for at in closest for one in rows[at]), key=lambda one: one.order)
        groups.append(Group(wording, tuple(every)))
    return sorted(groups, key=_when)


def _when(group: Group) -> tuple[float, str]:
    start = timed(group).start
    return (float("inf") if start is None else start), normal(group.wording.observation.text)


def timed(group: Group) -> Observation:
    """Return the observation whose times a group has: that of its wording, else the first timed."""
    own = [group.wording, *group.members]
    return next(
        (one.observation for one in own if one.observation.start is not None), own[0].observation
    )


def _words(one: Said, statement: str) -> bool:
    return normal(one.observation.text) == normal(statement)


def _meet(observation: Observation, cue: Cue) -> bool:
    if observation.start is None or observation.end is None:
        return True
    return observation.start <= cue.end + _SLACK and cue.start <= observation.end + _SLACK
