"""Do the cues of the voice go in the direction the literature says? On acted speech, if here.

The sentences of RAVDESS are the same for all emotions, so what differs is the voice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cues.acted_speech import HIGH, LOW, Clips, area, load, share, values
from emer.instruments.sound import SoundScanner
from emer.media import Limits, audio

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def acted(shared: Path) -> Clips:
    """Every ninth clip, by emotion."""
    clips = load(shared / "data" / "ravdess", every=9)
    if not all(clips.values()):
        pytest.skip("the acted speech is not here")
    return clips


def test_arousal_tells_high_from_low(acted: Clips) -> None:
    high, low = (values(acted, emotions, "voice.arousal") for emotions in (HIGH, LOW))
    assert area(high, low) > 0.8


@pytest.mark.parametrize(
    ("name", "higher", "lower"),
    [
        ("voice.brightness.level", ("angry",), ("calm", "sad")),
        ("voice.pitch.span", ("angry", "surprise"), ("calm", "sad")),
        ("voice.pitch.rise", ("happy", "surprise"), ("calm", "sad")),
        ("voice.rate", ("fear", "happy"), ("calm",)),
        ("voice.loudness.level", ("angry",), ("calm", "sad")),
        ("voice.harmonicity", ("calm",), ("angry",)),
    ],
)
def test_measures_go_the_way_of_the_literature(
    acted: Clips, name: str, higher: tuple[str, ...], lower: tuple[str, ...]
) -> None:
    assert area(values(acted, higher, name), values(acted, lower, name)) > 0.65


@pytest.mark.parametrize(
    ("kind", "often", "seldom"),
    [
        ("voice_sharp", ("angry",), ("calm", "sad", "neutral")),
        ("voice_soft", ("calm", "sad"), ("angry", "happy")),
        ("pitch_varied", ("surprise",), ("calm", "sad")),
        ("pitch_flat", ("sad", "calm"), ("surprise",)),
        ("pitch_high", ("surprise", "happy"), ("calm", "neutral")),
    ],
)
def test_cues_appear_where_the_literature_expects_them(
    acted: Clips, kind: str, often: tuple[str, ...], seldom: tuple[str, ...]
) -> None:
    assert share(acted, often, kind) > 2 * share(acted, seldom, kind)


def test_a_voice_the_speech_detector_misses(
    acted: Clips, assets: Callable[[str], Path], shared: Path
) -> None:
    # Shouted so high that the speech detector alone misses it; YAMNet hears the voice.
    path = shared / "data" / "ravdess" / "03-01-05-02-02-01-18.flac"
    spoken = []
    for yamnet in (None, assets("yamnet")):
        with audio(path, Limits()) as blocks:
            heard = SoundScanner(yamnet).scan(blocks).voice
        assert heard is not None
        spoken.append(heard.speech.sum() * heard.hop)
    assert spoken[0] < 0.3
    assert spoken[1] > 0.6
