"""Named measures: the only way a number gets into a cue, so that it can be got again.

A measure is a pure function `(measurements, start, end, person) -> float` under a dotted name.
An observer calls `evidence(...)`, which evaluates the measure and records its name and span;
`remeasure` evaluates the recorded evidence on fresh measurements of the same file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from emer.explanation import Cue, Evidence
from emer.measurements import Measurements

Function = Callable[[Measurements, float, float, str | None], float]

DIGITS = 4


@dataclass(frozen=True)
class Measure:
    """A named measure.

    Attributes:
        name: Dotted name, first part the instrument ("face", "voice", "events", "words").
        unit: Unit of the value.
        function: Evaluates it; NaN where there is nothing to measure.
        about: One sentence for the documentation.
    """

    name: str
    unit: str
    function: Function
    about: str


MEASURES: dict[str, Measure] = {}


def measure(name: str, unit: str) -> Callable[[Function], Function]:
    """Register a measure under a name; the first line of its docstring documents it.

    Raises:
        ValueError: The name is taken.
    """

    def register(function: Function) -> Function:
        define(name, unit, function, (function.__doc__ or "").strip().splitlines()[0])
        return function

    return register


def define(name: str, unit: str, function: Function, about: str) -> None:
    """Register a measure made at run time, e.g. one per action unit.

    Raises:
        ValueError: The name is taken.
    """
    if name in MEASURES:
        raise ValueError(f"measure {name!r} is defined twice")
    MEASURES[name] = Measure(name, unit, function, about)


def evaluate(
    name: str, measurements: Measurements, start: float, end: float, person: str | None = None
) -> float:
    """Evaluate a measure over a span, rounded to `DIGITS` significant digits.

    Returns:
        The value in the measure's unit; NaN where there is nothing to measure.

    Raises:
        KeyError: No such measure.
    """
    if name not in MEASURES:
        raise KeyError(f"no measure {name!r}; valid: {', '.join(sorted(MEASURES))}")
    # Measures are pure, and several cues may rest on the same one over the whole clip.
    known = measurements.memo.setdefault("measures", {})
    key = (name, start, end, person)
    if key not in known:
        known[key] = significant(MEASURES[name].function(measurements, start, end, person))
    value: float = known[key]
    return value


def evidence(
    name: str,
    measurements: Measurements,
    start: float,
    end: float,
    person: str | None = None,
    *,
    source: str,
    reference: float | None = None,
) -> Evidence:
    """Measure and record: the evidence of a cue, with its span.

    Raises:
        ValueError: There is nothing to measure in the span (a cue may not rest on it).
    """
    start, end = span(start), span(end)
    value = evaluate(name, measurements, start, end, person)
    if not math.isfinite(value):
        raise ValueError(f"{name} has no value between {start} and {end} s")
    return Evidence(
        measure=name,
        value=value,
        unit=MEASURES[name].unit,
        reference=None if reference is None else significant(reference),
        source=source,
        start=start,
        end=end,
    )


def remeasure(cue: Cue, measurements: Measurements) -> list[tuple[Evidence, float]]:
    """Evaluate a cue's evidence again on fresh measurements.

    Returns:
        Each piece of evidence with the value got now.
    """
    return [
        (
            piece,
            evaluate(
                piece.measure,
                measurements,
                cue.start if piece.start is None else piece.start,
                cue.end if piece.end is None else piece.end,
                cue.person,
            ),
        )
        for piece in cue.evidence
    ]


def significant(value: float, digits: int = DIGITS) -> float:
    """Round to significant digits, so that text and number agree."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else value


def span(seconds: float) -> float:
    """Round a time to milliseconds."""
    return round(float(seconds), 3)
