"""Sound events and the scanner that feeds all sound instruments in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from emer.errors import AssetError
from emer.instruments.sound import SoundScanner
from emer.instruments.sound_events import CLASSES, SoundEventDetector, voice_mask
from emer.measurements import SoundEvents
from instruments.sounds import RATE, noise, silence, syllables, tone


@dataclass
class Block:
    samples: np.ndarray


def blocks(sound: np.ndarray, seconds: float) -> Iterator[Block]:
    step = round(seconds * RATE)
    for first in range(0, len(sound), step):
        yield Block(sound[first : first + step])


def test_scanner_without_models_measures_the_voice() -> None:
    scan = SoundScanner(None).scan(blocks(syllables(10), 0.7))
    assert scan.voice is not None
    assert np.nanmedian(scan.voice.f0) == pytest.approx(150, rel=0.01)
    assert scan.events is None
    assert scan.subtitle is None
    assert {"prosody", "speech activity"} <= set(scan.seconds)
    assert all(seconds >= 0 for seconds in scan.seconds.values())


def test_scanner_of_nothing() -> None:
    scan = SoundScanner(None).scan([])
    assert scan.voice is scan.events is scan.subtitle is None


def test_samples_that_are_not_numbers_are_noted() -> None:
    sound = tone(200)
    sound[100:105] = np.nan
    scan = SoundScanner(None).scan(blocks(sound, 1.0))
    assert scan.notes == ("5 sound samples were not numbers and were taken as silence.",)


def test_absent_and_damaged_models(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="absent"):
        SoundEventDetector(tmp_path / "yamnet.tflite")
    (tmp_path / "yamnet.tflite").write_bytes(b"not a network")
    with pytest.raises(AssetError, match="cannot be loaded"):
        SoundEventDetector(tmp_path / "yamnet.tflite")


def test_windows_do_not_depend_on_blocks(assets: Callable[[str], Path]) -> None:
    sound = np.concatenate([noise(1.3), tone(300, 1.0), silence(0.4)])

    def scores(step: int) -> SoundEvents:
        detector = SoundEventDetector(assets("yamnet"))
        for first in range(0, len(sound), step):
            detector.feed(sound[first : first + step])
        return detector.finish()

    whole, cut = scores(len(sound)), scores(1111)
    np.testing.assert_allclose(whole.scores, cut.scores, atol=1e-6)
    assert whole.scores.shape == (len(whole.times), len(CLASSES))
    # The last window reaches the end of the sound.
    assert whole.times[-1] + whole.window >= len(sound) / RATE


@pytest.mark.parametrize("samples", [0, 1, 15600, 15601])
def test_number_of_windows(assets: Callable[[str], Path], samples: int) -> None:
    detector = SoundEventDetector(assets("yamnet"))
    detector.feed(np.zeros(samples, np.float32))
    assert len(detector.finish().times) == {0: 0, 1: 1, 15600: 1, 15601: 2}[samples]


def test_silence_is_heard_as_silence(assets: Callable[[str], Path]) -> None:
    scan = SoundScanner(assets("yamnet")).scan(blocks(silence(3.0), 1.0))
    assert scan.events is not None
    assert scan.events.scores[:, CLASSES.index("Silence")].min() > 0.5
    others = np.delete(scan.events.scores, CLASSES.index("Silence"), axis=1)
    assert others.max() < 0.1


def scored(**scores: float) -> SoundEvents:
    row = [scores.get(name, 0.0) for name in CLASSES]
    return SoundEvents(np.array([0.0]), 0.975, CLASSES, np.array([row]), "test")


@pytest.mark.parametrize(
    ("events", "speech", "expected"),
    [
        (scored(Speech=0.9), np.zeros(100, bool), True),
        (scored(Shout=0.6), np.zeros(100, bool), True),
        (scored(Speech=0.9, Music=0.5), np.zeros(100, bool), False),
        (scored(Speech=0.3), np.zeros(100, bool), False),
        (scored(Speech=0.9), np.ones(100, bool), False),
    ],
)
def test_voices_the_detector_missed(
    events: SoundEvents, speech: np.ndarray, expected: bool
) -> None:
    assert voice_mask(events, speech, 0.01).any() == expected
