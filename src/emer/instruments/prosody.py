"""The voice as a signal: pitch, loudness, brightness, harmonicity and syllables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emer.errors import UsageError
from emer.instruments.pitch import HOP, RATE, WINDOW, Frames, analyse, track
from emer.measurements import Floats, VoiceTrack

Samples = NDArray[np.float32]

SOURCE = "emer.prosody/1"
SILENT_DB = -100.0
_LEAD = (WINDOW - HOP) // 2  # frame i is centred at (i + 0.5) * HOP
_BATCH = 512  # frames analysed at once: bounds the memory of the transforms

# Syllable nuclei (de Jong & Wempe 2009, Behavior Research Methods 41): peaks of intensity
# with a dip of 2 dB before them, voiced, and not far below the loud parts.
_DIP_DB = 2.0
_BELOW_LOUD_DB = 25.0
# Range of a voice from the quartiles of its pitch, the wide setting for expressive speech
# (Hirst 2011, Journal of Speech Sciences 1).
_RANGE = np.array([0.75, 2.5])
_FEWEST_FOR_RANGE = 30
_SHORTEST_SOUND, _LONGEST_GAP = 10, 15  # frames
_SHORTEST_VOICE = 3  # frames; shorter runs of pitch are chance


def checked(samples: Samples) -> Samples:
    """Return the samples as finite float32; raises `UsageError` unless they are one channel."""
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise UsageError(
            f"The samples have shape {array.shape} and type {array.dtype}.",
            "One channel of numbers is needed, shape [n], at 16 kHz and within -1..1.",
        )
    return np.nan_to_num(array.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)


class Prosody:
    """Measures the voice while the sound comes in; feed blocks of any length, then finish.

    Frames overlap the borders of blocks, so the result does not depend on how the sound was
    cut. What is kept grows by 64 bytes per 10 ms.
    """

    def __init__(self) -> None:
        # Half a window of silence before the start centres the first frame.
        self._buffer: Samples = np.zeros(_LEAD, np.float32)
        self._received = 0
        self._done: list[Frames] = []

    def feed(self, samples: Samples) -> None:
        """Take the next samples.

        Args:
            samples: Mono at 16 kHz, -1..1, shape [n]; numbers that are not finite count as
                silence.

        Raises:
            UsageError: Not one channel of numbers.
        """
        block = checked(samples)
        self._received += len(block)
        self._analyse(np.concatenate([self._buffer, block]))

    def finish(
        self, speech: NDArray[np.bool_], vocal: NDArray[np.bool_] | None = None
    ) -> VoiceTrack:
        """Return what was measured.

        Args:
            speech: True where there is speech, one value per frame (`frame_count` of them).
            vocal: True where something else hears a voice: there, what has a pitch counts as
                speech too.

        Raises:
            UsageError: A mask has another length than the track.
        """
        vocal = np.zeros(len(speech), bool) if vocal is None else vocal
        wanted, made = frame_count(self._received), sum(len(f.peak) for f in self._done)
        missing = (wanted - made - 1) * HOP + WINDOW - len(self._buffer)
        if wanted > made:
            self._analyse(np.pad(self._buffer, (0, max(0, missing))), wanted - made)
        for mask in (speech, vocal):
            if mask.shape != (wanted,):
                raise UsageError(
                    f"A mask has the shape {mask.shape}.",
                    f"It must be ({wanted},), one value per 10 ms.",
                )
        return _voice_track(self._done, speech, vocal)

    def _analyse(self, buffer: Samples, most: int | None = None) -> None:
        """Analyse every whole frame in the buffer (at most `most`) and keep the rest."""
        count = max(0, (len(buffer) - WINDOW) // HOP + 1)
        count = count if most is None else min(count, most)
        for first in range(0, count, _BATCH):
            last = min(first + _BATCH, count)
            part = buffer[first * HOP : (last - 1) * HOP + WINDOW]
            self._done.append(
                analyse(np.lib.stride_tricks.sliding_window_view(part, WINDOW)[::HOP])
            )
        self._buffer = buffer[count * HOP :].copy()


def frame_count(samples: int) -> int:
    """Number of 10-ms frames whose centre lies within so many samples at 16 kHz."""
    return max(0, -((HOP // 2 - samples) // HOP))


def _voice_track(
    parts: Sequence[Frames], speech: NDArray[np.bool_], vocal: NDArray[np.bool_]
) -> VoiceTrack:
    if not len(speech):
        empty = np.zeros(0)
        return VoiceTrack(
            HOP / RATE, empty, empty, empty, speech, empty, empty, empty, source=SOURCE
        )

    def joined(name: str) -> NDArray[np.float32]:
        return np.concatenate([getattr(part, name) for part in parts])

    f0, voicing, speech = _pitch(
        joined("pitch"), joined("periodicity"), joined("peak"), speech, vocal
    )
    power = joined("power").astype(np.float64)
    loudness = np.maximum(SILENT_DB, 10 * np.log10(np.maximum(power, 1e-12)))
    return VoiceTrack(
        hop=HOP / RATE,
        f0=f0,
        voicing=voicing,
        loudness=loudness,
        speech=np.asarray(speech, bool),
        brightness=_ratio_db(joined("high"), joined("low"), loudness > SILENT_DB),
        harmonicity=np.where(np.isfinite(f0), 10 * np.log10(_odds(voicing)), np.nan),
        syllables=syllable_nuclei(loudness, np.isfinite(f0) & speech, HOP / RATE),
        source=SOURCE,
    )


def _pitch(
    pitch: NDArray[np.float32],
    periodicity: NDArray[np.float32],
    peak: NDArray[np.float32],
    speech: NDArray[np.bool_],
    vocal: NDArray[np.bool_],
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Track pitch twice: the second time without what lies outside the voices' own range.

    Creak and octave errors would otherwise set the floor that everything is measured from.
    """
    f0, voicing = track(pitch, periodicity, peak)
    tonal = vocal & _long_runs(np.isfinite(f0), _SHORTEST_SOUND)
    # Consonants between voiced sounds belong to the speech: gaps shorter than 0.15 s.
    speech = speech | (vocal & ~_long_runs(~tonal, _LONGEST_GAP))
    spoken = f0[np.isfinite(f0) & speech]
    if len(spoken) >= _FEWEST_FOR_RANGE:
        low, high = np.percentile(spoken, (25, 75)) * _RANGE
        outside = (pitch < low) | (pitch > high)
        f0, voicing = track(
            np.where(outside, np.float32(0), pitch),
            np.where(outside, np.float32(0), periodicity),
            peak,
        )
    f0[~_long_runs(np.isfinite(f0), _SHORTEST_VOICE)] = np.nan
    return f0, voicing, speech


