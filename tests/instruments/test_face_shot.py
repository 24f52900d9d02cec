from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.instruments.face_shot import UNUSABLE, judge, light_and_sharpness, luma

FRONT = np.zeros(3)
GOOD = {"height_px": 200.0, "pose": FRONT, "light": 0.5, "sharpness": 0.2, "inside": 1.0}
WHOLE = np.array([0.0, 0.0, 1.0, 1.0])


def quality(**change: object) -> tuple[float, str]:
    return judge(**(GOOD | change))  # type: ignore[arg-type]


def test_a_good_face_is_fully_trusted() -> None:
    assert quality()[0] == 1.0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"height_px": 38.0}, "small"),
        ({"pose": np.array([0.0, 65.0, 0.0])}, "turned"),
        ({"pose": np.array([0.0, -65.0, 0.0])}, "turned"),
        ({"pose": np.array([-55.0, 0.0, 0.0])}, "turned"),
        ({"light": 0.03}, "dark"),
        ({"inside": 0.55}, "covered"),
        ({"sharpness": 0.01}, "blurred"),
    ],
)
def test_each_flaw_makes_a_face_unusable_and_is_named(
    change: dict[str, object], reason: str
) -> None:
    value, why = quality(**change)
    assert value < UNUSABLE and why == reason


def test_head_tilt_costs_nothing() -> None:
    assert quality(pose=np.array([0.0, 0.0, 80.0]))[0] == 1.0


@given(st.floats(0, 400), st.floats(0, 400), st.floats(-90, 90), st.floats(0, 1), st.floats(0, 1))
def test_quality_never_falls_with_size(
    a: float, b: float, yaw: float, light: float, sharp: float
) -> None:
    pose = np.array([0.0, yaw, 0.0])
    low, high = sorted((a, b))
    first, second = (
        quality(height_px=h, pose=pose, light=light, sharpness=sharp)[0] for h in (low, high)
    )
    assert 0 <= first <= second <= 1


def checks(size: int = 96, step: int = 4) -> np.ndarray:
    grid = (np.indices((size, size)) // step).sum(axis=0) % 2
    return np.repeat((grid * 200 + 20)[..., None], 3, axis=2).astype(np.uint8)


def blurred(image: np.ndarray, radius: int) -> np.ndarray:
    soft = image.astype(float)
    window = np.ones(2 * radius + 1) / (2 * radius + 1)
    for axis in (0, 1):
        soft = np.apply_along_axis(np.convolve, axis, soft, window, "same")
    return soft.astype(np.uint8)


def test_blur_lowers_sharpness_and_darkness_does_not() -> None:
    image = checks()
    light, sharp = light_and_sharpness(image, WHOLE)
    dim, dim_sharp = light_and_sharpness(image // 3, WHOLE)
    assert dim == pytest.approx(light / 3, rel=0.05)
    assert dim_sharp == pytest.approx(sharp, rel=0.05)
    assert light_and_sharpness(blurred(image, 4), WHOLE)[1] < 0.5 * sharp


@pytest.mark.parametrize(
    "box", [[0.2, 0.2, 0.2, 0.2], [1.0, 1.0, 1.5, 1.5], [0.0, 0.0, 0.05, 0.05]]
)
def test_empty_or_tiny_boxes_have_no_sharpness(box: list[float]) -> None:
    light, sharp = light_and_sharpness(checks(), np.array(box))
    assert sharp == 0 and 0 <= light <= 1


def test_a_flat_picture_has_no_sharpness() -> None:
    assert light_and_sharpness(np.full((50, 50, 3), 128, np.uint8), WHOLE)[1] == 0


def test_luma_weighs_green_most() -> None:
    red, green, blue = (
        luma(np.eye(3, dtype=np.uint8)[i].reshape(1, 1, 3) * 255)[0, 0] for i in range(3)
    )
    assert green > red > blue and red + green + blue == pytest.approx(1.0)
