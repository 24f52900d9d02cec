"""Models that answer what a test tells them to, and an encoder that counts words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from emer.dataset.calls.base import Reply, Request
from emer.dataset.entry import Answer, NamedEmotion, Observation, Task
from emer.dataset.plan import Annotator
from emer.dataset.stage import digest

Answers = Callable[[Annotator, Request], Any]


class Fake:
    """Asks nobody: gives what a function returns, checked as the real caller does.

    Args:
        answers: From annotator and request to a decoded answer.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.requests: list[tuple[str, Request]] = []

    def ask(self, annotator: Annotator, request: Request) -> Reply:
        """Return the answer, or why there is none."""
        self.requests.append((annotator.name, request))
        key = digest([annotator.name, request.task, request.prompt])
        try:
            return Reply(key, request.check(self._answers(annotator, request)))
        except ValueError as error:
            return Reply(key, None, str(error))


class Letters:
    """An encoder whose vectors count words: statements with the same words are alike."""

    name, model_hash, languages, dimension = "words", "words-1", "en", 512

    def encode(self, texts: Any, progress: Any = None) -> Any:
        """Return unit vectors."""
        rows = np.full((len(texts), self.dimension), 1e-6, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().strip(".").split():
                row[sum(map(ord, word)) % self.dimension] += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def annotator(name: str = "a", **fields: Any) -> Annotator:
    """Return an annotator."""
    base: dict[str, Any] = {"url": "http://127.0.0.1:1/v1", "model": "m"}
    return Annotator(name=name, **(base | fields))


def answer(
    name: str,
    *texts: str,
    task: Task = "visual",
    emotions: tuple[tuple[str, str], ...] = (),
    times: Mapping[str, tuple[float, float]] | None = None,
) -> Answer:
    """Return what an annotator answered."""
    spans = times or {}
    return Answer(
        annotator=name,
        task=task,
        call=digest([name, task]),
        prompt=f"{task}.en@1",
        observations=tuple(
            Observation(text=text, start=spans[text][0], end=spans[text][1])
            if text in spans
            else Observation(text=text)
            for text in texts
        ),
        emotions=tuple(NamedEmotion(en=en, zh=zh) for en, zh in emotions),
    )
