"""Finding faces in one picture: the whole picture, a brightened one, or a part of it.

Every answer depends on the picture alone, so that frames can be measured in any order.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emer.cues.measurements import Floats
from emer.errors import AssetError
from emer.instruments.action_units import BLENDSHAPES
from emer.instruments.face_geometry import features
from emer.instruments.face_mesh import VERTICES, neutral_face, turn_to_front

Image = NDArray[np.uint8]

MAX_FACES = 5

_DARK = 0.25  # mean luma under which a picture without a face is brightened and searched again
_GAMMA = 0.45
_TILE = 0.62  # side of a tile over the short side of the picture; neighbours overlap by a third
_REGION_SCORE = 0.6  # of the face detector on a tile
_MARGIN = 0.6  # border around a region that is searched, over its size
_SAMPLES = 256  # colour levels


@dataclass(frozen=True)
class Face:
    """What the model saw of one face.

    Attributes:
        box: x0, y0, x1, y1 in 0..1 of the picture, past its edges where the face is cut off.
        inside: Share of the landmarks within the picture.
        blendshapes: Scores in the order of `action_units.BLENDSHAPES`.
        geometry: Features in the order of `face_geometry.FEATURES`.
        pose: Pitch, yaw and roll in degrees.
    """

    box: Floats
    inside: float
    blendshapes: Floats
    geometry: Floats
    pose: Floats


@dataclass(frozen=True)
class Region:
    """Where the face detector sees a face on a closer look.

    Attributes:
        box: x0, y0, x1, y1 in 0..1 of the picture.
        turned: Whether the nose lies outside the eyes, as in a profile.
    """

    box: Floats
    turned: bool


class FaceSearch:
    """The face models, loaded; a context manager that frees them.

    Args:
        model: A `face_landmarker.task` file.

    Raises:
        AssetError: The file cannot be loaded.
    """

    def __init__(self, model: Path) -> None:
        self._neutral = neutral_face(model)
        with _muted():
            self._open(model)

    def _open(self, model: Path) -> None:
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        self._as_image = lambda image: mp.Image(
            image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image)
        )
        try:
            with zipfile.ZipFile(model) as archive:
                detector = archive.read("face_detector.tflite")
            self._landmarker: Any = vision.FaceLandmarker.create_from_options(
                vision.FaceLandmarkerOptions(
                    base_options=BaseOptions(model_asset_path=str(model)),
                    running_mode=vision.RunningMode.IMAGE,
                    num_faces=MAX_FACES,
                    output_face_blendshapes=True,
                )
            )
            self._detector: Any = vision.FaceDetector.create_from_options(
                vision.FaceDetectorOptions(
                    base_options=BaseOptions(model_asset_buffer=detector),
                    min_detection_confidence=_REGION_SCORE,
                )
            )
        except (KeyError, RuntimeError, ValueError) as error:
            raise AssetError(
                f"{model.name} cannot be loaded as a face-landmarker model: {error}",
                "Fetch it again with: emer assets get face-landmarker",
            ) from error
        self.faces(np.zeros((64, 64, 3), np.uint8))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._landmarker.close()
        self._detector.close()

    def faces(self, image: Image) -> list[Face]:
        """Measure the faces in a picture, RGB, shape [h, w, 3]; a dark one is tried brightened."""
        found = self._landmarks(image)
        if not found and 0.0 < image[::8, ::8].mean() / 255.0 < _DARK:
            found = self._landmarks(brightened(image))
        return found

    def faces_near(self, image: Image, box: Floats) -> list[Face]:
        """Measure the faces in the part of a picture around `box`."""
        part = _around(box, image.shape)
        x0, y0, x1, y1 = part
        if x1 - x0 < 16 or y1 - y0 < 16:
            return []
        height, width = image.shape[:2]
        offset = np.array([x0 / width, y0 / height] * 2)
        shrink = np.array([(x1 - x0) / width, (y1 - y0) / height] * 2)
        return [
            replace(face, box=face.box * shrink + offset)
            for face in self.faces(image[y0:y1, x0:x1])
        ]

    def regions(self, image: Image) -> list[Region]:
        """Look at a picture tile by tile, which finds faces that are small in the whole."""
        if image[::8, ::8].mean() / 255.0 < _DARK:
            image = brightened(image)
        height, width = image.shape[:2]
        found: list[tuple[float, Region]] = []
        for x, y, side in _tiles(width, height):
            tile = self._as_image(image[y : y + side, x : x + side])
            for hit in self._detector.detect(tile).detections:
                found.append((hit.categories[0].score, _region(hit, x, y, side, image.shape)))
        found.sort(key=lambda pair: -pair[0])
        return [region for _, region in found]

    def _landmarks(self, image: Image) -> list[Face]:
        result = self._landmarker.detect(self._as_image(image))
        height, width = image.shape[:2]
        faces = []
        for marks, shapes in zip(result.face_landmarks, result.face_blendshapes, strict=True):
            points = np.array([(mark.x, mark.y, mark.z) for mark in marks])
            scores = {shape.category_name: shape.score for shape in shapes}
            front, pose = turn_to_front(points * (width, height, width), self._neutral)
            flat = points[:VERTICES, :2]
            faces.append(
                Face(
                    box=np.concatenate([flat.min(axis=0), flat.max(axis=0)]),
                    inside=float(((flat >= 0) & (flat <= 1)).all(axis=1).mean()),
                    blendshapes=np.array([scores[name] for name in BLENDSHAPES]),
                    geometry=features(front),
                    pose=pose,
                )
            )
        return faces


def brightened(image: Image) -> Image:
    """Lift the shadows of a dark picture (gamma curve)."""
    curve = (np.linspace(0.0, 1.0, _SAMPLES) ** _GAMMA * 255.0).astype(np.uint8)
    bright: Image = curve[image]
    return bright


def _tiles(width: int, height: int) -> list[tuple[int, int, int]]:
    """Place overlapping square tiles over a picture; x, y and side of each."""
    side = max(1, int(min(width, height) * _TILE))
    places = [
        np.linspace(0, size - side, max(2, round(size / side * 1.2))).astype(int)
        for size in (width, height)
    ]
    return [(int(x), int(y), side) for y in places[1] for x in places[0]]


def _around(box: Floats, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the square part around a box in pixels, cut at the edges of the picture."""
    height, width = shape[:2]
    x0, y0, x1, y1 = box * [width, height, width, height]
    half = max(x1 - x0, y1 - y0) * (0.5 + _MARGIN)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (
        max(0, int(x - half)),
        max(0, int(y - half)),
        min(width, int(x + half)),
        min(height, int(y + half)),
    )


def _region(hit: Any, x: int, y: int, side: int, shape: tuple[int, ...]) -> Region:
    """Place a detection on a tile in the whole picture."""
    height, width = shape[:2]
    box = hit.bounding_box
    left, top = x + box.origin_x, y + box.origin_y
    edges = np.array([left, top, left + box.width, top + box.height], np.float64)
    eyes = sorted(point.x for point in hit.keypoints[:2])
    nose = hit.keypoints[2].x
    return Region(edges / [width, height, width, height], not eyes[0] <= nose <= eyes[1])


@contextlib.contextmanager
def _muted() -> Iterator[None]:
    """Keep start-up notices that the models' C++ code writes to descriptor 2 off the terminal."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
