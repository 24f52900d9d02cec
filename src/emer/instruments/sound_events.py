"""Laughter, crying, shouts, sighs and music: YAMNet over the sound track.

YAMNet (https://github.com/tensorflow/models/tree/master/research/audioset/yamnet) scores the
classes of AudioSet (Gemmeke et al. 2017, ICASSP) for windows of 0.975 s.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError
from emer.instruments.prosody import Samples, checked
from emer.instruments.quiet import muted
from emer.measurements import SoundEvents

RATE = 16000
SOURCE = "yamnet/1"
WINDOW = 15600  # samples the network takes
STEP = 7800  # half a window, so that a short sound lies well inside one of them

# Of the 521 classes, those that say something about what people express, and those that
# say how far the voice can be heard.
CLASSES = (
    "Speech", "Child speech, kid speaking", "Conversation", "Babbling", "Shout", "Bellow",
    "Whoop", "Yell", "Children shouting", "Screaming", "Whispering", "Laughter",
    "Baby laughter", "Giggle", "Snicker", "Belly laugh", "Chuckle, chortle",
    "Crying, sobbing", "Baby cry, infant cry", "Whimper", "Wail, moan", "Sigh", "Singing",
    "Humming", "Groan", "Grunt", "Breathing", "Gasp", "Pant", "Cough", "Throat clearing",
    "Sniff", "Clapping", "Cheering", "Applause", "Crowd", "Chatter", "Music",
    "Background music", "Theme music", "Soundtrack music", "Happy music", "Sad music",
    "Tender music", "Exciting music", "Angry music", "Scary music", "Slap, smack", "Silence",
)  # fmt: skip


class SoundEventDetector:
    """Scores audio events while the sound of one clip comes in.

    Args:
        model: YAMNet with its label list, a TensorFlow Lite file.

    Raises:
        AssetError: The file is absent, damaged or another model.
    """

    def __init__(self, model: Path) -> None:
        self._source = f"{SOURCE} {model.name}"
        self._classifier = _classifier(model)
        self._buffer: Samples = np.zeros(0, np.float32)
        self._received = 0
        self._scores: list[list[float]] = []

    def feed(self, samples: Samples) -> None:
        """Take the next samples, mono at 16 kHz, shape [n]; raises `UsageError` otherwise."""
        block = checked(samples)
        self._received += len(block)
        self._buffer = np.concatenate([self._buffer, block])
        while len(self._buffer) >= WINDOW:
            self._score(self._buffer[:WINDOW])
            self._buffer = self._buffer[STEP:].copy()

    def finish(self) -> SoundEvents:
        """Return the scores; the last window is filled up with silence. Call once."""
        if len(self._scores) < _window_count(self._received):
            self._score(np.pad(self._buffer, (0, WINDOW - len(self._buffer))))
        self._classifier.close()
        return SoundEvents(
            times=np.arange(len(self._scores)) * STEP / RATE,
            window=WINDOW / RATE,
            names=CLASSES,
            scores=np.asarray(self._scores, float).reshape(-1, len(CLASSES)),
            source=self._source,
        )

    def _score(self, window: Samples) -> None:
        from mediapipe.tasks.python.components.containers import AudioData

        answer = self._classifier.classify(AudioData.create_from_array(window, RATE))[0]
        found = {c.category_name: float(c.score) for c in answer.classifications[0].categories}
        self._scores.append([found.get(name, 0.0) for name in CLASSES])


# Voices that a detector of ordinary speech can miss: shouted, sobbed, very high.
_VOICES = (
    "Speech", "Child speech, kid speaking", "Shout", "Yell", "Bellow", "Screaming",
    "Crying, sobbing", "Whimper", "Wail, moan",
)  # fmt: skip
_LIKELY, _MUSICAL = 0.5, 0.3
_NEXT_TO_NOTHING = 0.2  # seconds in a window


def voice_mask(events: SoundEvents, speech: NDArray[np.bool_], hop: float) -> NDArray[np.bool_]:
    """Where YAMNet hears a voice and no music, but the speech detector heard next to nothing.

    Args:
        events: Scores of the clip.
        speech: The detector's answer, one value each `hop` seconds.
        hop: Seconds.

    Returns:
        True in such windows, shape of `speech`.
    """
    columns = [events.names.index(name) for name in _VOICES]
    likely = events.scores[:, columns].max(axis=1, initial=0.0) >= _LIKELY
    likely &= events.scores[:, events.names.index("Music")] < _MUSICAL
    mask = np.zeros(len(speech), bool)
    for begin in events.times[likely]:
        cut = slice(round(begin / hop), round((begin + events.window) / hop))
        if speech[cut].sum() * hop < _NEXT_TO_NOTHING:
            mask[cut] = True
    return mask


def _window_count(samples: int) -> int:
    return 0 if samples == 0 else 1 + max(0, math.ceil((samples - WINDOW) / STEP))


def _classifier(model: Path) -> Any:
    if not model.is_file():
        raise AssetError(
            f"The audio-event model {model.name} is absent.", "Fetch it with: emer assets get"
        )
    from mediapipe.tasks.python import BaseOptions, audio

    options = audio.AudioClassifierOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        category_allowlist=list(CLASSES),
    )
    try:
        with muted():
            return audio.AudioClassifier.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        raise AssetError(
            f"The audio-event model {model.name} cannot be loaded: {error}.",
            "Check it with: emer assets verify",
        ) from error
