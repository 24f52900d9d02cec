"""What the face instrument says about one picture, as a vector for a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emer import assets
from emer.instruments.action_units import BLENDSHAPES, UNITS
from emer.instruments.face_geometry import FEATURES as GEOMETRY
from emer.instruments.face_search import Face, FaceSearch
from emer.instruments.tracking import area

POSE = ("pitch", "yaw", "roll")
SEEN = "face_seen"

FACE_FEATURES: tuple[str, ...] = (*BLENDSHAPES, *GEOMETRY, *POSE, SEEN)
"""Blendshapes that fire (0..1), distances in the face turned to the front, head pose in degrees,
and last whether a face was seen (1 or 0)."""

_POSE_SCALE = 45.0  # degrees; about as far as a face can be turned and still be measured
_GAZE_SCALE = 0.5  # half eye widths; the iris seldom leaves that range

Features = NDArray[np.float32]


def standard() -> tuple[list[float], list[float]]:
    """Return what is taken off each feature and what it is divided by.

    Afterwards 0 is a face at rest looking at the camera, and about 1 (or -1) the signal fully
    active: resting value and range of each signal come from the table of action units. Nothing is
    fitted to clips.

    Returns:
        Mean and scale in the order of `FACE_FEATURES`.
    """
    parts = [part for unit in UNITS for part in unit.parts]
    # Where several units move a signal, the first one counts.
    rest = {part.signal: (part.rest, abs(part.full)) for part in reversed(parts)}
    rest |= dict.fromkeys(POSE, (0.0, _POSE_SCALE))
    rest |= {"gaze_right": (0.0, _GAZE_SCALE), "gaze_up": (0.0, _GAZE_SCALE), SEEN: (0.0, 1.0)}
    pairs = [rest[_unsided(name, rest)] for name in FACE_FEATURES]
    return [mean for mean, _ in pairs], [scale for _, scale in pairs]


def face_features(images: Sequence[NDArray[np.uint8]]) -> Features:
    """Measure the largest face of each picture.

    Args:
        images: Pictures, RGB, each of shape [h, w, 3].

    Returns:
        Shape [len(images), len(FACE_FEATURES)]; a row of zeros where no face was seen.

    Raises:
        AssetError: The asset `face-landmarker` is not there.
    """
    rows = np.zeros((len(images), len(FACE_FEATURES)), np.float32)
    # Opened for each call (30 ms), so that nothing has to be kept, copied or sent to workers.
    with FaceSearch(assets.path("face-landmarker")) as search:
        for row, image in zip(rows, images, strict=True):
            faces = search.faces(image)
            if faces:
                row[:] = _vector(max(faces, key=lambda face: area(face.box)))
    return rows


def _vector(face: Face) -> Features:
    parts = (face.blendshapes, face.geometry, face.pose, np.ones(1))
    return np.concatenate(parts).astype(np.float32)


def _unsided(name: str, known: dict[str, tuple[float, float]]) -> str:
    """Return the name that stands for both sides in the table."""
    bare = name
    for side in ("Left", "Right", "_L", "_R"):
        bare = bare.removesuffix(side)
    return name if name in known else bare
