"""Which statements a text is written from: the most telling ones, and none that is contradicted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar

from emer.dataset.compose.wording import Said, bare, inner, word
from emer.dataset.entry import Entry, Label, Modality, NamedEmotion, Statement
from emer.dataset.voting import sense
from emer.dataset.wordings import seems
from emer.explanation import Emotion, Language

_SURENESS = {"supported": 0, "measured": 1, "unchecked": 2}
_T = TypeVar("_T")


class Choice:
    """The statements of an entry, most telling first, and choices among wordings.

    Args:
        entry: After merge and filters.
        language: Of its statements.
    """

    def __init__(self, entry: Entry, language: Language) -> None:
        self.entry, self.language = entry, language

    def pick(self, wordings: Sequence[_T], form: str) -> _T:
        """Return one of several wordings, the same for the same entry and form."""
        draw = hashlib.sha256(f"{self.entry.id}\0{form}".encode()).digest()
        return wordings[int.from_bytes(draw[:8], "big") % len(wordings)]

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """All statements that can be told, the most telling first."""
        known = [each for each in self.entry.statements if each.status != "contradicted"]
        known.sort(key=self._order)
        told = (word(each, self.entry, self.language) for each in known)
        return tuple(each for each in told if each is not None)

    def best(self, modality: Modality, most: int, characters: int) -> list[Said]:
        """Return the most telling statements of a modality, in order of time.

        What is told already, in the same words or by the same cues, is not told again; nor is
        that a label fits, which the labels say.

        Args:
            modality: Of the statements.
            most: How many there may be.
            characters: How long they may be together; the first one always fits.
        """
        chosen: list[Said] = []
        texts = {self._felt(label) for label in self.entry.emotions}
        cues: set[str] = set()
        length = 0
        for each in self.said:
            # What was inferred rests on cues that were told as such.
            own = cues_of(each.statement) if modality != "emotional" else frozenset()
            if each.statement.modality != modality or each.text in texts or own & cues:
                continue
            if any(each.repeats(other) for other in chosen):
                continue
            if len(chosen) == most or (chosen and length + len(each.text) > characters):
                break
            chosen.append(each)
            texts.add(each.text)
            cues |= own
            length += len(each.text)
        return sorted(chosen, key=_place)

    def labels(self, most: int = 5) -> list[str]:
        """Return the first labels in the language of the texts; those without a name in it go."""
        return self._names(self.entry.emotions)[:most]

    def labels_of(self, modality: Modality, said: Sequence[Said]) -> list[str]:
        """Return the labels that a modality alone suggests.

        Those of the entry that an annotator named who was asked about this modality, or that its
        measured cues add up to, if one of these cues is told.
        """
        named = {
            self._sense(emotion)
            for answer in self.entry.answers
            if answer.task == modality
            for emotion in answer.emotions
        }
        told = {cue for each in said for cue in cues_of(each.statement)}
        readings = self.entry.observed.conflict.readings if self.entry.observed else ()
        named |= {
            self._sense_of(emotion)
            for reading in readings
            if reading.modality == modality
            for emotion in reading.emotions[:1]
            if told & set(emotion.cues)
        }
        return self._names([each for each in self.entry.emotions if self._sense(each) in named])[:2]

    def behind(self, label: Label) -> frozenset[str]:
        """Return the ids of the measured cues behind a label, or a synonym of it."""
        observed = self.entry.observed.emotions if self.entry.observed else ()
        same = [each.cues for each in observed if self._sense_of(each) == self._sense(label)]
        return frozenset(cue for cues in same for cue in cues)

    def _sense(self, label: Label | NamedEmotion) -> str:
        return sense(NamedEmotion(en=label.en, zh=label.zh), self.language)

    def _sense_of(self, emotion: Emotion) -> str:
        english = self.language == "en"
        named = NamedEmotion(en=emotion.label) if english else NamedEmotion(zh=emotion.label)
        return sense(named, self.language)

    def _felt(self, label: Label) -> str:
        """Return the statement that merge makes of a label, as it is worded."""
        return inner(bare(seems(label, self.language)), self.language)

    def _names(self, labels: Sequence[Label]) -> list[str]:
        names = (bare(each.en if self.language == "en" else each.zh) for each in labels)
        return [name for name in dict.fromkeys(names) if name]

    @cached_property
    def _telling(self) -> frozenset[str]:
        return frozenset(cue for label in self.entry.emotions[:3] for cue in self.behind(label))

    def _order(self, statement: Statement) -> tuple[bool, float, int, float, str]:
        return (
            not cues_of(statement) & self._telling,
            -statement.agreement,
            _SURENESS[statement.status],
            *_when(statement),
        )


def cues_of(statement: Statement) -> frozenset[str]:
    """Return the ids of the cues that a statement is, or that agree with it."""
    own = (each.cue for each in statement.origins)
    return frozenset([*statement.cues, *(cue for cue in own if cue)])


def _place(said: Said) -> tuple[float, bool, str]:
    """Order by time; what was said comes before what is said of it."""
    start, id = _when(said.statement)
    return start, said.kind != "says", id


def _when(statement: Statement) -> tuple[float, str]:
    # s2 comes before s10.
    return (0.0 if statement.start is None else statement.start, statement.id.zfill(8))
