from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emer.errors import AssetError
from emer.instruments.face_geometry import FEATURES, SIDED, column, columns, features
from emer.instruments.face_mesh import METADATA, RIGID, VERTICES, neutral_face, turn_to_front
from emer.measurements import Floats

Assets = Callable[[str], Path]


@pytest.fixture(scope="module")
def neutral(assets: Assets) -> Floats:
    return neutral_face(assets("face-landmarker"))


def landmarks(neutral: Floats, eyes: Floats | None = None) -> Floats:
    """Return the neutral face as landmarks: pixels, y down, z away, with irises."""
    ring = 0.6 * np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]])
    irises = np.zeros((10, 3))
    for iris, corners in ((slice(0, 5), (33, 133)), (slice(5, 10), (362, 263))):
        middle = neutral[list(corners)].mean(axis=0) + (0 if eyes is None else eyes)
        irises[iris] = middle + ring
    return np.concatenate([neutral, irises]) * [10.0, -10.0, -10.0] + [300.0, 200.0, 5.0]


def rotation(pitch: float, yaw: float, roll: float) -> Floats:
    """Return the rotation that looks up by pitch, right by yaw and leans right by roll."""
    p, y, r = np.radians([-pitch, yaw, -roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    turned: Floats = about_y @ about_x @ about_z
    return turned


def turned(points: Floats, pitch: float, yaw: float, roll: float) -> Floats:
    flip = np.array([1.0, -1.0, -1.0])
    return (points * flip @ rotation(pitch, yaw, roll).T) * flip


def test_neutral_face_is_the_model_mesh(neutral: Floats) -> None:
    assert neutral.shape == (VERTICES, 3)
    width, height, depth = np.ptp(neutral, axis=0)
    assert 14 < width < 17 and 16 < height < 19 and 8 < depth < 12  # centimetres
    assert neutral[10, 1] > neutral[152, 1] and neutral[1, 2] > neutral[10, 2]
    assert neutral[33, 0] < 0 < neutral[263, 0]  # the person's right is at the viewer's left


@pytest.mark.parametrize("content", [None, b"", b"not a zip", b"PK\x03\x04broken"])
def test_another_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.task"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AssetError, match=r"model\.task is not a face-landmarker model"):
        neutral_face(path)


@pytest.mark.parametrize("metadata", [b"", b"\x0a\x05\x12\x02ab", b"\x0a\xff", b"\xff" * 9])
def test_damaged_metadata_is_refused(tmp_path: Path, metadata: bytes) -> None:
    path = tmp_path / "model.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(METADATA, metadata)
    with pytest.raises(AssetError):
        neutral_face(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(-40, 40), st.floats(-60, 60), st.floats(-40, 40), st.floats(0.2, 5))
def test_pose_is_found_and_undone(
    neutral: Floats, pitch: float, yaw: float, roll: float, size: float
) -> None:
    points = landmarks(neutral)
    front, straight = turn_to_front(points, neutral)
    again, pose = turn_to_front(turned(points, pitch, yaw, roll) * size, neutral)
    np.testing.assert_allclose(straight, 0, atol=0.01)
    np.testing.assert_allclose(pose, [pitch, yaw, roll], atol=0.01)
    np.testing.assert_allclose(again / size, front, atol=1e-6)
    np.testing.assert_allclose(features(again), features(front), atol=1e-8)


def test_expressions_do_not_turn_the_head(neutral: Floats) -> None:
    """The jaw, brows, lids and lips may move without the pose changing."""
    points = landmarks(neutral)
    moving = [i for i in range(VERTICES) if i not in RIGID]
    points[moving, 1] += np.random.default_rng(0).normal(0, 8, len(moving))
    np.testing.assert_allclose(turn_to_front(points, neutral)[1], 0, atol=0.01)


def test_neutral_features(neutral: Floats) -> None:
    values = dict(
        zip(FEATURES, features(turn_to_front(landmarks(neutral), neutral)[0]), strict=True)
    )
    for name in SIDED:
        assert values[f"{name}_R"] == pytest.approx(values[f"{name}_L"], abs=1e-3)
    assert values["inner_brow_R"] == pytest.approx(0.224, abs=0.005)
    assert values["mouth_width"] == pytest.approx(0.552, abs=0.005)
    assert values["gaze_right"] == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("indices", "shift", "feature", "sign"),
    [
        ((55, 107), (0, 1, 0), "inner_brow_R", 1),
        ((300, 293), (0, -1, 0), "outer_brow_L", -1),
        ((285, 336), (-1, 0, 0), "brow_gap", -1),
        ((159, 158, 160), (0, 1, 0), "eye_open_R", 1),
        ((374, 380, 373), (0, 1, 0), "lower_lid_L", 1),
        ((386,), (0, 0.2, 0), "upper_lid_L", 1),
        ((159, 145), (0, -0.2, 0), "upper_lid_R", -1),
        ((61,), (0, 1, 0), "corner_raise_R", 1),
        ((291,), (0, -1, 0), "corner_level_L", -1),
        ((61,), (-1, 0, 0), "mouth_width", 1),
        ((0,), (0, 1, 0), "upper_lip", -1),
        ((14, 17), (0, -1, 0), "mouth_gap", 1),
        ((50,), (0, 1, 0), "cheek_R", 1),
        ((358,), (0, 1, 0), "nostril_L", 1),
    ],
)
def test_each_feature_follows_its_landmarks(
    neutral: Floats, indices: tuple[int, ...], shift: tuple[float, ...], feature: str, sign: int
) -> None:
    moved = neutral.copy()
    moved[list(indices)] += np.array(shift)
    calm, shown = (
        features(turn_to_front(landmarks(face), neutral)[0])[FEATURES.index(feature)]
        for face in (neutral, moved)
    )
    assert sign * (shown - calm) > 0.02


@pytest.mark.parametrize(
    ("eyes", "right", "up"), [((0.5, 0, 0), 1, 0), ((-0.5, 0, 0), -1, 0), ((0, 0.4, 0), 0, 1)]
)
def test_gaze_follows_the_iris(
    neutral: Floats, eyes: tuple[float, ...], right: int, up: int
) -> None:
    calm, looking = (
        features(turn_to_front(landmarks(neutral, np.array(e)), neutral)[0])[None]
        for e in ((0, 0, 0), eyes)
    )
    change = (
        columns(looking, ("gaze_right", "gaze_up"))[0] - columns(calm, ("gaze_right", "gaze_up"))[0]
    )
    assert np.sign(change.round(2)).tolist() == [right, up]


def test_mirrored_faces_swap_sides(neutral: Floats) -> None:
    rng = np.random.default_rng(3)
    odd = neutral + rng.normal(0, 0.2, neutral.shape)
    distance = np.linalg.norm(neutral[:, None] - neutral[None] * [-1, 1, 1], axis=2)
    twin = distance.argmin(axis=1)
    mirrored = odd[twin] * [-1, 1, 1]
    one, other = (
        features(turn_to_front(landmarks(face), neutral)[0])[None] for face in (odd, mirrored)
    )
    for name in SIDED:
        assert column(one, f"{name}_L") == pytest.approx(column(other, f"{name}_R"), abs=0.01)
