"""Thin the measured signals to what a drawing needs."""

from __future__ import annotations

import math

import numpy as np

from emer.explanation import Curve
from emer.measurements import FaceTrack, Floats, Measurements

POINTS = 400
PEOPLE = 3
# The units most expressions are read from; the rest would crowd the drawing.
ACTION_UNITS = ("AU01", "AU02", "AU04", "AU05", "AU06", "AU07", "AU09", "AU10", "AU12", "AU14",
                "AU15", "AU17", "AU20", "AU24", "AU26")  # fmt: skip
QUIET = 0.1
# A gap between neighbouring points longer than this breaks the line.
GAP_SECONDS = 1.0


def draw(measurements: Measurements) -> tuple[Curve, ...]:
    """Return the curves of a clip: action units per person, pitch and loudness."""
    curves: list[Curve] = []
    for track in (measurements.faces.tracks if measurements.faces else ())[:PEOPLE]:
        curves += _face(track)
    if measurements.voice is not None and len(measurements.voice.f0):
        voice = measurements.voice
        curves.append(_curve("pitch", "Hz", None, voice.times, voice.f0))
        curves.append(_curve("loudness", "dBFS", None, voice.times, voice.loudness))
    return tuple(curves)


def _face(track: FaceTrack) -> list[Curve]:
    shown = [
        name
        for name in sorted(track.action_units)
        if _plain(name) in ACTION_UNITS and np.nanmax(track.action_units[name], initial=0.0) > QUIET
    ]
    return [
        _curve(name, "activation", track.person, track.times, track.action_units[name])
        for name in shown
    ]


def _plain(name: str) -> str:
    """AU1 and AU01 are the same unit; a side (AU12_L) is not drawn."""
    digits = name.removeprefix("AU")
    return f"AU{int(digits):02d}" if digits.isdigit() else name


def _curve(name: str, unit: str, person: str | None, times: Floats, values: Floats) -> Curve:
    """Average the signal in at most `POINTS` bins of equal time."""
    if not len(times):
        return Curve(name=name, unit=unit, person=person, times=(), values=())
    span = max(float(times[-1] - times[0]), 1e-9)
    bins = np.minimum((times - times[0]) / span * POINTS, POINTS - 1).astype(int)
    points: list[tuple[float, float | None]] = []
    for index in np.unique(bins):
        inside = bins == index
        at = float(times[inside].mean())
        if points and at - points[-1][0] > max(GAP_SECONDS, 3 * span / POINTS):
            points.append(((at + points[-1][0]) / 2, None))
        known = values[inside][np.isfinite(values[inside])]
        points.append((at, float(known.mean()) if len(known) else None))
    return Curve(
        name=name,
        unit=unit,
        person=person,
        times=tuple(round(at, 3) for at, _ in points),
        values=tuple(None if v is None or math.isnan(v) else float(f"{v:.4g}") for _, v in points),
    )
