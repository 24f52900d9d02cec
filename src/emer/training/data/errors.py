"""What is wrong with data to train on."""

from __future__ import annotations

from emer.errors import UsageError


class RecordError(UsageError):
    """A row to train on, or the file that holds it, cannot be used; names place and fix."""
