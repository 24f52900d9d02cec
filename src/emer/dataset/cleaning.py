"""What of a model's answer is kept: plain short texts, times inside the clip, words of emotion.

An answer is untrusted text. Whatever is left out is counted by reason; the answer itself stays in
the store of calls. Guesses of who somebody is are left to the filter `unsafe`, which reports them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from emer.cues.addressed import speaks_to_a_program
from emer.dataset.entry import NamedEmotion, Observation
from emer.dataset.voting import wheels
from emer.explainers.claim_words import read
from emer.explainers.model_text import stripped
from emer.explainers.vocabulary import found
from emer.explanation import Language

LONGEST_TEXT, LONGEST_LABEL, LONGEST_LABEL_ZH = 300, 40, 12
"""Characters of a statement, of an English label and of a Chinese one."""

LATE = 1.0
"""Seconds by which a time may lie outside the clip and still be meant as its edge."""

TO_A_PROGRAM, TOO_LONG, EMPTY, TWICE = "speaks to a program", "too long", "empty", "said twice"
NO_LABEL = "no word of emotion"

_MOST_WORDS = 4
_ENGLISH = re.compile(r"[a-z][a-z'’ -]*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
# Numbers and ids in brackets are no part of what a sentence says in words.
_ASIDE = re.compile(r"\s*[(\[（【][^()\[\]（）【】]*[0-9][^()\[\]（）【】]*[)\]）】]")
_BEFORE_STOP = re.compile(r" +(?=[,;:!?，；：！？])")
# Models put the hedge that they are told to use into the label.
_HEDGED = re.compile(
    r"^(?:(?:the )?(?:person|speaker|voice) )?(?:appears?|seems?|looks?|sounds?|feels?)(?: to be)? "
)
_HEDGED_ZH = re.compile(r"^(?:此人|说话者)?(?:似乎|好像|看起来|听起来|显得)|[a-z\s]+")
_NOTHING = frozenset({"none", "null", "unknown", "n/a", "unclear", "无", "未知", "不明", "没有"})

Reasons = Counter[str]


def shown(text: str, reasons: Reasons) -> str:
    """Return a text of a model on one line, without controls, markup and brackets.

    Args:
        text: Of any length.
        reasons: Counts why a text is not used.

    Returns:
        "" if it is not used.
    """
    if speaks_to_a_program(text):
        return _refused(TO_A_PROGRAM, reasons)
    plain = _BEFORE_STOP.sub("", " ".join(stripped(bare(text)).split())).rstrip(" .。")
    if speaks_to_a_program(plain):
        return _refused(TO_A_PROGRAM, reasons)
    if not any(c.isalnum() for c in plain):
        return _refused(EMPTY, reasons)
    return plain if len(plain) <= LONGEST_TEXT else _refused(TOO_LONG, reasons)


def bare(text: str) -> str:
    """Return a sentence without numbers and ids in brackets.

    >>> bare("The person smiles (AU12 0.71) [v1].")
    'The person smiles.'
    """
    return _ASIDE.sub("", text)


def normal(text: str) -> str:
    """Return a text as it is compared: lower-case, without punctuation, one blank between words.

    >>> normal("The person  smiles."), normal("嘴角上扬，微笑。")
    ('the person smiles', '嘴角上扬 微笑')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def observations(
    data: Sequence[Mapping[str, Any]], seconds: float, reasons: Reasons
) -> tuple[Observation, ...]:
    """Return the observations of a checked answer that can be used, each text once.

    Args:
        data: With text, start, end and confidence each.
        seconds: Length of the clip; in a still image nothing has a time.
        reasons: Counts why something is left out.
    """
    kept: dict[str, Observation] = {}
    for each in data:
        text = shown(each["text"], reasons)
        if not text:
            continue
        if normal(text) in kept:
            reasons[TWICE] += 1
            continue
        start, end = times(each["start"], each["end"], seconds)
        kept[normal(text)] = Observation(
            text=text, start=start, end=end, confidence=unit(each["confidence"])
        )
    return tuple(kept.values())


def times(
    start: float | None, end: float | None, seconds: float
) -> tuple[float | None, float | None]:
    """Return a span in order and inside the clip, or nothing if it is not known.

    >>> times(2.0, 0.5, 4.0), times(-5.0, 1e9, 4.0)
    ((0.5, 2.0), (None, None))
    """
    if start is None or end is None or seconds <= 0:
        return None, None
    first, last = sorted((start, end))
    if first < -LATE or last > seconds + LATE:
        return None, None
    return round(min(max(first, 0.0), seconds), 3), round(min(max(last, 0.0), seconds), 3)


def unit(value: float | None) -> float | None:
    """Return a confidence, None where it is none."""
    return round(value, 3) if value is not None and 0 <= value <= 1 else None


def emotion(data: Mapping[str, Any], reasons: Reasons) -> NamedEmotion | None:
    """Return a label, its languages told by script; None if there is no usable word in it."""
    said = [str(data["en"]), str(data["zh"])]
    if any(speaks_to_a_program(one) for one in said):
        reasons[TO_A_PROGRAM] += 1
        return None
    words = [" ".join(stripped(one).lower().split()).strip(" .。") for one in said]
    english = (_HEDGED.sub("", one) for one in words)
    chinese = (_HEDGED_ZH.sub("", one) for one in reversed(words))
    en = next((one for one in english if _is_english(one)), "")
    zh = next((one for one in chinese if _is_chinese(one)), "")
    if not en and not zh:
        reasons[NO_LABEL] += 1
        return None
    return NamedEmotion(en=en, zh=zh, confidence=unit(data["confidence"]))


def emotions(data: Sequence[Mapping[str, Any]], reasons: Reasons) -> tuple[NamedEmotion, ...]:
    """Return the labels of a checked answer that can be used, each once."""
    kept: dict[tuple[str, str], NamedEmotion] = {}
    for each in data:
        label = emotion(each, reasons)
        if label is not None:
            kept.setdefault((label.en, label.zh), label)
    return tuple(kept.values())


def _is_english(word: str) -> bool:
    fits = bool(_ENGLISH.fullmatch(word)) and len(word) <= LONGEST_LABEL
    return fits and len(word.split()) <= _MOST_WORDS and _feels(word, "en")


def _is_chinese(word: str) -> bool:
    fits = bool(_CHINESE.fullmatch(word)) and len(word) <= LONGEST_LABEL_ZH
    return fits and _feels(word, "zh")


def _feels(word: str, language: Language) -> bool:
    """Return whether a word may be one of emotion: it says neither who nor what is to be seen."""
    if word in _NOTHING or found(word, "identity", language):
        return False
    # A smile or a nod is observed. What our wheels know may be both, such as hesitation.
    seen = found(word, "observation", language) or wheels().label(word, "m1") is None
    return not (seen and read(word, language))


def _refused(reason: str, reasons: Reasons) -> str:
    reasons[reason] += 1
    return ""
