"""Check a language model's rewrite against the composed text: it may reword, nothing else.

Each rule returns None or, in plain words, what is wrong; the writer passes that on to the model
once and otherwise keeps the composed text. A sentence is always compared with its sources: the
composed sentences that share a cue with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from emer.explainers.sentences import Sentence
from emer.explainers.vocabulary import Group, denied, found, related, words
from emer.explanation import Explanation, Language

SHORTEST, LONGEST = 0.4, 1.6
LONGEST_SENTENCE = 500
# Share of an English text that consists of its most frequent words; other languages have none.
ENGLISH_SHARE = 0.15

QUOTATION = re.compile(
    r"“([^“”]*)”|\"([^\"]*)\"|「([^「」]*)」|『([^『』]*)』"
    r"|(?<!\w)‘([^‘’]*)’(?!\w)|(?<!\w)'([^']*)'(?!\w)"
)
_NUMBER = re.compile(
    r"((?:(?<![\w.)])-)?(?<![A-Za-z0-9.])\d+(?:[.,]\d+)*)"
    r"\s*(%|percent|seconds?\b|s\b|秒|Hz\b|赫兹|dB\b|分贝|度|°)?"
)
_PERSON = re.compile(r"(?<![A-Za-z0-9])[pP]\d+")
_UNITS = {"percent": "%", "second": "s", "seconds": "s", "秒": "s", "度": "°"}
_UNITS |= {"赫兹": "Hz", "分贝": "dB"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z']+")


@dataclass(frozen=True)
class Draft:
    """A rewrite to be checked and what it was made from.

    Attributes:
        explanation: Its `explanation` is the composed text.
        composed: The composed text, sentence by sentence.
        answer: The rewrite, sentence by sentence; cues as the model gave them.
    """

    explanation: Explanation
    composed: Sequence[Sentence]
    answer: Sequence[Sentence]

    @property
    def language(self) -> Language:
        """Language of the explanation."""
        return self.explanation.language

    def sources(self, sentence: Sentence) -> str:
        """Return the composed sentences that share a cue with a sentence of the answer."""
        cues = set(sentence.cues)
        return "\n".join(other.text for other in self.composed if cues & set(other.cues))


Rule = Callable[[Draft], str | None]


def check(draft: Draft) -> str | None:
    """Return what is wrong with a rewrite, None if nothing is."""
    for rule in RULES:
        reason = rule(draft)
        if reason is not None:
            return reason
    return None


def cites(draft: Draft) -> str | None:
    """Every sentence cites a cue, and together they cite exactly those of the composed text."""
    known = {cue for sentence in draft.composed for cue in sentence.cues}
    for sentence in draft.answer:
        if not sentence.cues:
            return f"a sentence cites no cue: {_shown(sentence)}"
    cited = {cue for sentence in draft.answer for cue in sentence.cues}
    if cited - known:
        return f"these cue ids are not in the text: {_listed(cited - known)}"
    if known - cited:
        return f"these cue ids were dropped: {_listed(known - cited)}"
    return None


def shape(draft: Draft) -> str | None:
    """Sentences are plain lines of bounded length, and the whole is about as long as before."""
    for sentence in draft.answer:
        if not sentence.text.strip() or len(sentence.text) > LONGEST_SENTENCE:
            return f"a sentence is empty or longer than {LONGEST_SENTENCE} characters"
        if any(c in "[]{}<>" or unicodedata.category(c) == "Cc" for c in sentence.text):
            return f"a sentence holds brackets or control characters: {_shown(sentence)}"
    ratio = _length(draft.answer) / max(1, _length(draft.composed))
    if not SHORTEST <= ratio <= LONGEST:
        return f"the text is {ratio:.1f} times as long as before; keep all of it and add nothing"
    return None


def language(draft: Draft) -> str | None:
    """The answer is written in the explanation's language."""
    for sentence in draft.answer:
        bare = unquoted(sentence.text)
        han, latin = len(_HAN.findall(bare)), len(_WORD.findall(bare))
        if draft.language == "zh" and han <= latin:
            return f"a sentence is not in Chinese: {_shown(sentence)}"
        if draft.language == "en" and (han or not latin):
            return f"a sentence is not in English: {_shown(sentence)}"
    if draft.language == "en":
        common = words("common", "en")
        spoken = _WORD.findall(unquoted(" ".join(s.text for s in draft.answer)).lower())
        if sum(word in common for word in spoken) < ENGLISH_SHARE * len(spoken):
            return "the text is not in English"
    return None


def quotations(draft: Draft) -> str | None:
    """What was said is quoted word for word from the sources, all of it and nothing else."""
    for sentence in draft.answer:
        said = {same(text) for text in quoted(draft.sources(sentence))}
        for text in quoted(sentence.text):
            if same(text) not in said:
                return f"a quotation is not in the text: {text!r}"
    for sentence in draft.composed:
        answers = [other.text for other in draft.answer if set(sentence.cues) & set(other.cues)]
        kept = {same(text) for text in quoted("\n".join(answers))}
        for text in quoted(sentence.text):
            if same(text) not in kept:
                return f"a quotation was lost: {text!r}"
    return None


