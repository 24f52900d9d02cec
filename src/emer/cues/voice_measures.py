"""Named measures of the voice: pitch, loudness, pace, colour and arousal.

Nothing here needs to know who speaks: pitch counts in semitones above the lowest pitch of the
same voice, loudness against the rest of the clip, and so on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from emer.cues.measurements import Floats, Measurements, VoiceTrack
from emer.cues.measures import measure

# Fewer voiced frames (10 ms each) than this say nothing about a voice.
FEWEST_FRAMES = 15
# Percentiles instead of extremes: a single octave error must not make a wide span.
LOW, HIGH = 10, 90
FLOOR, TOP = 5, 95


def voice_of(m: Measurements) -> VoiceTrack | None:
    """Return the voice track if it has frames."""
    return m.voice if m.voice is not None and len(m.voice.f0) else None


def within(voice: VoiceTrack, start: float, end: float) -> NDArray[np.bool_]:
    """True for the frames centred in the span, shape [n]."""
    return (voice.times >= start) & (voice.times < end)


def voiced(voice: VoiceTrack) -> NDArray[np.bool_]:
    """True where speech has a pitch, shape [n]."""
    return voice.speech & np.isfinite(voice.f0)


def semitones(hertz: Floats | float, above: float) -> Floats:
    """Distance in semitones."""
    return np.asarray(12 * np.log2(np.asarray(hertz) / above))


def _pitch(m: Measurements, start: float, end: float) -> Floats:
    voice = voice_of(m)
    if voice is None:
        return np.zeros(0)
    values = voice.f0[voiced(voice) & within(voice, start, end)]
    return values if len(values) >= FEWEST_FRAMES else np.zeros(0)


def _percentile(values: Floats, q: float) -> float:
    return float(np.percentile(values, q)) if len(values) else math.nan


def _own_floor(m: Measurements) -> float:
    return _percentile(_pitch(m, 0.0, math.inf), FLOOR)


@measure("voice.speech.seconds", "s")
def speech_seconds(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Time in which speech is detected."""
    voice = voice_of(m)
    if voice is None:
        return 0.0
    return float((voice.speech & within(voice, start, end)).sum()) * voice.hop


@measure("voice.speech.share", "ratio")
def speech_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of the time in which speech is detected."""
    voice = voice_of(m)
    frames = voice.speech[within(voice, start, end)] if voice else np.zeros(0)
    return float(frames.mean()) if len(frames) else 0.0


@measure("voice.pitch.median", "Hz")
def pitch_median(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch of voiced speech."""
    return _percentile(_pitch(m, start, end), 50)


@measure("voice.pitch.top", "Hz")
def pitch_top(m: Measurements, start: float, end: float, person: str | None) -> float:
    """95th percentile of the pitch of voiced speech."""
    return _percentile(_pitch(m, start, end), TOP)


@measure("voice.pitch.bottom", "Hz")
def pitch_bottom(m: Measurements, start: float, end: float, person: str | None) -> float:
    """5th percentile of the pitch of voiced speech; over the whole clip, the voice's floor."""
    return _percentile(_pitch(m, start, end), FLOOR)


