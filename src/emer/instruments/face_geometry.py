"""Distances in a face seen from the front: what the action units are measured on.

Lengths are in units of the distance between the outer eye corners, which no expression
changes; sides are the person's own. R is the person's right, at the viewer's left when the face
looks at the viewer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emer.measurements import Floats

# Landmark indices of the MediaPipe face mesh, the person's right side then left.
_INNER_BROW = ((55, 107), (285, 336))
_OUTER_BROW = ((46, 53, 63, 70), (276, 283, 293, 300))
_INNER_CORNER = (133, 362)
_OUTER_CORNER = (33, 263)
_LIDS = (((159, 145), (158, 153), (160, 144)), ((386, 374), (385, 380), (387, 373)))
_LOWER_LID = ((145, 144, 153), (374, 380, 373))
_MOUTH_CORNER = (61, 291)
_CHEEK = ((50,), (280,))
_NOSTRIL = ((129,), (358,))
_IRIS = (468, 473)
_IRIS_EDGE = ((469, 470, 471, 472), (474, 475, 476, 477))
_LID_SHARE = 0.62  # of the lid gap that may lie over the iris; more is an iris found too low
_IRIS_HEIGHT = 0.14  # of the iris over the line between the eye corners, eyes straight ahead
_UNDER_NOSE, _UPPER_LIP, _UPPER_INNER, _LOWER_INNER, _LOWER_LIP = 2, 0, 13, 14, 17
_FOREHEAD, _CHIN = 10, 152

SIDED = (
    "inner_brow",
    "outer_brow",
    "eye_open",
    "lower_lid",
    "upper_lid",
    "cheek",
    "nostril",
    "corner_raise",
    "corner_level",
)
"""Features measured on both sides; each gives a name with _R and one with _L.

inner_brow, outer_brow: height of the brow over the eye corner below it.
eye_open: gap between the lids over the width of the eye.
lower_lid: height of the lower lid over the line between the eye corners, over eye width.
upper_lid: height of the upper lid over the middle of the iris, over the radius of the iris, which
is nearly the same in all adults (about 6 mm) and so tells wide eyes from large ones.
cheek, nostril: height of the cheek bone and of the nose wing against the eye corners.
corner_raise: height of the mouth corner against the base of the nose.
corner_level: height of the mouth corner against the middle of the lips.
"""

WHOLE = (
    "brow_gap",
    "mouth_width",
    "upper_lip",
    "lip_thickness",
    "mouth_gap",
    "gaze_right",
    "gaze_up",
)
"""Features of the whole face.

brow_gap: distance between the inner ends of the brows.
mouth_width: distance between the mouth corners.
upper_lip: height of the nose base over the upper edge of the lips.
lip_thickness: red of both lips together.
mouth_gap: inner-lip gap over face height.
gaze_right, gaze_up: place of the iris in the eye in half eye widths, head turned back; 0 is
straight ahead.
"""

FEATURES: tuple[str, ...] = (*(f"{name}_{side}" for name in SIDED for side in "RL"), *WHOLE)


def features(front: Floats) -> Floats:
    """Measure one face.

    Args:
        front: Landmarks from the front, as `face_mesh.turn_to_front` returns them, [478, 3].

    Returns:
        One value per name in `FEATURES`, shape [len(FEATURES)].
    """
    scale = _length(front, *_OUTER_CORNER)
    face = front / scale
    sides = np.array([_side(face, side) for side in (0, 1)])
    return np.concatenate([sides.T.reshape(-1), _whole(face)])


def _side(face: Floats, side: int) -> list[float]:
    """Return the features in `SIDED` of one side (0: the person's right)."""
    inner, outer = _height(face, _INNER_CORNER[side]), _height(face, _OUTER_CORNER[side])
    width = _length(face, _INNER_CORNER[side], _OUTER_CORNER[side])
    lips = _height(face, _UPPER_LIP, _UPPER_INNER, _LOWER_INNER, _LOWER_LIP)
    corner = _height(face, _MOUTH_CORNER[side])
    return [
        _height(face, *_INNER_BROW[side]) - inner,
        _height(face, *_OUTER_BROW[side]) - outer,
        sum(_length(face, a, b) for a, b in _LIDS[side]) / 3 / width,
        (_height(face, *_LOWER_LID[side]) - (inner + outer) / 2) / width,
        _upper_lid(face, side),
        _height(face, *_CHEEK[side]) - (inner + outer) / 2,
        _height(face, *_NOSTRIL[side]) - inner,
        corner - _height(face, _UNDER_NOSE),
        corner - lips,
    ]


def _whole(face: Floats) -> list[float]:
    """Return the features in `WHOLE`."""
    red = _height(face, _UPPER_LIP) - _height(face, _UPPER_INNER)
    red += _height(face, _LOWER_INNER) - _height(face, _LOWER_LIP)
    gap = _length(face, _UPPER_INNER, _LOWER_INNER) / _length(face, _FOREHEAD, _CHIN)
    right, up = np.mean([_iris(face, side) for side in (0, 1)], axis=0)
    return [
        float(face[list(_INNER_BROW[1]), 0].mean() - face[list(_INNER_BROW[0]), 0].mean()),
        _length(face, *_MOUTH_CORNER),
        _height(face, _UNDER_NOSE) - _height(face, _UPPER_LIP),
        red,
        gap,
        float(right),
        float(up),
    ]


def _iris(face: Floats, side: int) -> Floats:
    """Place of the iris between the eye corners, right and up, in half eye widths, shape [2]."""
    corners = face[[_INNER_CORNER[side], _OUTER_CORNER[side]], :2]
    half = float(np.linalg.norm(corners[1] - corners[0])) / 2
    place: Floats = (face[_IRIS[side], :2] - corners.mean(axis=0)) / half - (0.0, _IRIS_HEIGHT)
    return place


def _upper_lid(face: Floats, side: int) -> float:
    """Height of the upper lid over the middle of the iris in iris radii."""
    edge = face[list(_IRIS_EDGE[side]), :2] - face[_IRIS[side], :2]
    radius = max(float(np.linalg.norm(edge, axis=1).mean()), 1e-6)
    upper, lower = _LIDS[side][0]
    over_iris = _height(face, upper) - _height(face, _IRIS[side])
    gap = _height(face, upper) - _height(face, lower)
    return min(over_iris, _LID_SHARE * gap) / radius


def _height(face: Floats, *indices: int) -> float:
    return float(face[list(indices), 1].mean())


def _length(face: Floats, first: int, second: int) -> float:
    return float(np.linalg.norm(face[first] - face[second]))


def column(table: Floats, name: str) -> Floats:
    """Return one feature of a table of faces, shape [n, len(FEATURES)] to [n]."""
    return table[:, FEATURES.index(name)]


def columns(table: Floats, names: Sequence[str]) -> Floats:
    """Return several features of a table of faces, shape [n, len(names)]."""
    return table[:, [FEATURES.index(name) for name in names]]
