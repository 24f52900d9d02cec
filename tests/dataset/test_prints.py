"""Hashes of pictures."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from dataset.scenes import FPS, clip, scene, smaller
from emer.dataset.prints import FLAT, FRAMES, frame_prints, picture_print
from emer.errors import MissingExtra
from emer.media import Limits
from making import write

pytest.importorskip("imagehash")


def bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_hash_is_the_sign_of_low_frequencies() -> None:
    """Against a cosine transform written out, on a picture that needs no resizing."""
    grey = np.random.default_rng(0).integers(0, 256, (32, 32)).astype(np.uint8)
    at = np.arange(32)
    waves = np.cos(np.pi * np.outer(np.arange(8), 2 * at + 1) / 64)
    low = waves @ grey.astype(np.float64) @ waves.T
    expected = "".join("1" if each else "0" for each in (low > np.median(low)).ravel())
    assert f"{int(picture_print(np.repeat(grey[:, :, None], 3, 2)), 16):064b}" == expected


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_pictures_are_marked(level: int) -> None:
    image = np.full((48, 64, 3), level, np.uint8)
    assert picture_print(image) == FLAT
    image[::2] ^= 3  # noise of a codec
    assert picture_print(image) == FLAT


def test_scaling_and_light_change_little(tmp_path: Path) -> None:
    images = scene(1)
    dimmed: list[NDArray[np.uint8]] = [(image * 0.7 + 20).astype(np.uint8) for image in images]
    plain = frame_prints(write(tmp_path / "a.mkv", images, None, fps=FPS), Limits())
    small = frame_prints(write(tmp_path / "b.mkv", smaller(images), None, fps=FPS), Limits())
    dark = frame_prints(write(tmp_path / "c.mkv", dimmed, None, fps=FPS), Limits())
    other = frame_prints(clip(tmp_path / "d.mkv", 2, None), Limits())
    assert len(plain) == FRAMES
    assert np.median([bits(*pair) for pair in zip(plain, small, strict=True)]) <= 4
    assert np.median([bits(*pair) for pair in zip(plain, dark, strict=True)]) <= 4
    assert min(bits(*pair) for pair in zip(plain, other, strict=True)) > 12


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagehash", None)
    with pytest.raises(MissingExtra, match=r"emer\[build\]"):
        picture_print(scene(1, 0.1)[0])
