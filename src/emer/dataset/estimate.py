"""What a build would ask and cost, reckoned before anything is asked (`emer build --dry-run`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from emer.dataset.annotate import Annotate
from emer.dataset.calls.base import Reply, Request
from emer.dataset.calls.bound import likely_prompt_tokens
from emer.dataset.calls.money import amount, cost
from emer.dataset.disambiguate import Disambiguate
from emer.dataset.entry import Entry
from emer.dataset.estimate_unseen import CUES, OBSERVATIONS, WORDS_A_SECOND, answer, as_if_seen
from emer.dataset.plan import Annotator, Budget, Plan

NOTES = (
    "These are estimates, on the high side. Tokens of prompts are reckoned by the rules of "
    "emer.dataset.tokens, not by the models' own vocabularies; every answer is taken for as long "
    "as max_tokens allows.",
    f"A clip that is not measured yet is taken to have {CUES} cues of each modality, "
    f"{WORDS_A_SECOND:g} words a second where its words are not given, and every answer "
    f"{OBSERVATIONS} observations.",
    "The least time is what the plan's rates alone allow; models take time besides. Calls that "
    "fail or have to be asked again are not in it.",
)
"""How an estimate is made, for whoever reads it."""


@dataclass
class Share:
    """What one annotator would be asked.

    Attributes:
        annotator: Name in the plan.
        calls: Calls to be made.
        answered: Questions that are settled in the store already and cost nothing.
        input_tokens: Of the prompts of the calls to be made.
        output_tokens: Of their answers at most.
        money: At most, in the currency of the prices.
        minutes: Least time by the plan's rates; None where they set no limit.
    """

    annotator: str
    calls: int = 0
    answered: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    money: float = 0.0
    minutes: float | None = None


@dataclass(frozen=True)
class Estimate:
    """What a build would ask and cost.

    Attributes:
        entries: Clips that were looked at.
        unmeasured: Those among them of which nothing is measured yet.
        shares: One for each annotator, in the order of the plan.
        spent_tokens: By earlier runs of the build; they count against the budget.
        spent_money: Likewise.
        over: Limits of the budget that it would go over, in plain words.
        notes: How the estimate is made.
    """

    entries: int
    unmeasured: int
    shares: tuple[Share, ...]
    spent_tokens: int = 0
    spent_money: float = 0.0
    over: tuple[str, ...] = ()
    notes: tuple[str, ...] = NOTES

    @property
    def calls(self) -> int:
        """Calls to be made, in all."""
        return sum(share.calls for share in self.shares)

    @property
    def tokens(self) -> int:
        """Of prompts and answers, in all."""
        return sum(share.input_tokens + share.output_tokens for share in self.shares)

    @property
    def money(self) -> float:
        """At most, in all."""
        return sum(share.money for share in self.shares)

    @property
    def minutes(self) -> float | None:
        """Least time by the rates: that of the slowest annotator, as they work side by side."""
        known = [share.minutes for share in self.shares if share.minutes is not None]
        return max(known, default=None)

    def as_dict(self) -> dict[str, Any]:
        """Return the estimate as plain JSON."""
        totals = {name: getattr(self, name) for name in ("calls", "tokens", "money", "minutes")}
        return {**json.loads(json.dumps(asdict(self))), **totals}


class Earlier(Protocol):
    """What earlier runs left in the store; see `emer.dataset.estimate_known`."""

    def measured(self, entry: Entry) -> Entry | None:
        """Return the entry with its measurements, None if there are none."""
        ...

    def reply(self, annotator: Annotator, request: Request) -> Reply | None:
        """Return what is settled of a question, None if it would have to be asked."""
        ...

    def spent(self) -> tuple[int, float]:
        """Return the tokens and the money that count against the budget already."""
        ...


def estimate(
    plan: Plan, entries: Iterable[Entry], *, root: Path, earlier: Earlier | None = None
) -> Estimate:
    """Return what the annotators of a plan would be asked about clips.

    The questions are made by the stages of the build themselves, for whom measurements and answers
    stand in where there are none yet (`estimate_unseen`). Only sums are held.

    Args:
        plan: The plan.
        entries: As collected; copies and clips that are out should be left out.
        root: Folder of the plan, for prompts of its own.
        earlier: What is measured, answered and spent already; None is a build that begins.

    Raises:
        PlanError: A prompt of the plan's own cannot be read.
    """
    counter = _Counter(plan, earlier)
    stages = [
        kind(plan.annotators, plan.language, counter, root) for kind in (Annotate, Disambiguate)
    ]
    seen = unmeasured = 0
    for entry in entries:
        current = earlier.measured(entry) if earlier else None
        seen, unmeasured = seen + 1, unmeasured + (current is None)
        current = current or as_if_seen(entry, plan.language, plan.observe.speech)
        for stage in stages:
            current = stage(current)
    shares = tuple(_priced(counter.shares[each.name], each) for each in plan.annotators)
    tokens, money = earlier.spent() if earlier else (0, 0.0)
    found = Estimate(seen, unmeasured, shares, tokens, money)
    return replace(found, over=tuple(_over(plan.budget, found)))


class _Counter:
    """Stands in for the caller: counts what would be asked, and answers with something usual."""

    def __init__(self, plan: Plan, earlier: Earlier | None) -> None:
        self._language, self._earlier = plan.language, earlier
        self.shares = {each.name: Share(each.name) for each in plan.annotators}

    def ask(self, annotator: Annotator, request: Request) -> Reply:
        share = self.shares[annotator.name]
        settled = self._earlier.reply(annotator, request) if self._earlier else None
        if settled is not None:
            share.answered += 1
            return settled
        share.calls += 1
        share.input_tokens += likely_prompt_tokens(request)
        share.output_tokens += annotator.sampling.max_tokens
        return Reply("", request.check(answer(request.task, self._language)))


def _priced(share: Share, annotator: Annotator) -> Share:
    """Return a share with what it costs and how long it takes at least."""
    nano = cost(annotator.price, share.input_tokens, share.output_tokens)
    rate, tokens = annotator.rate, share.input_tokens + share.output_tokens
    limits = ((share.calls, rate.requests_per_minute), (tokens, rate.tokens_per_minute))
    minutes = [needed / most for needed, most in limits if most]
    return replace(share, money=amount(nano), minutes=max(minutes, default=None))


def _over(budget: Budget, found: Estimate) -> Iterator[str]:
    tokens, money = found.spent_tokens + found.tokens, found.spent_money + found.money
    if budget.tokens is not None and tokens > budget.tokens:
        yield f"up to {tokens:,} tokens in all, but the budget has {budget.tokens:,}"
    if budget.money is not None and money > budget.money:
        yield f"costs of up to {money:,.2f} in all, but the budget has {budget.money:,.2f}"
