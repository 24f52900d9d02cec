"""What the instruments measured in one clip: plain arrays, the only thing observers see.

Times are seconds from the start of the clip. Arrays are read-only by convention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emer.explanation import Subtitle

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FaceTrack:
    """One person's face through the clip, where it could be measured.

    Attributes:
        person: Identity-free id, p1 for the most visible face.
        times: Seconds of each measured frame, rising, shape [n].
        boxes: Face box as x0, y0, x1, y1 in 0..1 of the frame, shape [n, 4].
        height_px: Height of the face in source pixels, shape [n].
        action_units: Activation 0..1 of each FACS action unit by name ("AU12"), each [n];
            also "AU12_L"/"AU12_R" where both sides are measured.
        gaze: Eye direction relative to the head, right and up positive, -1..1, shape [n, 2].
        pose: Head pitch (up positive), yaw (to the viewer's right positive) and roll
            (towards the viewer's right shoulder positive), degrees, shape [n, 3].
        blink: Mean eyelid closure 0..1, shape [n].
        mouth_open: Inner-lip gap over face height, 0 and up, shape [n].
        quality: How far the face can be trusted, 0..1 (size, turn, light), shape [n].
    """

    person: str
    times: Floats
    boxes: Floats
    height_px: Floats
    action_units: Mapping[str, Floats]
    gaze: Floats
    pose: Floats
    blink: Floats
    mouth_open: Floats
    quality: Floats


@dataclass(frozen=True)
class FaceScan:
    """What looking for faces gave.

    Attributes:
        times: Seconds of every sampled frame, shape [n].
        brightness: Mean luma 0..1 of every sampled frame, shape [n].
        faces: Number of faces measured in each sampled frame, shape [n].
        unusable: Number of face-like regions per frame that were too small, turned away or
            covered to be measured, shape [n].
        unusable_reasons: Reason ("small", "turned", "dark", "covered") to number of frames.
        tracks: One track per person, most visible first.
        source: Instrument and asset.
    """

    times: Floats
    brightness: Floats
    faces: Floats
    unusable: Floats
    unusable_reasons: Mapping[str, int]
    tracks: tuple[FaceTrack, ...]
    source: str


@dataclass(frozen=True)
class VoiceTrack:
    """Frame-level signal measures of the sound track, one frame each `hop` seconds.

    Attributes:
        hop: Seconds between frames; frame i is centred at (i + 0.5) * hop.
        f0: Fundamental frequency in Hz, NaN where unvoiced, shape [n].
        voicing: Periodicity 0..1 (normalised autocorrelation peak), shape [n].
        loudness: Level in dBFS, at least -100, shape [n].
        speech: True where a voice-activity detector hears speech, shape [n].
        brightness: Share of energy above 1 kHz within 50 Hz..5 kHz in dB relative to the energy
            below it (alpha ratio), NaN where silent, shape [n].
        harmonicity: Harmonics-to-noise ratio in dB, NaN where unvoiced, shape [n].
        syllables: Times of syllable nuclei, seconds, shape [k].
        source: Instrument.
    """

    hop: float
    f0: Floats
    voicing: Floats
    loudness: Floats
    speech: NDArray[np.bool_]
    brightness: Floats
    harmonicity: Floats
    syllables: Floats
    source: str

    @cached_property
    def times(self) -> Floats:
        """Centre of each frame in seconds, shape [n]."""
        return np.asarray((np.arange(len(self.f0)) + 0.5) * self.hop, dtype=np.float64)

    @cached_property
    def voiced(self) -> NDArray[np.bool_]:
        """True where speech has a pitch, shape [n]."""
        return self.speech & np.isfinite(self.f0)

    @cached_property
    def usual(self) -> Mapping[str, float]:
        """What is usual in the whole track, NaN where there is no voice.

        "floor": 5th percentile of pitch in Hz; "f0", "loudness", "brightness": medians over
        voiced speech; "noise": 5th percentile of loudness in dBFS.
        """

        def percentile(values: Floats, q: float) -> float:
            values = values[np.isfinite(values)]
            return float(np.percentile(values, q)) if len(values) else float("nan")

        medians = {
            name: percentile(getattr(self, name)[self.voiced], 50)
            for name in ("f0", "loudness", "brightness")
        }
        floor = percentile(self.f0[self.voiced], 5)
        return {**medians, "floor": floor, "noise": percentile(self.loudness, 5)}


@dataclass(frozen=True)
class SoundEvents:
    """Scores of audio-event classes over time.

    Attributes:
        times: Start of each window, seconds, shape [n].
        window: Length of a window in seconds.
        names: Class names, k of them.
        scores: Scores 0..1, shape [n, k].
        source: Instrument and asset.
    """

    times: Floats
    window: float
    names: tuple[str, ...]
    scores: Floats
    source: str


@dataclass(frozen=True)
class TextReading:
    """Emotion probabilities of each subtitle segment.

    Attributes:
        labels: GoEmotions labels, k of them.
        probabilities: Per segment of the subtitle, 0..1, shape [n, k].
        source: Instrument and asset.
    """

    labels: tuple[str, ...]
    probabilities: Floats
    source: str


@dataclass(frozen=True)
class Measurements:
    """Everything measured in one clip; a part is None where there was nothing to measure.

    Attributes:
        seconds: Length of the clip (0 for a still image).
        still: True for a single image.
        notes: What could not be measured and why, in plain words.
        memo: What pure functions of these measurements have computed already, by name.
    """

    seconds: float
    still: bool = False
    faces: FaceScan | None = None
    voice: VoiceTrack | None = None
    events: SoundEvents | None = None
    subtitle: Subtitle = field(default_factory=lambda: Subtitle(text="", source="none"))
    text: TextReading | None = None
    notes: tuple[str, ...] = ()
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def track(self, person: str) -> FaceTrack:
        """Return the face track of a person; raises `KeyError` if there is none."""
        for track in self.faces.tracks if self.faces else ():
            if track.person == person:
                return track
        raise KeyError(f"no face track for {person!r}")
