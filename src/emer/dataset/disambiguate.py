"""Disambiguate: which words of the subtitle support which emotion, given what was seen and heard.

The step of EMER (Lian et al. 2023, arXiv 2306.15401, section 3) that joins the modalities: the same
words mean one thing with a smile and another with a trembling voice.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emer.dataset import cleaning, given, schemas
from emer.dataset.annotate import TASKS, Asks, asked, counted, missing, usable
from emer.dataset.calls.base import Part, Request, TextPart
from emer.dataset.entry import Answer, Entry, Reading, Task
from emer.dataset.plan import Annotator
from emer.dataset.prompts import Prompt, load_prompt
from emer.explainers.claims import statement_language
from emer.explainers.neutral import neutral
from emer.explanation import Language

VERSION = 1
MOST_OBSERVED = 24
"""Observations of others that a model is given."""

NOT_SAID = "words not in the subtitle"

_TASK: Task = "disambiguate"
_WORD = re.compile(r"[\u3400-\u9fff]|(?:(?![\u3400-\u9fff])[^\W_])+")


class Disambiguate:
    """Adds an answer with readings for each model that is asked; nothing without words.

    A model is shown what all models observed, but not which emotions they named, so that its
    readings stay its own.

    Args:
        annotators: Of the plan, in its order.
        language: Of the reasons.
        caller: Asks the models, or knows their answers.
        root: Folder of the plan, for prompts of its own.

    Raises:
        PlanError: A prompt of the plan's own cannot be read.
    """

    name = _TASK

    def __init__(
        self, annotators: Sequence[Annotator], language: Language, caller: Asks, root: Path
    ) -> None:
        self._caller, self._language = caller, language
        self._asked = [
            (annotator, load_prompt(_TASK, language, annotator.prompts.get(_TASK), root))
            for annotator in annotators
            if _TASK in annotator.tasks
        ]

    def settings(self) -> dict[str, Any]:
        """Return everything that changes an answer."""
        return {
            "version": VERSION,
            "language": self._language,
            "asked": [asked(annotator, _TASK, prompt) for annotator, prompt in self._asked],
        }

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with the readings, in the order of the plan, instead of any before."""
        before = tuple(answer for answer in entry.answers if answer.task != _TASK)
        said = given.words(entry)
        if not said:
            return entry.changed(answers=before)
        shown = (TextPart(self._block(entry, said, before)),)
        answers = [self._answer(entry, said, shown, *one) for one in self._asked]
        return entry.changed(answers=(*before, *answers))

    def _answer(
        self, entry: Entry, said: str, shown: tuple[Part, ...], annotator: Annotator, prompt: Prompt
    ) -> Answer:
        schema, check = schemas.schema(_TASK), schemas.check_readings
        request = Request(_TASK, prompt.name, prompt.text, shown, schema, check, entry.id)
        reply = self._caller.ask(annotator, request)
        if reply.data is None:
            return missing(annotator, _TASK, prompt, reply)
        reasons: Counter[str] = Counter()
        return Answer(
            annotator=annotator.name,
            task=_TASK,
            call=reply.key,
            prompt=prompt.name,
            readings=readings(entry, said, reply.data["readings"], reasons),
            left_out=counted(reasons),
        )

    def _block(self, entry: Entry, said: str, answers: Sequence[Answer]) -> str:
        observed = {}
        for task in TASKS:
            texts = [
                neutral(one.text, statement_language(one.text, self._language))
                for answer in usable(answers)
                if answer.task == task
                for one in answer.observations
            ]
            observed[task] = list(dict.fromkeys(text for text in texts if text))[:MOST_OBSERVED]
        return given.block(entry, given.telling(entry), subtitle=said, observed=observed)


def readings(
    entry: Entry, said: str, data: Sequence[Mapping[str, Any]], reasons: Counter[str]
) -> tuple[Reading, ...]:
    """Return the readings of a checked answer that hold: their words were said, their cues exist.

    Args:
        entry: The clip.
        said: The words said in it.
        data: With words, emotion, because and given each.
        reasons: Counts why something is left out.
    """
    known = {cue.id for cue in given.telling(entry)}
    kept: dict[tuple[str, str, str], Reading] = {}
    for each in data:
        words = passage(each["words"], said)
        if not words:
            reasons[NOT_SAID] += 1
            continue
        label = cleaning.emotion(each["emotion"], reasons)
        if label is None:
            continue
        reading = Reading(
            words=words,
            emotion=label,
            because=cleaning.shown(each["because"], reasons) if each["because"] else "",
            given=tuple(dict.fromkeys(one for one in each["given"] if one in known)),
        )
        kept.setdefault((words, label.en, label.zh), reading)
    return tuple(kept.values())


def passage(words: str, said: str) -> str:
    """Return the part of a subtitle that is meant by words, as it stands there; "" if none is.

    Case, punctuation, blanks and the width of characters do not matter; English words count whole.

    >>> passage("see you", "Well, see  you then."), passage("he", "the end")
    ('see  you', '')
    >>> passage("不见不散!", "那就不见不散了")
    '不见不散'
    """
    wanted, there = _tokens(words), _tokens(said)
    size = len(wanted)
    for at in range(len(there) - size + 1 if size else 0):
        if [token for token, _, _ in there[at : at + size]] == [token for token, _, _ in wanted]:
            return said[there[at][1] : there[at + size - 1][2]]
    return ""


def _tokens(text: str) -> list[tuple[str, int, int]]:
    """Return words, or single Chinese characters, folded, with where they stand."""
    tokens: list[tuple[str, int, int]] = []
    for hit in _WORD.finditer(text):
        folded = unicodedata.normalize("NFKC", hit.group()).casefold()
        tokens.append((folded, hit.start(), hit.end()))
    return tokens
