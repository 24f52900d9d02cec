"""Faces in a clip: found, followed and measured, a second of pictures at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emer.instruments.action_units import action_units
from emer.instruments.face_geometry import column, columns
from emer.instruments.face_search import MAX_FACES, Face, FaceSearch, Region, is_new
from emer.instruments.face_shot import (
    UNUSABLE,
    FaceShot,
    Reason,
    judge,
    light_and_sharpness,
    luma,
)
from emer.instruments.tracking import Trail, area, cuts, follow
from emer.measurements import FaceScan, FaceTrack, Floats

if TYPE_CHECKING:
    from emer.media import Frame

CHUNK = 10
"""Pictures held at once: neighbours help to find a face that one picture alone hides."""

MOST_PEOPLE = 5
_LEAST_STEPS = 3  # measured frames that make a person; blobs that look like a face are shorter
_LEAST_PROMINENCE = 0.03  # of the most visible person's area x time; below are extras
_NEIGHBOURS = 3  # frames on either side whose faces are looked for
_SURE = 0.75  # score of the detector from which a region without landmarks counts as a face
_CLOSE_UP = 0.5  # of the picture height; next to such a face no small ones are looked for
_THUMBNAIL = (18, 32)


@dataclass
class _Seen:
    """What is kept of the frames seen so far."""

    times: list[float] = field(default_factory=list)
    brightness: list[float] = field(default_factory=list)
    begins: list[bool] = field(default_factory=list)
    last: Floats | None = None
    shots: list[list[FaceShot]] = field(default_factory=list)
    hidden: list[list[Reason]] = field(default_factory=list)
    aspect: float = 1.0


class FaceScanner:
    """Measures the faces in a clip.

    Args:
        model: The asset `face-landmarker` (MediaPipe, `face_landmarker.task`).
    """

    def __init__(self, model: Path) -> None:
        self._model = model

    def scan(self, frames: Iterable[Frame], *, source: str) -> FaceScan:
        """Find, follow and measure faces.

        Each picture is measured on its own, so measuring again gives the same values. Memory
        grows by about a kilobyte per face and frame.

        Args:
            frames: Pictures in time order, RGB; 10 a second are enough.
            source: Instrument and asset, to be recorded with every measurement.

        Returns:
            The scan; without tracks where no face could be measured.

        Raises:
            AssetError: The model file cannot be loaded.
        """
        seen = _Seen()
        with FaceSearch(self._model) as search:
            for chunk in _chunks(frames):
                _look(search, chunk, seen)
        return _scan(seen, source)


def _chunks(frames: Iterable[Frame]) -> Iterator[list[Frame]]:
    rest = iter(frames)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _look(search: FaceSearch, chunk: list[Frame], seen: _Seen) -> None:
    """Measure neighbouring pictures and keep the numbers."""
    found = [search.faces(frame.image) for frame in chunk]
    middle = len(chunk) // 2
    small, hidden = _closer_look(search, chunk[middle], found[middle])
    for index, frame in enumerate(chunk):
        faces = list(found[index])
        for near in found[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]:
            for face in near:
                search.add_near(frame.image, face.box, faces)
        for region in small:
            search.add_near(frame.image, region.box, faces)
        _note(frame, [_shot(face, frame) for face in faces], hidden, seen)


def _closer_look(
    search: FaceSearch, frame: Frame, found: list[Face]
) -> tuple[list[Region], list[Reason]]:
    """Look for faces that are small in the whole picture.

    Returns:
        Where they are, and for those that cannot be measured, why not.
    """
    if any(face.box[3] - face.box[1] > _CLOSE_UP for face in found):
        return [], []
    faces = list(found)
    small: list[Region] = []
    hidden: list[Region] = []
    for region in search.small_faces(frame.image):
        if len(small) + len(hidden) == MAX_FACES:
            break
        if is_new(region.box, [*faces, *hidden]):
            inside = search.add_near(frame.image, region.box, faces)
            (small if inside else hidden).append(region)
    sure = [region for region in hidden if region.score >= _SURE]
    return small, [_why_hidden(region, frame) for region in sure]


def _why_hidden(region: Region, frame: Frame) -> Reason:
    """Say why a face that is there cannot be measured."""
    height = (region.box[3] - region.box[1]) * frame.image.shape[0]
    light, _ = light_and_sharpness(frame.image, region.box)
    pose = np.array([0.0, 90.0 if region.turned else 0.0, 0.0])
    quality, reason = judge(height, pose, light, 1.0, 1.0)
    return reason if quality < UNUSABLE else "covered"


def _shot(face: Face, frame: Frame) -> FaceShot:
    """Keep what is needed of a face."""
    height = float(face.box[3] - face.box[1]) * frame.image.shape[0]
    light, sharpness = light_and_sharpness(frame.image, face.box)
    quality, reason = judge(height, face.pose, light, sharpness, face.inside)
    return FaceShot(
        time=frame.time,
        box=np.clip(face.box, 0.0, 1.0),
        height_px=height / frame.scale,
        blendshapes=face.blendshapes,
        geometry=face.geometry,
        pose=face.pose,
        quality=quality,
        reason=reason,
    )


def _note(frame: Frame, shots: list[FaceShot], hidden: list[Reason], seen: _Seen) -> None:
    """Keep the numbers of one frame."""
    height, width = frame.image.shape[:2]
    rows = np.linspace(0, height - 1, _THUMBNAIL[0] * 4).astype(int)
    columns = np.linspace(0, width - 1, _THUMBNAIL[1] * 4).astype(int)
    fine = luma(frame.image[np.ix_(rows, columns)])
    thumbnail = fine.reshape(_THUMBNAIL[0], 4, _THUMBNAIL[1], 4).mean(axis=(1, 3))
    seen.times.append(frame.time)
    seen.brightness.append(float(thumbnail.mean()))
    last = thumbnail if seen.last is None else seen.last
    seen.begins.append(cuts(np.stack([last, thumbnail]))[1])
    seen.last = thumbnail
    seen.shots.append(shots)
    seen.hidden.append(hidden)
    seen.aspect = width / height


def _scan(seen: _Seen, source: str) -> FaceScan:
    """Join what was seen into people."""
    times = np.array(seen.times, np.float64)
    boxes = [[shot.box for shot in shots] for shots in seen.shots]
    trails = follow(times, boxes, seen.begins, seen.aspect)
    people = _people(trails, seen)
    faces = np.zeros(len(times))
    for person in people:
        faces[np.searchsorted(times, [shot.time for shot in person])] += 1
    reasons = [
        [*hidden, *(shot.reason for shot in shots if shot.quality < UNUSABLE)]
        for hidden, shots in zip(seen.hidden, seen.shots, strict=True)
    ]
    return FaceScan(
        times=times,
        brightness=np.array(seen.brightness, np.float64),
        faces=faces,
        unusable=np.array([len(frame) for frame in reasons], np.float64),
        unusable_reasons=dict(Counter(reason for frame in reasons for reason in frame)),
        tracks=tuple(_track(f"p{i + 1}", person) for i, person in enumerate(people)),
        source=source,
    )


def _people(trails: list[Trail], seen: _Seen) -> list[list[FaceShot]]:
    """Pick the trails that are people in the scene, most visible first."""
    least = min(_LEAST_STEPS, len(seen.times))
    usable = [
        [shot for shot in trail_shots if shot.quality >= UNUSABLE]
        for trail_shots in ([seen.shots[i][j] for i, j in trail.steps] for trail in trails)
    ]
    people = [(_prominence(shots), shots) for shots in usable if len(shots) >= least]
    people.sort(key=lambda pair: -pair[0])
    most = people[0][0] if people else 0.0
    return [shots for size, shots in people[:MOST_PEOPLE] if size >= _LEAST_PROMINENCE * most]


def _prominence(shots: list[FaceShot]) -> float:
    """Area times number of frames: how much there is to see of a person."""
    return sum(area(shot.box) for shot in shots)


def _track(person: str, shots: list[FaceShot]) -> FaceTrack:
    """Measure one person through the clip."""
    times = np.array([shot.time for shot in shots])
    geometry = np.array([shot.geometry for shot in shots])
    pose = np.array([shot.pose for shot in shots])
    units = action_units(times, np.array([shot.blendshapes for shot in shots]), geometry, pose)
    return FaceTrack(
        person=person,
        times=times,
        boxes=np.array([shot.box for shot in shots]),
        height_px=np.array([shot.height_px for shot in shots]),
        action_units=units,
        gaze=np.clip(columns(geometry, ("gaze_right", "gaze_up")), -1.0, 1.0),
        pose=pose,
        blink=units["AU43"],
        mouth_open=column(geometry, "mouth_gap"),
        quality=np.array([shot.quality for shot in shots]),
    )
