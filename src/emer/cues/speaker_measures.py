"""Measures of who speaks: whether a mouth moves while there is speech.

The mouth is looked at in windows of half a second. In each, its movement is the standard
deviation of the lip gap over face height, scaled from 0 (no more than the landmarks tremble by
themselves) to 1 (clearly articulating). Speech is the share of the window that the
voice-activity detector marks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.cues.measures import measure
from emer.cues.voice_frames import within
from emer.measurements import FaceTrack, Floats, Measurements, VoiceTrack

WINDOW, STEP = 0.5, 0.25
# Standard deviation of the lip gap over face height. Set on development clips: closed mouths of
# large faces stay below 0.002, talking ones lie between 0.007 and 0.035.
STILL, MOVING = 0.003, 0.010
# Landmarks tremble by about this many pixels, which weighs more in a small face.
TREMBLE_PX = 0.4
FEWEST_FRAMES = 3
SPEAKING_SHARE, SILENT_SHARE = 0.5, 0.1
# A mouth that moves in silence as well (laughing, chewing) is a weaker sign.
IDLE_COST = 0.5
FEWEST_SILENT = 2
# The lip gap is compared with the loudness over at least this many frames; loudness is smoothed
# over SMOOTH seconds and everything below QUIETEST_DB counts as silence.
FEWEST_TO_FOLLOW, SMOOTH, QUIETEST_DB, FOLLOWING = 8, 0.08, -60.0, 0.5
MARGIN = 1.0  # seconds around a span, so that smoothing at its ends sees what lies beyond
# Lips closer than this (over face height) count as closed, in a face that is not turned further
# than these degrees of pitch and yaw: in others the lips are guessed, not seen.
CLOSED, FACING_PITCH, FACING_YAW = 0.008, 20.0, 30.0
# Below this quality the lips of a face are not measured well enough.
USABLE = 0.3


@dataclass(frozen=True)
class Windows:
    """One person's mouth and the speech, window by window.

    Attributes:
        starts: Start of each window in seconds, shape [n].
        speech: Share of the window with speech, 0..1, shape [n].
        motion: Movement of the mouth 0..1, NaN where the face was not measured, shape [n].
        follows: Pearson correlation of lip gap and loudness, -1..1; 0 where there is too little.
    """

    starts: Floats
    speech: Floats
    motion: Floats
    follows: float


def windows(track: FaceTrack, voice: VoiceTrack, start: float, end: float) -> Windows:
    """Compare a mouth with the voice between two times; a shorter span is one window."""
    last = max(start, end - WINDOW)
    starts = np.arange(start, last + 1e-9, STEP)
    stops = np.minimum(starts + WINDOW, end)
    speech = [_speech(voice, a, b) for a, b in zip(starts, stops, strict=True)]
    motion = [_motion(track, a, b) for a, b in zip(starts, stops, strict=True)]
    return Windows(starts, np.array(speech), np.array(motion), _follows(track, voice, start, end))


def _speech(voice: VoiceTrack, start: float, end: float) -> float:
    spoken = voice.speech[within(voice, start, end)]
    return float(np.mean(spoken)) if len(spoken) else 0.0


def _motion(track: FaceTrack, start: float, end: float) -> float:
    inside = _usable(track, start, end)
    if len(inside) < FEWEST_FRAMES:
        return math.nan
    tremble = TREMBLE_PX / max(float(np.median(track.height_px[inside])), 1.0)
    floor = max(STILL, tremble)
    scaled = (float(np.std(track.mouth_open[inside])) - floor) / (MOVING - STILL)
    return min(1.0, max(0.0, scaled))


def _usable(track: FaceTrack, start: float, end: float) -> NDArray[np.intp]:
    """Indices of the measured frames in a span; an hour has many, so only the span is looked at."""
    first, last = np.searchsorted(track.times, [start, end])
    good = track.quality[first:last] >= USABLE
    usable = np.flatnonzero(good & np.isfinite(track.mouth_open[first:last]))
    return np.asarray(first + usable, dtype=np.intp)


def _follows(track: FaceTrack, voice: VoiceTrack, start: float, end: float) -> float:
    inside = _usable(track, start, end)
    if len(inside) < FEWEST_TO_FOLLOW:
        return 0.0
    width = max(1, round(SMOOTH / voice.hop))
    near = within(voice, start - MARGIN, end + MARGIN)
    level = np.maximum(voice.loudness[near], QUIETEST_DB)
    level = np.convolve(level, np.full(width, 1 / width), "same")
    heard = np.interp(track.times[inside], voice.times[near], level)
    gap = track.mouth_open[inside]
    spread = float(np.std(heard) * np.std(gap))
    if spread < 1e-9:
        return 0.0
    return float(np.mean((heard - heard.mean()) * (gap - gap.mean())) / spread)


def agreement(seen: Windows) -> float:
    """Return how well a mouth agrees with the speech, 0..1; NaN where it cannot be told.

    Its mean movement while there is speech, less half its mean movement in silence, lowered
    or raised by up to half as the lip gap follows the loudness.
    """
    measured = np.isfinite(seen.motion)
    spoken = measured & (seen.speech >= SPEAKING_SHARE)
    if not spoken.any():
        return math.nan
    moving = float(np.average(seen.motion[spoken], weights=seen.speech[spoken]))
    silent = measured & (seen.speech <= SILENT_SHARE)
    idle = float(np.mean(seen.motion[silent])) if silent.sum() >= FEWEST_SILENT else 0.0
    raised = (moving - IDLE_COST * idle) * (1 - FOLLOWING / 2 + FOLLOWING * seen.follows)
    return min(1.0, max(0.0, raised))


def coverage(seen: Windows) -> float:
    """Return the share of the windows with speech in which the mouth was measured, 0..1."""
    spoken = seen.speech >= SPEAKING_SHARE
    return float(np.mean(np.isfinite(seen.motion[spoken]))) if spoken.any() else 0.0


def person_windows(
    measurements: Measurements, start: float, end: float, person: str | None
) -> Windows | None:
    """Return a person's windows; None without a voice or a face track of that person."""
    if measurements.voice is None or measurements.still or measurements.faces is None:
        return None
    for track in measurements.faces.tracks:
        if track.person == person:
            return windows(track, measurements.voice, start, end)
    return None


