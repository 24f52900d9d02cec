"""Measures of faces: what a cue about a face may cite, by name.

All are pure functions of the measurements over a span. Means weigh each frame by how far the
face in it can be trusted, and a frame under half of a person's usual quality sets no peak.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from emer.cues.measures import Function, define, measure
from emer.instruments.action_units import UNITS
from emer.measurements import FaceTrack, Floats, Measurements

ACTIVE = 0.35
"""Activation from which an action unit counts as shown (about intensity B of FACS)."""

CLOSED = 0.75
"""Eyelid closure from which the eyes count as closed rather than lowered."""

GAZE_DOWN, GAZE_AWAY = -0.10, 0.30
"""Place of the iris in half eye widths from which the eyes look down, or to the side."""

NOD_DEGREES, SHAKE_DEGREES = 4.0, 6.0
"""Least swing of the head that counts towards a nod or a shake."""

SLOWEST_SWING = 0.8
"""Seconds; a slower turn of the head is a change of posture, not part of a nod or shake."""

_ROUNDING = 6e-4  # spans are rounded to milliseconds, frames are not
_FULL_BLINK = 0.45  # seconds; lids that stay down longer are closed eyes

Reduce = Callable[[Floats, Floats, Floats], float]


def within(
    measurements: Measurements, start: float, end: float, person: str | None
) -> tuple[FaceTrack, NDArray[np.bool_]] | None:
    """Return a person's track and which of its frames lie in the span, None where none does.

    Without a person the most visible one is meant.
    """
    tracks = measurements.faces.tracks if measurements.faces else ()
    chosen = [track for track in tracks if person in (None, track.person)]
    if not chosen:
        return None
    inside = (chosen[0].times >= start - _ROUNDING) & (chosen[0].times <= end + _ROUNDING)
    return (chosen[0], inside) if inside.any() else None


def _per_face(signal: Callable[[FaceTrack], Floats], reduce: Reduce) -> Function:
    """Build a measure from a signal of a track and a reduction (times, values, quality)."""

    def function(measurements: Measurements, start: float, end: float, person: str | None) -> float:
        found = within(measurements, start, end, person)
        if found is None:
            return float("nan")
        track, inside = found
        return reduce(track.times[inside], signal(track)[inside], track.quality[inside])

    return function


def _mean(times: Floats, values: Floats, quality: Floats) -> float:
    return float(np.average(values, weights=quality)) if quality.sum() > 0 else float("nan")


def _trusted(values: Floats, quality: Floats) -> Floats:
    """Return the values, minus infinity where the face is seen much worse than usual."""
    return np.where(quality >= np.median(quality) / 2, values, -np.inf)


def _peak(times: Floats, values: Floats, quality: Floats) -> float:
    return float(_trusted(values, quality).max())


def _apex(times: Floats, values: Floats, quality: Floats) -> float:
    return float(times[int(_trusted(values, quality).argmax())])


def _share(times: Floats, values: Floats, quality: Floats) -> float:
    return _mean(times, (values >= ACTIVE).astype(np.float64), quality)


def _onset(times: Floats, values: Floats, quality: Floats) -> float:
    shown = np.flatnonzero(_trusted(values, quality) >= ACTIVE)
    return float(times[shown[0]]) if len(shown) else float("nan")


def _change(times: Floats, values: Floats, quality: Floats) -> float:
    """Mean over the last third of the span minus mean over the first third."""
    if len(times) < 3:
        return float("nan")
    third = (times[-1] - times[0]) / 3
    first, last = times <= times[0] + third, times >= times[-1] - third
    return _mean(times[last], values[last], quality[last]) - _mean(
        times[first], values[first], quality[first]
    )


def _deviation(times: Floats, values: Floats, quality: Floats) -> float:
    if len(values) < 2 or quality.sum() <= 0:
        return float("nan")
    squares = (values - _mean(times, values, quality)) ** 2
    return float(np.sqrt(np.average(squares, weights=quality)))


_REDUCTIONS: dict[str, tuple[Reduce, str, str]] = {
    "mean": (_mean, "ratio", "Mean activation of {0}, 0..1."),
    "peak": (_peak, "ratio", "Highest activation of {0}, 0..1."),
    "apex": (_apex, "s", "When {0} is most active."),
    "share": (_share, "ratio", "Share of the time in which {0} is shown."),
    "onset": (_onset, "s", "When {0} is first shown."),
    "change": (_change, "ratio", "Activation of {0} in the last third minus the first third."),
}


def _unit(name: str) -> Callable[[FaceTrack], Floats]:
    return lambda track: track.action_units[name]


def _asymmetry(name: str) -> Callable[[FaceTrack], Floats]:
    return lambda track: track.action_units[f"{name}_L"] - track.action_units[f"{name}_R"]


def _define_action_units() -> None:
    for unit in UNITS:
        for key, (reduce, scale, about) in _REDUCTIONS.items():
            text = about.format(f"{unit.name} ({unit.about})")
            define(f"face.{unit.name}.{key}", scale, _per_face(_unit(unit.name), reduce), text)
        if unit.sided:
            define(
                f"face.{unit.name}.asymmetry",
                "ratio",
                _per_face(_asymmetry(unit.name), _mean),
                f"Activation of {unit.name} on the person's left minus right, mean.",
            )


def lip_corner_sides(track: FaceTrack) -> Floats:
    """AU12 and AU14 on the person's left minus right, the mean of half a second, shape [n].

    The mean lets jitter cancel out, which on single frames is as large as a slight smirk.
    """
    units = track.action_units
    sides = units["AU12_L"] - units["AU12_R"] + units["AU14_L"] - units["AU14_R"]
    window = np.ones(5)
    frames = np.convolve(np.ones(len(sides)), window, "full")[2:-2]
    mean: Floats = np.convolve(sides, window, "full")[2:-2] / frames
    return mean


_SIGNALS: dict[str, tuple[Callable[[FaceTrack], Floats], str, str]] = {
    "pitch": (lambda track: track.pose[:, 0], "degrees", "head pitch (up positive)"),
    "yaw": (lambda track: track.pose[:, 1], "degrees", "head turn (viewer's right positive)"),
    "roll": (lambda track: track.pose[:, 2], "degrees", "head tilt (viewer's right positive)"),
    "gaze_right": (lambda track: track.gaze[:, 0], "ratio", "gaze to the viewer's right"),
    "gaze_up": (lambda track: track.gaze[:, 1], "ratio", "gaze upwards"),
    "mouth_open": (lambda track: track.mouth_open, "ratio", "inner-lip gap over face height"),
    "lip_corner_sides": (lip_corner_sides, "ratio", "lip corner raise, left minus right"),
    "blink": (lambda track: track.blink, "ratio", "eyelid closure"),
    "size": (lambda track: track.height_px, "px", "face height in source pixels"),
    "quality": (lambda track: track.quality, "ratio", "measurement quality of the face"),
}


def _define_signals() -> None:
    for name, (signal, unit, about) in _SIGNALS.items():
        define(f"face.{name}.mean", unit, _per_face(signal, _mean), f"Mean {about}.")
        define(f"face.{name}.peak", unit, _per_face(signal, _peak), f"Highest {about}.")
        define(f"face.{name}.deviation", unit, _per_face(signal, _deviation), f"Spread of {about}.")
        define(
            f"face.{name}.change",
            unit,
            _per_face(signal, _change),
            f"Change of {about}, last third minus first third.",
        )


_define_action_units()
_define_signals()


def swings(times: Floats, degrees: Floats, least: float) -> list[tuple[int, int, int]]:
    """Find quick swings to and fro.

    Args:
        times: Seconds, rising, shape [n].
        degrees: Head angle, shape [n].
        least: Least swing that counts, in degrees.

    Returns:
        For each run of swings of at most `SLOWEST_SWING` seconds: index of its first and last
        turning point, and the number of swings.
    """
    turns = _turning_points(degrees, least)
    runs: list[tuple[int, int, int]] = []
    for first, second in pairwise(turns):
        if times[second] - times[first] > SLOWEST_SWING:
            continue
        if runs and runs[-1][1] == first:
            runs[-1] = (runs[-1][0], second, runs[-1][2] + 1)
        else:
            runs.append((first, second, 1))
    return runs


def nod_spans(track: FaceTrack) -> list[tuple[int, int, int]]:
    """Find nods: the head goes down and up (or up and down) by `NOD_DEGREES`, quickly.

    Returns:
        First and last index and number of nods of each run.
    """
    runs = swings(track.times, _smooth(track.pose[:, 0]), NOD_DEGREES)
    return [(first, last, count // 2) for first, last, count in runs if count >= 2]


def shake_spans(track: FaceTrack) -> list[tuple[int, int, int]]:
    """Find head shakes: at least three quick turns by `SHAKE_DEGREES`; as `nod_spans`."""
    runs = swings(track.times, _smooth(track.pose[:, 1]), SHAKE_DEGREES)
    return [(first, last, count // 2) for first, last, count in runs if count >= 3]


def _turning_points(degrees: Floats, least: float) -> list[int]:
    """Return the indices of the ends and of the extremes that lie `least` apart."""
    found: list[int] = []
    low = high = 0
    way = 0  # 1 while the angle rises, -1 while it falls, 0 until it has moved
    for i in range(len(degrees)):
        low = i if degrees[i] < degrees[low] else low
        high = i if degrees[i] > degrees[high] else high
        if way >= 0 and degrees[high] - degrees[i] >= least:
            found, low, way = [*found, high], i, -1
        elif way <= 0 and degrees[i] - degrees[low] >= least:
            found, high, way = [*found, low], i, 1
    return [*found, high if way > 0 else low] if way else []


def _smooth(values: Floats) -> Floats:
    if len(values) < 3:
        return values
    padded = np.concatenate([values[:1], values, values[-1:]])
    smooth: Floats = np.convolve(padded, (0.25, 0.5, 0.25), "valid")
    return smooth


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return first and last index of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(int)))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _count(find: Callable[[FaceTrack], list[tuple[int, int, int]]]) -> Function:
    """Build a measure that counts the nods or shakes that lie wholly in the span."""

    def function(measurements: Measurements, start: float, end: float, person: str | None) -> float:
        found = within(measurements, start, end, person)
        if found is None:
            return float("nan")
        track, inside = found
        return float(sum(n for first, last, n in find(track) if inside[first] and inside[last]))

    return function


define("face.nods", "count", _count(nod_spans), "Number of nods that lie wholly in the span.")
define("face.shakes", "count", _count(shake_spans), "Number of head shakes, wholly in the span.")


@measure("face.blink_rate", "1/min")
def blink_rate(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Blinks a minute of the time in which the face is measured."""
    found = within(measurements, start, end, person)
    if found is None or found[1].sum() < 2:
        return float("nan")
    track, inside = found
    times, closed = track.times[inside], track.blink[inside] >= 0.6
    step = float(np.median(np.diff(times)))
    blinks = sum(times[last] - times[first] <= _FULL_BLINK for first, last in runs(closed))
    return float(60.0 * blinks / (len(times) * step))


