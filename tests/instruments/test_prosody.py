"""Pitch, loudness, brightness, harmonicity and syllables of sounds with known properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from emer.errors import UsageError
from emer.instruments.prosody import Prosody, frame_count
from emer.measurements import VoiceTrack
from instruments.sounds import RATE, Sound, noise, silence, syllables, tone

SIGNALS = ("f0", "voicing", "loudness", "brightness", "harmonicity", "syllables")


def measured(sound: Sound, block: int | None = None) -> VoiceTrack:
    """Measure with everything taken for speech."""
    prosody = Prosody()
    step = block or max(1, len(sound))
    for first in range(0, len(sound), step):
        prosody.feed(sound[first : first + step])
    return prosody.finish(np.ones(frame_count(len(sound)), bool))


@pytest.mark.parametrize("hertz", [62, 80, 110, 150, 220, 330, 440, 590])
def test_pitch_of_a_tone_within_one_percent(hertz: float) -> None:
    track = measured(tone(hertz))
    assert np.isfinite(track.f0).mean() > 0.95
    assert np.nanmax(np.abs(track.f0 / hertz - 1)) < 0.01


def test_pitch_without_its_fundamental() -> None:
    t = np.arange(RATE) / RATE
    sound = sum(0.1 * np.sin(2 * np.pi * 200 * k * t) for k in range(2, 9))
    assert np.nanmedian(measured(np.asarray(sound, np.float32)).f0) == pytest.approx(200, rel=0.01)


def test_pitch_follows_a_glide() -> None:
    course = np.linspace(120, 280, 2 * RATE)
    track = measured(tone(course, 2.0))
    expected = np.interp(track.times, np.arange(2 * RATE) / RATE, course)
    assert np.nanmax(np.abs(track.f0 / expected - 1)[5:-5]) < 0.02


def test_pitch_in_noise_at_10_db() -> None:
    sound = tone(180, 2.0)
    weak = noise(2.0, float(np.sqrt(np.mean(sound**2))) * 10 ** (-10 / 20))
    track = measured(sound + weak)
    assert np.isfinite(track.f0).mean() > 0.9
    assert np.nanmedian(np.abs(track.f0 / 180 - 1)) < 0.01
    # Harmonicity tells the noise: about 10 dB, where the clean tone has more than 20.
    assert 7 < np.nanmedian(track.harmonicity) < 13
    assert np.nanmedian(measured(sound).harmonicity) > 20


def test_clipping_leaves_the_pitch() -> None:
    clipped = np.clip(tone(200, level=1.5), -1, 1)
    assert np.nanmedian(measured(clipped).f0) == pytest.approx(200, rel=0.01)


def test_agrees_with_another_implementation() -> None:
    librosa = pytest.importorskip("librosa", reason="librosa is only a reference, not needed")
    course = 180 + 40 * np.sin(2 * np.pi * np.arange(2 * RATE) / RATE)
    sound = tone(course, 2.0) + noise(2.0, 0.005)
    other = librosa.yin(sound, fmin=60, fmax=600, sr=RATE, frame_length=1024, hop_length=160)
    track = measured(sound)
    # Its frames are centred at multiples of the hop, ours half a hop later.
    there = np.interp(track.times, np.arange(len(other)) * 0.01, other)
    assert np.nanpercentile(np.abs(np.log2(track.f0 / there)[10:-10]) * 12, 95) < 0.5


@pytest.mark.parametrize("sound", [silence(1.0), noise(2.0)], ids=["silence", "noise"])
def test_no_pitch_where_there_is_none(sound: Sound) -> None:
    track = measured(sound)
    assert np.isfinite(track.f0).mean() < 0.02
    assert len(track.syllables) == 0


def test_silence_has_the_lowest_level_and_no_colour() -> None:
    track = measured(silence(0.5))
    assert set(track.loudness) == {-100.0}
    assert np.isnan(track.brightness).all()


def test_loudness_is_that_of_the_sine() -> None:
    sine = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    middle = measured(sine.astype(np.float32)).loudness[5:-5]
    assert middle == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.05)


def test_brightness_is_the_ratio_of_the_bands() -> None:
    t = np.arange(RATE) / RATE
    two = np.sin(2 * np.pi * 500 * t) + 0.1 * np.sin(2 * np.pi * 2000 * t)
    track = measured((0.3 * two).astype(np.float32))
    assert np.median(track.brightness) == pytest.approx(-20, abs=0.2)


def test_syllables_are_counted_and_placed() -> None:
    track = measured(np.concatenate([silence(0.3), syllables(6), silence(0.3)]))
    assert track.syllables == pytest.approx(0.3 + 0.1 + 0.2 * np.arange(6), abs=0.03)


@pytest.mark.parametrize("block", [1, 37, 800, 5 * RATE])
def test_block_size_does_not_matter(block: int) -> None:
    seconds = 0.3 if block == 1 else 7.0
    course = 150 + 60 * np.sin(np.arange(round(seconds * RATE)) / 4000)
    sound = tone(course, seconds) + noise(seconds, 0.01)
    whole, cut = measured(sound), measured(sound, block)
    for name in SIGNALS:
        np.testing.assert_allclose(getattr(cut, name), getattr(whole, name), atol=1e-4)


@pytest.mark.parametrize("samples", [0, 1, 79, 80, 81, 1600])
def test_very_short_sound(samples: int) -> None:
    track = measured(tone(200)[:samples])
    assert len(track.f0) == len(track.loudness) == frame_count(samples)
    assert frame_count(samples) == sum((i + 0.5) * 160 < samples for i in range(samples))


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(
        np.float32,
        st.integers(0, 3000),
        elements=st.floats(-1e6, 1e6, width=32) | st.sampled_from([np.nan, np.inf, -np.inf]),
    )
)
def test_any_samples_give_finite_measures(sound: Sound) -> None:
    track = measured(sound)
    assert np.isfinite(track.loudness).all()
    assert ((track.voicing >= 0) & (track.voicing <= 1)).all()
    pitch = track.f0[np.isfinite(track.f0)]
    assert ((pitch >= 59) & (pitch <= 610)).all()


@pytest.mark.parametrize("bad", [np.zeros((2, 5)), np.array(["a"]), np.zeros(3, complex)])
def test_refuses_what_is_not_one_channel(bad: np.ndarray) -> None:
    with pytest.raises(UsageError, match=r"shape \[n\]"):
        Prosody().feed(bad)


def test_refuses_a_mask_of_another_length() -> None:
    prosody = Prosody()
    prosody.feed(tone(200))
    with pytest.raises(UsageError, match="100"):
        prosody.finish(np.ones(3, bool))


def test_pitch_counts_as_speech_where_something_else_hears_a_voice() -> None:
    prosody = Prosody()
    prosody.feed(np.concatenate([tone(300), silence(1.0)]))
    vocal = np.ones(200, bool)
    track = prosody.finish(np.zeros(200, bool), vocal)
    assert track.speech[:95].all()
    assert not track.speech[110:].any()


def test_an_octave_error_does_not_set_the_floor() -> None:
    # A short creak an octave and a half below the voice is left out of its range.
    creak = np.concatenate([tone(200, 1.5), tone(70, 0.2), tone(210, 1.5)])
    assert np.nanmin(measured(creak).f0) > 120
