"""The whole explanation as JSON, the one report that can be read back."""

from __future__ import annotations

from emer.explanation import Explanation


def render(explanation: Explanation) -> str:
    """Return indented JSON that `Explanation.from_json` reads back unchanged."""
    return explanation.to_json(indent=2) + "\n"
