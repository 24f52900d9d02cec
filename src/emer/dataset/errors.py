"""What can go wrong while a dataset is built."""

from __future__ import annotations

from emer.errors import EmerError, UsageError


class PlanError(UsageError):
    """A plan is not valid; the message names line and key."""


class LeakError(EmerError):
    """Clips of a source are in an evaluation list."""


class BudgetError(EmerError):
    """The budget allows no further model call."""


class ServerError(EmerError):
    """A model server refuses to serve, or cannot be reached for long."""
