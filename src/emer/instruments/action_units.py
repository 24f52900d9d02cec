"""FACS action units from blendshapes and from the geometry of the face turned to the front.

The blendshapes of the MediaPipe face model (names of Apple's ARKit) follow expressions well in
a face that looks at the camera, but several never fire (`DEAD`) and the rest drift with head
turn, because they see flat landmarks. Distances in the face turned to the front do not drift,
but differ between people at rest. So each action unit is a weighted mean of both, blendshapes
count less the further the head is turned, and resting values are taken from the person where
the clip is long enough, within the range that neutral faces have.

Action units and their appearance: Ekman, Friesen & Hager 2002, Facial Action Coding System.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emer.instruments.face_geometry import FEATURES, SIDED
from emer.measurements import Floats

DEAD = ("cheekPuff", "cheekSquint", "jawForward", "mouthClose", "noseSneer")
"""Blendshapes that stay under 0.01 on every face tried, posed disgust and laughter included."""

BASELINE_SECONDS = 3.0
"""From this length on a person's own resting values count fully; below, in proportion."""

_REST_SHARE = 20  # the percentile of a person's own values that counts as rest
_FRONTAL, _TURNED, _LEAST = 10.0, 40.0, 0.25  # yaw in degrees; weight left to blendshapes
_NEAR_SIDE = 30.0  # degrees of yaw at which only the side nearer to the camera counts


@dataclass(frozen=True)
class Part:
    """One signal that an action unit is measured on.

    Attributes:
        signal: A blendshape ("mouthSmile": both sides are looked up where it is sided) or a
            feature of `face_geometry`.
        rest: Typical value in a neutral face.
        spread: How far a person's own resting value may lie from `rest`.
        full: Change from rest at which the action unit counts as fully active; its sign says
            which way the signal moves.
        weight: Share in the action unit, relative to the other parts.
    """

    signal: str
    rest: float
    spread: float
    full: float
    weight: float = 1.0


@dataclass(frozen=True)
class Unit:
    """How one action unit is measured.

    Attributes:
        name: "AU12".
        about: Name of the action unit in FACS.
        parts: Signals; the activation is their weighted mean.
        less: Action units that move the same signals; their activation is taken off.
        only: Action units without which this one cannot be told apart.
    """

    name: str
    about: str
    parts: tuple[Part, ...]
    less: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    @property
    def sided(self) -> bool:
        """Whether left and right are measured apart."""
        return any(_is_sided(part.signal) for part in self.parts)


