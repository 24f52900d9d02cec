"""What a call can take and cost at most, before it is sent."""

from __future__ import annotations

import json

from emer.dataset.calls.base import FramesPart, Part, Request, TextPart
from emer.dataset.calls.media import SOUND_SECONDS
from emer.dataset.calls.messages import messages
from emer.dataset.plan import Annotator
from emer.dataset.tokens import tokens_of_picture, tokens_of_sound, tokens_of_text

_TEMPLATE = 64  # marks around messages, and what a chat template adds
# Models cut pictures and sound into tokens in many ways; no rule bounds all.
_MEDIA = 2


def most_prompt_tokens(request: Request, problem: str | None = None) -> int:
    """Return more tokens than any common tokenizer makes of a prompt.

    A token of a byte-level vocabulary holds a byte at least, so text takes no more tokens than it
    has bytes; for pictures and sound it is twice the estimate. What is reserved too much is given
    back as soon as the answer is there.

    Args:
        request: The question.
        problem: What was wrong with the answer before, if it is asked again.
    """
    text = _text(request, problem)
    return _TEMPLATE + len(text.encode("utf-8", "surrogatepass")) + _MEDIA * _media(request)


def likely_prompt_tokens(request: Request) -> int:
    """Return about how many tokens a prompt takes, as limits per minute count it."""
    return _TEMPLATE // 2 + tokens_of_text(_text(request, None)) + _media(request)


def most_tokens(annotator: Annotator, request: Request, problem: str | None = None) -> int:
    """Return the tokens a call can take at most, prompt and answer together."""
    return most_prompt_tokens(request, problem) + annotator.sampling.max_tokens


def _text(request: Request, problem: str | None) -> str:
    # Some servers write the schema into the prompt.
    written = messages(request, lambda _: [], problem)
    return json.dumps([written, dict(request.schema)], ensure_ascii=False)


def _media(request: Request) -> int:
    return sum(_tokens(part) for part in request.parts)


def _tokens(part: Part) -> int:
    if isinstance(part, TextPart):
        return 0
    if isinstance(part, FramesPart):
        return part.count * tokens_of_picture(part.side)
    seconds = SOUND_SECONDS if part.seconds is None else min(part.seconds, SOUND_SECONDS)
    return tokens_of_sound(seconds)
