"""An answer of a server, judged: usable, or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emer.dataset.calls.faults import Fault

_MOST_TOKENS = 10**9


@dataclass(frozen=True)
class Judged:
    """An answer that came.

    Attributes:
        text: What the model wrote.
        finish: Why it stopped.
        data: The answer, decoded and checked; None if it is of no use.
        problem: What is wrong with it; None if nothing is.
        prompt_tokens: As the server counted; None if it did not.
        completion_tokens: Likewise.
    """

    text: str
    finish: str
    data: Any
    problem: str | None
    prompt_tokens: int | None
    completion_tokens: int | None


def judge(body: bytes, check: Callable[[Any], Any]) -> Judged:
    """Judge the body of a server's answer.

    Args:
        body: As it came.
        check: See `emer.dataset.calls.base.Request`.

    Raises:
        Fault: It is no chat completion at all.
    """
    envelope = _decoded(body)
    choices = envelope.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise _broken(f"its answer holds no message: {body[:200].decode(errors='replace')}")
    text, finish = storable(message.get("content")), storable(choice.get("finish_reason"))
    data, problem = None, _refused(message, text, finish)
    if problem is None:
        data, problem = examine(text, check)
    usage = envelope.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    counts = (_count(usage.get(f"{which}_tokens")) for which in ("prompt", "completion"))
    return Judged(text, finish, data, problem, *counts)


def examine(text: str, check: Callable[[Any], Any]) -> tuple[Any, str | None]:
    """Return the decoded and checked answer, or None and what is wrong with it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None, "it is not JSON"
    try:
        checked = check(data)
    except (ValueError, RecursionError) as error:
        return None, storable(str(error)) or "it does not follow the schema"
    return (checked, None) if checked is not None else (None, "it is null")


def storable(value: object) -> str:
    """Return a text that any database takes; empty for what is no text."""
    text = value if isinstance(value, str) else ""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _refused(message: dict[str, Any], text: str, finish: str) -> str | None:
    """Return why an answer is none, before its words are looked at."""
    refusal = storable(message.get("refusal"))
    if refusal:
        return f"the model refused: {refusal}"
    if finish == "length":
        return "it was cut off because it is too long"
    if finish == "content_filter":
        return "a content filter of the server held it back"
    return None if text.strip() else "it is empty"


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _broken("its answer is not JSON") from error
    if not isinstance(envelope, dict):
        raise _broken("its answer is not a JSON object")
    return envelope


def _broken(reason: str) -> Fault:
    return Fault(reason, "again", paid=True)


def _count(value: object) -> int | None:
    """Return a number of tokens that can be believed."""
    usable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if usable and isinstance(value, int) else None
