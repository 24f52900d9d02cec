"""Which emotions a statement names: from its words to families and to labels of the package.

A word is looked up among the labels, then in the lexicon of emotion words said aloud, then in
emer's own emotion wheels. So a claim and the measured inference are compared by family: "furious"
and "angry" agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from emer.cues.lexicon import lexicon
from emer.emotions.labels import FAMILIES, LABELS, PLAIN, Family
from emer.emotions.votes import VOTES
from emer.emotions.wheels import Wheels, load
from emer.explainers.claim_words import denied
from emer.explainers.vocabulary import hits
from emer.explanation import Emotion, Language

# A claim and the measured valence are opposite where both are at least this far from 0.
CLEAR_CLAIM, CLEAR_VALENCE = 0.4, 0.3
# An emotion that is measured on the same side with at least this confidence forbids to say so.
SAME_SIDE = 0.2
# A denied emotion that is measured with at least this confidence contradicts the denial.
SURE = 0.4

# "Excited" is also said of anger, above all for 激动.
_AMBIGUOUS = frozenset({"excited"})
_MIXED: dict[str, tuple[Family, ...]] = {
    "bittersweet": ("joy", "sadness"),
    "tense": ("worry", "fear", "anger"),
}


@dataclass(frozen=True)
class Feeling:
    """An emotion that a statement names.

    Attributes:
        label: English label of the package, a key of `LABELS`.
        family: Its family.
        denied: Whether the statement says that it is not so; None if it leaves that open.
    """

    label: str
    family: Family
    denied: bool | None

    @property
    def valence(self) -> float:
        """Return the valence of the family, -1 to 1."""
        return FAMILIES[self.family].valence


def feelings(statement: str, language: Language) -> list[Feeling]:
    """Return the emotions that a statement names, each label once, in order.

    >>> [one.label for one in feelings("The person seems delighted and a bit anxious.", "en")]
    ['happy', 'anxious']
    """
    text = statement.lower()
    found: dict[str, Feeling] = {}
    for hit in hits(text, "emotion", language):
        known = place(hit.group(), language)
        if known is not None:
            label, family = known
            found.setdefault(
                label, Feeling(label, family, denied(text, hit.start(), hit.end(), language))
            )
    return list(found.values())


def agreeing(feeling: Feeling, emotions: Sequence[Emotion]) -> list[Emotion]:
    """Return the measured emotions of the same family."""
    return [one for one in emotions if feeling.family in families(one.label)]


def opposed(feeling: Feeling, emotions: Sequence[Emotion], valence: float) -> list[Emotion]:
    """Return the measured emotions that contradict a claimed one: clearly of the other valence.

    Args:
        feeling: What is claimed.
        emotions: What was measured, with its labels in either language.
        valence: Measured valence of the clip.

    Returns:
        The emotions of the other side; none unless the valences are clearly opposite and nothing
        of the claim's own side was measured.
    """
    side = 1.0 if feeling.valence > 0 else -1.0
    if feeling.label in _AMBIGUOUS or abs(feeling.valence) < CLEAR_CLAIM:
        return []
    if side * valence > -CLEAR_VALENCE:
        return []
    if any(side * _valence(one) > 0 and one.confidence >= SAME_SIDE for one in emotions):
        return []
    return [one for one in emotions if side * _valence(one) <= -CLEAR_CLAIM]


def families(label: str) -> frozenset[Family]:
    """Return the families of a label of the package in either language, none if it is unknown."""
    return _families().get(label, frozenset())


def _valence(emotion: Emotion) -> float:
    found = families(emotion.label)
    return sum(FAMILIES[name].valence for name in found) / len(found) if found else 0.0


@cache
def place(word: str, language: Language) -> tuple[str, Family] | None:
    """Return the label and the family that a word of emotion stands for, None if it is unknown."""
    for name, label in LABELS.items():
        if word == label.text(language) and families(name):
            return name, _first(name)
    book = lexicon(language)
    for kind, pattern in book.emotions.items():
        if pattern.fullmatch(book.fold(word)):
            return _voted(f"emotion_word_{kind}")
    group = _wheels().label(word, "goemotions_level2")
    for kind in (f"emotion_word_{word}", f"text_{group}", f"emotion_word_{group}"):
        if kind in VOTES:
            return _voted(kind)
    return None


def _voted(kind: str) -> tuple[str, Family]:
    entry = VOTES[kind]
    family = next(iter(entry.weights))
    return entry.label or PLAIN[family], family


@cache
def _wheels() -> Wheels:
    return load("own")


@cache
def _families() -> dict[str, frozenset[Family]]:
    found: dict[str, set[Family]] = {word: {family} for family, word in PLAIN.items()}
    for entry in VOTES.values():
        if entry.label and entry.label not in found:
            found[entry.label] = {next(iter(entry.weights))}
    found |= {label: set(names) for label, names in _MIXED.items()}
    both = {LABELS[name].zh: names for name, names in found.items()} | found
    return {name: frozenset(names) for name, names in both.items()}


def _first(label: str) -> Family:
    known = families(label)
    return next(family for family in FAMILIES if family in known)
