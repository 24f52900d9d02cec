"""The landmark mesh: the model file's neutral face, head pose and the face turned to the front.

The landmarks come in image coordinates with a relative depth. Fitting the neutral face of the
model file to points that no expression moves gives the head pose; turning the landmarks back
by it gives the face as seen from the front, in which distances mean the same whichever way
the head was turned.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError
from emer.measurements import Floats

METADATA = "geometry_pipeline_metadata_landmarks.binarypb"
VERTICES = 468  # the iris points 468..477 have no counterpart in the neutral face
_PER_VERTEX = 5  # x, y, z and two texture coordinates

# Points on bone or in the eye corners: brows, lids, cheeks, lips and jaw are left out.
RIGID = (1, 2, 4, 5, 6, 10, 33, 127, 133, 151, 168, 195, 197, 234, 263, 356, 362, 372, 143, 454)


def neutral_face(model: Path) -> Floats:
    """Read the neutral face mesh out of a face-landmarker model file.

    Args:
        model: A `face_landmarker.task` file (a zip archive).

    Returns:
        Vertices in centimetres, x to the viewer's right, y up, z to the viewer, shape [468, 3].

    Raises:
        AssetError: The file is not such a model.
    """
    try:
        with zipfile.ZipFile(model) as archive:
            metadata = archive.read(METADATA)
        mesh = next(value for number, value in _fields(metadata) if number == 1)
        numbers = b"".join(value for _, value in _fields(mesh) if len(value) == 4)
    except (OSError, KeyError, zipfile.BadZipFile, StopIteration, IndexError) as error:
        raise _unreadable(model) from error
    vertices: NDArray[np.float32] = np.frombuffer(numbers, np.dtype("<f4"))
    if vertices.size != VERTICES * _PER_VERTEX:
        raise _unreadable(model)
    table: Floats = vertices.astype(np.float64).reshape(VERTICES, _PER_VERTEX)
    return table[:, :3]


def turn_to_front(points: Floats, neutral: Floats) -> tuple[Floats, Floats]:
    """Find the head pose and undo it.

    The rotation is the least-squares fit of `neutral` to the rigid points (Kabsch 1976, Acta
    Crystallographica A32). It is found from the landmarks rather than from the model's own
    transformation matrix, which takes a lens of 63 degrees for granted and so turns a face at
    the edge of the picture by up to 20 degrees.

    Args:
        points: Landmarks in pixels: x to the right, y down, z away from the viewer, [468+, 3].
        neutral: What `neutral_face` returned.

    Returns:
        The landmarks from the front in pixels, origin between the eyes, x to the viewer's
        right and y up, shape of `points`; and pitch (up positive), yaw (to the viewer's right
        positive) and roll (towards the viewer's right shoulder positive) in degrees, shape [3].
    """
    upright = (points - points[168]) * np.array([1.0, -1.0, -1.0])
    rigid = list(RIGID)
    seen = upright[rigid] - upright[rigid].mean(axis=0)
    model = neutral[rigid] - neutral[rigid].mean(axis=0)
    u, _, vt = np.linalg.svd(seen.T @ model)
    proper = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ proper @ vt
    return upright @ rotation, _angles(rotation)


def _angles(rotation: Floats) -> Floats:
    """Pitch, yaw and roll in degrees of a rotation from the front, shape [3]."""
    pitch = np.arcsin(np.clip(rotation[1, 2], -1.0, 1.0))
    yaw = np.arctan2(rotation[0, 2], rotation[2, 2])
    roll = -np.arctan2(rotation[1, 0], rotation[1, 1])
    angles: Floats = np.degrees(np.array([pitch, yaw, roll]))
    return angles


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of each field of a protocol-buffer message, integers skipped."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == 0:
            _, at = _varint(message, at)
            continue
        size, at = (4, at) if key & 7 == 5 else _varint(message, at)
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Read one variable-length integer; return it and where the next byte is."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _unreadable(model: Path) -> AssetError:
    return AssetError(
        f"{model.name} is not a face-landmarker model: it holds no neutral face mesh.",
        "Fetch it again with: emer assets get face-landmarker",
    )
