"""Explanations to report on, a sound file to play, and a browser."""

from __future__ import annotations

import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from emer.explanation import Explanation, Subtitle
from report.cdp import Browser, chromium
from report.example import SECONDS, build


@pytest.fixture(scope="session")
def english() -> Explanation:
    """Return the example in English."""
    return build("en")


@pytest.fixture(scope="session")
def chinese() -> Explanation:
    """Return the example in Chinese."""
    return build("zh")


@pytest.fixture(scope="session")
def still_image(english: Explanation) -> Explanation:
    """Return an explanation of a single image."""
    clip = english.clip.model_copy(update={"seconds": 0.0, "name": "face.png"})
    cue = english.cues[0].model_copy(update={"start": 0.0, "end": 0.0})
    nothing = Subtitle(text="", source="none")
    update = {"clip": clip, "cues": (cue,), "timeline": (), "curves": (), "subtitle": nothing}
    return english.model_copy(update=update)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a WAV file as long as the example."""
    path = tmp_path_factory.mktemp("clip") / "kitchen table.wav"
    rate = 8000
    samples = (
        int(9000 * math.sin(2 * math.pi * 220 * n / rate)) for n in range(int(rate * SECONDS))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a headless browser; skips where none is installed."""
    binary = chromium()
    if binary is None:
        pytest.skip("no Chromium here (Debian: apt install chromium)")
    with Browser(binary, tmp_path_factory.mktemp("profile")) as running:
        yield running
