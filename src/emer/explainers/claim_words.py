"""What a statement claims: concepts that the observers can measure, by the words that name them.

The words are in `data/claim_words.json`, English and Chinese; kinds of cue are those of
`emer.cues`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from emer.explainers.vocabulary import denials
from emer.explanation import Language

# Kinds that nobody claims in words of their own: what is said is compared as a quotation, what it
# suggests as an emotion, and the rest is about the measuring itself.
UNCLAIMED = ("says", "words_to_program", "speech_not_understood")
UNCLAIMED_FAMILIES = ("text_", "emotion_word_")

ABSENT = "_absent"
"""Ends the kind of a cue that says that a concept was looked for in vain."""

# Words under which it is open whether the thing is claimed at all.
_OPEN: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:no longer|barely|scarcely|hardly|rarely|almost|nearly|about to|as if|as though"
        r"|tr(?:y|ies|ied|ying) (?:not )?to|wants? to|without knowing|instead of|rather than)\b"
    ),
    "zh": re.compile(r"不再|几乎|险些|快要|差点|仿佛|好像要|想要|试图|强忍|忍住|忍着|而不是"),
}
# After the thing, a denial only counts with these: "laughter is not heard".
_PERCEIVED = re.compile(
    r"\W+(?:\w+\W+){0,2}?(?:heard|audible|seen|visible|present|shown|observed|noticeable)\b"
)
_BUT = re.compile(r"\bbut\b|[,;，；]|但|而是|却")
_GAP = r"[\s-]+(?:[\w'-]+[\s-]+){0,4}?"
_PART = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Concept:
    """One thing that can be claimed and measured.

    Attributes:
        name: Also the first part of `NAME_absent`, the kind of a cue that it was looked for in
            vain.
        kinds: Kinds of cue that confirm it.
        opposites: Names of concepts that contradict it where they are measured.
        general: Whether it only counts in a statement that names nothing more specific.
    """

    name: str
    kinds: tuple[str, ...]
    opposites: tuple[str, ...]
    general: bool = False


@dataclass(frozen=True)
class Named:
    """A concept that a statement names.

    Attributes:
        concept: Which.
        denied: Whether the statement says that it is not so; None if it leaves that open.
    """

    concept: Concept
    denied: bool | None


@cache
def concepts() -> dict[str, Concept]:
    """Return every concept by name."""
    return {
        name: Concept(
            name, tuple(entry["kinds"]), tuple(entry["opposites"]), entry.get("general", False)
        )
        for name, entry in _data()["concepts"].items()
    }


def read(statement: str, language: Language) -> list[Named]:
    """Return the concepts that a statement names, each once.

    A concept whose words stand inside those of another gives way to it.

    >>> [(one.concept.name, one.denied) for one in read("The person does not smile.", "en")]
    [('smile', True)]
    """
    text = statement.lower()
    found = list(_mentions(text, language))
    specific = [(start, end) for concept, start, end in found if not concept.general]
    return [
        Named(concept, denied(text, start, end, language))
        for concept, start, end in found
        if not (concept.general and specific) and not _inside(start, end, specific)
    ]


def denied(text: str, start: int, end: int, language: Language) -> bool | None:
    """Return whether a statement denies what it names from `start` to `end`.

    Args:
        text: The statement in lower case.
        start: Where the words begin.
        end: Where they end.
        language: Of the statement.

    Returns:
        None where the statement leaves it open ("about to cry", "hardly smiles").
    """
    if any(hit.start() < start for hit in _OPEN[language].finditer(text)):
        return None
    for hit in denials(text, language):
        if hit.end() <= start and not _BUT.search(text, hit.end(), start):
            return True
        if hit.start() >= end and not _BUT.search(text, end, hit.start()):
            return hit.group() in ("absent", "lacking") or bool(_PERCEIVED.match(text, hit.end()))
    return False


def _mentions(text: str, language: Language) -> Iterator[tuple[Concept, int, int]]:
    for name, concept in concepts().items():
        hit = _pattern(name, language).search(text)
        if hit:
            yield concept, hit.start(), hit.end()


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)


@cache
def _data() -> Mapping[str, Any]:
    path = files("emer") / "data" / "claim_words.json"
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


@cache
def _pattern(name: str, language: Language) -> re.Pattern[str]:
    parts = _data()["parts"][language]

    def filled(source: str) -> str:
        while _PART.search(source):
            source = _PART.sub(lambda hit: parts[hit[1]], source)
        return source

    sources = []
    for entry in _data()["concepts"][name][language]:
        if isinstance(entry, str):
            sources.append(filled(entry))
        else:
            first, second = (rf"\b(?:{filled(part)})\b" for part in entry)
            sources += [first + _GAP + second, second + _GAP + first]
    return re.compile("|".join(sources))
