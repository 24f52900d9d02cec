"""The line to one annotator: how many may speak at a time, and whether the server is there."""

from __future__ import annotations

import threading
import time
from typing import Literal

from emer.dataset.calls.channel import Watch
from emer.dataset.calls.exchange import Exchange
from emer.dataset.calls.faults import Fault
from emer.dataset.errors import ServerError
from emer.dataset.plan import Annotator

LOST = 3
"""Calls lost in a row, none answered between, at which the server is taken to be away."""

Next = Literal["again", "park", "stop"]


class Line:
    """What the threads of this process share about an annotator.

    One call that fails again and again while others are answered is at fault itself, and is parked;
    where no call is answered any more, the server is, and the run stops.

    Args:
        annotator: Of the plan.
        watch: Cuts off calls that take too long.
        cap: Seconds that the server may ask to be left alone at most.
    """

    def __init__(self, annotator: Annotator, watch: Watch, cap: float) -> None:
        self.annotator = annotator
        self.turns = threading.BoundedSemaphore(annotator.rate.at_once)
        self.lost: list[str] = []
        self._watch, self._cap, self._lock = watch, cap, threading.Lock()
        self._exchange: Exchange | None = None
        self._broken: ServerError | None = None
        self._answered = self._rest_until = float("-inf")
        self._stretch = 1.0

    @property
    def exchange(self) -> Exchange:
        """The connection to the server, made when it is first asked."""
        with self._lock:
            if self._exchange is None:
                self._exchange = Exchange(self.annotator, self._watch)
            return self._exchange

    @property
    def gauge(self) -> str:
        """What limits per minute are of."""
        return f"{self.annotator.url} {self.annotator.model}"

    def check(self) -> None:
        """Raise the `ServerError` that ended this line, if one did."""
        if self._broken is not None:
            raise ServerError(self._broken.message, self._broken.hint)

    def stretched(self, tokens: int) -> int:
        """Return how many tokens to reserve where a bound says `tokens`.

        It is more from the moment that a server has counted more than the bound.
        """
        return -int(-tokens * self._stretch // 1)

    def answered(self, bound: int, counted: int) -> None:
        """Note that an answer came.

        Args:
            bound: Prompt tokens that it was to take at most.
            counted: Those the server counted.
        """
        with self._lock:
            self._answered = time.monotonic()
            self.lost.clear()
            self._stretch = max(self._stretch, counted / bound)

    def failed(self, fault: Fault, key: str, failures: int, began: float) -> Next:
        """Return what to do after a failure.

        Args:
            fault: The last one.
            key: Of the call.
            failures: How often the call has failed.
            began: When it was first sent, by `time.monotonic`.
        """
        with self._lock:
            if fault.wait is not None:
                rest = time.monotonic() + min(fault.wait, self._cap)
                self._rest_until = max(self._rest_until, rest)
            others = self._answered > began
            if fault.kind == "message":
                return "park"
            tries_left = failures < self.annotator.tries
            # A busy server that answers others gets round to this call as well.
            if fault.kind == "again" and (tries_left or (fault.busy and others)):
                return "again"
            return "stop" if fault.kind == "plan" else self._lost(fault, key, others)

    def stop(self, fault: Fault, failures: int) -> ServerError:
        """End the line for this run, and return the error to raise."""
        times = f", {failures} times in a row" if failures > 1 else ""
        with self._lock:
            self._broken = ServerError(
                f"The server of annotator {self.annotator.name!r} at {self.annotator.url} gives no "
                f"answers ({fault.reason}{times}).",
                f"{fault.mend} Whatever was answered is kept: go on with --resume.",
            )
        return self._broken

    @property
    def rest(self) -> float:
        """Seconds for which the server still wants to be left alone."""
        return max(0.0, self._rest_until - time.monotonic())

    def close(self) -> None:
        """Close the connections, if there are any."""
        if self._exchange is not None:
            self._exchange.close()

    def _lost(self, fault: Fault, key: str, others: bool) -> Next:
        if others:
            return "park"
        if fault.away:
            return "stop"
        self.lost.append(key)
        return "park" if len(self.lost) < LOST else "stop"
