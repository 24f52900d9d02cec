"""Marks on a time line, sorted into tiers in which nothing overlaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from emer.errors import UsageError
from emer.explanation import Cue, Explanation
from emer.report.plain import labels, length, line, signed, still
from emer.report.words import words

Item = TypeVar("Item")

MODALITIES = ("visual", "auditory", "textual")


@dataclass(frozen=True)
class Mark:
    """A labelled span.

    Attributes:
        start: Start in milliseconds from the start of the clip.
        end: End in milliseconds, later than `start`.
        text: The label, on one line.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Tier:
    """Marks in order of time, none overlapping another.

    Attributes:
        name: Unique within the report.
        person: Identity-free id of the person the tier is about, or None.
        marks: At least one.
    """

    name: str
    person: str | None
    marks: tuple[Mark, ...]


def milliseconds(seconds: float) -> int:
    """Return a time as whole milliseconds."""
    return round(seconds * 1000)


def mark(start: float, end: float, text: str) -> Mark:
    """Make a mark from seconds; one without length is widened to a millisecond."""
    first = milliseconds(start)
    return Mark(first, max(milliseconds(end), first + 1), line(text))


def pack(items: Iterable[Item], span: Callable[[Item], tuple[int, int]]) -> list[list[Item]]:
    """Sort items into as few rows as possible so that none overlaps another in its row.

    First fit in order of start, which is optimal for intervals.

    Args:
        items: What to sort.
        span: Start and end of an item; rows may touch.
    """
    rows: list[list[Item]] = []
    for one in sorted(items, key=span):
        row = next((row for row in rows if span(row[-1])[1] <= span(one)[0]), None)
        if row is None:
            rows.append([one])
        else:
            row.append(one)
    return rows


def span(explanation: Explanation, kind: str) -> int:
    """Return the milliseconds a time line covers.

    Raises:
        UsageError: A still image has no time line.
    """
    if still(explanation):
        raise UsageError(
            f"{explanation.clip.name!r} has no duration, so there is no time line for {kind}.",
            "Choose a report without one: .json, .md, .html or .csv.",
        )
    last = max((m.end for tier in tiers(explanation) for m in tier.marks), default=0)
    return max(milliseconds(length(explanation)), last)


def tiers(explanation: Explanation) -> list[Tier]:
    """Return the tiers of a report: emotions, affect, words, then cues per modality and person.

    Where marks overlap, a tier is split into numbered ones ("visual p1", "visual p1 (2)").
    """
    groups: dict[str, tuple[str | None, list[Mark]]] = {
        name: (None, marks) for name, marks in _overall(explanation)
    }
    for cue in sorted(explanation.cues, key=_order):
        groups.setdefault(_group(cue), (cue.person, []))[1].append(_cue(cue))
    return _split(groups)


def _overall(explanation: Explanation) -> list[tuple[str, list[Mark]]]:
    comma = words(explanation.language).comma
    moments, said = explanation.timeline, explanation.subtitle.segments
    feelings = [mark(m.start, m.end, labels(m.emotions, comma)) for m in moments if m.emotions]
    affect = [
        mark(m.start, m.end, f"valence {signed(m.valence)} arousal {signed(m.arousal)}")
        for m in moments
    ]
    spoken = [mark(s.start, s.end, s.text) for s in said if s.text.strip()]
    return [("emotions", feelings), ("valence and arousal", affect), ("words", spoken)]


def _order(cue: Cue) -> tuple[int, str]:
    return MODALITIES.index(cue.modality), cue.person or ""


def _group(cue: Cue) -> str:
    return f"{cue.modality} {line(cue.person)}" if cue.person else cue.modality


def _cue(cue: Cue) -> Mark:
    return mark(cue.start, cue.end, f"{cue.id} {cue.kind}: {cue.statement}")


def _split(groups: dict[str, tuple[str | None, list[Mark]]]) -> list[Tier]:
    found: dict[str, Tier] = {}
    for name, (person, marks) in groups.items():
        number = 1
        for row in pack(marks, lambda one: (one.start, one.end)):
            # A person id may look like a numbered name: count on until the name is free.
            while (title := name if number == 1 else f"{name} ({number})") in found:
                number += 1
            found[title] = Tier(title, line(person) if person else None, tuple(row))
    return list(found.values())