def _share_where(test: Callable[[FaceTrack], NDArray[np.bool_]]) -> Function:
    return _per_face(lambda track: test(track).astype(np.float64), _mean)


def gazes_down(track: FaceTrack) -> NDArray[np.bool_]:
    """Whether the eyes look down in each frame of a track, shape [n]."""
    return (track.gaze[:, 1] < GAZE_DOWN) & (track.blink < CLOSED)


def gazes_away(track: FaceTrack) -> NDArray[np.bool_]:
    """Whether the eyes look to the side in each frame of a track, shape [n]."""
    return (np.abs(track.gaze[:, 0]) > GAZE_AWAY) & (track.blink < CLOSED)


define(
    "face.gaze_down.share", "ratio", _share_where(gazes_down), "Share of time the eyes look down."
)
define(
    "face.gaze_away.share",
    "ratio",
    _share_where(gazes_away),
    "Share of time the eyes look to the side.",
)
define(
    "face.eyes_closed.share",
    "ratio",
    _share_where(lambda track: track.blink >= CLOSED),
    "Share of time the eyes are closed.",
)


@measure("face.motion", "1/s")
def motion(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Mean change of the action units a second, summed over those not moved by speech."""
    found = within(measurements, start, end, person)
    if found is None or found[1].sum() < 2:
        return float("nan")
    track, inside = found
    values = np.array([track.action_units[name][inside] for name in SILENT_UNITS])
    seconds = float(np.ptp(track.times[inside]))
    return float(np.abs(np.diff(values, axis=1)).sum() / seconds) if seconds > 0 else float("nan")


SILENT_UNITS = ("AU1", "AU2", "AU4", "AU5", "AU6", "AU7", "AU9", "AU12", "AU15")
"""Action units that speaking alone does not move much."""


@measure("face.expressiveness", "ratio")
def expressiveness(
    measurements: Measurements, start: float, end: float, person: str | None
) -> float:
    """Mean of the strongest action unit in each frame, those moved by speech left out."""
    return _per_face(
        lambda track: np.max([track.action_units[name] for name in SILENT_UNITS], axis=0), _mean
    )(measurements, start, end, person)


@measure("face.visible.share", "ratio")
def visible(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of the sampled frames in which a person's face is measured."""
    inside = _frames(measurements, start, end)
    if inside is None:
        return float("nan")
    found = within(measurements, start, end, person)
    return float(found[1].sum() / inside.sum()) if found else 0.0


def _frames(measurements: Measurements, start: float, end: float) -> NDArray[np.bool_] | None:
    """Return which sampled frames lie in a span, None if none does."""
    if measurements.faces is None:
        return None
    times = measurements.faces.times
    inside = (times >= start - _ROUNDING) & (times <= end + _ROUNDING)
    return inside if inside.any() else None


def _per_frame(signal: Callable[[Measurements], Floats]) -> Function:
    """Build a measure of the whole picture: the mean of a signal over the span."""

    def function(measurements: Measurements, start: float, end: float, person: str | None) -> float:
        inside = _frames(measurements, start, end)
        return float("nan") if inside is None else float(signal(measurements)[inside].mean())

    return function


def _scan_signal(name: str) -> Callable[[Measurements], Floats]:
    return lambda measurements: np.asarray(getattr(measurements.faces, name), np.float64)


define("face.light.mean", "ratio", _per_frame(_scan_signal("brightness")), "Mean luma, 0..1.")
define("face.count.mean", "count", _per_frame(_scan_signal("faces")), "Faces measured per frame.")
define(
    "face.absent.share",
    "ratio",
    _per_frame(lambda m: (_scan_signal("faces")(m) == 0).astype(np.float64)),
    "Share of frames in which no face is measured.",
)
define(
    "face.unusable.share",
    "ratio",
    _per_frame(lambda m: (_scan_signal("unusable")(m) > 0).astype(np.float64)),
    "Share of frames with a face that is there but cannot be measured.",
)
