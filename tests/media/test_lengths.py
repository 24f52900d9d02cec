"""Lengths of pictures and sound, each for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from emer.media import probe
from emer.media.child import probing
from media.media_files import Sound, levels, tone, write


def test_each_stream_has_its_own_length(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", levels(50), Sound(tone(3.2)))
    info = probe(path)
    assert info.video_seconds == pytest.approx(2.0, abs=0.05)
    assert info.audio_seconds == pytest.approx(3.2, abs=0.08)
    assert info.seconds == pytest.approx(3.2, abs=0.08)


def test_a_late_start_is_not_counted(tmp_path: Path) -> None:
    info = probe(write(tmp_path / "a.mkv", levels(50), Sound(tone(1.0), start=1.5)))
    assert info.audio_seconds == pytest.approx(1.0, abs=0.08)


def test_a_stream_that_is_not_there_has_none(tmp_path: Path) -> None:
    info = probe(write(tmp_path / "a.mp4", levels(25)))
    assert info.video_seconds == pytest.approx(1.0, abs=0.05)
    assert info.audio_seconds is None


def test_of_a_large_file_the_claim_is_taken() -> None:
    class Stream:
        duration, time_base = 90_000, 1 / 45_000

    class Silent:
        duration, time_base = None, 1 / 45_000

    part = object.__new__(probing.Part)
    part.stream = Stream()
    assert part.seconds(whole=False) == 2.0
    part.stream = Silent()
    assert part.seconds(whole=False) is None
