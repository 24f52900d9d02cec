"""Which words of a text name emotions, observations, identities, amounts or hedges."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Literal

from emer.cues.lexicon import lexicon, word_labels
from emer.cues.words_statements import LABELS_ZH
from emer.emotions.labels import LABELS
from emer.explanation import Language

Group = Literal["emotion", "observation", "identity", "hedge", "amount"]

# Words in which a listed Chinese word is not meant.
_MASKED_ZH = re.compile(r"其他|其它|高兴|快乐|愉快|欢快|因为|万一|千万|百分之|一方面")


def found(text: str, group: Group, language: Language) -> set[str]:
    """Return the words of a group that a text has, in lower case.

    In English, whole words with their common endings; in Chinese, the longest words first, so
    that 高兴 does not count as 高.
    """
    return {hit.group().lower() for hit in hits(text, group, language)}


def hits(text: str, group: Group, language: Language) -> list[re.Match[str]]:
    """Return where the words of a group stand in a text; see `found`."""
    if language == "zh" and group != "emotion":
        text = _MASKED_ZH.sub(lambda hit: "_" * len(hit.group()), text)
    return list(_pattern(group, language).finditer(text))


def related(word: str, other: str) -> bool:
    """Return whether two words are forms of one another.

    >>> related("smiling", "smile"), related("sadness", "sad"), related("content", "contempt")
    (True, True, False)
    """
    if word == other:
        return True
    if not word.isascii() or not other.isascii():
        return word in other or other in word
    shared = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))
    )
    return shared >= max(3, min(len(word), len(other)) - 1)


def denied(text: str, language: Language) -> list[str]:
    """Return, for each word that denies something, the word that it denies ("" at the end).

    >>> denied("the brows do not really move", "en"), denied("眉毛没有动", "zh")
    (['move'], ['动'])
    """
    folded = lexicon(language).fold(text, "negation")
    return [_denied(folded[hit.end() :], language) for hit in denials(text, language)]


def denials(text: str, language: Language) -> list[re.Match[str]]:
    """Return the words of a text that deny something ("cannot help" denies nothing)."""
    folded = lexicon(language).fold(text, "negation")
    listed = lexicon(language).lists["negators"].finditer(folded)
    return [*listed, *_extra(language).finditer(folded)]


def _denied(rest: str, language: Language) -> str:
    skipped = words("denial_skips", language)
    if language == "zh":
        bare = re.sub("|".join(skipped), "", rest[:8])
        return bare.strip()[:1]
    tokens = re.findall(r"[A-Za-z']+", rest.lower())
    return next((token for token in tokens if token not in skipped), "")


@cache
def words(group: str, language: Language) -> tuple[str, ...]:
    """Return the words of a group, the emotion labels of the package included."""
    path = files("emer") / "data" / "writer_words.json"
    listed = set(json.loads(path.read_text(encoding="utf-8"))[group][language])
    if group == "emotion":
        listed |= {label.text(language) for label in LABELS.values()}
        listed |= set(LABELS_ZH.values()) if language == "zh" else {*word_labels(), *LABELS_ZH}
    return tuple(sorted(listed, key=lambda word: (-len(word), word)))


@cache
def _pattern(group: Group, language: Language) -> re.Pattern[str]:
    listed = "|".join(map(re.escape, words(group, language)))
    if language == "zh":
        return re.compile(listed)
    endings = "" if group in ("identity", "amount") else "(?:s|es|d|ed|ing|ly)?"
    return re.compile(rf"(?<![A-Za-z])(?:{listed}){endings}(?![A-Za-z])", re.IGNORECASE)


@cache
def _extra(language: Language) -> re.Pattern[str]:
    listed = "|".join(map(re.escape, words("negation", language)))
    edge = "" if language == "zh" else "[A-Za-z]"
    return re.compile(rf"(?<!{edge})(?:{listed})(?!{edge})" if edge else listed, re.IGNORECASE)
