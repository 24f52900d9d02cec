"""Do the cues of the voice go in the direction the literature says? On acted speech, if here.

The sentences of RAVDESS (Livingstone & Russo 2018) are the same for all emotions, so what
differs is the voice. The full figures are in docs/cues/voice.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from emer.cues import voice
from emer.cues.measurements import Measurements
from emer.cues.measures import evaluate
from emer.instruments.sound import SoundScanner
from emer.media import Limits, audio

NAMES = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
EMOTIONS = dict(enumerate(NAMES, start=1))
HIGH, LOW = ("angry", "fear", "happy"), ("calm", "sad", "neutral")

Clips = dict[str, list[Measurements]]


@pytest.fixture(scope="module")
def acted(shared: Path) -> Clips:
    """Every ninth clip, by emotion."""
    folder = shared / "data" / "ravdess"
    files = sorted(folder.glob("*.flac"))[::9]
    if not files:
        pytest.skip("the acted speech is not here")
    scanner = SoundScanner(None)
    clips: Clips = {}
    for path in files:
        with audio(path, Limits()) as blocks:
            heard = scanner.scan(blocks, recognise=False).voice
        assert heard is not None
        emotion = EMOTIONS[int(path.stem.split("-")[2])]
        measured = Measurements(seconds=len(heard.f0) * heard.hop, voice=heard)
        clips.setdefault(emotion, []).append(measured)
    return clips


def area(high: Iterable[float], low: Iterable[float]) -> float:
    """How often a value of the first kind lies above one of the second (AUC)."""
    a, b = (np.array([v for v in part if np.isfinite(v)]) for part in (high, low))
    return float(np.mean((a[:, None] > b) + 0.5 * (a[:, None] == b)))


def values(clips: Clips, emotions: Iterable[str], name: str) -> list[float]:
    return [evaluate(name, m, 0.0, m.seconds) for e in emotions for m in clips[e]]


def share(clips: Clips, emotions: Iterable[str], kind: str) -> float:
    found = [
        kind in {cue.kind for cue in voice.observe(m, "en")} for e in emotions for m in clips[e]
    ]
    return float(np.mean(found))


@pytest.mark.slow
def test_arousal_tells_high_from_low(acted: Clips) -> None:
    high, low = (values(acted, emotions, "voice.arousal") for emotions in (HIGH, LOW))
    assert area(high, low) > 0.8


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_every_acted_clip_is_heard_as_speech(
    acted: Clips, assets: Callable[[str], Path], shared: Path
) -> None:
    # Shouted so high that the speech detector alone misses it; YAMNet hears the voice.
    path = shared / "data" / "ravdess" / "03-01-05-02-02-01-18.flac"
    with audio(path, Limits()) as blocks:
        heard = SoundScanner(assets("yamnet")).scan(blocks).voice
    assert heard is not None
    assert heard.speech.sum() * heard.hop > 0.6
