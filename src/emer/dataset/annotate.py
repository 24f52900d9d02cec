"""Annotate: what each model says it sees, hears and reads, one modality at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from emer.dataset import cleaning, given, schemas
from emer.dataset.calls.base import FramesPart, Part, Reply, Request, SoundPart, TextPart
from emer.dataset.entry import Answer, Entry, Task
from emer.dataset.plan import Annotator
from emer.dataset.prompts import Prompt, load_prompt
from emer.explanation import Language, Modality

VERSION = 1
TASKS: tuple[Modality, ...] = ("visual", "auditory", "textual")

# What of `given` matters to a task; words are always shown, and disambiguation rests on cues.
_SHOWN: dict[Task, frozenset[str]] = {
    "visual": frozenset({"frames", "cues"}),
    "auditory": frozenset({"audio", "cues"}),
    "textual": frozenset({"cues"}),
    "disambiguate": frozenset(),
}


class Asks(Protocol):
    """Whatever asks a model; see `emer.dataset.calls.caller.Caller`."""

    def ask(self, annotator: Annotator, request: Request) -> Reply:
        """Return what came of a question."""
        ...


class Annotate:
    """Adds an answer for each model and modality.

    A task is left out where there is nothing to be shown: no pictures, no sound, no words, and no
    measured cues of them either.

    Args:
        annotators: Of the plan, in its order.
        language: Of the statements.
        caller: Asks the models, or knows their answers.
        root: Folder of the plan, for prompts of its own.

    Raises:
        PlanError: A prompt of the plan's own cannot be read.
    """

    name = "annotate"

    def __init__(
        self, annotators: Sequence[Annotator], language: Language, caller: Asks, root: Path
    ) -> None:
        self._caller, self._language = caller, language
        self._asked = [
            (annotator, task, load_prompt(task, language, annotator.prompts.get(task), root))
            for annotator in annotators
            for task in TASKS
            if task in annotator.tasks
        ]

    def settings(self) -> dict[str, Any]:
        """Return everything that changes an answer."""
        return {
            "version": VERSION,
            "language": self._language,
            "asked": [asked(*one) for one in self._asked],
        }

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with the answers, in the order of the plan, instead of any before."""
        answers = []
        for annotator, task, prompt in self._asked:
            parts = _parts(entry, annotator, task)
            if parts:
                request = Request(
                    task,
                    prompt.name,
                    prompt.text,
                    parts,
                    schemas.schema(task),
                    schemas.check_observations,
                    entry.id,
                )
                reply = self._caller.ask(annotator, request)
                answers.append(_answer(entry, annotator, task, prompt, reply))
        return entry.changed(answers=tuple(answers))


def asked(annotator: Annotator, task: Task, prompt: Prompt) -> dict[str, Any]:
    """Return, as plain JSON, everything about an annotator that changes its answer to a task.

    Address, key, rate, time-out and price change none.
    """
    shown = [each for each in annotator.given if each in _SHOWN[task]]
    return {
        "annotator": annotator.name,
        "task": task,
        "model": annotator.model,
        "revision": annotator.revision,
        "sampling": annotator.sampling.model_dump(),
        "given": sorted(shown),
        "pictures": [annotator.frames, annotator.side] if "frames" in shown else [],
        "prompt": prompt.sha256,
        "schema": schemas.schema(task)["$id"],
    }


def missing(annotator: Annotator, task: Task, prompt: Prompt, reply: Reply) -> Answer:
    """Return the answer that an annotator owes."""
    return Answer(
        annotator=annotator.name,
        task=task,
        call=reply.key,
        prompt=prompt.name,
        missing=reply.missing or "there is no answer",
    )


def counted(reasons: Counter[str]) -> dict[str, int]:
    """Return what was left out, in an order that is always the same."""
    return dict(sorted(reasons.items()))


def _answer(entry: Entry, annotator: Annotator, task: Task, prompt: Prompt, reply: Reply) -> Answer:
    if reply.data is None:
        return missing(annotator, task, prompt, reply)
    reasons: Counter[str] = Counter()
    seconds = 0.0 if entry.media.still else entry.media.seconds
    return Answer(
        annotator=annotator.name,
        task=task,
        call=reply.key,
        prompt=prompt.name,
        observations=cleaning.observations(reply.data["observations"], seconds, reasons),
        emotions=cleaning.emotions(reply.data["emotions"], reasons),
        left_out=counted(reasons),
    )


def _parts(entry: Entry, annotator: Annotator, task: Modality) -> tuple[Part, ...]:
    """Return the user message, nothing if there is nothing to be shown."""
    if task == "textual":
        return _words(entry, annotator)
    media = entry.media
    if not (media.has_video if task == "visual" else media.has_audio):
        return ()
    parts: list[Part] = []
    cues = given.telling(entry, task) if "cues" in annotator.given else []
    if task == "visual" and "frames" in annotator.given:
        parts.append(FramesPart(media.reference, media.sha256, annotator.frames, annotator.side))
    if task == "auditory" and "audio" in annotator.given:
        parts.append(SoundPart(media.reference, media.sha256, media.audio_seconds))
    if not parts and not cues:
        return ()
    return (TextPart(given.block(entry, cues)), *parts)


def _words(entry: Entry, annotator: Annotator) -> tuple[Part, ...]:
    said = given.words(entry)
    cues = given.telling(entry, "textual") if "cues" in annotator.given else []
    return (TextPart(given.block(entry, cues, subtitle=said)),) if said else ()


def usable(answers: Iterable[Answer]) -> list[Answer]:
    """Return the answers that are there."""
    return [answer for answer in answers if answer.missing is None]
