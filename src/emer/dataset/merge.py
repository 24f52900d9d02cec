"""Merge: from what was measured and what several models said to one list of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emer.dataset.agreement import agreement, families
from emer.dataset.annotate import TASKS, usable
from emer.dataset.entry import MEASURED, Answer, Entry, Origin, Statement
from emer.dataset.given import telling
from emer.dataset.inferred import from_labels, from_readings
from emer.dataset.plan import Annotator
from emer.dataset.plan import Merge as Settings
from emer.dataset.said import Group, Likeness, Said, attached, collected, grouped, timed
from emer.dataset.verdicts import verdict
from emer.dataset.voting import elect, votes, wheels
from emer.dataset.wordings import stopped
from emer.encoders.base import Encoder
from emer.explainers.claims import statement_language
from emer.explanation import Cue, Modality

VERSION = 1


class Merge:
    """Makes statements, labels and their agreement from measurements and answers.

    Statements come by modality, what was measured first; what was inferred comes last. An
    observation that repeats a measured cue supports that cue instead of being a statement.

    Args:
        settings: Of the plan.
        annotators: Of the plan; their order decides between equally good wordings.
        encoder: Tells which statements say the same; None to go by their words alone.
    """

    name = "merge"

    def __init__(
        self, settings: Settings, annotators: Sequence[Annotator], encoder: Encoder | None
    ) -> None:
        self._settings, self._encoder = settings, encoder
        self._order = {annotator.name: place for place, annotator in enumerate(annotators)}

    def settings(self) -> dict[str, Any]:
        """Return everything that changes the statements."""
        return {
            "version": VERSION,
            "votes": self._settings.votes,
            "same": self._settings.same,
            "annotators": list(self._order),
            "encoder": self._encoder.model_hash if self._encoder else None,
            "wheels": wheels().sha256,
        }

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with statements, labels and agreement, instead of any before."""
        answers = sorted(usable(entry.answers), key=self._place)
        language, least = entry.language, self._settings.votes
        voters = {answer.annotator for answer in answers} | (
            {MEASURED} if entry.observed else set()
        )
        ballots = elect(votes(entry, answers), len(voters), least, language)
        statements = [
            *(one for modality in TASKS for one in self._observed(entry, modality, answers)),
            *from_labels(entry, ballots, language),
            *from_readings(entry, answers, least, language),
        ]
        return entry.changed(
            statements=tuple(
                one.model_copy(update={"id": f"s{number}"})
                for number, one in enumerate(statements, start=1)
            ),
            emotions=tuple(ballot.label for ballot in ballots),
            agreement=agreement(families(entry, language)),
        )

    def _place(self, answer: Answer) -> tuple[int, int]:
        tasks = (*TASKS, "disambiguate")
        return self._order.get(answer.annotator, len(self._order)), tasks.index(answer.task)

    def _observed(
        self, entry: Entry, modality: Modality, answers: Sequence[Answer]
    ) -> list[Statement]:
        own = [answer for answer in answers if answer.task == modality]
        likeness = Likeness(self._encoder, self._settings.same, entry.language)
        cues = telling(entry, modality)
        repeated, rest = attached(collected(own), cues, likeness)
        asked = len({answer.annotator for answer in own})
        return [
            *(_measured(cue, repeated.get(cue.id, [])) for cue in cues),
            *(
                _said(entry, modality, group, asked)
                for group in grouped(rest, likeness)
                if len(group.annotators) >= self._settings.votes
            ),
        ]


def _measured(cue: Cue, repeated: Sequence[Said]) -> Statement:
    measured = Origin(annotator=MEASURED, text=cue.statement, cue=cue.id)
    return Statement(
        id="s",
        modality=cue.modality,
        text=cue.statement,
        start=cue.start,
        end=cue.end,
        origins=(measured, *(one.origin for one in repeated)),
        status="measured",
        cues=(cue.id,),
    )


def _said(entry: Entry, modality: Modality, group: Group, asked: int) -> Statement:
    text = group.wording.observation.text
    told, when = verdict(text, modality, entry), timed(group)
    return Statement(
        id="s",
        modality=modality,
        text=stopped(text, statement_language(text, entry.language)),
        start=when.start,
        end=when.end,
        origins=tuple(one.origin for one in group.members),
        status=told.status,
        cues=told.cues,
        agreement=round(len(group.annotators) / asked, 4),
    )
