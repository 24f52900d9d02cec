"""Cues of the voice: what is noticed, what is not, and that every number can be got again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cues.voices import clip, joined, track
from emer.cues.measures import evaluate, remeasure
from emer.cues.voice import MOST_CUES, RULES, observe
from emer.cues.voice_words import WORDS
from emer.explanation import Cue, Subtitle, SubtitleSegment
from emer.instruments.prosody import Prosody, frame_count
from emer.measurements import Measurements, SoundEvents, VoiceTrack


def kinds(voice: VoiceTrack, **parts: Any) -> set[str]:
    return {cue.kind for cue in observe(clip(voice, **parts), "en")}


def cue_of(kind: str, m: Measurements) -> Cue:
    (cue,) = [cue for cue in observe(m, "en") if cue.kind == kind]
    return cue


def test_an_ordinary_voice_is_even() -> None:
    assert kinds(track()) == {"voice_even"}


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("pitch_high", {"hertz": 380.0}),
        ("pitch_high", {"span": 14.0}),
        ("pitch_low", {"hertz": 82.0}),
        ("pitch_varied", {"span": 11.0}),
        ("pitch_flat", {"span": 3.0}),
        ("pitch_rising", {"glide": 6.0}),
        ("pitch_falling", {"glide": -9.0}),
        ("voice_loud", {"level": -12.0, "brightness": -9.0}),
        ("voice_quiet", {"level": -38.0, "brightness": -13.0}),
        ("loudness_varied", {"swing": 24.0}),
        ("speech_fast", {"rate": 7.0}),
        ("speech_slow", {"rate": 2.5}),
        ("pauses_long", {"pauses": ((1.5, 2.8),)}),
        ("hesitant", {"pauses": ((1.0, 1.3), (1.7, 2.0), (2.5, 2.8)), "rate": 3.8}),
        ("voice_sharp", {"brightness": -5.0}),
        ("voice_soft", {"brightness": -18.0}),
        ("voice_breathy", {"harmonicity": 3.0, "brightness": -13.0}),
        ("voice_rough", {"harmonicity": 3.0, "brightness": -9.0}),
        ("voice_trembling", {"tremor": 0.8, "span": 4.8}),
    ],
)
def test_each_kind_is_noticed_in_both_languages(kind: str, changed: dict[str, Any]) -> None:
    m = clip(track(**changed))
    cue = cue_of(kind, m)
    assert cue.modality == "auditory"
    assert cue.id == ""
    assert cue.start == pytest.approx(0.5)
    assert cue.end == pytest.approx(3.5)
    chinese = next(c for c in observe(m, "zh") if c.kind == kind)
    assert re.search("[\u4e00-\u9fff]", chinese.statement)
    assert chinese.evidence == cue.evidence


def test_every_rule_has_its_words() -> None:
    for rule in RULES:
        assert f"{rule.kind}:{rule.measure}" in WORDS or rule.kind in WORDS
    for kind, languages in WORDS.items():
        assert languages["en"], kind
        assert len(languages["en"]) == len(languages["zh"]), kind


def test_statement_says_the_numbers_of_the_evidence() -> None:
    cue = cue_of("pitch_high", clip(track(span=14.0)))
    said = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", cue.statement)]
    values = [piece.value for piece in cue.evidence]
    assert said
    for number in said:
        assert min(abs(number - value) for value in values) <= 0.51


def test_a_higher_gain_changes_nothing_but_the_level() -> None:
    gentle = track(brightness=-5.0, span=11.0, level=-30.0, noise=-67.0)
    louder = track(brightness=-5.0, span=11.0, level=-18.0, noise=-55.0)
    assert kinds(gentle) == kinds(louder) == {"voice_sharp", "pitch_varied", "voice_aroused"}


def test_the_same_melody_in_another_register_gives_the_same_cues() -> None:
    assert kinds(track(hertz=120, span=11.0)) == kinds(track(hertz=210, span=11.0))


def test_silence_says_only_that_nobody_speaks() -> None:
    prosody = Prosody()
    prosody.feed(np.zeros(48000, np.float32))
    count = frame_count(48000)
    cues = observe(clip(prosody.finish(np.zeros(count, bool))), "en")
    assert [cue.kind for cue in cues] == ["voice_absent"]
    assert (cues[0].start, cues[0].end) == (0.0, 3.0)
    assert cues[0].evidence[0].value == 0


def test_without_a_sound_track_nothing_is_said() -> None:
    assert observe(Measurements(seconds=3.0), "en") == []
    empty = np.zeros(0)
    nothing = VoiceTrack(0.01, empty, empty, empty, empty.astype(bool), empty, empty, empty, "test")
    assert observe(clip(nothing), "en") == []


def test_loudness_needs_the_colour_to_agree() -> None:
    assert "voice_loud" not in kinds(track(level=-12.0, brightness=-14.0))
    assert "voice_quiet" not in kinds(track(level=-38.0, brightness=-9.0))


def test_music_and_noise_lower_the_confidence() -> None:
    sharp = track(brightness=-5.0)
    events = SoundEvents(np.array([0.0]), 4.0, ("Music",), np.array([[0.9]]), "test")
    clean = cue_of("voice_sharp", clip(sharp)).confidence
    assert cue_of("voice_sharp", clip(sharp, events=events)).confidence < 0.8 * clean
    noisy = cue_of("voice_sharp", clip(track(brightness=-5.0, noise=-30.0)))
    assert noisy.confidence < clean


def test_noise_hides_what_needs_a_clean_voice() -> None:
    assert "voice_rough" not in kinds(track(harmonicity=3.0, brightness=-9.0, noise=-30.0))


def test_a_change_between_passages() -> None:
    calm, upset = track(seconds=3.0), track(seconds=3.0, hertz=205.0)
    m = clip(joined(calm, upset))
    cue = cue_of("voice_change", m)
    old, new = (piece.value for piece in cue.evidence)
    assert new / old == pytest.approx(205 / 150, rel=0.02)
    assert cue.evidence[0].end is not None
    assert cue.evidence[1].start is not None
    assert cue.evidence[0].end <= cue.evidence[1].start


def test_two_voices_are_not_taken_for_one_that_changes() -> None:
    found = kinds(joined(track(seconds=3.0, hertz=110), track(seconds=3.0, hertz=230)))
    assert not found & {"voice_change", "pitch_varied", "pitch_high", "pitch_rising"}


def test_a_long_clip_is_judged_by_its_passages() -> None:
    parts = [track(seconds=4.0) for _ in range(4)]
    voice = joined(*parts, track(seconds=4.0, hertz=200.0), *parts)
    high = cue_of("pitch_high", clip(voice))
    assert high.start == pytest.approx(16.5)
    assert high.end == pytest.approx(19.5)
    assert high.evidence[0].measure == "voice.pitch.against"


def test_unbroken_speech_is_cut() -> None:
    cues = observe(clip(track(seconds=31.0, brightness=-5.0)), "en")
    assert max(cue.end - cue.start for cue in cues) <= 10.01


def test_speech_without_words_is_reported() -> None:
    segment = SubtitleSegment(start=0.5, end=1.5, text="yes", confidence=0.8)
    partly = Subtitle(text="yes", source="recognised", segments=(segment,))
    cue = cue_of("speech_not_understood", clip(track(), subtitle=partly))
    assert (cue.start, cue.end) == pytest.approx((1.5, 3.5))
    assert cue.evidence[0].value == pytest.approx(2.0)
    given = Subtitle(text="yes", source="given", segments=(segment,))
    assert "speech_not_understood" not in kinds(track(), subtitle=given)


@st.composite
def any_track(draw: st.DrawFn) -> VoiceTrack:
    """Any numbers at all, of one length."""
    n = draw(st.integers(0, 250))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low, high = sorted((draw(st.floats(60, 600)), draw(st.floats(60, 600))))
    f0 = np.where(random.random(n) < draw(st.floats(0, 1)), random.uniform(low, high, n), np.nan)
    signal = random.normal(draw(st.floats(-60, 0)), draw(st.floats(0, 30)), (3, n))
    return VoiceTrack(
        hop=0.01,
        f0=f0,
        voicing=random.random(n),
        loudness=np.maximum(signal[0], -100),
        speech=random.random(n) < draw(st.floats(0, 1)),
        brightness=np.where(random.random(n) < 0.9, signal[1], np.nan),
        harmonicity=np.where(np.isfinite(f0), signal[2], np.nan),
        syllables=np.sort(random.uniform(0, n * 0.01, draw(st.integers(0, 20)))),
        source="test",
    )


@settings(max_examples=80, deadline=None)
@given(any_track(), st.integers(1, 8), st.sampled_from(["en", "zh"]))
def test_any_track_gives_sound_cues(voice: VoiceTrack, copies: int, language: Any) -> None:
    m = clip(joined(*[voice] * copies))
    cues = observe(m, language)
    assert len(cues) <= MOST_CUES
    for cue in cues:
        assert 0 <= cue.start <= cue.end <= m.seconds + 0.001
        assert "nan" not in cue.statement
        assert "{" not in cue.statement
        assert all(piece.value == again for piece, again in remeasure(cue, m))
    assert observe(replace(m), language) == cues


def test_arousal_follows_what_it_is_made_of() -> None:
    def arousal(**changed: float) -> float:
        return evaluate("voice.arousal", clip(track(**changed)), 0.0, 4.0)

    assert 0.3 < arousal() < 0.7
    assert arousal(brightness=-5.0) > arousal() > arousal(brightness=-18.0)
    assert arousal(span=12.0) > arousal() > arousal(span=2.0)
    assert arousal(rate=6.5) > arousal() > arousal(rate=3.0)
    assert arousal(level=-40.0, noise=-77.0) == arousal()
    assert np.isnan(evaluate("voice.arousal", Measurements(seconds=1.0), 0.0, 1.0))
