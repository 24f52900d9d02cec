"""All instruments on one clip: side by side, stopped together, silent about silence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emer.clip import Clip
from emer.errors import EmerError, MediaError
from emer.instruments.kit import Instruments
from making import RATE, write

GREY = [np.full((48, 64, 3), 120, np.uint8)] * 20
HUM = (0.1 * np.sin(2 * np.pi * 150 * np.arange(2 * RATE) / RATE)).astype(np.float32)


@pytest.fixture(scope="module")
def kit(assets: Callable[[str], Path]) -> Instruments:
    for name in ("face-landmarker", "yamnet"):
        assets(name)
    return Instruments(speech=False)


def test_pictures_and_sound_are_measured_and_timed(kit: Instruments, tmp_path: Path) -> None:
    seen: list[float] = []
    measured = kit.measure(Clip.open(write(tmp_path / "c.mkv", GREY, HUM)), seen.append)
    measurements = measured.measurements
    assert measurements.faces is not None and len(measurements.faces.times) == 20
    assert measurements.voice is not None and len(measurements.voice.f0) == 200
    assert {"faces", "sound", "sound/prosody"} <= set(measured.seconds)
    assert {asset.name for asset in measured.assets} == {"face-landmarker", "yamnet"}
    assert 0 < max(seen) <= 1


def test_a_silent_track_is_said_to_be_silent(kit: Instruments, tmp_path: Path) -> None:
    clip = Clip.open(write(tmp_path / "c.mkv", GREY, HUM * 0))
    measurements = kit.measure(clip).measurements
    assert measurements.voice is None and measurements.events is None
    assert any("silent" in note for note in measurements.notes)


def test_given_words_are_not_recognised_again(kit: Instruments, tmp_path: Path) -> None:
    clip = Clip.open(write(tmp_path / "c.mkv", GREY, HUM), "")
    assert kit.measure(clip).measurements.text is None


def test_an_error_on_one_side_stops_the_other(
    kit: Instruments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pictures of a long clip must not be measured to their end for nothing."""
    clip = Clip.open(write(tmp_path / "c.mkv", GREY * 60, np.tile(HUM, 60)))

    class Broken:
        def scan(self, *_: object, **__: object) -> None:
            raise MediaError("The sound is broken.")

    monkeypatch.setitem(kit.__dict__, "sound", Broken())
    began = time.perf_counter()
    with pytest.raises(EmerError, match=r"The sound is broken\."):
        kit.measure(clip)
    assert time.perf_counter() - began < 3
    assert not [t for t in threading.enumerate() if t.name.startswith("emer-faces")]


def test_a_clip_that_vanishes_is_one_sentence(kit: Instruments, tmp_path: Path) -> None:
    path = write(tmp_path / "c.mkv", GREY, None)
    clip = Clip.open(path)
    path.unlink()
    with pytest.raises(MediaError, match=r"c\.mkv"):
        kit.measure(clip)
