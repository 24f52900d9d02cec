"""From measurements to an explanation, without any model: the pure half of the explainer."""

from __future__ import annotations

from pathlib import Path

import pytest

from cues.voices import track as voice_track
from emer.clip import Clip
from emer.explainers import ComposedExplainer, Explainer
from emer.explainers.composed import explain_measurements
from emer.explainers.sentences import read
from emer.explanation import Explanation
from emer.instruments.kit import Measured
from emer.measurements import Measurements
from face_builders import measurements, pulse, track


def explain(clip: Measurements, language: str = "en") -> Explanation:
    file = Clip(
        path=Path("made.mp4"),
        name="made.mp4",
        sha256="0" * 64,
        seconds=clip.seconds,
        still=clip.still,
        has_video=True,
        has_audio=True,
    )
    return explain_measurements(file, Measured(clip, {}, ()), language)  # type: ignore[arg-type]


def smiling() -> Measurements:
    return measurements(track(4.0, {"AU12": pulse(1, 3, 0.9), "AU6": pulse(1, 3, 0.7)}))


def test_a_smile_appears_joyful_and_the_text_says_why() -> None:
    result = explain(smiling())
    assert result.emotions[0].label == "joyful" and result.valence > 0.3
    smile = next(cue for cue in result.cues if cue.kind == "smile_genuine")
    assert smile.id in result.emotions[0].cues
    assert any(smile.id in sentence.cues for sentence in read(result.explanation))
    assert result.clip.modalities == ("visual",) and result.conflict.score == 0


def test_nothing_measured_is_said_instead_of_guessed() -> None:
    result = explain(Measurements(seconds=3.0))
    assert result.emotions == () and result.cues == () and result.explanation == ""
    assert any("none is named" in note for note in result.provenance.notes)


def test_the_main_person_counts_more_than_a_bystander() -> None:
    grin = {"AU12": pulse(0, 4, 0.9), "AU6": pulse(0, 4, 0.7)}
    frown = {"AU4": pulse(0, 4, 0.9), "AU24": pulse(0, 4, 0.9)}
    merry = explain(measurements(track(4.0, grin, "p1"), track(4.0, frown, "p2")))
    grim = explain(measurements(track(4.0, frown, "p1"), track(4.0, grin, "p2")))
    assert merry.valence > grim.valence + 0.1
    assert [person.id for person in merry.people] == ["p1", "p2"]


def test_languages_differ_in_words_only() -> None:
    english, chinese = explain(smiling()), explain(smiling(), "zh")
    assert chinese.emotions[0].label == "喜悦"
    assert [c.evidence for c in chinese.cues] == [c.evidence for c in english.cues]


def test_a_voice_alone_gives_auditory_cues_alone() -> None:
    result = explain(Measurements(seconds=4.0, voice=voice_track(span=14.0, brightness=-4.0)))
    assert {cue.modality for cue in result.cues} == {"auditory"}
    assert result.arousal > 0


def test_it_is_an_explainer_and_describes_itself() -> None:
    explainer = ComposedExplainer()
    assert isinstance(explainer, Explainer)
    info = explainer.describe()
    assert info.name == "composed"
    assert {asset.name for asset in info.assets} >= {"face-landmarker", "whisper-base"}
    assert all(len(asset.sha256) == 64 and asset.licence for asset in info.assets)


@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_still_picture_or_a_blink_of_time(seconds: float) -> None:
    result = explain(measurements(track(0.0, {"AU12": pulse(0, 0, 0.9, 0)[:1]}), seconds=seconds))
    assert result.clip.seconds == pytest.approx(seconds)
    assert result.timeline == () or result.timeline[-1].end == pytest.approx(seconds)
