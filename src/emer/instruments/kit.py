"""All instruments on one clip: pictures and sound are measured side by side, as they stream."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from emer import assets
from emer.clip import Clip
from emer.explanation import AssetUse, Subtitle
from emer.measurements import (
    FaceScan,
    Measurements,
    SoundEvents,
    TextReading,
    VoiceTrack,
)
from emer.media import AudioBlock, Decoding, Frame, audio, frames

if TYPE_CHECKING:
    from emer.instruments.faces import FaceScanner
    from emer.instruments.sound import SoundScanner
    from emer.instruments.text_emotion import TextEmotion

FPS = 10.0
MAX_SIDE = 960
BLOCK_SECONDS = 10.0
RATE = 16000

Progress = Callable[[float], None]
NO_WORDS = Subtitle(text="", source="none")


@dataclass(frozen=True)
class Measured:
    """Measurements of a clip and how they came about.

    Attributes:
        measurements: What was measured.
        seconds: Wall seconds per stage; pictures and sound run side by side.
        assets: Model files that took part.
    """

    measurements: Measurements
    seconds: dict[str, float]
    assets: tuple[AssetUse, ...]


@dataclass
class _Run:
    """One clip being measured."""

    progress: Progress | None
    length: float
    stop: threading.Event = field(default_factory=threading.Event)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def at(self, seconds: float) -> None:
        """Report how far the clip has been measured; raises if the run was given up."""
        if self.stop.is_set():
            raise InterruptedError
        if self.progress and self.length > 0:
            self.progress(min(1.0, seconds / self.length))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the wall seconds of a block to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - began
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + spent, 4)


class Instruments:
    """The models, loaded on first use and kept.

    Args:
        speech: Whether to recognise speech where a clip has no subtitle.
        spoken: Language spoken, ISO 639-1; None to detect it.
        threads: CPU threads of the speech recogniser, 0 for its own choice.
    """

    ASSETS: ClassVar[tuple[str, ...]] = ("face-landmarker", "yamnet", "whisper-base", "e5-small")

    def __init__(self, *, speech: bool = True, spoken: str | None = None, threads: int = 0) -> None:
        self.speech = speech
        self.spoken = spoken
        self.threads = threads

    @cached_property
    def faces(self) -> FaceScanner:
        """The face instrument."""
        from emer.instruments.faces import FaceScanner

        return FaceScanner(assets.path("face-landmarker"))

    @cached_property
    def sound(self) -> SoundScanner:
        """Prosody, sound events and speech recognition."""
        from emer.instruments.sound import SoundScanner

        recogniser = None
        if self.speech:
            from emer.instruments.speech import SpeechRecogniser

            recogniser = SpeechRecogniser(assets.path("whisper-base"), threads=self.threads)
        return SoundScanner(assets.path("yamnet"), recogniser)

    @cached_property
    def text(self) -> TextEmotion:
        """The text-emotion model."""
        from emer.instruments.sentences import SentenceEncoder
        from emer.instruments.text_emotion import TextEmotion

        return TextEmotion(SentenceEncoder(assets.path("e5-small")))

    def measure(self, clip: Clip, progress: Progress | None = None) -> Measured:
        """Measure a clip once, streaming.

        Args:
            clip: See `Clip.open`.
            progress: Called with the share done, 0..1.

        Raises:
            MediaError: The file cannot be decoded.
            AssetError: A model is not on this machine.
        """
        run = _Run(progress, clip.seconds, notes=list(clip.notes))
        with ThreadPoolExecutor(1, thread_name_prefix="emer-faces") as pool:
            looking = pool.submit(self._look, clip, run) if clip.has_video else None
            try:
                voice, events, heard = self._listen(clip, run)
                scan = looking.result() if looking else None
            except BaseException:
                run.stop.set()
                raise
        subtitle = clip.subtitle if clip.subtitle.text else heard
        reading = self._read(subtitle, run)
        return Measured(
            Measurements(
                seconds=clip.seconds,
                still=clip.still,
                faces=scan,
                voice=voice,
                events=events,
                subtitle=subtitle,
                text=reading,
                notes=tuple(dict.fromkeys(run.notes)),
            ),
            run.seconds,
            tuple(_use(name) for name in self.ASSETS if name in run.used),
        )

    def _look(self, clip: Clip, run: _Run) -> FaceScan:
        with (
            run.timed("faces"),
            frames(clip.path, clip.limits, fps=FPS, max_side=MAX_SIDE) as pictures,
        ):
            run.used.add("face-landmarker")
            scan = self.faces.scan(_watched(pictures, run), source=_source("face-landmarker"))
            run.notes += pictures.notes
        run.notes += _visual_notes(scan)
        return scan

    def _listen(
        self, clip: Clip, run: _Run
    ) -> tuple[VoiceTrack | None, SoundEvents | None, Subtitle]:
        if not clip.has_audio:
            return None, None, NO_WORDS
        recognise = self.speech and not clip.subtitle.text
        run.used.update(("yamnet", "whisper-base") if recognise else ("yamnet",))
        with (
            run.timed("sound"),
            audio(clip.path, clip.limits, block_seconds=BLOCK_SECONDS) as blocks,
        ):
            heard = self.sound.scan(_heard(blocks, run), recognise=recognise, language=self.spoken)
            run.notes += blocks.notes
        run.notes += heard.notes
        for stage, seconds in heard.seconds.items():
            run.seconds[f"sound/{stage}"] = round(seconds, 4)
        if heard.voice is None or not np.any(heard.voice.loudness > SILENT_DBFS):
            run.notes.append("The sound track is silent, so nothing is said about the voice.")
            return None, None, NO_WORDS
        return heard.voice, heard.events, heard.subtitle or NO_WORDS

    def _read(self, subtitle: Subtitle, run: _Run) -> TextReading | None:
        texts = [segment.text for segment in subtitle.segments]
        if not any(text.strip() for text in texts):
            return None
        run.used.add("e5-small")
        with run.timed("text"):
            read = self.text.predict(texts)
        return TextReading(
            labels=read.labels,
            probabilities=np.asarray(read.probabilities, dtype=np.float64),
            source=f"text head over {_source('e5-small')}",
        )


# Below this level everywhere, a track holds nothing (16-bit silence is about -96 dBFS).
SILENT_DBFS = -75.0


def _watched(pictures: Decoding[Frame], run: _Run) -> Iterator[Frame]:
    for frame in pictures:
        run.at(frame.time)
        yield frame


def _heard(blocks: Decoding[AudioBlock], run: _Run) -> Iterator[AudioBlock]:
    for block in blocks:
        yield block
        run.at(block.time + len(block.samples) / RATE)


def _visual_notes(scan: FaceScan) -> list[str]:
    if scan.tracks:
        return []
    reasons = ", ".join(reason for reason, count in scan.unusable_reasons.items() if count)
    why = f": faces are {reasons}" if reasons else ""
    return [f"No face could be measured{why}, so nothing is said about faces."]


def _source(name: str) -> str:
    return f"{name}@{assets.find(name).sha256[:8]}"


def _use(name: str) -> AssetUse:
    asset = assets.find(name)
    return AssetUse(name=asset.name, sha256=asset.sha256, licence=asset.licence)
