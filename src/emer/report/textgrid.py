"""A TextGrid for Praat: interval tiers in the long text format."""

from __future__ import annotations

from collections.abc import Iterator

from emer.explanation import Explanation
from emer.report.tiers import Mark, Tier, span, tiers


def render(explanation: Explanation) -> str:
    """Return a TextGrid with one interval tier per tier, in UTF-8.

    Raises:
        UsageError: A still image has no time line.
    """
    total = span(explanation, ".TextGrid")
    found = tiers(explanation) or [Tier("emotions", None, ())]
    head = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {_seconds(total)}",
        "tiers? <exists>",
        f"size = {len(found)}",
        "item []:",
    ]
    body = [row for number, tier in enumerate(found, 1) for row in _tier(number, tier, total)]
    return "\n".join(head + body) + "\n"


def filled(marks: tuple[Mark, ...], total: int) -> Iterator[Mark]:
    """Yield the marks with empty ones between, so that they cover 0..total without gaps."""
    done = 0
    for one in marks:
        if one.start > done:
            yield Mark(done, one.start, "")
        yield one
        done = one.end
    if done < total:
        yield Mark(done, total, "")


def _tier(number: int, tier: Tier, total: int) -> Iterator[str]:
    intervals = list(filled(tier.marks, total))
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier"'
    yield f"        name = {_string(tier.name)}"
    yield "        xmin = 0"
    yield f"        xmax = {_seconds(total)}"
    yield f"        intervals: size = {len(intervals)}"
    for place, one in enumerate(intervals, 1):
        yield f"        intervals [{place}]:"
        yield f"            xmin = {_seconds(one.start)}"
        yield f"            xmax = {_seconds(one.end)}"
        yield f"            text = {_string(one.text)}"


def _string(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _seconds(milliseconds: int) -> str:
    text = f"{milliseconds // 1000}.{milliseconds % 1000:03d}"
    return text.rstrip("0").rstrip(".")
