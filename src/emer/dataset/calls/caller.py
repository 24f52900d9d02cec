"""Ask an annotator: from the store if it has answered before, else from its server, once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self

from emer.dataset.calls import media, money
from emer.dataset.calls.answers import Judged, examine, judge
from emer.dataset.calls.base import Reply, Request
from emer.dataset.calls.book import LEASE, Book
from emer.dataset.calls.bound import likely_prompt_tokens, most_prompt_tokens
from emer.dataset.calls.channel import Watch
from emer.dataset.calls.faults import Fault, Pauses
from emer.dataset.calls.key import call_key
from emer.dataset.calls.line import Line
from emer.dataset.calls.messages import messages
from emer.dataset.calls.owner import new_owner
from emer.dataset.calls.rates import MINUTE
from emer.dataset.calls.records import Intent, Known, Pace, Paid
from emer.dataset.calls.refusals import distinct, no_budget
from emer.dataset.calls.spending import Spending, spending
from emer.dataset.errors import ServerError
from emer.dataset.plan import Annotator, Budget
from emer.dataset.store import Store
from emer.errors import EmerError, UsageError
from emer.explainers.chat import answer_format
from emer.media import Limits

_POLL, _POLL_LONGEST = 0.02, 0.5


class Caller:
    """Asks annotators, and pays for every answer once.

    A question that was answered before, by any run that shares the store, is answered from there.
    Any other is sent: at most `at_once` at a time of this caller, no more a minute than the rates
    allow, and only after what it can take at most was reserved in the budget.

    Every method may be called from any thread; one caller a process, so that `at_once` is true.

    Args:
        annotators: Of the plan.
        budget: Spending stops there.
        store: Where calls are kept.
        purse: What the budget is of; builds that share a store need one each.
        limits: What decoding a clip may cost.
        pauses: Before a call is made again.
        window: Seconds in which the rates hold.

    Raises:
        PlanError: Two annotators would be asked the very same.
    """

    def __init__(
        self,
        annotators: Sequence[Annotator],
        budget: Budget,
        store: Store,
        *,
        purse: str = "",
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        pauses: Pauses = Pauses(),  # noqa: B008 (frozen)
        window: float = MINUTE,
    ) -> None:
        distinct(annotators)
        self._store, self._budget, self._purse = store, budget, purse
        self._limits, self._pauses, self._window = limits, pauses, window
        self._book = Book(store, new_owner(), purse, budget)
        self._watch = Watch()
        self._lines = {each.name: Line(each, self._watch, pauses.cap) for each in annotators}
        self._lock, self._stop, self._draw = threading.RLock(), threading.Event(), random.Random()
        self._pulse: threading.Thread | None = None
        self._hits: dict[str, tuple[int, int]] = {}

    def ask(self, annotator: Annotator, request: Request) -> Reply:
        """Return what an annotator answers.

        Args:
            annotator: One of those of the plan.
            request: What it is asked.

        Returns:
            The answer, or why there is none: such a call is parked until it is replayed with
            `Store.unpark`.

        Raises:
            BudgetError: It would cost more than is left.
            ServerError: The server does not serve; nothing is lost.
            MediaError: The clip cannot be decoded.
            OutputError: The store cannot be read or written.
        """
        line = self._lines.get(annotator.name)
        if line is None:
            known_names = ", ".join(self._lines) or "none"
            raise UsageError(f"There is no annotator {annotator.name!r}.", f"Valid: {known_names}.")
        key = call_key(annotator, request)
        known = self._book.look(key)
        reply = self._settled(line, key, request, known)
        if reply is not None:
            self._hit(annotator.name, known)
            return reply
        with line.turns:
            return self._answer(line, key, request, known)

    def spending(self) -> Spending:
        """Return what was spent so far."""
        self._tell_hits()
        return spending(self._store, self._purse)

    def close(self) -> None:
        """Stop asking; what is under way is called off, and taken up by the next run."""
        self._stop.set()
        if self._pulse is not None:
            self._pulse.join()
        self._watch.cut_all()
        for line in self._lines.values():
            line.close()
        self._tell_hits()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, line: Line, key: str, request: Request, known: Known) -> Reply:
        """Send a question until it is answered, parked, or may not be sent."""
        self._begin_pulse()
        # From here on a call is sent when it may be; nothing is loaded between.
        line.exchange.warm()
        render = cache(lambda part: media.render(part, self._limits))
        pause = _POLL
        while True:
            line.check()
            call = _Call(line, key, request, known, render, self._window)
            begun = self._book.begin(call.intent, call.pace)
            if begun.state == "spent":
                raise no_budget(self._budget, self.spending(), call.intent)
            if begun.state == "mine":
                reply = self._send(call, begun.moment)
                if reply is not None:
                    return reply
            elif begun.state != "changed":
                self._wait(pause)
                pause = min(2 * pause, _POLL_LONGEST)
            known = self._book.look(key)
            settled = self._settled(line, key, request, known)
            if settled is not None:
                return settled

    def _settled(self, line: Line, key: str, request: Request, known: Known) -> Reply | None:
        """Return the reply that the book holds, None if the question has to be asked."""
        good = known.good
        if good is None:
            return None if known.parked is None else Reply(key, None, known.parked)
        data, problem = examine(good.answer, request.check)
        if problem is None:
            return Reply(key, data)
        reason = f"the answer that is kept is of no use: {problem}"
        intent = Intent(key, good.attempt, line.annotator.name, request.entry, 0, 0)
        self._book.spoil(intent, request.task, good.answer, reason)
        return Reply(key, None, reason)

    def _send(self, call: _Call, moment: float) -> Reply | None:
        """Send a call that was begun; return its reply if it is good.

        Whatever happens, the book says afterwards whether it may have been paid.
        """
        state = _State()
        try:
            return self._tries(call, moment, state)
        except BaseException:
            if not state.told:
                self._book.leave(call.intent, state.paid)
            raise

    def _tries(self, call: _Call, moment: float, state: _State) -> Reply | None:
        failures, began = 0, time.monotonic()
        while True:
            self._wait(max(moment - time.time(), call.line.rest))
            call.line.check()
            try:
                judged, seconds = self._once(call, state)
            except Fault as fault:
                failures += 1
                next_ = call.line.failed(fault, call.intent.key, failures, began)
                state.paid = state.doubtful = state.doubtful or fault.paid
                if next_ != "again":
                    return self._given_up(call, fault, failures, next_ == "stop", state)
                moment = self._later(call, fault, failures)
                if failures >= call.line.annotator.tries:
                    failures, began = 0, time.monotonic()
            else:
                return self._record(call, judged, seconds, state)

    def _once(self, call: _Call, state: _State) -> tuple[Judged, float]:
        exchange, body = call.line.exchange, call.body
        start, state.paid = time.perf_counter(), True
        raw = exchange.send(body, f"{call.intent.key}-{call.intent.attempt}")
        return judge(raw, call.request.check), time.perf_counter() - start

    def _later(self, call: _Call, fault: Fault, failures: int) -> float:
        """Wait before a call is made again, and return when it may be sent."""
        if fault.paid:
            self._book.doubt(call.intent, fault.reason)
        self._wait(self._pauses.seconds(failures, fault.wait, self._draw))
        return self._book.pace(call.pace)

    def _record(self, call: _Call, judged: Judged, seconds: float, state: _State) -> Reply | None:
        prompt, completion = call.counted(judged)
        call.line.answered(call.bound, prompt)
        request, annotator = call.request, call.line.annotator
        paid = Paid(
            annotator.model,
            request.task,
            request.prompt,
            judged.text,
            judged.finish,
            judged.problem,
            judged.problem is not None and call.again,
            prompt,
            completion,
            money.cost(annotator.price, prompt, completion),
            seconds,
        )
        self._book.record(call.intent, paid)
        state.told = True
        return Reply(call.intent.key, judged.data) if judged.problem is None else None

    def _given_up(
        self, call: _Call, fault: Fault, failures: int, stop: bool, state: _State
    ) -> Reply:
        """Park a call that is not answered, or stop the run where no call is."""
        line = call.line
        if stop:
            error = line.stop(fault, failures)
            self._book.leave(call.intent, state.doubtful)
            state.told = True
            # Those parked just before were lost to the same server.
            self._book.unlose(line.lost)
            raise error
        times = f" ({failures} times)" if failures > 1 else ""
        reason = f"the server gave no answer: {fault.reason}{times}"
        self._book.lose(call.intent, call.request.task, reason, state.doubtful)
        state.told = True
        return Reply(call.intent.key, None, reason)

    def _wait(self, seconds: float) -> None:
        if seconds > 0 and self._stop.wait(seconds):
            raise ServerError("The run was stopped.", "Go on with --resume.")

    def _hit(self, annotator: str, known: Known) -> None:
        self._begin_pulse()
        tokens = known.good.tokens if known.good else 0
        with self._lock:
            count, before = self._hits.get(annotator, (0, 0))
            self._hits[annotator] = (count + 1, before + tokens)

    def _tell_hits(self) -> None:
        with self._lock:
            hits, self._hits = self._hits, {}
        if hits:
            self._book.cached(hits)

    def _begin_pulse(self) -> None:
        """Enter this process into the store before its first call, and keep it there."""
        if self._pulse is not None:
            return
        with self._lock:
            if self._pulse is None:
                self._book.open(list(self._lines))
                self._book.live()
                self._pulse = threading.Thread(target=self._beat, daemon=True, name="lease")
                self._pulse.start()

    def _beat(self) -> None:
        """Tell the store of this process, and every second what was answered from there."""
        alive = time.monotonic()
        while not self._stop.wait(1):
            try:
                self._tell_hits()
                if time.monotonic() - alive > LEASE / 4:
                    self._book.live()
                    alive = time.monotonic()
            except EmerError:
                # Whoever asks next meets the same error, and can raise it.
                continue


class _State:
    """How far a call is: whether it may have been paid, and whether the book knows its end."""

    def __init__(self) -> None:
        self.paid = self.doubtful = self.told = False


class _Call:
    """One attempt at a question, ready to be sent."""

    def __init__(
        self,
        line: Line,
        key: str,
        request: Request,
        known: Known,
        render: Callable[[Any], Any],
        window: float,
    ) -> None:
        annotator = line.annotator
        bad = known.bad
        problem = bad.problem if bad else None
        self.line, self.request, self.again = line, request, bad is not None
        self.bound = line.stretched(most_prompt_tokens(request, problem))
        most = annotator.sampling.max_tokens
        cost = money.cost(annotator.price, self.bound, most)
        self.intent = Intent(
            key, len(known.kept), annotator.name, request.entry, self.bound + most, cost
        )
        counted = likely_prompt_tokens(request) + most if annotator.rate.tokens_per_minute else 0
        self.pace = Pace(line.gauge, annotator.rate, counted, window)
        self.body = _body(annotator, request, messages(request, render, problem))

    def counted(self, judged: Judged) -> tuple[int, int]:
        """Return the tokens of prompt and answer; a server that does not count gets the bounds."""
        prompt, completion = judged.prompt_tokens, judged.completion_tokens
        most = self.line.annotator.sampling.max_tokens
        return (
            self.bound if prompt is None else prompt,
            most if completion is None else completion,
        )


def _body(annotator: Annotator, request: Request, said: list[dict[str, Any]]) -> dict[str, Any]:
    sampling = annotator.sampling
    return {
        "model": annotator.model,
        "messages": said,
        "max_tokens": sampling.max_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "response_format": answer_format(request.schema),
    }
