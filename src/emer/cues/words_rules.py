"""Rules that find questions, negations, speech acts and emotion words in a piece of text.

Pure functions on strings. Recognised text often lacks punctuation, so particles and word order
count as well; what rests on them alone gets a lower confidence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from emer.cues.lexicon import BREAKS, Lexicon, act_names, lexicon, word_labels
from emer.explanation import Language

FORM_KINDS = (
    "question",
    "exclamation",
    "negation",
    "intensifier",
    "repetition",
    "trailing_off",
)

# How far each sign can be trusted to mean what it seems to, 0..1. Set by judgement, not fitted.
MARKED, PARTICLE, ALTERNATIVE, ASKING_WORD, OPEN_PARTICLE = 0.95, 0.85, 0.75, 0.6, 0.5
ACT, OWN_EMOTION, NAMED_EMOTION, ASKED_EMOTION = 0.75, 0.7, 0.5, 0.3

_SENTENCE = re.compile(r"[^.!?…。！？\n\r]+[.!?…。！？]*|[.!?…。！？]+")
_BREAK = re.compile(f"[{BREAKS}]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]")
_A_NOT_A = re.compile(r"((?![不没])[\u3400-\u9fff]{1,2})[不没]\1")
_TRAILING = re.compile(r"(?:…+|\.{2,}|。{2,}|—+|--+)\s*[\"'”’」』]?\s*$")
_FIRST_PERSON = {
    "en": re.compile(r"(?<!\w)(?:i|i'm|im|i've|i'll|i'd|me|my|myself|we|we're|us)(?!\w)", re.I),
    "zh": re.compile(r"[我咱俺]"),
}
_PROHIBITION = {
    "en": re.compile(r"(?<!\w)don'?t\s+(?:be|get|you)(?!\w)", re.I),
    "zh": re.compile(r"别|不要|不用|勿|甭"),
}
_TOO_FAR = re.compile(r"(?<!\w)(?:but|and|because|though|although|then)(?!\w)|但|可是|而且|因为")
_REPEATED_WORD = re.compile(r"(?<!\w)([A-Za-z']+)(?:[\s,.!?…\-]+\1){1,}(?!\w)", re.I)
_REPEATED_HAN = re.compile(
    r"([\u3400-\u9fff])(?:[\s，,、！!。]*\1){2,}"
    r"|([\u3400-\u9fff])(?:[\s，,、！!。]+\2)+(?![\u3400-\u9fff])"
    r"|([\u3400-\u9fff]{2,6})(?:[\s，,、！!。]*\3)+"
)
# Two-character words that are doubled as ordinary grammar (研究研究) do not begin like this.
_URGENT = "别快不没是对我你滚走救求放"


@dataclass(frozen=True)
class Finding:
    """Something found in a text.

    Attributes:
        kind: "question", "thanks", "emotion_word_fear", ...
        start: Offset of the first character in the text.
        end: Offset behind the last.
        confidence: How far the sign can be trusted, 0..1.
    """

    kind: str
    start: int
    end: int
    confidence: float


def kinds() -> tuple[str, ...]:
    """Return every kind that `find` can give."""
    return (*FORM_KINDS, *act_names(), *(f"emotion_word_{label}" for label in word_labels()))


def find(text: str, language: str | None = None) -> tuple[Finding, ...]:
    """Find everything the rules know in a text.

    Args:
        text: One utterance; any Unicode.
        language: ISO 639-1 code of the text, if known. Other than English and Chinese, only
            punctuation is read; unknown, the script decides.

    Returns:
        Findings by kind, then place; offsets lie within the text.
    """
    found = [*_exclamations(text), *_trailing(text)]
    books = [lexicon(written) for written in _written(text, language)]
    found += _questions(text, books)
    for book in books:
        found += _negations(text, book)
        found += _intensifiers(text, book)
        found += _repetitions(text, book)
        found += _acts(text, book)
        found += _emotion_words(text, book)
    return tuple(sorted(set(found), key=lambda f: (f.kind, f.start, f.end, -f.confidence)))


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of each sentence, its closing punctuation included."""
    return [_trim(text, *hit.span()) for hit in _SENTENCE.finditer(text) if hit.group().strip()]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _written(text: str, language: str | None) -> list[Language]:
    """Return which of the two rule sets apply to a text."""
    code = (language or "").lower().replace("_", "-").split("-")[0]
    found: list[Language] = []
    if code in ("", "zh", "yue", "en") and _HAN.search(text) and not _KANA.search(text):
        found.append("zh")
    if code in ("", "zh", "yue", "en") and _LATIN.search(text):
        found.append("en")
    return found


def _exclamations(text: str) -> Iterator[Finding]:
    for hit in re.finditer(r"[!！]+", text):
        start = max((s for s, e in sentences(text) if s <= hit.start()), default=hit.start())
        yield Finding("exclamation", start, hit.end(), MARKED)


def _trailing(text: str) -> Iterator[Finding]:
    hit = _TRAILING.search(text)
    if hit and any(unicodedata.category(c)[0] in "LN" for c in text[: hit.start()]):
        start = max((s for s, e in sentences(text) if s < hit.start()), default=0)
        yield Finding("trailing_off", start, hit.end(), ACT)


