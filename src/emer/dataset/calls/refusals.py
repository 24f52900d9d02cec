"""What is refused before anything is sent: a plan that pays for nothing, a budget used up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from emer.dataset.calls.money import amount
from emer.dataset.calls.records import Intent
from emer.dataset.calls.spending import Spending
from emer.dataset.errors import BudgetError, PlanError
from emer.dataset.plan import Annotator, Budget


def distinct(annotators: Sequence[Annotator]) -> None:
    """Check that no two annotators are one.

    Where two would be asked the very same of the very same model, the second would get the first
    one's answers, and their agreement would mean nothing.

    Raises:
        PlanError: Two are.
    """
    for one, other in combinations(annotators, 2):
        if set(one.tasks) & set(other.tasks) and _asked(one) == _asked(other):
            raise PlanError(
                f"The annotators {one.name!r} and {other.name!r} would be asked the very same of "
                f"the same model {one.model!r}.",
                "Leave one out; or give them another `revision` if their weights differ, or "
                "another `sampling` with a temperature above 0.",
            )


def no_budget(budget: Budget, spent: Spending, intent: Intent) -> BudgetError:
    """Return the error that says that a call would cost more than is left.

    Args:
        budget: Of the plan.
        spent: So far.
        intent: The call.
    """
    held = f", {spent.reserved_tokens} tokens reserved for calls without an answer yet"
    return BudgetError(
        f"The budget of {' and '.join(_limits(budget))} allows no further call: {spent.tokens} "
        f"tokens and {spent.money:g} are spent on {_on_what(spent)}"
        f"{held if spent.reserved_tokens else ''}; the next call may take {intent.tokens} tokens "
        f"and {amount(intent.nano):g}.",
        "Whatever was answered is kept: raise `budget` in the plan and go on with --resume.",
    )


def _asked(annotator: Annotator) -> dict[str, Any]:
    given = sorted(annotator.given)
    return {
        "model": annotator.model,
        "revision": annotator.revision,
        "sampling": annotator.sampling,
        "given": given,
        "pictures": (annotator.frames, annotator.side) if "frames" in given else None,
        "prompts": annotator.prompts,
    }


def _limits(budget: Budget) -> Iterator[str]:
    if budget.tokens is not None:
        yield f"{budget.tokens} tokens"
    if budget.money is not None:
        yield f"{budget.money:g} (money)"


def _on_what(spent: Spending) -> str:
    each = (f"{one.annotator}: {one.calls} calls, {one.tokens} tokens" for one in spent.annotators)
    return "; ".join(each) or "no call"
