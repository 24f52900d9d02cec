"""The words that the text rules look for, in English and Chinese (`data/words_*.json`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from emer.explanation import Language

# What ends a clause, in both scripts. Line breaks end one as well.
BREAKS = r",.;:!?…\n\r，。；：！？、~～—"


@dataclass(frozen=True)
class Lexicon:
    """The compiled word lists of one language.

    Attributes:
        language: "en" or "zh".
        folds: One-to-one character table: curly to straight apostrophes, traditional to
            simplified characters, so that offsets stay those of the text.
        lists: Word lists by name ("negators", "intensifiers", "questions", "tags").
        masks: Phrases in which a listed word does not count, by the list they guard.
        acts: Speech acts ("thanks", "insult", ...) to the pattern that finds them.
        emotions: Emotion labels ("fear", ...) to the pattern that finds words naming them.
        flips: What the negation of a label says ("joy": "displeasure"); a negated label that is
            absent here says nothing.
        unrepeated: Words whose repetition is ordinary grammar.
    """

    language: Language
    folds: Mapping[int, str]
    lists: Mapping[str, re.Pattern[str]]
    masks: Mapping[str, re.Pattern[str]]
    acts: Mapping[str, re.Pattern[str]]
    emotions: Mapping[str, re.Pattern[str]]
    flips: Mapping[str, str]
    unrepeated: frozenset[str]

    def fold(self, text: str, mask: str | None = None) -> str:
        """Return text of the same length with folded characters and masked phrases."""
        folded = text.translate(dict(self.folds))
        if mask is None:
            return folded
        return self.masks[mask].sub(lambda hit: "_" * len(hit.group()), folded)


@cache
def lexicon(language: Language) -> Lexicon:
    """Return the compiled lexicon of a language."""
    path = files("emer") / "data" / f"words_{language}.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    traditional = data.get("traditional", "")
    folds = dict(zip(map(ord, traditional[::2]), traditional[1::2], strict=True))
    return Lexicon(
        language=language,
        folds=folds | {ord("’"): "'", ord("‘"): "'", ord("＇"): "'"},
        lists={
            name: _pattern(data[name], language)
            for name in ("questions", "tags", "negators", "intensifiers")
        },
        masks={
            name: _pattern(data[f"not_{name}"], language)
            for name in ("questions", "negation", "intensifiers", "acts", "emotions")
        },
        acts={name: _pattern(words, language) for name, words in data["acts"].items()},
        emotions={name: _pattern(words, language) for name, words in data["emotions"].items()},
        flips=data["flips"],
        unrepeated=frozenset(data["not_repetition"]),
    )


def _pattern(entries: Iterable[str], language: Language) -> re.Pattern[str]:
    """Compile a word list; see the "about" line of the data for "=x" and "x?"."""
    longest_first = sorted(entries, key=len, reverse=True)
    return re.compile("|".join(_entry(e, language) for e in longest_first), re.IGNORECASE)


def _entry(entry: str, language: Language) -> str:
    bare = entry.strip("=?")
    if language == "zh":
        body, edge = re.escape(bare), BREAKS + r"\s"
    else:
        # ASCII edges, so that an English word inside Chinese text is still found.
        words = r"[\s\-]+".join(re.escape(word) for word in bare.split())
        body, edge = rf"(?<![A-Za-z0-9_]){words}(?![A-Za-z0-9_])", BREAKS
    if entry.startswith("="):
        body = rf"(?:(?<![^{edge}])|(?<=[{edge}]\s)){body}(?=\s*$|\s*[{edge}])"
    if entry.endswith("?"):
        body = rf"{body}(?=\s*[?？])"
    return body


@cache
def word_labels() -> tuple[str, ...]:
    """Return every emotion label that a word can name, sorted."""
    found: set[str] = set()
    for language in LANGUAGES:
        book = lexicon(language)
        found |= set(book.emotions) | set(book.flips.values())
    return tuple(sorted(found))


@cache
def act_names() -> tuple[str, ...]:
    """Return every speech act of the lexica, sorted."""
    return tuple(sorted({act for language in LANGUAGES for act in lexicon(language).acts}))


LANGUAGES: tuple[Language, ...] = ("en", "zh")
