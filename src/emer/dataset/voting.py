"""Vote on open labels: synonyms count as one, and are named by the word most annotators chose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from emer.dataset.entry import MEASURED, Answer, Entry, Label, NamedEmotion
from emer.emotions.labels import LABELS
from emer.emotions.wheels import Wheels, load
from emer.explanation import Emotion, Language

LEAST_MEASURED = 0.2
"""A measured emotion is a vote from this confidence on; the surest one always is."""

_FAMILY = "goemotions_level1"


@dataclass(frozen=True)
class Vote:
    """A label that somebody gave.

    Attributes:
        annotator: Who.
        label: In one language or both.
        answer: Where; None for what was measured.
        cue: The first measured cue behind it; None for what a model said.
    """

    annotator: str
    label: NamedEmotion
    answer: Answer | None = None
    cue: str | None = None


@dataclass(frozen=True)
class Ballot:
    """Votes for one emotion.

    Attributes:
        label: How it is named.
        votes: One an annotator, in the order of the plan.
    """

    label: Label
    votes: tuple[Vote, ...]


@cache
def wheels() -> Wheels:
    """Return emer's own wheels: what is on a machine besides them must not change a dataset."""
    return load("own")


def votes(entry: Entry, answers: Iterable[Answer]) -> list[Vote]:
    """Return the labels of usable answers, in their order, and then the measured ones."""
    given = [
        Vote(answer.annotator, label, answer)
        for answer in answers
        for label in (*answer.emotions, *(reading.emotion for reading in answer.readings))
    ]
    return given + _measured(entry)


def elect(given: Sequence[Vote], asked: int, least: int, language: Language) -> list[Ballot]:
    """Return what was voted for, most agreed first.

    Args:
        given: Votes in the order of the plan.
        asked: How many annotators could vote, the measurements included.
        least: Annotators that must agree; what was measured always stays.
        language: Of the dataset: its words tell synonyms where a label has both languages.
    """
    senses: dict[str, list[Vote]] = {}
    for vote in given:
        senses.setdefault(sense(vote.label, language), []).append(vote)
    ballots = []
    for same in senses.values():
        names = tuple(dict.fromkeys(vote.annotator for vote in same))
        if len(names) >= least or MEASURED in names:
            en, zh = _named(same, language)
            share = min(1.0, round(len(names) / asked, 4))
            first = {vote.annotator: vote for vote in reversed(same)}
            label = Label(en=en, zh=zh, annotators=names, confidence=share)
            ballots.append(Ballot(label, tuple(first[name] for name in names)))
    return sorted(ballots, key=_rank)


def sense(label: NamedEmotion, language: Language) -> str:
    """Return what synonyms share: the word of the wheels, else the label as it is.

    >>> sense(NamedEmotion(en="glad"), "en") == sense(NamedEmotion(zh="高兴"), "en")
    True
    """
    words = [word for word in _ordered(label, language) if word]
    known = (wheels().label(word, "m2") for word in words)
    return next((found for found in known if found), words[0] if words else "")


def family(label: NamedEmotion, language: Language) -> str:
    """Return the inner label of the GoEmotions wheel (Demszky et al. 2020), else `sense`."""
    known = (wheels().label(word, _FAMILY) for word in _ordered(label, language) if word)
    return next((found for found in known if found), sense(label, language))


def translated(word: str, language: Language) -> str:
    """Return a label of the package in the other language, "" if the package has no such label.

    Args:
        word: A label.
        language: That the label is in.
    """
    if language == "en":
        return LABELS[word].zh if word in LABELS else ""
    return next((label.en for label in LABELS.values() if label.zh == word), "")


def told(label: Label | NamedEmotion, language: Language) -> NamedEmotion | None:
    """Return a label with a name in a language, from our table if need be; None if it has none.

    >>> told(NamedEmotion(zh="再见"), "en") is None
    True
    """
    named = NamedEmotion(en=label.en, zh=label.zh, confidence=label.confidence)
    own, other = _ordered(named, language)
    if own:
        return named
    word = translated(other, _other(language)) if other else ""
    return named.model_copy(update={language: word}) if word else None


def _measured(entry: Entry) -> list[Vote]:
    if entry.observed is None:
        return []
    language = entry.observed.language
    return [
        Vote(MEASURED, _both(emotion, language), cue=next(iter(emotion.cues), None))
        for rank, emotion in enumerate(entry.observed.emotions)
        if rank == 0 or emotion.confidence >= LEAST_MEASURED
    ]


def _both(emotion: Emotion, language: Language) -> NamedEmotion:
    other = translated(emotion.label, language)
    en, zh = (emotion.label, other) if language == "en" else (other, emotion.label)
    return NamedEmotion(en=en, zh=zh, confidence=emotion.confidence)


def _named(same: Sequence[Vote], language: Language) -> tuple[str, str]:
    """Return the word most annotators chose, and its translation if somebody gave a right one.

    A translation is right if the wheels give it the same family; else that of our table is taken.
    Without either there is none.
    """
    own: Language = (
        language if any(_ordered(v.label, language)[0] for v in same) else _other(language)
    )
    word = _commonest([(v.annotator, _ordered(v.label, own)[0]) for v in same])
    pairs = [(v.annotator, _ordered(v.label, own)) for v in same]
    other = translated(word, own) or _commonest(
        [(name, b) for name, (a, b) in pairs if a == word and _agree(a, b)]
    )
    return (word, other) if own == "en" else (other, word)


def _agree(word: str, other: str) -> bool:
    families = [wheels().label(one, _FAMILY) for one in (word, other)]
    return None in families or families[0] == families[1]


def _commonest(words: Iterable[tuple[str, str]]) -> str:
    """Return the word that most annotators chose, the first in the order of the plan of several."""
    counts = Counter(word for _, word in dict.fromkeys(words) if word)
    return max(counts, key=lambda word: counts[word], default="")


def _ordered(label: NamedEmotion, language: Language) -> tuple[str, str]:
    return (label.zh, label.en) if language == "zh" else (label.en, label.zh)


def _other(language: Language) -> Language:
    return "en" if language == "zh" else "zh"


def _rank(ballot: Ballot) -> tuple[float, float, str, str]:
    surest = max((vote.label.confidence or 0.0 for vote in ballot.votes), default=0.0)
    label = ballot.label
    return -label.confidence, -surest, label.en, label.zh