@measure("speaker.agreement", "ratio")
def _agreement(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """How well the person's mouth movement agrees with the speech: 0 not at all, 1 fully."""
    seen = person_windows(measurements, start, end, person)
    return math.nan if seen is None else agreement(seen)


@measure("speaker.coverage", "ratio")
def _coverage(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of the half-second windows with speech in which the person's mouth was measured."""
    seen = person_windows(measurements, start, end, person)
    return math.nan if seen is None else coverage(seen)


@measure("speaker.lips_closed", "ratio")
def _lips_closed(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of the person's frames in which the lips are surely closed."""
    for track in measurements.faces.tracks if measurements.faces else ():
        inside = _usable(track, start, end)
        if track.person == person and len(inside):
            facing = np.abs(track.pose[:, 0]) <= FACING_PITCH
            facing &= np.abs(track.pose[:, 1]) <= FACING_YAW
            return float(np.mean((facing & (track.mouth_open <= CLOSED))[inside]))
    return math.nan


@measure("speaker.visible_agreement", "ratio")
def _visible(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Highest agreement with the speech among all visible mouths."""
    tracks = measurements.faces.tracks if measurements.faces else ()
    values = [_agreement(measurements, start, end, track.person) for track in tracks]
    known = [value for value in values if math.isfinite(value)]
    return max(known) if known else math.nan


@measure("speaker.speech_share", "ratio")
def _speech_share(
    measurements: Measurements, start: float, end: float, person: str | None
) -> float:
    """Share of the span that the voice-activity detector marks as speech."""
    voice = measurements.voice
    return math.nan if voice is None or end <= start else _speech(voice, start, end)
