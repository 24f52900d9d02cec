"""Following faces through a clip by where they are and how large, never by whose they are.

No identity feature is computed or kept: a person who leaves the picture, or whom a cut shows
again, gets a new id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from emer.measurements import Floats

GAP_SECONDS = 0.7
"""A face that is away for longer starts a new track, unless the frames themselves are rarer."""

_DRIFT = 0.6  # face heights that a face may move between neighbouring frames
_DRIFT_RATE = 1.5  # and further per second of gap
_GROWTH = 0.5  # natural logarithm of the size ratio that is still the same face
_CUT_OVERLAP = 0.75  # across a cut only a face that stands still is taken for the same


@dataclass
class Trail:
    """The faces that belong together: index of the frame and of the face in it."""

    steps: list[tuple[int, int]] = field(default_factory=list)


def follow(
    times: Floats, boxes: Sequence[Sequence[Floats]], cuts: Sequence[bool], aspect: float
) -> list[Trail]:
    """Join the faces of neighbouring frames into trails.

    Args:
        times: Seconds of each frame, rising, shape [n].
        boxes: The face boxes of each frame as x0, y0, x1, y1 in 0..1 of the frame.
        cuts: Whether each frame shows another shot than the one before it.
        aspect: Width over height of the frame.

    Returns:
        Trails in the order in which they begin; each face is in exactly one.
    """
    trails: list[Trail] = []
    open_trails: list[Trail] = []
    last_cut = -1
    gap = max(GAP_SECONDS, 1.5 * float(np.median(np.diff(times)))) if len(times) > 1 else 0.0
    for frame, faces in enumerate(boxes):
        last_cut = frame if cuts[frame] else last_cut
        open_trails = [
            trail for trail in open_trails if times[frame] - times[_last(trail)[0]] <= gap + 1e-6
        ]
        pairs = [
            (closeness, index, face)
            for index, trail in enumerate(open_trails)
            for face in range(len(faces))
            if (closeness := _closeness(times, boxes, trail, frame, face, last_cut, aspect)) > 0
        ]
        taken = _best_pairs(pairs)
        for face in range(len(faces)):
            if face in taken:
                open_trails[taken[face]].steps.append((frame, face))
            else:
                open_trails.append(Trail([(frame, face)]))
                trails.append(open_trails[-1])
    return trails


def _last(trail: Trail) -> tuple[int, int]:
    return trail.steps[-1]


def _best_pairs(pairs: list[tuple[float, int, int]]) -> dict[int, int]:
    """Pair faces with trails, closest first; returns face to trail."""
    taken: dict[int, int] = {}
    for _, trail, face in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if face not in taken and trail not in taken.values():
            taken[face] = trail
    return taken


def _closeness(
    times: Floats,
    boxes: Sequence[Sequence[Floats]],
    trail: Trail,
    frame: int,
    face: int,
    last_cut: int,
    aspect: float,
) -> float:
    """How likely a face continues a trail, over 0 if it may at all, at most 1."""
    then, which = _last(trail)
    before, now = boxes[then][which], boxes[frame][face]
    if then < last_cut <= frame and overlap(before, now) < _CUT_OVERLAP:
        return 0.0
    allowed = _DRIFT + _DRIFT_RATE * float(times[frame] - times[then])
    tall = (before[3] - before[1], now[3] - now[1])
    growth = abs(float(np.log(max(tall[1], 1e-6) / max(tall[0], 1e-6))))
    distance = _distance(before, now, aspect) / max(sum(tall) / 2, 1e-6)
    return float(max(0.0, 1.0 - distance / allowed) * max(0.0, 1.0 - growth / _GROWTH))


def _distance(first: Floats, second: Floats, aspect: float) -> float:
    """Distance of the box centres in frame heights."""
    middle = (second[:2] + second[2:] - first[:2] - first[2:]) / 2
    return float(np.hypot(middle[0] * aspect, middle[1]))


def overlap(first: Floats, second: Floats) -> float:
    """Intersection over union of two boxes, 0..1."""
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    shared = float(np.prod(np.maximum(high - low, 0.0)))
    both = area(first) + area(second) - shared
    return shared / both if both > 0 else 0.0


def shared_part(first: Floats, second: Floats) -> float:
    """Intersection of two boxes over the smaller of them, 0..1."""
    low, high = np.maximum(first[:2], second[:2]), np.minimum(first[2:], second[2:])
    smaller = min(area(first), area(second))
    return float(np.prod(np.maximum(high - low, 0.0))) / smaller if smaller > 0 else 0.0


def area(box: Floats) -> float:
    """Area of a box in its own units squared."""
    return float(max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0))


def cuts(thumbnails: Floats, threshold: float = 0.07) -> list[bool]:
    """Find hard cuts: frames that differ from the one before all over the picture.

    Args:
        thumbnails: Small luma pictures 0..1 of neighbouring frames, shape [n, h, w].
        threshold: Mean absolute difference that counts as a cut.

    Returns:
        Whether each frame begins a new shot; the first never does.
    """
    if len(thumbnails) < 2:
        return [False] * len(thumbnails)
    change = np.abs(np.diff(thumbnails, axis=0)).mean(axis=(1, 2))
    return [False, *(bool(value > threshold) for value in change)]
