"""A statement as a clause: what was measured without its numbers, what a model said as it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from emer.cues.face_words import WORDS, who
from emer.dataset.compose.voice_zh import CLAUSES
from emer.dataset.entry import MEASURED, Entry, Statement
from emer.explanation import Cue, Language
from emer.media.text import cleaned
from emer.training.captions import KINDS as VOICE
from emer.training.captions import heard, joined

LONGEST = 240
"""Characters of a clause; a longer statement is not worded, since a cut could change it."""
UNTOLD = frozenset(["face_absent", "face_unusable", "speech_not_understood"])
"""Kinds of cues that tell what could not be measured."""

_STRENGTHS: dict[Language, tuple[str, ...]] = {
    "en": (" slightly", " strongly"),
    "zh": ("略微", "明显"),
}
_IN_BRACKETS = re.compile(r" ?[(（][^()（）“”]*\d[^()（）“”]*[)）]")
_AT_END = re.compile(_IN_BRACKETS.pattern + r"(?=[.。]?$)")
_TIMES = re.compile(r" from \d+\.\d to \d+\.\d s\b|从 \d+\.\d 秒到 \d+\.\d 秒，")
_HEARD = "In the audio, "
_QUOTED = re.compile(r"“([^“”]*)”")
# How a clause that only quotes begins, and how one names the words that it is about.
_HEARING: dict[Language, str] = {
    "en": "the (?:words heard are|subtitle reads) ",
    "zh": "(?:听到的话|字幕)是",
}
_NAMING: dict[Language, str] = {"en": "^the words {} (?=suggest)", "zh": "^{}(?=这句话)"}
_NAMED: dict[Language, str] = {"en": "the words ", "zh": ""}
# Words that begin a sentence with a capital and would not have one inside it.
_FIRST = re.compile(r"(?!I\b|I')[A-Z][a-z]*(?=[\s,;:'’-]|$)")


@dataclass(frozen=True)
class Said:
    """A statement and how it is worded.

    Attributes:
        statement: What it words.
        text: A clause without a full stop, as it stands within a sentence.
        subject: Who does something, where the clause is "subject predicate"; else None.
        predicate: What they do; else None.
        kind: Of the measured cue that it is; None for what a model said.
    """

    statement: Statement
    text: str
    subject: str | None = None
    predicate: str | None = None
    kind: str | None = None

    def repeats(self, other: Said) -> bool:
        """Return whether one of two clauses holds what the person does in the other."""
        return any(
            one.predicate is not None and one.predicate in two.text
            for one, two in ((self, other), (other, self))
        )


def word(statement: Statement, entry: Entry, language: Language) -> Said | None:
    """Return a statement as a clause; None if it cannot be told in a short one.

    Args:
        statement: One of the entry's.
        entry: Has the cues that were measured.
        language: Of the statement.
    """
    cue = measured(statement, entry)
    if cue is not None and cue.kind in UNTOLD:
        return None
    if cue is not None and cue.kind in WORDS:
        subject, predicate = _who(cue, language), _does(cue, language)
        return Said(statement, _clause(subject, predicate, language), subject, predicate, cue.kind)
    text = statement.text if cue is None else _told(cue, statement.text, language)
    clause = inner(bare(text), language)
    kind = None if cue is None else cue.kind
    return Said(statement, clause, kind=kind) if clause and len(clause) <= LONGEST else None


def measured(statement: Statement, entry: Entry) -> Cue | None:
    """Return the cue that is the statement, where a measurement is."""
    if statement.status != "measured" or entry.observed is None:
        return None
    ids = {each.cue for each in statement.origins if each.annotator == MEASURED}
    return next((cue for cue in entry.observed.cues if cue.id in ids), None)


def clause_of(cue: Cue, language: Language) -> str:
    """Return a cue as a clause."""
    if cue.kind in WORDS:
        return _clause(_who(cue, language), _does(cue, language), language)
    return inner(bare(_told(cue, cue.statement, language)), language)


def together(said: Sequence[Said], language: Language) -> str:
    """Return clauses as one sentence without its full stop.

    What the same person does is told where the first of it would be, and names them once. Words
    that were quoted are not quoted again.
    """
    does: dict[str, list[str]] = {}
    clauses: list[str] = []
    quoted: set[str] = set()
    for each in said:
        if each.subject is None or each.predicate is None:
            clauses.append(requoted(each.text, quoted, language))
            quoted.update(_QUOTED.findall(each.text))
            continue
        if each.subject not in does:
            clauses.append(each.subject)
        does.setdefault(each.subject, []).append(each.predicate)
    told = [_doing(each, does[each], language) if each in does else each for each in clauses]
    return ("; " if language == "en" else "；").join(each for each in told if each)


def requoted(text: str, quoted: Collection[str], language: Language) -> str:
    """Return a clause without words that were quoted before; empty if it only quotes them."""
    for words in set(_QUOTED.findall(text)) & set(quoted):
        again = re.escape(f"“{words}”")
        if re.fullmatch(_HEARING[language] + again, text):
            return ""
        text = re.sub(f"[:：] ?{again}$", "", text)
        text = re.sub(_NAMING[language].format(again), _NAMED[language], text)
    return text


def _doing(subject: str, predicates: Sequence[str], language: Language) -> str:
    return _clause(
        subject, joined(predicates) if language == "en" else "，".join(predicates), language
    )


def sentence(text: str, language: Language) -> str:
    """Return a clause with a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("." if language == "en" else "。")


def bare(text: str) -> str:
    """Return a text on one line, without control characters and without its full stop."""
    return cleaned(text).rstrip(" .。;；")


def inner(text: str, language: Language) -> str:
    """Return a sentence as it stands within another: without the capital that only begins it."""
    if language == "en" and _FIRST.match(text):
        return text[0].lower() + text[1:]
    return text


def _clause(subject: str, predicate: str, language: Language) -> str:
    return f"{subject} {predicate}" if language == "en" else f"{subject}{predicate}"


def _who(cue: Cue, language: Language) -> str:
    """Return whom a cue is about, as it says itself: there may be only one person."""
    name = who(language, cue.person).strip()
    return name if name.casefold() in cue.statement.casefold() else who(language, None)


def _does(cue: Cue, language: Language) -> str:
    """Return what a cue says that a person does, with its strength, without times."""
    how = next((each for each in _STRENGTHS[language] if each in cue.statement), "")
    words = WORDS[cue.kind]
    return (words.en if language == "en" else words.zh).format(how=how)


def _told(cue: Cue, text: str, language: Language) -> str:
    if cue.modality == "auditory" and language == "en" and cue.kind in VOICE:
        return heard([cue]).removeprefix(_HEARD)
    if cue.modality == "auditory" and language == "zh" and cue.kind in CLAUSES:
        return CLAUSES[cue.kind]
    # Brackets and times within a quotation were said in the clip.
    if "“" in text:
        return _AT_END.sub("", text)
    return _TIMES.sub("", _IN_BRACKETS.sub("", text))
