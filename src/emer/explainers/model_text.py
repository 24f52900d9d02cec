"""Make the answer of a generative model fit to be shown: plain sentences about what is expressed.

The answer is untrusted text. Escape sequences, markup and brackets go, so that nothing in it can
pass for a cue id or for a remark of ours; sentences that speak to a program go; words that guess
gender, age, origin or identity are made neutral, or their sentence goes.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from emer.cues.addressed import speaks_to_a_program
from emer.explainers.neutral import neutral
from emer.explainers.vocabulary import words
from emer.explanation import Language
from emer.extraction.quotes import Masked, mask
from emer.extraction.sentences import Section, language_of, sentences
from emer.media.text import cleaned

LONGEST = 6000
"""Characters of an answer that are read; 756 tokens are about half of that."""

LONGEST_SENTENCE = 500
# A text that zlib shortens to less than this share repeats itself over and over.
_REPETITIVE, _LONG_ENOUGH = 0.12, 200
_ENGLISH_SHARE = 0.1
_FEWEST_WORDS, _FEWEST_HAN = 3, 4

_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)|.)")
_MARKUP = re.compile(r"<[^<>\n]{1,200}>")
_BRACKETS = re.compile(r"[\[\](){}<>（）【】［］｛｝〔〕|`*#]+")
_OPENINGS: dict[Section, dict[Language, str]] = {
    "visual": {"en": "In the video, ", "zh": "视频中，"},
    "auditory": {"en": "In the audio, ", "zh": "音频中，"},
    "text": {"en": "In the text, ", "zh": "文本中，"},
    "conclusion": {"en": "Overall, ", "zh": "总体来看，"},
}
_SUBTITLE: dict[Language, str] = {"en": "The subtitle reads “{}”", "zh": "字幕是“{}”"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z']+")


@dataclass(frozen=True)
class ModelText:
    """An answer that may be shown.

    Attributes:
        sentences: Without their final stops; none if nothing of the answer can be used.
        notes: What was left out or changed, in plain words.
    """

    sentences: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentences as one text, for the extractor."""
        return "\n".join(s + ("。" if language_of(s) == "zh" else ".") for s in self.sentences)


def plain(answer: str) -> ModelText:
    """Return the sentences of an answer that may be shown, and what became of the rest.

    Args:
        answer: What the model generated, of any length.
    """
    notes = []
    if len(answer) > LONGEST:
        notes.append(f"Only the first {LONGEST} characters of the model's answer were read.")
    reason = unusable(stripped(answer))
    if reason:
        return ModelText((), (*notes, f"The model's answer was not used: {reason}."))
    kept: list[str] = []
    orders = identities = long = changed = 0
    masked = mask(stripped(answer))
    for sentence in _sentences(masked):
        # What stands in quotation marks was said in the clip, or is claimed to have been.
        shown = neutral(sentence, language_of(sentence))
        if speaks_to_a_program(sentence):
            orders += 1
        elif len(sentence) > LONGEST_SENTENCE:
            long += 1
        elif shown is None:
            identities += 1
        else:
            changed += shown != sentence
            kept.append(masked.restored(shown))
    counts = {
        "left out, since they speak to a program": orders,
        f"left out, since they are longer than {LONGEST_SENTENCE} characters": long,
        "left out, since they guess gender, age, origin or identity": identities,
        "made neutral, since they guessed gender, age, origin or identity": changed,
    }
    notes += [f"Sentences of the model {what}: {n}." for what, n in counts.items() if n]
    if not kept:
        notes.append("The model's answer was not used: no sentence of it can be shown.")
    return ModelText(tuple(kept), tuple(notes))


def stripped(answer: str) -> str:
    """Return the beginning of an answer without controls, markup and brackets of any kind."""
    text = _MARKUP.sub(" ", _ESCAPE.sub("", answer[:LONGEST]))
    lines = (cleaned(_BRACKETS.sub(" ", line)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def unusable(text: str) -> str | None:
    """Return why a text is no description at all, None if it may be one."""
    found, han = _WORD.findall(text.lower()), len(_HAN.findall(text))
    if not text.strip():
        return "it is empty"
    if len(found) < _FEWEST_WORDS and han < _FEWEST_HAN:
        return "it is too short to say anything"
    raw = text.encode()
    if len(raw) >= _LONG_ENOUGH and len(zlib.compress(raw)) < _REPETITIVE * len(raw):
        return "it repeats itself over and over"
    if han <= len(found):
        common = words("common", "en")
        if sum(word in common for word in found) < _ENGLISH_SHARE * len(found):
            return "it is neither English nor Chinese"
    return None


def _sentences(masked: Masked) -> Iterator[str]:
    """Yield sentences, quotations masked; a heading becomes the opening of the next one."""
    section: Section = ""
    for sentence in sentences(masked):
        section = sentence.section or section
        text = sentence.text.strip(" .。")
        if not text:
            continue
        opening = "" if not section else _OPENINGS[section][sentence.language]
        if sentence.quoted:
            text = _SUBTITLE[sentence.language].format(text)
        elif opening and sentence.language == "en":
            text = text[0].lower() + text[1:]
        yield text if sentence.quoted else opening + text
        section = ""