def numbers(draft: Draft) -> str | None:
    """No number, time, share, amount or person that the sources do not have."""
    for sentence in draft.answer:
        source, bare = unquoted(draft.sources(sentence)), unquoted(sentence.text)
        new = _numbers(bare) - _numbers(source)
        new |= {hit.lower() for hit in _PERSON.findall(bare)} - {
            hit.lower() for hit in _PERSON.findall(source)
        }
        new |= found(bare, "amount", draft.language) - found(source, "amount", draft.language)
        if new:
            return f"these numbers are not in the text: {_listed(new)}"
    return None


def _new_words(group: Group, what: str) -> Rule:
    def rule(draft: Draft) -> str | None:
        for sentence in draft.answer:
            source = found(unquoted(draft.sources(sentence)), group, draft.language)
            for word in sorted(found(unquoted(sentence.text), group, draft.language)):
                if not any(related(word, other) for other in source):
                    return f"{what}: {word!r} in {_shown(sentence)}"
        return None

    rule.__doc__ = f"No word of the group {group!r} that the sources do not have."
    return rule


def hedged(draft: Draft) -> str | None:
    """Where every source of an emotion word only says "appears", the answer does as well."""
    for sentence in draft.answer:
        if found(unquoted(sentence.text), "hedge", draft.language):
            continue
        sources = [s for s in draft.composed if set(s.cues) & set(sentence.cues)]
        for word in sorted(found(unquoted(sentence.text), "emotion", draft.language)):
            naming = [s.text for s in sources if _names(s.text, word, draft.language)]
            if naming and all(found(unquoted(t), "hedge", draft.language) for t in naming):
                return f"{word!r} is stated as a fact; say that it appears so: {_shown(sentence)}"
    return None


def _names(text: str, word: str, language: Language) -> bool:
    return any(related(word, other) for other in found(unquoted(text), "emotion", language))


def polarity(draft: Draft) -> str | None:
    """What is denied is what was denied, no more and no less."""

    def denials(texts: Iterable[str]) -> list[str]:
        return [word for text in texts for word in denied(unquoted(text), draft.language)]

    for sentence in draft.answer:
        before = denials([draft.sources(sentence)])
        if not _covered(denials([sentence.text]), before):
            return f"a sentence denies what was not denied: {_shown(sentence)}"
    for sentence in draft.composed:
        answers = [other.text for other in draft.answer if set(sentence.cues) & set(other.cues)]
        if not _covered(denials([sentence.text]), denials(answers)):
            return f"a denial was lost: {_shown(sentence)}"
    counts = [len(denials(s.text for s in part)) for part in (draft.composed, draft.answer)]
    if counts[0] != counts[1]:
        return f"there were {counts[0]} denials, now there are {counts[1]}"
    return None


def _covered(some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether each word has a form of it among others, each of which serves once."""
    left = list(others)
    for word in some:
        match = next((other for other in left if related(word, other)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def conclusion(draft: Draft) -> str | None:
    """The most confident emotion, if the composed text names it, is still named."""
    if not draft.explanation.emotions:
        return None
    label = draft.explanation.emotions[0].label
    before, after = (
        unquoted(" ".join(s.text for s in part)).lower() for part in (draft.composed, draft.answer)
    )
    return f"the emotion {label!r} was lost" if label in before and label not in after else None


RULES: tuple[Rule, ...] = (
    cites,
    shape,
    language,
    quotations,
    numbers,
    _new_words("identity", "this says who somebody is"),
    _new_words("emotion", "this emotion is not in the text"),
    _new_words("observation", "this was not observed"),
    hedged,
    polarity,
    conclusion,
)


def quoted(text: str) -> list[str]:
    """Return what stands in quotation marks."""
    return ["".join(groups) for groups in QUOTATION.findall(text)]


def unquoted(text: str) -> str:
    """Return a text without what stands in quotation marks."""
    return QUOTATION.sub(" ", text)


def same(text: str) -> str:
    """Return a quotation as it is compared: without case, spacing and closing punctuation."""
    return " ".join(text.split()).strip(" .。,，!！?？…").casefold()


def verbatim(draft: Draft) -> list[Sentence]:
    """Return the answer with its quotations spelt and marked as in the composed text."""
    restored = []
    for sentence in draft.answer:
        originals = {same(text): text for text in quoted(draft.sources(sentence))}

        def original(hit: re.Match[str], known: dict[str, str] = originals) -> str:
            said = "".join(group or "" for group in hit.groups())
            return f"“{known.get(same(said), said)}”"

        restored.append(Sentence(QUOTATION.sub(original, sentence.text), sentence.cues))
    return restored


def _numbers(text: str) -> set[str]:
    normal = unicodedata.normalize("NFKC", text).replace("−", "-")
    values = _NUMBER.findall(normal)
    pairs = {f"{value} {_UNITS.get(unit, unit)}" for value, unit in values if unit}
    return {value for value, _ in values} | pairs


def _length(sentences: Sequence[Sentence]) -> int:
    return sum(len(sentence.text) for sentence in sentences)


def _listed(items: set[str]) -> str:
    return ", ".join(sorted(items))


def _shown(sentence: Sentence) -> str:
    return repr(sentence.text[:80])
