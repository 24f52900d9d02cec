"""Made-up faces for tests: tracks with chosen action units, and the scan around them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emer.instruments.action_units import UNITS
from emer.measurements import FaceScan, FaceTrack, Floats, Measurements

FPS = 10.0
SOURCE = "made-up faces"


def track(
    seconds: float = 4.0,
    units: Mapping[str, Floats] | None = None,
    person: str = "p1",
    **fields: Floats,
) -> FaceTrack:
    """Return a calm face looking at the viewer, with some action units or fields replaced."""
    times = np.arange(round(seconds * FPS) + 1) / FPS
    flat = np.zeros(len(times))
    all_units: dict[str, Floats] = {}
    for unit in UNITS:
        all_units[unit.name] = flat
        if unit.sided:
            all_units |= {f"{unit.name}_L": flat, f"{unit.name}_R": flat}
    for name, values in (units or {}).items():
        all_units[name] = values
        if f"{name}_L" in all_units:
            all_units |= {f"{name}_L": values, f"{name}_R": values}
    values: dict[str, Floats] = {
        "boxes": np.tile([0.3, 0.2, 0.6, 0.8], (len(times), 1)),
        "height_px": np.full(len(times), 200.0),
        "gaze": np.zeros((len(times), 2)),
        "pose": np.zeros((len(times), 3)),
        "blink": all_units["AU43"],
        "mouth_open": flat,
        "quality": np.ones(len(times)),
    }
    return FaceTrack(person=person, times=times, action_units=all_units, **(values | fields))


def pulse(start: float, end: float, height: float, seconds: float = 4.0) -> Floats:
    """Return a signal that is `height` from start to end and 0 elsewhere."""
    times = np.arange(round(seconds * FPS) + 1) / FPS
    return np.where((times >= start - 1e-9) & (times <= end + 1e-9), height, 0.0)


def measurements(*tracks: FaceTrack, seconds: float | None = None, **scan: object) -> Measurements:
    """Return measurements of a clip with these tracks."""
    if seconds is None:
        seconds = max((float(one.times[-1]) for one in tracks), default=4.0)
    times = np.arange(round(seconds * FPS) + 1) / FPS
    fields: dict[str, object] = {
        "times": times,
        "brightness": np.full(len(times), 0.5),
        "faces": np.sum([np.isin(times, one.times) for one in tracks], axis=0, dtype=float)
        + np.zeros(len(times)),
        "unusable": np.zeros(len(times)),
        "unusable_reasons": {},
    }
    faces = FaceScan(tracks=tracks, source=SOURCE, **(fields | scan))  # type: ignore[arg-type]
    return Measurements(seconds=seconds, still=len(times) == 1, faces=faces)


def reversed_track(one: FaceTrack) -> FaceTrack:
    """Return the track as it would be measured with time running backwards."""
    end = one.times[-1] + one.times[0]
    return FaceTrack(
        person=one.person,
        times=end - one.times[::-1],
        boxes=one.boxes[::-1],
        height_px=one.height_px[::-1],
        action_units={name: values[::-1] for name, values in one.action_units.items()},
        gaze=one.gaze[::-1],
        pose=one.pose[::-1],
        blink=one.blink[::-1],
        mouth_open=one.mouth_open[::-1],
        quality=one.quality[::-1],
    )


def mirrored_track(one: FaceTrack) -> FaceTrack:
    """Return the track as it would be measured in the mirrored picture."""
    swap = {"L": "R", "R": "L"}
    units = {
        f"{name[:-1]}{swap[name[-1]]}" if "_" in name else name: values
        for name, values in one.action_units.items()
    }
    boxes = one.boxes.copy()
    boxes[:, [0, 2]] = 1.0 - one.boxes[:, [2, 0]]
    return FaceTrack(
        person=one.person,
        times=one.times,
        boxes=boxes,
        height_px=one.height_px,
        action_units=units,
        gaze=one.gaze * [-1.0, 1.0],
        pose=one.pose * [1.0, -1.0, -1.0],
        blink=one.blink,
        mouth_open=one.mouth_open,
        quality=one.quality,
    )
