"""Emotion words of any origin, in the form in which they can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emer.dataset.entry import Entry
from emer.emotions.labels import LABELS
from emer.explainers.claim_emotions import place
from emer.explanation import Language
from emer.metrics.functional.label_lists import parse_labels


def of_entry(entry: Entry) -> list[str]:
    """Return the labels of an entry, English where there is an English word."""
    return english(label.en or label.zh for label in entry.emotions)


def measured(entry: Entry) -> list[str]:
    """Return what the measured cues add up to."""
    return english(each.label for each in entry.observed.emotions) if entry.observed else []


def of_source(entry: Entry, column: str) -> list[str]:
    """Return what the source says in a column: one label or a list as the field writes them."""
    return english(parse_labels(entry.labels.get(column, ""), entry.id, column))


def english(words: Iterable[str]) -> list[str]:
    """Return words in English where they are Chinese and known; any other as it is."""
    return [word if word.isascii() else _translated(word) for word in words if word.strip()]


def valence(words: Sequence[str], weights: Sequence[float]) -> float | None:
    """Return the mean valence of emotion words, None if none of them is known.

    Args:
        words: Any number.
        weights: As many, not negative.

    Returns:
        -1 (unpleasant) to 1 (pleasant), after the circumplex in `emer.emotions.labels`.
    """
    known = [(_valence(word), weight) for word, weight in zip(words, weights, strict=True)]
    told = [(value, weight) for value, weight in known if value is not None and weight > 0]
    whole = sum(weight for _, weight in told)
    return sum(value * weight for value, weight in told) / whole if told else None


def _valence(word: str) -> float | None:
    found = place(word.lower().strip(), _language(word))
    return None if found is None else LABELS[found[0]].valence


def _translated(word: str) -> str:
    found = place(word.strip(), "zh")
    return word if found is None else found[0]


def _language(word: str) -> Language:
    return "en" if word.isascii() else "zh"
