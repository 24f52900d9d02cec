"""How a training run ends before its time."""

from __future__ import annotations

from emer.errors import EmerError


class DivergedError(EmerError):
    """The loss or a gradient is not a number any more; the weights on disk are the last good."""


class TrainingInterrupted(KeyboardInterrupt):
    """A signal asked the run to stop; a checkpoint was written (exit code 130)."""
