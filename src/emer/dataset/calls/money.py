"""Money as whole billionths of a currency, so that sums are exact and limits are limits."""

from __future__ import annotations

import math
from fractions import Fraction

from emer.dataset.plan import Price

NANO = 10**9
_TOKENS = 10**6


def cost(price: Price, prompt_tokens: int, completion_tokens: int) -> int:
    """Return what tokens cost in billionths, rounded up.

    Args:
        price: Per million tokens.
        prompt_tokens: Of the prompt.
        completion_tokens: Of the answer.
    """
    million = _exact(price.input) * prompt_tokens + _exact(price.output) * completion_tokens
    return math.ceil(million * NANO / _TOKENS)


def nano(money: float) -> int:
    """Return an amount in billionths, rounded down."""
    return math.floor(_exact(money) * NANO)


def amount(nano: int) -> float:
    """Return billionths as an amount."""
    return nano / NANO


def _exact(value: float) -> Fraction:
    """Return the number as it was written: 0.1 is a tenth."""
    return Fraction(repr(float(value)))
