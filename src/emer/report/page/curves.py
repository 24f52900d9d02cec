"""Lanes for measured signals: pitch, loudness, action units and whatever else there is."""

from __future__ import annotations

from emer.explanation import Curve, Explanation
from emer.report.page.drawing import Axis, canvas, curve, rule
from emer.report.page.lanes import lane, readout
from emer.report.page.markup import Html, joined, tag
from emer.report.plain import number, unit
from emer.report.words import Words, curve_name

# Action units shown at once; the others fold away.
_SHOWN = 6
# Share of the values at either end that may lie beyond a lane, drawn at its edge.
_OUTER = 0.02
_FIRST = ("pitch", "loudness")
_AFFECT = ("valence", "arousal")


def lanes(explanation: Explanation, said: Words, axis: Axis) -> list[Html]:
    """Return a lane per curve; the less active action units fold away."""
    usable = [one for one in explanation.curves if _measured(one) and one.name not in _AFFECT]
    units = sorted((one for one in usable if _is_unit(one)), key=_reach, reverse=True)
    shown = {id(one) for one in units[:_SHOWN]}
    others = [one for one in usable if not _is_unit(one)]
    others.sort(key=lambda one: _FIRST.index(one.name) if one.name in _FIRST else len(_FIRST))
    # In the order of the measurement, which keeps one person's units together.
    first = [one for one in usable if id(one) in shown]
    rest = [one for one in usable if _is_unit(one) and id(one) not in shown]
    drawn = [_lane(one, explanation, said, axis) for one in (*others, *first)]
    if rest:
        folded = (_lane(one, explanation, said, axis) for one in rest)
        title = tag("summary", said.more_units.format(len(rest)))
        drawn.append(tag("details", title, *folded, class_="folded"))
    return drawn


def bounds(one: Curve) -> tuple[float, float]:
    """Return the values at the bottom and the top of a curve's lane."""
    values = sorted(_measured(one))
    if _is_unit(one):
        return 0.0, max(1.0, values[-1])
    # A moment of digital silence or an octave error would flatten all the rest.
    outer = int(len(values) * _OUTER)
    low, high = values[outer], values[-1 - outer]
    margin = (high - low) * 0.1 or 1.0
    return low - margin, high + margin


def _is_unit(one: Curve) -> bool:
    return one.name.startswith("AU") and one.name[2:3].isdigit()


def _measured(one: Curve) -> list[float]:
    return [value for value in one.values if value is not None]


def _short(value: float) -> str:
    return number(float(f"{value:.3g}"))


def _reach(one: Curve) -> float:
    values = _measured(one)
    return max(values) - min(values)


def _lane(one: Curve, explanation: Explanation, said: Words, axis: Axis) -> Html:
    limits = bounds(one)
    long = curve_name(one.name, explanation.language)
    fixed = _is_unit(one)
    label = joined(
        readout(one.name if fixed else long, one.times, one.values),
        tag("span", one.person, class_="person") if one.person else "",
        tag("span", long, class_="long") if fixed else "",
        tag("span", f"{_short(limits[0])}…{_short(limits[1])}{unit(one.unit)}", class_="range"),
    )
    kind = "unit" if fixed else "voice" if one.name in _FIRST else "other"
    drawn = canvas(rule(limits[0], limits), curve(axis, one.times, one.values, limits))
    return lane(label, drawn, kind)
