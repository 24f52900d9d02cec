"""Named measures of the voice: pitch, loudness, pace, colour and arousal.

Nothing here needs to know who speaks: pitch counts in semitones above the lowest pitch of the
same clip, loudness and colour also against the rest of the clip.
"""

from __future__ import annotations

import math

import numpy as np

from emer.cues.measures import measure
from emer.cues.voice_frames import (
    median,
    pauses,
    percentile,
    root_mean_square,
    semitones,
    usual,
    values,
    voice_of,
    wavering,
    within,
)
from emer.measurements import Measurements

# Percentiles instead of extremes: a single octave error must not make a wide span.
_BOTTOM, _LOW, _HIGH, _TOP = 5, 10, 90, 95
_SHORTEST_FOR_RATE = 0.5  # seconds of speech


@measure("voice.speech.seconds", "s")
def speech_seconds(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Time in which speech is detected."""
    voice = voice_of(m)
    return float(voice.speech[within(voice, start, end)].sum()) * voice.hop if voice else 0.0


@measure("voice.speech.share", "ratio")
def speech_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of the time in which speech is detected."""
    voice = voice_of(m)
    frames = voice.speech[within(voice, start, end)] if voice else np.zeros(0)
    return float(frames.mean()) if len(frames) else 0.0


@measure("voice.pitch.median", "Hz")
def pitch_median(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch of voiced speech."""
    return median(m, start, end, "f0")


@measure("voice.pitch.top", "Hz")
def pitch_top(m: Measurements, start: float, end: float, person: str | None) -> float:
    """95th percentile of the pitch of voiced speech."""
    return percentile(values(m, start, end, "f0"), _TOP)


@measure("voice.pitch.bottom", "Hz")
def pitch_bottom(m: Measurements, start: float, end: float, person: str | None) -> float:
    """5th percentile of the pitch of voiced speech; over the whole clip, the voice's floor."""
    return percentile(values(m, start, end, "f0"), _BOTTOM)


@measure("voice.pitch.rise", "semitones")
def pitch_rise(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Top of the pitch (95th percentile) above the floor (5th percentile of the whole clip)."""
    return semitones(pitch_top(m, start, end, person), usual(m, "floor"))


@measure("voice.pitch.level", "semitones")
def pitch_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch above the floor (5th percentile of the whole clip)."""
    return semitones(median(m, start, end, "f0"), usual(m, "floor"))


@measure("voice.pitch.against", "semitones")
def pitch_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch against that of the whole clip."""
    return semitones(median(m, start, end, "f0"), usual(m, "f0"))


@measure("voice.pitch.span", "semitones")
def pitch_span(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Distance between the 10th and 90th percentile of pitch."""
    found = values(m, start, end, "f0")
    return semitones(percentile(found, _HIGH), percentile(found, _LOW))


@measure("voice.pitch.glide", "semitones")
def pitch_glide(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median pitch of the last third of the voiced frames against the first third."""
    found = values(m, start, end, "f0")
    third = len(found) // 3
    return semitones(percentile(found[-third:], 50), percentile(found[:third], 50))


@measure("voice.pitch.movement", "semitones")
def pitch_movement(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Liveliness of pitch: its deviation from a straight line over 0.2 s."""
    return root_mean_square(wavering(m, start, end, width=21, degree=1))


@measure("voice.loudness.level", "dBFS")
def loudness_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech; depends on how the clip was recorded."""
    return median(m, start, end, "loudness")


@measure("voice.loudness.against", "dB")
def loudness_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech against that of the whole clip."""
    return median(m, start, end, "loudness") - usual(m, "loudness")


@measure("voice.loudness.span", "dB")
def loudness_span(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Distance between the 10th and 90th percentile of the level of voiced speech."""
    found = values(m, start, end, "loudness")
    return percentile(found, _HIGH) - percentile(found, _LOW)


@measure("voice.loudness.above_noise", "dB")
def above_noise(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median level of voiced speech above the quietest twentieth of the clip."""
    return median(m, start, end, "loudness") - usual(m, "noise")


@measure("voice.rate", "syllables/s")
def rate(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Syllable nuclei per second of speech, pauses left out."""
    voice = voice_of(m)
    seconds = speech_seconds(m, start, end, person)
    if voice is None or seconds < _SHORTEST_FOR_RATE:
        return math.nan
    first, last = np.searchsorted(voice.syllables, (start, end))
    return float(last - first) / seconds


@measure("voice.pause.longest", "s")
def longest_pause(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Longest silence between two stretches of speech."""
    return max(pauses(m, start, end), default=0.0)


@measure("voice.pause.share", "ratio")
def pause_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of silence between the first and the last speech."""
    silent, spoken = sum(pauses(m, start, end)), speech_seconds(m, start, end, person)
    return silent / (silent + spoken) if spoken else math.nan


@measure("voice.pause.count", "pauses")
def pause_count(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Number of silences of 0.2 s and more between stretches of speech."""
    return float(sum(pause >= 0.2 for pause in pauses(m, start, end)))


@measure("voice.brightness.level", "dB")
def brightness_level(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median alpha ratio of voiced speech: energy above 1 kHz against that below."""
    return median(m, start, end, "brightness")


@measure("voice.brightness.against", "dB")
def brightness_against(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median alpha ratio of voiced speech against that of the whole clip."""
    return median(m, start, end, "brightness") - usual(m, "brightness")


@measure("voice.harmonicity", "dB")
def harmonicity(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Median harmonics-to-noise ratio of voiced speech."""
    return median(m, start, end, "harmonicity")


@measure("voice.voiced", "ratio")
def voiced_share(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Share of speech that has a pitch."""
    voice = voice_of(m)
    if voice is None:
        return math.nan
    cut = within(voice, start, end)
    spoken = float(voice.speech[cut].sum())
    return float(voice.voiced[cut].sum()) / spoken if spoken else math.nan


@measure("voice.tremor", "semitones")
def tremor(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Wavering of pitch to and fro, about 5 to 12 times a second: what melody leaves over."""
    # A cubic over 0.31 s follows the melody; three frames together even out jitter.
    left = wavering(m, start, end, width=31, degree=3)
    smooth = (left[:, :-2] + left[:, 1:-1] + left[:, 2:]) / 3
    return percentile(np.sqrt(np.mean(smooth**2, axis=1)), 50)


@measure("voice.roughness", "semitones")
def roughness(m: Measurements, start: float, end: float, person: str | None) -> float:
    """Jitter-like change of pitch from one 10 ms to the next, around a line over 50 ms."""
    return root_mean_square(wavering(m, start, end, width=5, degree=1))


# What goes with arousal in a voice, as (measure, usual value, usual deviation, weight). That
# spectral balance and pitch carry most of it, and pace less, is the common finding of Scherer
# (2003), Juslin & Laukka (2003) and Goudbeek & Scherer (2010); the usual values are round
# numbers for ordinary talk, set with acted speech in view but not optimised on it
# (docs/cues/voice.md). Level is left out: it tells how far away the microphone was.
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
    for function, ordinary, deviation, weight in AROUSAL:
        value = function(m, start, end, person)
        if math.isfinite(value):
            total += weight * float(np.clip((value - ordinary) / deviation, -_MOST, _MOST))
            weights += weight
    # Without the brightness and something of the pitch it would rest on too little.
    return 1 / (1 + math.exp(-2 * total / weights)) if weights >= 0.5 else math.nan
