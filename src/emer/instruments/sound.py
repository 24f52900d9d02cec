"""One pass over the sound track: voice, sound events and words."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from emer.explanation import Subtitle
from emer.instruments.pitch import HOP, RATE
from emer.instruments.prosody import Prosody, Samples, frame_count
from emer.instruments.sound_events import SoundEventDetector, voice_mask
from emer.instruments.speech import SpeechRecogniser
from emer.instruments.vad import VoiceActivity, frame_mask
from emer.measurements import SoundEvents, VoiceTrack


class Block(Protocol):
    """A stretch of mono sound at 16 kHz, as `emer.media.audio` gives it."""

    @property
    def samples(self) -> Samples:
        """Samples within -1..1, shape [n]."""


@dataclass(frozen=True)
class SoundScan:
    """What one pass over the sound gave.

    Attributes:
        voice: The voice track; None where there was no sound at all.
        events: Sound events; None without sound or without a model for them.
        subtitle: What was recognised: empty text where speech was not understood; None where
            nothing was recognised (no recogniser, no speech).
        notes: What could not be done and why, in plain words.
        seconds: Wall seconds per part: "prosody", "speech activity", "sound events", "speech
            recognition".
    """

    voice: VoiceTrack | None
    events: SoundEvents | None
    subtitle: Subtitle | None
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


class SoundScanner:
    """Measures sound tracks; may be used for many clips, one after the other.

    Args:
        yamnet: YAMNet model file; without it no sound events are measured.
        recogniser: Speech recogniser; without it no words are recognised.
    """

    def __init__(self, yamnet: Path | None, recogniser: SpeechRecogniser | None = None) -> None:
        self._yamnet = yamnet
        self._recogniser = recogniser

    def scan(
        self, blocks: Iterable[Block], *, recognise: bool = True, language: str | None = None
    ) -> SoundScan:
        """Measure a clip in one pass.

        Args:
            blocks: The sound from its start, without gaps.
            recognise: Whether to recognise speech; not needed where a subtitle is given.
            language: Spoken language (ISO 639-1), found from the sound if None.

        Raises:
            AssetError: A model is absent or damaged.
            UsageError: Bad samples or an unknown language.
        """
        clock = _Clock()
        prosody = Prosody()
        with clock("speech activity"):
            detector = VoiceActivity()
        with clock("sound events"):
            events = SoundEventDetector(self._yamnet) if self._yamnet else None
        words = self._recogniser.begin(language) if self._recogniser and recognise else None
        received = bad = 0
        for block in blocks:
            received += len(block.samples)
            bad += int(np.count_nonzero(~np.isfinite(block.samples)))
            with clock("prosody"):
                prosody.feed(block.samples)
            with clock("speech activity"):
                known = detector.feed(block.samples)
            if events:
                with clock("sound events"):
                    events.feed(block.samples)
            if words:
                with clock("speech recognition"):
                    words.feed(block.samples, known)
        with clock("speech activity"):
            probabilities = detector.finish()
        with clock("sound events"):
            heard = events.finish() if events else None
        with clock("prosody"):
            speech = frame_mask(probabilities, frame_count(received))
            vocal = voice_mask(heard, speech, HOP / RATE) if heard else None
            voice = prosody.finish(speech, vocal)
        with clock("speech recognition"):
            subtitle = words.finish(probabilities) if words else None
        notes = [*_notes(bad), *(words.notes if words else ())]
        if not len(voice.f0):
            return SoundScan(None, None, None, tuple(notes), clock.seconds)
        return SoundScan(voice, heard, subtitle, tuple(notes), clock.seconds)


def _notes(bad: int) -> Sequence[str]:
    return [f"{bad} sound samples were not numbers and were taken as silence."] if bad else []


class _Clock:
    """Adds up wall seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun
