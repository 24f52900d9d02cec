"""Sentences about what was inferred, from labels and from readings of the subtitle."""

from __future__ import annotations

import json
from functools import cache

from emer.dataset.entry import Label, NamedEmotion
from emer.emotions.wheels import own
from emer.explanation import Language

_SEEMS: dict[Language, str] = {
    "en": "The person appears {feeling}",
    "zh": "此人似乎表达了{feeling}的情绪",
}
_SAYING: dict[Language, str] = {
    "en": "With the words “{words}”, the person appears {feeling}",
    "zh": "“{words}”这些话似乎表达了{feeling}的情绪",
}
_STOP: dict[Language, str] = {"en": ".", "zh": "。"}
_STOPS = (".", "。", "?", "!", "？", "！")


def seems(label: Label | NamedEmotion, language: Language) -> str:
    """Return the sentence that somebody appears to express an emotion.

    >>> from emer.dataset.entry import NamedEmotion
    >>> seems(NamedEmotion(en="relieved"), "en"), seems(NamedEmotion(en="relief"), "en")
    ('The person appears relieved.', 'The person appears to express relief.')
    """
    return stopped(_SEEMS[language].format(feeling=_feeling(label, language)), language)


def saying(words: str, label: Label | NamedEmotion, language: Language) -> str:
    """Return the sentence that somebody appears to express an emotion with these words."""
    shown = words.translate(str.maketrans("“”", "‘’"))
    feeling = _feeling(label, language)
    return stopped(_SAYING[language].format(words=shown, feeling=feeling), language)


def stopped(sentence: str, language: Language) -> str:
    """Return a sentence with a final stop."""
    return sentence if sentence.endswith(_STOPS) else sentence + _STOP[language]


def _feeling(label: Label | NamedEmotion, language: Language) -> str:
    """Return the label in the language, or in the other one if that is all there is."""
    if language == "zh":
        return label.zh or label.en
    word = label.en or label.zh
    return f"to express {word}" if word in _nouns() else word


@cache
def _nouns() -> frozenset[str]:
    """Return words of emotion that do not fit after "appears": nouns, and verbs that are both."""
    listed: dict[str, set[str]] = {}
    for concept in json.loads(own.source())["concepts"].values():
        for one in " ".join(concept["words"]).split():
            word, _, kind = one.replace("_", " ").partition("/")
            listed.setdefault(word, set()).add(kind)
    return frozenset(word for word, kinds in listed.items() if kinds <= {"n", "v"})
