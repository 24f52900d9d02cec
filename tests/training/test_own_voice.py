from __future__ import annotations

import math

import numpy as np
import pytest

from cues.voices import clip, track
from emer.cues import voice
from emer.cues.measures import MEASURES, evaluate
from emer.training.own_voice import (
    FAR,
    FEWEST_CLIPS,
    MUCH,
    NOTICED,
    OWN,
    QUALITIES,
    not_compared,
    own_cues,
    own_kinds,
    usual_voice,
)

NAMES = [quality.measure for quality in QUALITIES]


def values(**changed: float) -> dict[str, float]:
    ordinary = {"loudness_level": -40.0, "pitch_median": 200.0, "pitch_span": 7.0}
    ordinary |= {"rate": 4.5, "brightness_level": -12.0} | changed
    return {f"voice.{name.replace('_', '.')}": value for name, value in ordinary.items()}


def clips(**by_clip: list[float]) -> list[dict[str, float]]:
    count = len(next(iter(by_clip.values())))
    return [values(**{name: by_clip[name][i] for name in by_clip}) for i in range(count)]


LEVELS = list(np.linspace(-50, -30, 10))


def test_the_measures_compared_are_registered_and_the_kinds_the_observers() -> None:
    assert set(NAMES) <= set(MEASURES)
    assert {OWN + rule.kind for rule in voice.RULES} >= {k for k in own_kinds() if MUCH not in k}


def test_a_departure_counts_in_deviations_of_the_speaker() -> None:
    usual = usual_voice(clips(loudness_level=LEVELS))
    mean, deviation = np.mean(LEVELS), np.std(LEVELS)
    for away, kind in [
        (0.9 * NOTICED, None),
        (1.1 * NOTICED, "own_voice_loud"),
        (1.1 * FAR, "own_voice_loud_much"),
        (-1.1 * NOTICED, "own_voice_quiet"),
        (-1.1 * FAR, "own_voice_quiet_much"),
    ]:
        found = own_cues(values(loudness_level=mean + away * deviation), usual, 2.0, "test")
        assert [cue.kind for cue in found] == ([kind] if kind else [])


def test_the_evidence_names_the_measure_and_what_is_usual() -> None:
    usual = usual_voice(clips(loudness_level=LEVELS))
    (cue,) = own_cues(values(loudness_level=-28.0), usual, 2.0, "test")
    (piece,) = cue.evidence
    assert (piece.measure, piece.value, piece.unit) == ("voice.loudness.level", -28.0, "dBFS")
    assert piece.reference == pytest.approx(-40.0)
    assert "above what is usual for this voice" in cue.statement
    assert (cue.start, cue.end, cue.modality) == (0.0, 2.0, "auditory")


def test_the_farthest_from_usual_comes_first() -> None:
    random = np.random.default_rng(0)
    many = clips(
        loudness_level=list(-40 + 5 * random.standard_normal(40)),
        pitch_median=list(200 * 2 ** (random.standard_normal(40) / 3)),
    )
    usual = usual_voice(many)
    found = own_cues(values(loudness_level=-35.0, pitch_median=80.0), usual, 1.0, "test")
    assert [cue.kind for cue in found] == ["own_pitch_low_much", "own_voice_loud"]
    assert found[0].confidence > found[1].confidence


def test_pitch_counts_in_ratios() -> None:
    octaves = [-1.0, -0.5, 0.0, 0.5, 1.0] * 2
    low, high = (
        own_cues(
            values(pitch_median=middle * 2**0.5),
            usual_voice(clips(pitch_median=[middle * 2**o for o in octaves])),
            1.0,
            "test",
        )
        for middle in (110.0, 220.0)
    )
    assert [c.kind for c in low] == [c.kind for c in high] == ["own_pitch_high"]
    assert low[0].confidence == high[0].confidence
    assert low[0].evidence[0].reference == pytest.approx(110.0)


def test_what_is_usual_needs_clips_that_differ() -> None:
    assert usual_voice(clips(loudness_level=LEVELS[: FEWEST_CLIPS - 1])) == {}
    assert set(usual_voice(clips(loudness_level=LEVELS[:FEWEST_CLIPS]))) == {"voice.loudness.level"}
    assert usual_voice([]) == {}


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_values_that_are_no_numbers_are_left_out(bad: float) -> None:
    broken = clips(loudness_level=[*LEVELS, bad])
    assert usual_voice(broken) == usual_voice(clips(loudness_level=LEVELS))
    assert own_cues(values(loudness_level=bad), usual_voice(broken), 1.0, "test") == []
    assert own_cues({}, usual_voice(broken), 1.0, "test") == []


def test_a_pitch_of_zero_is_no_pitch() -> None:
    pitches = [150.0 + 10 * i for i in range(10)]
    assert usual_voice(clips(pitch_median=[*pitches, 0.0])) == usual_voice(
        clips(pitch_median=pitches)
    )


def test_measured_voices_are_compared() -> None:
    """From real measures to cues: the same level is loud for one speaker, quiet for another."""

    def measured(level: float) -> dict[str, float]:
        made = clip(track(level=level))
        return {name: evaluate(name, made, 0.0, made.seconds) for name in NAMES}

    soft = usual_voice([measured(level) for level in np.linspace(-50, -32, 8)])
    strong = usual_voice([measured(level) for level in np.linspace(-28, -10, 8)])
    here = measured(-30.0)
    assert [c.kind for c in own_cues(here, soft, 4.0, "test")] == ["own_voice_loud_much"]
    assert [c.kind for c in own_cues(here, strong, 4.0, "test")] == ["own_voice_quiet_much"]


def test_what_needs_no_comparison_is_kept() -> None:
    made = clip(track(tremor=1.0, span=2.0, hertz=330.0, level=-10.0))
    noticed = voice.observe(made, "en")
    assert {"voice_trembling", "pitch_high"} <= {cue.kind for cue in noticed}
    assert [cue.kind for cue in not_compared(noticed)] == ["voice_trembling"]