UNITS: tuple[Unit, ...] = (
    Unit(
        "AU1",
        "inner brow raiser",
        (Part("inner_brow", 0.24, 0.03, 0.07), Part("browInnerUp", 0.05, 0.10, 0.60)),
    ),
    Unit(
        "AU2",
        "outer brow raiser",
        (Part("outer_brow", 0.20, 0.025, 0.06), Part("browOuterUp", 0.15, 0.15, 0.60)),
    ),
    Unit(
        "AU4",
        "brow lowerer",
        (
            Part("inner_brow", 0.24, 0.03, -0.07, 0.5),
            Part("brow_gap", 0.31, 0.015, -0.035, 0.25),
            Part("browDown", 0.03, 0.08, 0.45),
        ),
    ),
    Unit(
        "AU5",
        "upper lid raiser",
        (
            Part("upper_lid", 0.80, 0.08, 0.25),
            Part("eye_open", 0.33, 0.05, 0.12, 0.5),
            Part("eyeWide", 0.01, 0.01, 0.12, 0.5),
        ),
        less=("AU43", "AU6"),
    ),
    Unit(
        "AU6",
        "cheek raiser",
        (Part("cheek", -0.385, 0.02, 0.06), Part("lower_lid", -0.09, 0.02, 0.06)),
    ),
    Unit(
        "AU7",
        "lid tightener",
        (
            Part("lower_lid", -0.09, 0.02, 0.06, 0.5),
            Part("eye_open", 0.30, 0.06, -0.14, 0.5),
            Part("eyeSquint", 0.42, 0.15, 0.40),
        ),
        less=("AU43",),
    ),
    Unit(
        "AU9",
        "nose wrinkler",
        (Part("nostril", -0.41, 0.02, 0.06),),
        less=("AU12",),
        only=("AU4",),
    ),
    Unit(
        "AU10",
        "upper lip raiser",
        (Part("mouthUpperUp", 0.02, 0.02, 0.50), Part("upper_lip", 0.175, 0.02, -0.06)),
        less=("AU12",),
    ),
    Unit(
        "AU12",
        "lip corner puller",
        (
            Part("mouthSmile", 0.02, 0.05, 0.80),
            Part("corner_raise", -0.285, 0.03, 0.09, 0.5),
            Part("mouth_width", 0.55, 0.03, 0.16, 0.25),
        ),
    ),
    Unit("AU14", "dimpler", (Part("mouthDimple", 0.01, 0.02, 0.20),)),
    Unit(
        "AU15",
        "lip corner depressor",
        (Part("corner_level", -0.005, 0.015, -0.04), Part("mouthFrown", 0.0, 0.02, 0.35)),
        less=("AU12", "AU25"),
    ),
    Unit("AU16", "lower lip depressor", (Part("mouthLowerDown", 0.03, 0.03, 0.50),)),
    Unit("AU17", "chin raiser", (Part("mouthShrugLower", 0.02, 0.03, 0.35),)),
    Unit("AU18", "lip pucker", (Part("mouthPucker", 0.05, 0.15, 0.90),)),
    Unit(
        "AU20",
        "lip stretcher",
        (Part("mouthStretch", 0.02, 0.03, 0.30), Part("mouth_width", 0.55, 0.03, 0.12)),
        less=("AU12",),
    ),
    Unit("AU22", "lip funneler", (Part("mouthFunnel", 0.01, 0.01, 0.25),)),
    Unit(
        "AU23",
        "lip tightener",
        (Part("lip_thickness", 0.19, 0.03, -0.09),),
        less=("AU12", "AU25"),
    ),
    Unit(
        "AU24",
        "lip pressor",
        (Part("mouthPress", 0.05, 0.08, 0.45), Part("lip_thickness", 0.19, 0.03, -0.09, 0.5)),
        less=("AU25",),
    ),
    Unit("AU25", "lips part", (Part("mouth_gap", 0.015, 0.0, 0.06),)),
    Unit(
        "AU26",
        "jaw drop",
        (Part("jawOpen", 0.02, 0.03, 0.50), Part("mouth_gap", 0.015, 0.0, 0.11)),
    ),
    Unit(
        "AU28",
        "lip suck",
        (Part("mouthRollLower", 0.05, 0.05, 0.40), Part("mouthRollUpper", 0.05, 0.05, 0.40)),
        less=("AU25",),
    ),
    Unit("AU43", "eyes closed", (Part("eye_open", 0.20, 0.0, -0.14),)),
)

SIDED_BLENDSHAPES = frozenset(
    {
        "browDown",
        "browOuterUp",
        "eyeSquint",
        "eyeWide",
        "mouthDimple",
        "mouthFrown",
        "mouthLowerDown",
        "mouthPress",
        "mouthSmile",
        "mouthStretch",
        "mouthUpperUp",
    }
)


def _is_sided(signal: str) -> bool:
    return signal in SIDED or signal in SIDED_BLENDSHAPES


def _blendshapes() -> tuple[str, ...]:
    """List the blendshapes the table needs, sides spelt out."""
    names = {part.signal for unit in UNITS for part in unit.parts}
    names = {name for name in names if name not in SIDED and name not in FEATURES}
    return tuple(
        sorted(
            full
            for name in names
            for full in ((f"{name}Right", f"{name}Left") if _is_sided(name) else (name,))
        )
    )


BLENDSHAPES: tuple[str, ...] = _blendshapes()
"""The blendshapes that are used, in the order in which `action_units` takes them."""


