"""What is said: speech recognition on the stretches where a detector hears speech."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.explanation import Subtitle, SubtitleSegment
from emer.instruments.prosody import Samples, checked, runs
from emer.instruments.sentence_times import place, sentences
from emer.instruments.speech_gates import doubt
from emer.instruments.vad import OFF, STEP, VoiceActivity, stretches
from emer.instruments.whisper import LONGEST, Heard, Whisper, confidence

RATE = 16000
_CHUNK_STEPS = int(LONGEST * RATE) // STEP
_PADDING = 0.4  # seconds of sound kept around speech
_LONG_PAUSE = 3.0  # shorter ones stay: they help the network to phrase
_CERTAIN = 0.6  # a language this certain is kept for the rest of the clip
_UNCERTAIN = 0.35  # below this the network does not even know which language it hears


class SpeechRecogniser:
    """Recognises speech with a local Whisper model, loaded when the first speech comes.

    Args:
        folder: CTranslate2 folder of the model.
        threads: CPU threads, 0 for the library's choice.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._folder = folder
        self._threads = threads
        self._whisper: Whisper | None = None

    def begin(self, language: str | None = None) -> Transcription:
        """Start a clip; `language` (ISO 639-1) is found from the sound if None."""
        return Transcription(self, language)

    def transcribe(self, samples: Samples, language: str | None = None) -> Subtitle | None:
        """Transcribe one array; see `Transcription.finish`.

        Raises:
            AssetError: The model is absent or damaged.
            UsageError: Bad samples or an unknown language.
        """
        detector, session = VoiceActivity(), self.begin(language)
        session.feed(samples, detector.feed(samples))
        return session.finish(detector.finish())

    def hear(self, samples: Samples, language: str | None) -> Heard:
        """Decode up to 30 s; loads the model on first use."""
        if self._whisper is None:
            self._whisper = Whisper(self._folder, self._threads)
        return self._whisper.hear(samples, language)


class Transcription:
    """One clip being transcribed while its sound comes in.

    Sound is kept until 30 s are there, cut in the longest pause of the later half, and
    recognised; so memory does not grow with the clip, and block sizes do not matter.
    """

    def __init__(self, recogniser: SpeechRecogniser, language: str | None) -> None:
        self._recogniser = recogniser
        self._language = language
        self._found: str | None = language
        self._samples: Samples = np.zeros(0, np.float32)
        self._known: NDArray[np.float32] = np.zeros(0, np.float32)
        self._offset = 0
        self._segments: list[SubtitleSegment] = []
        self._spoke = False
        self.notes: list[str] = []

    def feed(self, samples: Samples, probabilities: NDArray[np.float32]) -> None:
        """Take the next samples and the speech probabilities known since the last call."""
        self._samples = np.concatenate([self._samples, checked(samples)])
        self._known = np.concatenate([self._known, probabilities])
        while len(self._known) >= _CHUNK_STEPS:
            self._recognise(_cut(self._known[:_CHUNK_STEPS]))

    def finish(self, probabilities: NDArray[np.float32]) -> Subtitle | None:
        """Recognise the rest.

        Args:
            probabilities: All of the clip, as the detector's own `finish` returns them.

        Returns:
            What was said; empty text where speech was heard but not understood; None where
            there was no speech.
        """
        self._known = probabilities[self._offset // STEP :]
        if len(self._known):
            self._recognise(len(self._known))
        if not self._spoke:
            return None
        language = self._found if self._segments else None
        # Chinese and Japanese are written without spaces between words.
        gap = "" if language in ("zh", "ja", "th") else " "
        return Subtitle(
            text=gap.join(segment.text for segment in self._segments),
            source="recognised",
            language=language,
            segments=tuple(self._segments),
        )

    def _recognise(self, steps: int) -> None:
        """Recognise the first `steps` steps of what is buffered, and drop them."""
        speech = stretches(self._known[:steps])
        if speech:
            self._spoke = True
            packed, at = _pack(self._samples[: steps * STEP], speech)
            heard = self._recogniser.hear(packed, self._language)
            self._take(heard, speech, at)
        self._samples = self._samples[steps * STEP :].copy()
        self._known = self._known[steps:].copy()
        self._offset += steps * STEP

    def _take(
        self, heard: Heard, speech: Sequence[tuple[float, float]], at: NDArray[np.float64]
    ) -> None:
        base = self._offset / RATE
        if heard.certainty < _UNCERTAIN:
            self._refuse(base + speech[0][0], base + speech[-1][1], "no language was recognised")
            return
        if heard.certainty >= _CERTAIN:
            self._language = heard.language
        self._found = heard.language
        for piece in heard.pieces:
            start, end = (float(np.interp(t, at[0], at[1])) for t in (piece.start, piece.end))
            inside = [(max(a, start), min(b, end)) for a, b in speech if a < end and b > start]
            seconds = sum(b - a for a, b in inside)
            reason = doubt(piece, seconds)
            if reason:
                self._refuse(base + start, base + end, reason)
                continue
            parts = sentences(piece.text)
            self._segments += [
                SubtitleSegment(
                    start=round(base + a, 3),
                    end=round(base + b, 3),
                    text=text,
                    confidence=round(confidence(piece.log_probability), 4),
                )
                for text, (a, b) in zip(parts, place(parts, inside), strict=True)
            ]

    def _refuse(self, start: float, end: float, reason: str) -> None:
        self.notes.append(f"Speech from {start:.1f} to {end:.1f} s was not understood: {reason}.")


def _cut(known: NDArray[np.float32]) -> int:
    """Where to cut 30 s: in the longest pause of the later half, or where speech is weakest."""
    half = len(known) // 2
    pauses = runs(known[half:] < OFF)
    if pauses:
        start, end = max(pauses, key=lambda pause: pause[1] - pause[0])
        return half + (start + end + 1) // 2
    return half + int(np.argmin(np.convolve(known[half:], np.ones(5), mode="same")[2:-2])) + 2


def _pack(
    samples: Samples, speech: Sequence[tuple[float, float]]
) -> tuple[Samples, NDArray[np.float64]]:
    """Leave out long pauses.

    Returns:
        The packed samples, and knots that map their time (row 0) to that of `samples` (row 1).
    """
    spans: list[list[float]] = []
    for start, end in speech:
        start, end = max(0.0, start - _PADDING), min(len(samples) / RATE, end + _PADDING)
        if spans and start - spans[-1][1] < _LONG_PAUSE:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    parts = [samples[int(a * RATE) : int(b * RATE)] for a, b in spans]
    lengths = np.cumsum([0.0, *(b - a for a, b in spans)])
    packed = [t for i in range(len(spans)) for t in (lengths[i], lengths[i + 1])]
    original = [t for span in spans for t in span]
    return np.concatenate(parts), np.asarray([packed, original])