def _questions(text: str, books: list[Lexicon]) -> Iterator[Finding]:
    for start, end in sentences(text):
        sentence = text[start:end]
        sure = MARKED if re.search("[?？]", sentence) else 0.0
        sure = max([sure, *(_asks(sentence, book) for book in books)])
        if sure:
            yield Finding("question", start, end, sure)


def _asks(sentence: str, book: Lexicon) -> float:
    """Return how surely an unmarked sentence asks something, 0 if it does not seem to."""
    if re.search(r"[.。!！…]\s*$", sentence):
        return 0.0
    folded = book.fold(sentence, "questions")
    if book.language == "en":
        # Only at the head: "what" and "how" inside a sentence mostly join clauses.
        return ASKING_WORD if book.lists["questions"].match(folded.lstrip()) else 0.0
    bare = folded.rstrip(" \t，,")
    if re.search(r"吗$|(?<![什这那怎要多])么$", bare):
        return PARTICLE
    if _A_NOT_A.search(folded):
        return ALTERNATIVE
    if book.lists["questions"].search(folded):
        return ASKING_WORD
    return OPEN_PARTICLE if bare.endswith("呢") else 0.0


def _blank(hit: re.Match[str]) -> str:
    return "_" * len(hit.group())


def _negations(text: str, book: Lexicon) -> Iterator[Finding]:
    folded = _A_NOT_A.sub(_blank, book.fold(text, "negation"))
    for hit in book.lists["negators"].finditer(folded):
        yield Finding("negation", *hit.span(), ACT)


def _intensifiers(text: str, book: Lexicon) -> Iterator[Finding]:
    for hit in book.lists["intensifiers"].finditer(book.fold(text, "intensifiers")):
        yield Finding("intensifier", *hit.span(), ACT)


def _repetitions(text: str, book: Lexicon) -> Iterator[Finding]:
    folded = book.fold(text)
    pattern = _REPEATED_WORD if book.language == "en" else _REPEATED_HAN
    for hit in pattern.finditer(folded):
        unit = next(group for group in hit.groups() if group).lower()
        ordinary = unit in book.unrepeated
        mild = hit.lastindex == 3 and len(unit) == 2 and unit[0] not in _URGENT
        if not ordinary and not (mild and hit.group().count(unit) < 3):
            yield Finding("repetition", *hit.span(), ACT)


def _acts(text: str, book: Lexicon) -> Iterator[Finding]:
    folded = book.fold(text, "acts")
    for act, pattern in book.acts.items():
        for hit in pattern.finditer(folded):
            yield Finding(act, *hit.span(), ACT)


def _emotion_words(text: str, book: Lexicon) -> Iterator[Finding]:
    folded = book.fold(text, "emotions")
    unnegated = book.fold(text, "negation")
    for label, pattern in book.emotions.items():
        for hit in pattern.finditer(folded):
            start, end = hit.span()
            negated = _negation_before(unnegated, start, book)
            if negated is None and not _undone(folded, start, end, book):
                yield Finding(f"emotion_word_{label}", start, end, _own(text, start, end, book))
            elif label in book.flips and not _excused(folded, start, end, negated, book):
                begin, stop = (start, end + 3) if negated is None else (negated, end)
                sure = _own(text, start, end, book)
                yield Finding(f"emotion_word_{book.flips[label]}", begin, stop, sure)


def _negation_before(text: str, at: int, book: Lexicon) -> int | None:
    """Return where the negation that governs the word at `at` begins, None if there is none."""
    begin = max((hit.end() for hit in _BREAK.finditer(text, 0, at)), default=0)
    begin = max((hit.end() for hit in _TOO_FAR.finditer(text, begin, at)), default=begin)
    if book.language == "zh":
        begin = max(begin, at - 4)
    else:
        words = [hit.start() for hit in re.finditer(r"[\w']+", text[:at]) if hit.start() >= begin]
        begin = words[-3] if len(words) >= 3 else begin
    hits = list(book.lists["negators"].finditer(text, begin, at))
    return hits[-1].start() if hits else None


def _undone(text: str, start: int, end: int, book: Lexicon) -> bool:
    """Return whether a Chinese word is negated after itself (高兴不起来, 怕不怕)."""
    if book.language != "zh":
        return False
    return text.startswith(("不起来", "不" + text[start], "没" + text[start]), end)


def _excused(text: str, start: int, end: int, negated: int | None, book: Lexicon) -> bool:
    """Return whether a negated word says nothing: forbidden ("don't be") or put as A-not-A."""
    if negated is None:
        return not text.startswith("不起来", end)
    around = text[max(0, negated - 2) : start]
    repeated = book.language == "zh" and text.endswith((text[start], text[start:end]), 0, negated)
    return repeated or bool(_PROHIBITION[book.language].search(around))


def _own(text: str, start: int, end: int, book: Lexicon) -> float:
    """Return the confidence of an emotion word: higher about oneself, lower in a question."""
    for begin, stop in sentences(text):
        if begin <= start < stop:
            sentence = book.fold(text[begin:stop])
            if re.search("[?？]", sentence) or _asks(sentence, book) >= ALTERNATIVE:
                return ASKED_EMOTION
            own = _FIRST_PERSON[book.language].search(sentence)
            return OWN_EMOTION if own else NAMED_EMOTION
    return NAMED_EMOTION
