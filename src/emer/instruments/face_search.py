"""Finding faces in one picture: the whole picture, a brightened one, or a part of it.

Every answer depends on the picture alone, so that frames can be measured in any order.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError
from emer.instruments.action_units import BLENDSHAPES
from emer.instruments.face_geometry import features
from emer.instruments.face_mesh import VERTICES, neutral_face, turn_to_front
from emer.instruments.quiet import muted
from emer.instruments.tracking import shared_part
from emer.measurements import Floats

Image = NDArray[np.uint8]

MAX_FACES = 5

_DARK = 0.25  # mean luma under which a picture is brightened to find faces
_GAMMA = 0.45
_TILE = 0.62  # side of a tile over the short side of the picture; neighbours overlap by a third
_FACE_SCORE, _TILE_SCORE = 0.4, 0.6  # of the detector; what it finds is looked at again
_MARGIN = 0.6  # border around a region that is searched, over its size
_LEAST_PART = 16  # pixels
_MOST_TILES = 5  # in a row or column, so that a very long picture costs no more
_CENTRED = 0.98  # share of the landmarks inside the part from which on it was well chosen
_SAME_FACE = 0.4  # share of the smaller box from which two finds are one face
_SAMPLES = 256  # colour levels


@dataclass(frozen=True)
class Face:
    """What the model saw of one face.

    Attributes:
        box: x0, y0, x1, y1 in 0..1 of the picture, past its edges where the face is cut off.
        inside: Share of the landmarks within the part of the picture that was looked at.
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
        score: How certain the detector is, 0..1.
    """

    box: Floats
    turned: bool
    score: float


class FaceSearch:
    """The face models, loaded; a context manager that frees them.

    Args:
        model: A `face_landmarker.task` file.

    Raises:
        AssetError: The file cannot be loaded.
    """

    def __init__(self, model: Path) -> None:
        self._neutral = neutral_face(model)
        with muted():
            self._open(model)

    def _open(self, model: Path) -> None:
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        def as_image(image: Image) -> Any:
            return mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(image))

        self._as_image: Callable[[Image], Any] = as_image
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
                    min_detection_confidence=_FACE_SCORE,
                )
            )
        except (KeyError, RuntimeError, ValueError) as error:
            raise AssetError(
                f"{model.name} cannot be loaded as a face-landmarker model: {error}",
                "Fetch it again with: emer assets get face-landmarker",
            ) from error
        self._landmarks(np.zeros((64, 64, 3), np.uint8))

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
        """Measure the faces in a picture, RGB, shape [h, w, 3].

        Each is found in the whole picture and measured in the part around it: in the whole,
        the model places the landmarks of a small face several pixels off.
        """
        faces: list[Face] = []
        for region in self._regions(image, [_whole(image)], _FACE_SCORE)[: 2 * MAX_FACES]:
            self.add_near(image, region.box, faces)
        return faces

    def add_near(self, image: Image, box: Floats, faces: list[Face]) -> bool:
        """Look for faces around a box unless one in `faces` is there; return whether one is."""
        if not is_new(box, faces):
            return True
        for face in self._faces_near(image, box):
            if is_new(face.box, faces) and len(faces) < MAX_FACES:
                faces.append(face)
        return not is_new(box, faces)

    def small_faces(self, image: Image) -> list[Region]:
        """Look at a picture tile by tile, which finds faces that are small in the whole."""
        height, width = image.shape[:2]
        return self._regions(image, _tiles(width, height), _TILE_SCORE)

    def _faces_near(self, image: Image, box: Floats, again: bool = True) -> list[Face]:
        """Measure the faces in the part of a picture around `box`.

        A face that sticks out of that part is measured `again` in the part around itself.
        """
        x0, y0, x1, y1 = _around(box, image.shape)
        if min(x1 - x0, y1 - y0) < _LEAST_PART:
            return []
        height, width = image.shape[:2]
        offset = np.array([x0 / width, y0 / height] * 2)
        shrink = np.array([(x1 - x0) / width, (y1 - y0) / height] * 2)
        part = image[y0:y1, x0:x1]
        found = self._landmarks(part)
        if not found and _is_dark(part):
            found = self._landmarks(brightened(part))
        faces = [replace(face, box=face.box * shrink + offset) for face in found]
        if again and any(face.inside < _CENTRED for face in faces):
            return [
                better
                for face in faces
                for better in (
                    self._faces_near(image, face.box, again=False)
                    if face.inside < _CENTRED
                    else [face]
                )
            ]
        return faces

    def _regions(
        self, image: Image, parts: list[tuple[int, int, int, int]], least: float
    ) -> list[Region]:
        """Detect faces in parts of a picture, most certain first."""
        if _is_dark(image):
            image = brightened(image)
        found: list[Region] = []
        for x0, y0, x1, y1 in parts:
            part = self._as_image(image[y0:y1, x0:x1])
            for hit in self._detector.detect(part).detections:
                if hit.categories[0].score >= least:
                    found.append(_region(hit, x0, y0, image.shape))
        return sorted(found, key=lambda region: -region.score)

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


def is_new(box: Floats, known: Sequence[Face | Region]) -> bool:
    """Whether a box is another face than the known ones."""
    return all(shared_part(box, other.box) < _SAME_FACE for other in known)


def _is_dark(image: Image) -> bool:
    return bool(image[::8, ::8].mean() < _DARK * 255.0)


def _whole(image: Image) -> tuple[int, int, int, int]:
    return 0, 0, image.shape[1], image.shape[0]


def _tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Place overlapping square tiles over a picture; x0, y0, x1, y1 of each."""
    side = int(min(width, height) * _TILE)
    if side < _LEAST_PART:
        return []
    xs, ys = (
        np.linspace(0, size - side, min(_MOST_TILES, round(1.2 * size / side))).astype(int)
        for size in (width, height)
    )
    return [(int(x), int(y), int(x) + side, int(y) + side) for y in ys for x in xs]


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


def _region(hit: Any, x: int, y: int, shape: tuple[int, ...]) -> Region:
    """Place a detection in a part that begins at x, y in the whole picture."""
    height, width = shape[:2]
    box = hit.bounding_box
    left, top = x + box.origin_x, y + box.origin_y
    edges = np.array([left, top, left + box.width, top + box.height], np.float64)
    eyes = sorted(point.x for point in hit.keypoints[:2])
    nose = hit.keypoints[2].x
    return Region(
        box=edges / [width, height, width, height],
        turned=not eyes[0] <= nose <= eyes[1],
        score=float(hit.categories[0].score),
    )
