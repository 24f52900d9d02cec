"""Which action units make which facial cue, and where in a track they are shown.

Combinations after Ekman, Friesen & Hager 2002 (FACS) and Friesen & Ekman 1983 (EMFACS). The
thresholds are on activations 0..1, in which FACS intensity B begins near 0.25, C near 0.45 and
D near 0.7.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from emer.cues.face_measures import lip_corner_sides, runs
from emer.measurements import FaceTrack, Floats

Family = Literal["smile", "frown", "sorrow", "alarm", "tension"]
Curve = Callable[[FaceTrack], Floats]

TALKING = 0.012
"""Spread of the inner-lip gap (over face height) within a second that means talking."""

_BRIDGE = 0.4  # seconds; a shorter dip does not end an expression
_TRACK_GAP = 0.7  # seconds; no expression is assumed to last while the face is away
_FRONTAL = (8.0, 18.0)  # degrees of yaw between which sides stop being comparable
_TALK_WINDOW = 0.4  # seconds to either side
_SHUT = 0.012  # inner-lip gap over face height; the jitter of closed lips stays under it
_MOUTH_YAW = (22.0, 45.0)  # degrees between which the far half of the mouth goes out of sight
_FEW = 3  # frames
_PAUSE = 0.2  # seconds
_EVEN = 1e-6  # seconds; differences of times are not exact
_CUT_OFF = 0.6  # of the least length: the clip shows only part of what it begins or ends with


@dataclass(frozen=True)
class Pattern:
    """A facial cue as a function of a track.

    Attributes:
        kind: Kind of the cue.
        family: What it resembles; neighbouring cues of different families are a change.
        curve: Strength 0..1 over time in a track, shape [n].
        on: Strength at which it begins.
        off: Strength under which it ends.
        cites: Action units that go into the evidence, the leading one first.
        least: Least length in seconds.
        trust: How well it is measured, 0..1: how far its signals were seen to follow the face.
        spoken: Whether talking moves the same muscles, so that while the person talks it must
            last twice as long, and in a turned face it is not to be trusted.
    """

    kind: str
    family: Family
    curve: Curve
    on: float
    off: float
    cites: tuple[str, ...]
    least: float = 0.3
    trust: float = 0.9
    spoken: bool = False


@dataclass(frozen=True)
class Shown:
    """Where a pattern is shown in a track.

    Attributes:
        pattern: The pattern.
        first: Index of its first frame.
        last: Index of its last frame.
        peak: Highest strength, 0..1.
        mean: Mean strength, 0..1.
        talking: Share of the frames in which the mouth moves as in speech.
    """

    pattern: Pattern
    first: int
    last: int
    peak: float
    mean: float
    talking: float


def one(name: str) -> Curve:
    """Return the curve of a single action unit."""
    return lambda track: track.action_units[name]


def both(first: str, second: str) -> Curve:
    """Return the curve of two action units together: the weaker of them."""
    return lambda track: np.minimum(track.action_units[first], track.action_units[second])


def without(name: str, other: str) -> Curve:
    """Return the curve of an action unit as far as it exceeds another."""
    return lambda track: np.clip(track.action_units[name] - track.action_units[other], 0, 1)


def _frown(track: FaceTrack) -> Floats:
    """AU4 without a raised inner brow and without a smile, which brings brows and eyes closer."""
    units = track.action_units
    frown: Floats = np.clip(units["AU4"] - units["AU1"], 0, 1) * (1 - units["AU12"])
    return frown


def _grief(track: FaceTrack) -> Floats:
    """AU1 with AU4, of which little is asked: a raised inner brow hides most of what it does."""
    return np.minimum(track.action_units["AU1"], 2.0 * track.action_units["AU4"])


def _startled_jaw(track: FaceTrack) -> Floats:
    """AU26 with raised lids or brows: the jaw alone drops in every syllable.

    With lowered brows as well, it is a shout.
    """
    units = track.action_units
    upper = np.max([units["AU5"], units["AU1"], units["AU2"]], axis=0) - units["AU4"]
    jaw: Floats = np.minimum(units["AU26"], np.clip(1.5 * upper, 0, 1))
    return jaw


def _one_sided(track: FaceTrack) -> Floats:
    """Lip corners apart, in a face seen from the front: turning it hides one of them."""
    frontal = np.interp(np.abs(track.pose[:, 1]), _FRONTAL, (1.0, 0.0))
    sides: Floats = np.abs(lip_corner_sides(track)) * frontal
    return sides


def _crumpled(track: FaceTrack) -> Floats:
    """AU4 with AU6 and AU43, the core of a crying face.

    Laughter shuts the eyes as well, but with AU12 over an open mouth and little of AU4.
    """
    units = track.action_units
    shut = (units["AU43"] - 0.4) / 0.5
    core = np.min([1.5 * units["AU6"], shut, 3.0 * units["AU4"]], axis=0)
    laughter = np.clip(1.5 * np.minimum(units["AU12"], units["AU25"]), 0, 1)
    crumpled: Floats = np.clip(core, 0, 1) * (1 - laughter)
    return crumpled


def _smile(track: FaceTrack) -> Floats:
    """AU12 unless the upper face shows distress, in which the mouth is drawn wide as well."""
    units = track.action_units
    crying = np.clip((_crumpled(track) - 0.2) / 0.4, 0, 1)
    grieving = np.clip((units["AU1"] - 0.35) / 0.35, 0, 1) * units["AU43"]
    smile: Floats = units["AU12"] * (1 - np.maximum(crying, grieving))
    return smile


PATTERNS: tuple[Pattern, ...] = (
    Pattern("smile", "smile", _smile, 0.28, 0.18, ("AU12", "AU6"), least=0.4, trust=1.0),
    Pattern("face_crumpled", "sorrow", _crumpled, 0.45, 0.30, ("AU4", "AU6", "AU43"), least=0.5),
    Pattern("brow_lowered", "frown", _frown, 0.28, 0.18, ("AU4",)),
    Pattern("brow_knit_raised", "sorrow", _grief, 0.25, 0.15, ("AU1", "AU4"), trust=0.8),
    Pattern("inner_brow_raised", "sorrow", without("AU1", "AU2"), 0.22, 0.12, ("AU1", "AU2")),
    Pattern("brow_raised", "alarm", both("AU1", "AU2"), 0.30, 0.20, ("AU1", "AU2")),
    Pattern("eyes_widened", "alarm", one("AU5"), 0.45, 0.30, ("AU5",), trust=0.8),
    Pattern("eyes_narrowed", "frown", one("AU7"), 0.35, 0.25, ("AU7",), least=0.5, trust=0.8),
    Pattern("nose_wrinkled", "frown", one("AU9"), 0.25, 0.15, ("AU9", "AU4"), trust=0.6),
    Pattern(
        "upper_lip_raised", "frown", one("AU10"), 0.30, 0.20, ("AU10",), trust=0.7, spoken=True
    ),
    Pattern(
        "lip_corner_one_sided",
        "frown",
        _one_sided,
        0.30,
        0.20,
        ("AU12", "lip_corner_sides"),
        least=0.5,
        trust=0.6,
    ),
    Pattern(
        "lip_corners_down", "sorrow", one("AU15"), 0.30, 0.20, ("AU15",), trust=0.7, spoken=True
    ),
    Pattern("chin_raised", "sorrow", one("AU17"), 0.35, 0.25, ("AU17",), trust=0.8, spoken=True),
    Pattern("lips_pressed", "tension", one("AU24"), 0.35, 0.25, ("AU24", "AU23"), spoken=True),
    Pattern("lips_stretched", "alarm", one("AU20"), 0.35, 0.25, ("AU20",), trust=0.7, spoken=True),
    Pattern("lips_sucked", "tension", one("AU28"), 0.40, 0.30, ("AU28",), spoken=True),
    Pattern("jaw_dropped", "alarm", _startled_jaw, 0.40, 0.30, ("AU26", "AU1", "AU5"), spoken=True),
    Pattern("mouth_open_wide", "alarm", one("AU26"), 0.65, 0.45, ("AU26", "AU25"), trust=0.8),
)


def shown(track: FaceTrack, pattern: Pattern) -> list[Shown]:
    """Find where a pattern is shown in a track, strongest first.

    A span begins at `on`, ends under `off` and survives shorter dips; a still image is a span
    of one frame, and in a track shorter than that most of the track will do.
    """
    if not len(track.times):
        return []
    strength = pattern.curve(track)
    if pattern.spoken:
        strength = strength * np.interp(np.abs(track.pose[:, 1]), _MOUTH_YAW, (1.0, 0.35))
    talk = talking(track)
    still = len(track.times) == 1
    whole = 0.8 * (track.times[-1] - track.times[0]) if len(track.times) >= _FEW else np.inf
    found = []
    for first, last in spans(track.times, strength, pattern.on, pattern.off):
        part = slice(first, last + 1)
        spoken = float(talk[part].mean())
        moved = pattern.spoken or pattern.family == "smile"
        least = min(whole, pattern.least * (2.0 if moved and spoken > 0.5 else 1.0))
        if first == 0 or last == len(track.times) - 1:
            least *= _CUT_OFF
        if still or track.times[last] - track.times[first] >= least - _EVEN:
            mean = float(np.average(strength[part], weights=track.quality[part]))
            found.append(Shown(pattern, first, last, float(strength[part].max()), mean, spoken))
    return sorted(found, key=lambda item: (-item.peak, item.first))


def spans(times: Floats, values: Floats, on: float, off: float) -> list[tuple[int, int]]:
    """Find spans by hysteresis.

    Args:
        times: Seconds, rising, shape [n].
        values: Strength, shape [n].
        on: A span holds at least one value of at least this.
        off: A span holds no longer run of values under this than 0.4 seconds.

    Returns:
        First and last index of each span, the same whichever way time runs.
    """
    active = np.flatnonzero(values >= off)
    if not len(active):
        return []
    gaps = np.diff(times[active])
    near = np.diff(active) == 1
    breaks = np.flatnonzero((~near & (gaps > _BRIDGE + _EVEN)) | (gaps > _TRACK_GAP + _EVEN))
    pieces = np.split(active, breaks + 1)
    return [
        (int(piece[0]), int(piece[-1])) for piece in pieces if bool((values[piece] >= on).any())
    ]


def talking(track: FaceTrack) -> NDArray[np.bool_]:
    """Whether the mouth opens and closes as in speech around each frame of a track, shape [n]."""
    moving = np.zeros(len(track.times), np.bool_)
    for i, time in enumerate(track.times):
        near = np.abs(track.times - time) <= _TALK_WINDOW + _EVEN
        moving[i] = near.sum() > 2 and float(track.mouth_open[near].std()) > TALKING
    # Closed lips between two words are talk, closed lips before the first word are not.
    shut = track.mouth_open < _SHUT
    for first, last in runs(shut):
        if track.times[last] - track.times[first] >= _PAUSE - _EVEN:
            moving[first : last + 1] &= ~shut[first : last + 1]
    return moving
