"""What an annotator is asked, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emer.dataset.entry import Task


@dataclass(frozen=True)
class TextPart:
    """A stretch of text in the user message."""

    text: str


@dataclass(frozen=True)
class FramesPart:
    """Pictures of a clip, spread evenly over it.

    Attributes:
        reference: Where the clip is.
        sha256: Hash of the clip's bytes: what the key of a call knows it by.
        count: Pictures.
        side: Longer side of a picture in pixels.
    """

    reference: str
    sha256: str
    count: int
    side: int


@dataclass(frozen=True)
class SoundPart:
    """The sound of a clip.

    Attributes:
        reference: Where the clip is.
        sha256: Hash of the clip's bytes: what the key of a call knows it by.
        seconds: Length of the sound if it is known; only the budget needs it, so it is no part of
            the key. Without it, the longest sound that is ever sent is reserved.
    """

    reference: str
    sha256: str
    seconds: float | None = None


Part = TextPart | FramesPart | SoundPart


@dataclass(frozen=True)
class Request:
    """One question to one annotator.

    Attributes:
        task: What it is asked for.
        prompt: Name, language and version of the prompt, such as "visual.en@1".
        system: The system message.
        parts: The user message, in order.
        schema: JSON schema of the answer. Its version, if it has one, belongs into its "$id".
        check: Returns the decoded answer, checked; raises `ValueError` saying what is wrong with it
            in words that the model can act on. It must not depend on anything but the answer.
        entry: Id of the entry it is asked for; for the list of parked calls, no part of the key.
    """

    task: Task
    prompt: str
    system: str
    parts: tuple[Part, ...]
    schema: Mapping[str, Any]
    check: Callable[[Any], Any]
    entry: str = ""


@dataclass(frozen=True)
class Reply:
    """What came of a question.

    Attributes:
        key: Of the call in the store.
        data: What `Request.check` returned; None if there is no usable answer.
        missing: Why there is none, in plain words; None if there is one.
    """

    key: str
    data: Any | None
    missing: str | None = None
