"""What a stage of the build is, and how its results are known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, Protocol

from emer.dataset.entry import Entry


class Stage(Protocol):
    """A step from entry to entry.

    The same entry gives the same result, on any machine: what a model answered comes from the
    store of calls, and what was measured from that of observations.
    """

    @property
    def name(self) -> str:
        """Name in the plan and the report, e.g. "merge"."""
        ...

    def settings(self) -> dict[str, Any]:
        """Return, as plain JSON, everything that changes a result, the stage's version included."""
        ...

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with what this stage adds."""
        ...


def chain(stages: Iterable[Stage]) -> str:
    """Return the hash of what a line of stages does: one hash, one result."""
    settings = [[stage.name, stage.settings()] for stage in stages]
    return digest(settings)


def digest(value: Any) -> str:
    """Return the SHA-256 of a value as canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
