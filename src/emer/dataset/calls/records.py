"""What goes into the book of calls, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emer.dataset.calls.rates import MINUTE
from emer.dataset.plan import Rate


@dataclass(frozen=True)
class Kept:
    """An answer in the book.

    Attributes:
        attempt: 0, 1, ...
        answer: As it came.
        problem: What is wrong with it, None if it is the one to use.
        ended: Whether the call was parked upon it.
        tokens: Of prompt and answer.
    """

    attempt: int
    answer: str
    problem: str | None
    ended: bool
    tokens: int


@dataclass(frozen=True)
class Known:
    """What the book holds of a key.

    Attributes:
        kept: Answers, in order.
        parked: Why the call is parked, None if it is not.
    """

    kept: tuple[Kept, ...]
    parked: str | None

    @property
    def good(self) -> Kept | None:
        """The answer to use, if there is one."""
        return next((each for each in reversed(self.kept) if each.problem is None), None)

    @property
    def bad(self) -> Kept | None:
        """The answer that has to be asked for again, saying what is wrong with it, if any."""
        last = self.kept[-1] if self.kept else None
        return last if last and last.problem is not None and not last.ended else None


@dataclass(frozen=True)
class Intent:
    """A call that is to be sent.

    Attributes:
        key: Its own.
        attempt: 0, 1, ...: the number of answers that came already.
        annotator: Who is asked.
        entry: For which entry.
        tokens: It takes at most, prompt and answer.
        nano: It costs at most, in billionths.
    """

    key: str
    attempt: int
    annotator: str
    entry: str
    tokens: int
    nano: int


@dataclass(frozen=True)
class Pace:
    """What limits how often a server is asked.

    Attributes:
        gauge: Server and model.
        rate: The limits.
        tokens: What the call counts for.
        window: Seconds in which the limits hold.
    """

    gauge: str
    rate: Rate
    tokens: int
    window: float = MINUTE


@dataclass(frozen=True)
class Paid:
    """An answer that came, as it goes into the book."""

    model: str
    task: str
    prompt: str
    answer: str
    finish: str
    problem: str | None
    ended: bool
    prompt_tokens: int
    completion_tokens: int
    nano: int
    seconds: float


@dataclass(frozen=True)
class Begun:
    """What came of the wish to send a call.

    Attributes:
        state: "mine": it may be sent at `moment`. "elsewhere": somebody else waits for the same
            answer. "changed": another answer has come meanwhile. "busy": the budget is reserved
            by calls on their way, which may take less. "spent": the budget allows no such call.
        moment: In seconds since 1970.
    """

    state: Literal["mine", "elsewhere", "changed", "busy", "spent"]
    moment: float = 0.0