@measure("voice.pitch.rise", "semitones")
def pitch_rise(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Top of the pitch (95th percentile) above the floor (5th) of the whole clip."""
    values = _pitch(m, start, end)
    return float(semitones(_percentile(values, TOP), _own_floor(m)))


@measure("voice.pitch.level", "semitones")
def pitch_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch above the floor (5th percentile) of the whole clip."""
    return float(semitones(_percentile(_pitch(m, start, end), 50), _own_floor(m)))


@measure("voice.pitch.against", "semitones")
def pitch_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch against that of the rest of the clip."""
    here, rest = _here_and_rest(m, start, end, "f0")
    return float(semitones(_percentile(here, 50), _percentile(rest, 50)))


@measure("voice.pitch.span", "semitones")
def pitch_span(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Distance between the 10th and 90th percentile of pitch."""
    values = _pitch(m, start, end)
    return float(semitones(_percentile(values, HIGH), _percentile(values, LOW)))


@measure("voice.pitch.glide", "semitones")
def pitch_glide(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch of the last third of the voiced frames against the first third."""
    values = _pitch(m, start, end)
    if not len(values):
        return math.nan
    third = len(values) // 3
    return float(semitones(_percentile(values[-third:], 50), _percentile(values[:third], 50)))


@measure("voice.loudness.level", "dBFS")
def loudness_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech; depends on how the clip was recorded."""
    return _percentile(_here_and_rest(m, start, end, "loudness")[0], 50)


@measure("voice.loudness.against", "dB")
def loudness_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech against that of the rest of the clip."""
    here, rest = _here_and_rest(m, start, end, "loudness")
    return _percentile(here, 50) - _percentile(rest, 50)


@measure("voice.loudness.span", "dB")
def loudness_span(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Distance between the 10th and 90th percentile of the level of voiced speech."""
    here = _here_and_rest(m, start, end, "loudness")[0]
    return _percentile(here, HIGH) - _percentile(here, LOW)


@measure("voice.loudness.above_noise", "dB")
def above_noise(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech above the quietest twentieth of the clip."""
    voice = voice_of(m)
    here = _here_and_rest(m, start, end, "loudness")[0]
    return math.nan if voice is None else _percentile(here, 50) - _percentile(voice.loudness, FLOOR)


@measure("voice.rate", "syllables/s")
def rate(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Syllable nuclei per second of speech, pauses left out."""
    voice = voice_of(m)
    seconds = speech_seconds(m, start, end, person)
    if voice is None or seconds < 0.5:
        return math.nan
    return float(((voice.syllables >= start) & (voice.syllables < end)).sum()) / seconds


@measure("voice.pause.longest", "s")
def longest_pause(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Longest silence between two stretches of speech."""
    return max(_pauses(m, start, end), default=0.0)


@measure("voice.pause.share", "ratio")
def pause_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of silence between the first and the last speech."""
    pauses, seconds = sum(_pauses(m, start, end)), speech_seconds(m, start, end, person)
    return pauses / (pauses + seconds) if seconds else math.nan


@measure("voice.pause.count", "pauses")
def pause_count(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Number of silences of 0.2 s and more between stretches of speech."""
    return float(sum(pause >= 0.2 for pause in _pauses(m, start, end)))


@measure("voice.brightness.level", "dB")
def brightness_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median alpha ratio of voiced speech: energy above 1 kHz against that below."""
    return _percentile(_here_and_rest(m, start, end, "brightness")[0], 50)


@measure("voice.brightness.against", "dB")
def brightness_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median alpha ratio of voiced speech against that of the rest of the clip."""
    here, rest = _here_and_rest(m, start, end, "brightness")
    return _percentile(here, 50) - _percentile(rest, 50)


@measure("voice.harmonicity", "dB")
def harmonicity(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median harmonics-to-noise ratio of voiced speech."""
    return _percentile(_here_and_rest(m, start, end, "harmonicity")[0], 50)


@measure("voice.voiced", "ratio")
def voiced_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of speech that has a pitch."""
    voice = voice_of(m)
    if voice is None:
        return math.nan
    spoken = voice.speech & within(voice, start, end)
    return float((voiced(voice) & spoken).sum() / spoken.sum()) if spoken.any() else math.nan


@measure("voice.pitch.movement", "semitones")
def pitch_movement(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Liveliness of pitch: its deviation from a straight course over 0.2 s."""
    lines = _residuals(m, start, end, 21)
    return float(np.sqrt(np.mean(lines**2))) if len(lines) >= FEWEST_FRAMES else math.nan


@measure("voice.tremor", "ratio")
def tremor(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of steady voicing in which pitch wavers to and fro 5 to 12 times a second."""
    residuals = _residuals(m, start, end, 41)
    if len(residuals) < FEWEST_FRAMES:
        return math.nan
    # Over 0.41 s: at least 4 changes of side, too wide for jitter, too narrow for melody.
    smooth = (residuals[:, :-2] + residuals[:, 1:-1] + residuals[:, 2:]) / 3
    depth = np.sqrt(np.mean(smooth**2, axis=1))
    crossings = (np.diff(np.sign(smooth), axis=1) != 0).sum(axis=1)
    return float(np.mean((crossings >= 4) & (crossings <= 10) & (depth > 0.15) & (depth < 1.0)))


@measure("voice.roughness", "semitones")
def roughness(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Jitter-like change of pitch from one 10 ms to the next, around its course over 50 ms."""
    lines = _residuals(m, start, end, 5)
    return float(np.sqrt(np.mean(lines**2))) if len(lines) >= FEWEST_FRAMES else math.nan


def _here_and_rest(m: Measurements, start: float, end: float, name: str) -> tuple[Floats, Floats]:
    """Values of a voiced-speech signal in a span and outside it; empty where too few."""
    voice = voice_of(m)
    if voice is None:
        return np.zeros(0), np.zeros(0)
    usable, inside = voiced(voice), within(voice, start, end)
    values: Floats = getattr(voice, name)
    usable &= np.isfinite(values)
    parts = values[usable & inside], values[usable & ~inside]
    here, rest = (part if len(part) >= FEWEST_FRAMES else np.zeros(0) for part in parts)
    return here, rest


def _pauses(m: Measurements, start: float, end: float) -> list[float]:
    voice = voice_of(m)
    if voice is None:
        return []
    spoken = np.flatnonzero(voice.speech & within(voice, start, end))
    gaps = np.diff(spoken) - 1
    return [float(gap) * voice.hop for gap in gaps[gaps > 0]]


def _residuals(m: Measurements, start: float, end: float, width: int) -> Floats:
    """Pitch around a straight line, in semitones, in every unbroken window of `width` frames.

    Returns:
        Shape [windows, width]; no windows where voicing is never that long.
    """
    voice = voice_of(m)
    if voice is None or len(voice.f0) < width:
        return np.zeros((0, width))
    usable = voiced(voice) & within(voice, start, end)
    course = np.where(usable, 12 * np.log2(np.where(usable, voice.f0, 1.0)), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(course, width)
    windows = windows[np.isfinite(windows).all(axis=1)]
    # A jump of three semitones in 10 ms is a mistake of the tracker, not a waver.
    windows = windows[np.abs(np.diff(windows, axis=1)).max(axis=1, initial=0.0) < 3.0]
    at = np.arange(width) - width // 2
    slope = (windows * at).sum(axis=1) / float((at**2).sum())
    return np.asarray(windows - windows.mean(axis=1)[:, None] - slope[:, None] * at)


# What goes with arousal in a voice, as (measure, usual value, usual deviation, weight). That
# spectral balance and pitch carry most of it, and pace less, is the common finding of Scherer
# (2003, Table 2), Juslin & Laukka (2003, Table 7) and Goudbeek & Scherer (2010); the usual
# values are round numbers for ordinary talk. Level is left out: it tells how far the
# microphone was. Nothing here was fitted to data (docs/cues/voice.md has the check).
AROUSAL = (
    (brightness_level, -12.0, 4.0, 0.40),
    (pitch_level, 4.5, 2.5, 0.15),
    (pitch_rise, 9.0, 4.0, 0.15),
    (pitch_movement, 0.6, 0.2, 0.15),
    (rate, 4.8, 1.0, 0.15),
)
_MOST = 2.5  # deviations; a single mistaken measure must not decide


@measure("voice.arousal", "0..1")
def arousal(m: Measurements, start: float, end: float, person: str | None) -> float:
    """How aroused the voice appears: brightness, pitch, its movement and pace, 0.5 ordinary."""
    total = weights = 0.0
    for function, usual, deviation, weight in AROUSAL:
        value = function(m, start, end, person)
        if math.isfinite(value):
            total += weight * float(np.clip((value - usual) / deviation, -_MOST, _MOST))
            weights += weight
    # Without the brightness and something of the pitch it would rest on too little.
    return 1 / (1 + math.exp(-2 * total / weights)) if weights >= 0.5 else math.nan
