"""What is wrong with a plan: one line a problem, with the line, the key and what would be valid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from emer.dataset.errors import PlanError

MOST = 10
"""Problems told at once."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a plan.

    Attributes:
        line: In the file, from 1.
        key: Dotted path such as "annotators[1].rate.at_once"; empty for the plan as a whole.
        what: What is wrong, to be read behind the key: "is missing".
        valid: What would be right, as a sentence; empty if `what` says it.
    """

    line: int
    key: str
    what: str
    valid: str = ""

    @property
    def sentence(self) -> str:
        """Key and what is wrong with it."""
        key = self.key if len(self.key) <= 120 else f"{self.key[:117]}..."
        return f"{key or 'the plan'} {self.what}."

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence} {self.valid}".rstrip()


def refuse(path: Path, problems: Iterable[Problem]) -> PlanError:
    """Return the error that tells what is wrong with a plan, the first lines first.

    Args:
        path: The plan.
        problems: At least one; more than `MOST` are counted.
    """
    known = sorted(set(problems), key=lambda each: (each.line, each.key, each.what))
    if len(known) == 1:
        only = known[0]
        return PlanError(f"{path}, line {only.line}: {only.sentence}", only.valid or None)
    lines = [f"{path} has {len(known)} errors:", *(f"  {each}" for each in known[:MOST])]
    if len(known) > MOST:
        lines.append(f"  and {len(known) - MOST} more.")
    return PlanError("\n".join(lines))


def line_of(lines: Mapping[str, int], key: str) -> int:
    """Return the line of a key, or of the nearest one around it that stands in the file."""
    while key and key not in lines:
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return lines.get(key, 1)


def shown(value: object) -> str:
    """Return a value as an error shows it: on one line, and not at length."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