def _odds(periodicity: Floats) -> Floats:
    """Share of periodic energy against the rest (Boersma 1993)."""
    bounded = np.clip(periodicity, 1e-3, 0.9999)
    return np.asarray(bounded / (1 - bounded))


def _ratio_db(high: NDArray[np.float32], low: NDArray[np.float32], heard: Floats) -> Floats:
    db = 10 * np.log10(np.maximum(high, 1e-12) / np.maximum(low, 1e-12))
    return np.asarray(np.where(heard, db, np.nan), dtype=np.float64)


def _long_runs(mask: NDArray[np.bool_], least: int) -> NDArray[np.bool_]:
    """True within runs of at least so many frames."""
    out = np.zeros(len(mask), bool)
    for start, end in runs(mask):
        out[start:end] = end - start >= least
    return out


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and end (exclusive) of each stretch of True."""
    edges = np.diff(np.concatenate([[0], np.asarray(mask, np.int8), [0]]))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def syllable_nuclei(loudness: Floats, voiced: NDArray[np.bool_], hop: float) -> Floats:
    """Find syllable nuclei: voiced peaks of loudness that follow a dip of 2 dB.

    Args:
        loudness: dBFS per frame, shape [n].
        voiced: True where voiced speech, shape [n].
        hop: Seconds between frames.

    Returns:
        Times of the nuclei in seconds, rising.
    """
    if not voiced.any():
        return np.zeros(0)
    floor = float(np.percentile(loudness[voiced], 95)) - _BELOW_LOUD_DB
    nuclei: list[int] = []
    peak, dip = 0, 0
    # One walk: remember the highest point since the last dip, and accept it once the
    # loudness has fallen 2 dB below it (or the sound ends).
    for i in range(1, len(loudness)):
        if loudness[i] > loudness[peak]:
            peak = i
        if loudness[i] < loudness[dip] or loudness[peak] - loudness[i] >= _DIP_DB:
            if _is_nucleus(loudness, voiced, peak, dip, floor):
                nuclei.append(peak)
            peak = dip = i
    if _is_nucleus(loudness, voiced, peak, dip, floor):
        nuclei.append(peak)
    return (np.asarray(nuclei, float) + 0.5) * hop


def _is_nucleus(
    loudness: Floats, voiced: NDArray[np.bool_], peak: int, dip: int, floor: float
) -> bool:
    rises = loudness[peak] - loudness[dip] >= _DIP_DB
    return bool(rises and voiced[peak] and loudness[peak] > floor)
