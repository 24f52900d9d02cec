"""A question as chat messages: with media by hash for the key, with media themselves to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from emer.dataset.calls.base import Part, Request, TextPart

Content = list[dict[str, Any]]

_SHOWN = 600


def messages(
    request: Request, render: Callable[[Part], Content], problem: str | None = None
) -> list[dict[str, Any]]:
    """Return the messages of a question.

    A question of text alone is one string: some servers know no other.

    Args:
        request: The question.
        render: Gives the contents of a part that is not text.
        problem: What was wrong with the answer before, if it is asked again.
    """
    parts: Sequence[Part] = request.parts
    if problem is not None:
        parts = (*parts, TextPart(_again(problem)))
    content: str | Content
    if all(isinstance(part, TextPart) for part in parts):
        content = "\n\n".join(part.text for part in parts if isinstance(part, TextPart))
    else:
        content = [piece for part in parts for piece in _content(part, render)]
    system = [{"role": "system", "content": request.system}] if request.system else []
    return [*system, {"role": "user", "content": content}]


def _content(part: Part, render: Callable[[Part], Content]) -> Content:
    if isinstance(part, TextPart):
        return [{"type": "text", "text": part.text}]
    return render(part)


def _again(problem: str) -> str:
    # What is wrong may quote the answer, so it is kept short and on one line.
    short = " ".join(problem.split())[:_SHOWN]
    return (
        f"Your last answer could not be used: {short}. Answer the question again, with nothing but "
        "JSON that follows the schema."
    )
