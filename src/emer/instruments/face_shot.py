"""One face in one frame: what is kept of it, and how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from emer.measurements import Floats

Image = NDArray[np.uint8]
Reason = Literal["small", "turned", "dark", "blurred", "covered"]

UNUSABLE = 0.15
"""Under this quality a face is counted as unusable instead of being measured."""

# Each ramp: the value at which a face is worthless, and the one from which on it is as good as
# any. Landmarks jitter by about a pixel, so at 40 pixels of face height a brow raise (3 % of
# it) drowns; past 60 degrees of yaw half the landmarks are guessed.
_SIZE_PX = (36.0, 110.0)
_YAW_DEG = (62.0, 38.0)
_PITCH_DEG = (50.0, 30.0)
_LIGHT = (0.03, 0.14)
_INSIDE = (0.6, 0.9)
_SHARPNESS = (0.015, 0.06)
_SHARPNESS_PX = 48  # side of the thumbnail on which sharpness is judged


@dataclass(frozen=True)
class FaceShot:
    """One measured face.

    Attributes:
        time: Seconds.
        box: x0, y0, x1, y1 in 0..1 of the frame, shape [4].
        height_px: Height of the face in source pixels.
        blendshapes: Scores in the order of `action_units.BLENDSHAPES`.
        geometry: Features in the order of `face_geometry.FEATURES`.
        pose: Pitch, yaw and roll in degrees, shape [3].
        quality: How far the face can be trusted, 0..1.
        reason: What lowers the quality most.
    """

    time: float
    box: Floats
    height_px: float
    blendshapes: Floats
    geometry: Floats
    pose: Floats
    quality: float
    reason: Reason


def judge(
    height_px: float, pose: Floats, light: float, sharpness: float, inside: float
) -> tuple[float, Reason]:
    """Judge how far a face can be trusted.

    Args:
        height_px: Height of the face in the pixels that were measured.
        pose: Pitch, yaw and roll in degrees, shape [3].
        light: Mean luma of the face, 0..1.
        sharpness: As `light_and_sharpness` returns it.
        inside: Share of the face within the picture, 0..1.

    Returns:
        Quality 0..1, a product of ramps, and the reason that lowers it most.
    """
    parts: dict[Reason, float] = {
        "small": _ramp(height_px, *_SIZE_PX),
        "turned": _ramp(abs(pose[1]), *_YAW_DEG) * _ramp(abs(pose[0]), *_PITCH_DEG),
        "dark": _ramp(light, *_LIGHT),
        "covered": _ramp(inside, *_INSIDE),
        "blurred": 0.1 + 0.9 * _ramp(sharpness, *_SHARPNESS),
    }
    quality = float(np.prod(list(parts.values())))
    return quality, min(parts, key=lambda reason: parts[reason])


def _ramp(value: float, worthless: float, good: float) -> float:
    return float(np.clip((value - worthless) / (good - worthless), 0.0, 1.0))


def luma(image: Image) -> Floats:
    """Luma 0..1 of an RGB image (ITU-R BT.601), shape [h, w]."""
    weighted: Floats = image @ np.array([0.299, 0.587, 0.114])
    return weighted / 255.0


def light_and_sharpness(image: Image, box: Floats) -> tuple[float, float]:
    """Measure the light on a face and how sharp it is.

    Args:
        image: The frame, RGB, shape [h, w, 3].
        box: x0, y0, x1, y1 of the face in 0..1 of the frame, shape [4].

    Returns:
        Mean luma 0..1, and the root mean square of the Laplacian of the face at thumbnail size
        over its contrast, which blur lowers and light does not change.
    """
    height, width = image.shape[:2]
    x0, x1 = (int(np.clip(box[i], 0, 1) * width) for i in (0, 2))
    y0, y1 = (int(np.clip(box[i], 0, 1) * height) for i in (1, 3))
    step = max(1, (y1 - y0) // _SHARPNESS_PX)
    face = luma(image[y0:y1:step, x0:x1:step])
    if min(face.shape) < 8:
        return (float(face.mean()) if face.size else 0.0), 0.0
    inner = face[1:-1, 1:-1]
    laplacian = face[:-2, 1:-1] + face[2:, 1:-1] + face[1:-1, :-2] + face[1:-1, 2:] - 4 * inner
    contrast = float(face.std())
    edges = float(np.sqrt(np.mean(laplacian**2)))
    return float(face.mean()), (edges / contrast / 4 if contrast > 1e-4 else 0.0)
