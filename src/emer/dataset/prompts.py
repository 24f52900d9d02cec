"""Prompts of the annotators: versioned files of ours, or files of the plan's own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from emer.dataset.entry import Task
from emer.dataset.errors import PlanError
from emer.dataset.plan import Annotator
from emer.explanation import Language

VERSIONS: dict[Task, int] = {"visual": 1, "auditory": 1, "textual": 1, "disambiguate": 1}
"""Current version of each prompt, in both languages; older files stay where they are."""

LONGEST = 20_000
"""Characters that a prompt of one's own may have."""

_NAME_OF_HASH = 12


@dataclass(frozen=True)
class Prompt:
    """What a model is told to do.

    Attributes:
        name: Such as "visual.en@1", or "visual.en@own-" and the beginning of the hash.
        text: The system message.
        sha256: Of the text as UTF-8, line ends as newlines.
    """

    name: str
    text: str
    sha256: str


def load_prompt(task: Task, language: Language, own: str | None, root: Path) -> Prompt:
    """Return the prompt of a task.

    Args:
        task: What is asked.
        language: That the statements are to be written in.
        own: A text file to use instead of ours, relative to `root`.
        root: Folder of the plan.

    Raises:
        PlanError: The file of one's own is missing, empty, too long or no text.
    """
    if own is None:
        return packaged(task, language)
    text = _read(root / own, task)
    sha256 = _hash(text)
    return Prompt(f"{task}.{language}@own-{sha256[:_NAME_OF_HASH]}", text, sha256)


def used_prompts(
    annotators: Sequence[Annotator], language: Language, root: Path
) -> tuple[Prompt, ...]:
    """Return every prompt that a plan uses, each once, by name; see `load_prompt`."""
    found = {
        prompt.name: prompt
        for annotator in annotators
        for task in annotator.tasks
        for prompt in [load_prompt(task, language, annotator.prompts.get(task), root)]
    }
    return tuple(found[name] for name in sorted(found))


@cache
def packaged(task: Task, language: Language) -> Prompt:
    """Return our own prompt of a task, in its current version."""
    name = f"{task}.{language}@{VERSIONS[task]}"
    text = (files("emer") / "data" / "prompts" / f"{name}.md").read_text(encoding="utf-8").strip()
    return Prompt(name, text, _hash(text))


def _read(path: Path, task: Task) -> str:
    mend = f"Name a text file in annotators.prompts.{task}, or leave it out for emer's prompt."
    try:
        text = path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise PlanError(f"The prompt {path} cannot be read: {error.strerror}.", mend) from error
    except UnicodeDecodeError as error:
        raise PlanError(f"The prompt {path} is not text in UTF-8.", mend) from error
    if not text:
        raise PlanError(f"The prompt {path} is empty.", mend)
    if len(text) > LONGEST:
        raise PlanError(f"The prompt {path} has over {LONGEST} characters.", mend)
    return text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