def action_units(
    times: Floats, blendshapes: Floats, geometry: Floats, pose: Floats
) -> Mapping[str, Floats]:
    """Measure the action units of one person.

    Args:
        times: Seconds of each face, rising, shape [n].
        blendshapes: Scores in the order of `BLENDSHAPES`, shape [n, len(BLENDSHAPES)].
        geometry: Features in the order of `FEATURES`, shape [n, len(FEATURES)].
        pose: Pitch, yaw and roll in degrees, shape [n, 3].

    Returns:
        Activation 0..1 by name ("AU12"), with "AU12_L" and "AU12_R" for the person's own left
        and right where both are measured; each of shape [n].
    """
    signals = {name: blendshapes[:, i] for i, name in enumerate(BLENDSHAPES)}
    signals |= {name: geometry[:, i] for i, name in enumerate(FEATURES)}
    own = _own_share(times)
    flat = np.interp(np.abs(pose[:, 1]), [_FRONTAL, _TURNED], [1.0, _LEAST])
    near_right = np.clip(0.5 + pose[:, 1] / _NEAR_SIDE / 2, 0.0, 1.0)
    raw: dict[str, Floats] = {}
    for unit in UNITS:
        right, left = (_activation(unit, signals, side, own, flat) for side in "RL")
        raw[unit.name] = near_right * right + (1 - near_right) * left
        if unit.sided:
            raw[f"{unit.name}_R"], raw[f"{unit.name}_L"] = right, left
    return _told_apart(raw)


def _own_share(times: Floats) -> float:
    """How far a person's own resting values count, 0..1."""
    seconds = float(times[-1] - times[0]) if len(times) else 0.0
    return min(1.0, seconds / BASELINE_SECONDS)


def _activation(
    unit: Unit, signals: Mapping[str, Floats], side: str, own: float, flat: Floats
) -> Floats:
    """Weighted mean of the parts of a unit on one side, before others are taken off, [n]."""
    total = np.zeros(len(flat))
    weights = np.zeros(len(flat))
    for part in unit.parts:
        geometric = part.signal in SIDED or part.signal in FEATURES
        values = signals[_spelt(part.signal, side)]
        values = values if unit.name == "AU43" else _smooth(values)
        weight = part.weight * (np.ones(len(flat)) if geometric else flat)
        total += weight * _rise(values, part, own)
        weights += weight
    return total / np.maximum(weights, 1e-9)


def _spelt(signal: str, side: str) -> str:
    """Name of the signal on one side ("R" or "L")."""
    if signal in SIDED:
        return f"{signal}_{side}"
    if signal in SIDED_BLENDSHAPES:
        return signal + ("Right" if side == "R" else "Left")
    return signal


def _rise(values: Floats, part: Part, own: float) -> Floats:
    """Activation of one signal over rest, 0..1, shape [n]."""
    if not len(values):
        return values
    calm = np.percentile(values, _REST_SHARE if part.full > 0 else 100 - _REST_SHARE)
    resting = np.clip(calm, part.rest - part.spread, part.rest + part.spread)
    rest = part.rest + own * (resting - part.rest)
    rise: Floats = np.clip((values - rest) / part.full, 0.0, 1.0)
    return rise


def _smooth(values: Floats) -> Floats:
    """Weighted mean over three frames: less jitter, and the same whichever way time runs."""
    if len(values) < 3:
        return values
    padded = np.concatenate([values[:1], values, values[-1:]])
    smooth: Floats = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return smooth


def _told_apart(raw: Mapping[str, Floats]) -> dict[str, Floats]:
    """Take off what other action units explain."""
    units = {unit.name: unit for unit in UNITS}
    result: dict[str, Floats] = {}
    for name, values in raw.items():
        unit = units[name.split("_")[0]]
        kept = values.copy()
        for other in unit.less:
            kept *= 1.0 - raw[other]
        for other in unit.only:
            kept *= np.minimum(1.0, 2.0 * raw[other])
        result[name] = kept
    return result
