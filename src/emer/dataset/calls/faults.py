"""What can go wrong with a call, and what to do about it: wait, mend the plan, or park it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

_AGAIN = frozenset([408, 409, 425, 429])
# The server has said that it did nothing.
_NOT_DONE = frozenset([408, 409, 425, 429, 503])
_AWAY = frozenset([429, 502, 503, 504])
_MESSAGE = frozenset([400, 413, 422])
_SHOWN = 300

# Words of servers, by what they mean; the order matters.
_OF_THE_PLAN = {
    "It does not take response_format with a JSON schema; use a server that does, such as vLLM, "
    "SGLang or llama.cpp.": (
        "response_format",
        "json_schema",
        "structured output",
        "guided",
        "grammar",
    ),
    "It does not know the model; correct `model` of the annotator.": (
        "model_not_found",
        "does not exist",
        "unknown model",
        "invalid model",
        "no such model",
    ),
    "The model cannot see or hear; leave frames and audio out of `given`, or use one that can.": (
        "mmproj",
        "not multimodal",
        "does not support image",
        "does not support audio",
        "image input is not supported",
        "audio input is not supported",
        "not a multimodal",
    ),
    "The account has no funds left.": ("insufficient_quota", "billing"),
}
_OF_THE_MESSAGE = (
    "context length",
    "context_length",
    "context size",
    "maximum context",
    "too long",
    "too many tokens",
    "too large",
    "exceed",
    "content_filter",
    "content filter",
    "content_policy",
    "content policy",
    "safety",
    "moderation",
    "inappropriate",
)
_MENDS = {
    401: "Put its key into the environment variable {key}.",
    402: "The account has no funds left.",
    403: "Put a key that is allowed to into the environment variable {key}.",
    404: "Check `model` of the annotator, and that its `url` ends in /v1.",
    405: "Check that `url` of the annotator ends in /v1.",
}


@dataclass
class Fault(Exception):
    """A call that brought no answer.

    Attributes:
        reason: What happened, in plain words.
        kind: "again": asking once more may help. "plan": nothing helps until the plan or the server
            is mended. "message": this one question is not taken, others are. "unclear": it is
            refused, and whether others are is not known.
        paid: Whether the server may have done the work all the same.
        away: Whether it is the server as a whole that does not serve.
        busy: Whether it serves others meanwhile, as far as it says.
        wait: Seconds the server asks to wait, if it does.
        mend: What to do about it.
    """

    reason: str
    kind: Literal["again", "plan", "message", "unclear"]
    paid: bool = False
    away: bool = False
    busy: bool = False
    wait: float | None = None
    mend: str = "Look into the log of the server."


def of_status(status: int, text: str, headers: Mapping[str, str], key: str) -> Fault:
    """Return the fault that a refusal stands for.

    Args:
        status: Of HTTP, 300 and above.
        text: Body of the answer.
        headers: Of the answer, whose names may be given in lower case.
        key: Environment variable of the API key, for the hint.
    """
    said = " ".join(text.split())[:_SHOWN]
    reason = f"status {status}" + (f": {said}" if said else "")
    low = text.lower()
    plan = next((mend for mend, words in _OF_THE_PLAN.items() if _any(low, words)), None)
    if status == 429 and plan and "insufficient_quota" in low:
        return Fault(reason, "plan", mend=plan)
    if status in _AGAIN or status >= 500:
        wait = _wait(headers.get("retry-after"), time.time())
        return Fault(
            reason,
            "again",
            paid=status not in _NOT_DONE,
            away=status in _AWAY,
            busy=status == 429,
            wait=wait,
        )
    if status in _MESSAGE:
        if _any(low, _OF_THE_MESSAGE) and not _any(low, ("response_format",)):
            return Fault(reason, "message")
        return Fault(reason, "plan", mend=plan) if plan else Fault(reason, "unclear")
    if status < 400:
        return Fault(reason, "plan", mend="It redirects; put its real address into `url`.")
    mend = _MENDS.get(status, "Look into the log of the server.")
    return Fault(reason, "plan", mend=mend.format(key=key))


def _any(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _wait(value: str | None, now: float) -> float | None:
    """Return the seconds a Retry-After asks for: it is a number or a date."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


@dataclass(frozen=True)
class Pauses:
    """How long to wait before a call is made again: exponential backoff with full jitter.

    A server's Retry-After is honoured up to `cap`, and jitter is added to it, so that those who
    were sent away together do not come back together.

    Attributes:
        base: Seconds of the first pause at most.
        longest: Seconds of any pause at most that the server did not ask for.
        cap: Seconds of a pause at most that the server asked for.
    """

    base: float = 1.0
    longest: float = 30.0
    cap: float = 120.0

    def seconds(self, failures: int, wait: float | None, draw: random.Random) -> float:
        """Return how long to wait.

        Args:
            failures: How often the call has failed, from 1.
            wait: What the server asks for, if it does.
            draw: Of the jitter.
        """
        jitter = draw.uniform(0, min(self.longest, self.base * 2.0 ** min(failures - 1, 16)))
        if wait is None:
            return jitter
        return min(wait, self.cap) + min(jitter, self.base)
