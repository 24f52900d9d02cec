"""One stretch of sound to words: the Whisper network through faster-whisper, offline.

Radford et al. (2023), "Robust speech recognition via large-scale weak supervision", ICML.
Called below the library's own `transcribe`, which encodes the sound twice when it has to
find the language, and which falls back to random sampling: here one encoding and one beam
search, so the same sound always gives the same words.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emer.errors import AssetError, UsageError
from emer.instruments.prosody import Samples

FILES = ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")
LONGEST = 30.0  # seconds: the window of the network
_FRAMES = 3000
# Short sound needs no window of 30 s: with one of 20 s encoding takes two thirds of the time,
# and the words are as good (docs/cues/voice.md).
_SHORT, _SHORT_FRAMES = 18.0, 2000
_BEAM = 5
_TICK = 0.02  # seconds per timestamp token
# Nobody says more; it ends loops of the decoder early.
_TOKENS_PER_SECOND = 12
_TOKENS_AT_LEAST = 24
# Written in simplified characters with punctuation, so that the network goes on like that:
# on 8 clips with a human transcript the character errors fall from 32 % to 28 %
# (docs/cues/voice.md), and questions get their mark.
_MARKS = dict(zip(",?!;:", "，？！；：", strict=True))
_PROMPTS = {"zh": "以下是普通话的句子。"}


@dataclass(frozen=True)
class Piece:
    """Words the network wrote.

    Attributes:
        start: Seconds from the start of the sound it was given.
        end: Seconds.
        text: What was written.
        log_probability: Mean over the tokens of the whole decoding, at most 0.
        no_speech: The network's own probability that there was no speech, 0..1.
        compression: How many times zlib shrinks the text; above 2.4 it repeats itself.
    """

    start: float
    end: float
    text: str
    log_probability: float
    no_speech: float
    compression: float


@dataclass(frozen=True)
class Heard:
    """The language of a sound, how sure that is (0..1; 1 if it was given), and the words."""

    language: str
    certainty: float
    pieces: tuple[Piece, ...]


class Whisper:
    """A Whisper model in a CTranslate2 folder.

    Args:
        folder: Holds model.bin, config.json, tokenizer.json and vocabulary.txt.
        threads: CPU threads, 0 for the library's choice.

    Raises:
        AssetError: A file is absent, or the model cannot be loaded.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        absent = [name for name in FILES if not (folder / name).is_file()]
        if absent:
            raise AssetError(
                f"The speech recogniser in {folder.name} lacks {', '.join(absent)}.",
                "Fetch it with: emer assets get",
            )
        from faster_whisper import WhisperModel

        try:
            self._model: Any = WhisperModel(
                str(folder),
                device="cpu",
                compute_type="int8",
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:
            raise AssetError(
                f"The speech recogniser in {folder.name} cannot be loaded: {error}.",
                "Check it with: emer assets verify",
            ) from error

    def languages(self) -> tuple[str, ...]:
        """Codes of the languages it can write."""
        return tuple(self._model.supported_languages)

    def hear(self, samples: Samples, language: str | None = None) -> Heard:
        """Write down what is said.

        Args:
            samples: Mono at 16 kHz, at most 30 s, shape [n].
            language: ISO 639-1 code, found from the sound if None.

        Raises:
            UsageError: The language is not one the network knows.
        """
        if language is not None and language not in self.languages():
            raise UsageError(
                f"The speech recogniser does not know the language {language!r}.",
                f"Valid: {', '.join(self.languages())}; or none, to have it found.",
            )
        seconds = min(LONGEST, len(samples) / 16000)
        frames = _SHORT_FRAMES if seconds <= _SHORT else _FRAMES
        mel = self._model.feature_extractor(samples)[:, :frames]
        encoded = self._model.encode(np.pad(mel, ((0, 0), (0, frames - mel.shape[1]))))
        certainty = 1.0
        if language is None:
            token, certainty = self._model.model.detect_language(encoded)[0][0]
            language = str(token[2:-2])
        return Heard(language, float(certainty), self._decode(encoded, language, seconds))

    def _decode(self, encoded: Any, language: str, seconds: float) -> tuple[Piece, ...]:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizer: Any = Tokenizer(
            self._model.hf_tokenizer, True, task="transcribe", language=language
        )
        context = tokenizer.encode(" " + _PROMPTS[language]) if language in _PROMPTS else []
        prompt = self._model.get_prompt(tokenizer, context)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=_BEAM,
            max_length=len(prompt) + _TOKENS_AT_LEAST + int(_TOKENS_PER_SECOND * seconds),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            max_initial_timestamp_index=int(1.0 / _TICK),
        )[0]
        tokens = list(result.sequences_ids[0])
        # The score is a mean without the end token; the network's own gates count it.
        mean = result.scores[0] * len(tokens) / (len(tokens) + 1)
        whole = tokenizer.decode([t for t in tokens if t < tokenizer.eot])
        return tuple(
            Piece(start, end, text, float(mean), float(result.no_speech_prob), compression(whole))
            for start, end, text in _timed(tokens, tokenizer, seconds)
        )


def _timed(tokens: Sequence[int], tokenizer: Any, seconds: float) -> list[tuple[float, float, str]]:
    """Cut tokens at their time marks; what lacks an end mark goes on to the end."""
    found: list[tuple[float, float, str]] = []
    start, words = 0.0, []
    for token in [*tokens, None]:
        if token is not None and token < tokenizer.timestamp_begin:
            words.append(token)
            continue
        at = seconds if token is None else (token - tokenizer.timestamp_begin) * _TICK
        at = min(max(at, start), seconds)
        text = tokenizer.decode([t for t in words if t < tokenizer.eot]).strip()
        if text:
            found.append((start, at, _full_width(text)))
        start, words = at, []
    return found


def _full_width(text: str) -> str:
    """Write marks after Chinese characters in full width, as Chinese is written."""
    return re.sub(r"(?<=[\u3400-\u9fff])[,?!;:]", lambda mark: _MARKS[mark[0]], text)


def compression(text: str) -> float:
    """How many times zlib shrinks a text, 0 for none."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def confidence(log_probability: float) -> float:
    """Mean token probability, 0..1."""
    return min(1.0, math.exp(log_probability))
