"""What stands out in a clip against the other clips of the same speaker.

A pitch of 180 Hz is low for one voice and high for another, and a level says how far away the
microphone was. Where several clips of a speaker were recorded alike, each measure is set against
the mean and deviation of that speaker's own clips; labels take no part in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from emer.cues.measures import MEASURES
from emer.cues.measures import significant as rounded
from emer.cues.voice import RULES
from emer.explanation import Cue, Evidence

OWN = "own_"
"""Start of the kinds of cues that hold against the speaker's own voice: `own_pitch_high`."""
MUCH = "_much"
"""End of the kinds of cues that stand out by far: `own_pitch_high_much`."""
FEWEST_CLIPS = 8
"""Clips of a speaker without which nothing is known about what is usual."""
NOTICED = 0.5
"""Deviations from which on a cue is noticed; of a normal distribution three in ten, each way."""
FAR = 1.5
"""Deviations from which on it stands out by far; of a normal distribution 7 in 100, each way."""


@dataclass(frozen=True)
class Quality:
    """A measure that is compared with the speaker's usual value.

    Attributes:
        measure: Registered name.
        low: Kind of cue, as the voice observer names it, where the value is low.
        high: Kind of cue where it is high.
    """

    measure: str
    low: str
    high: str


QUALITIES = (
    Quality("voice.loudness.level", "voice_quiet", "voice_loud"),
    Quality("voice.pitch.median", "pitch_low", "pitch_high"),
    Quality("voice.pitch.span", "pitch_flat", "pitch_varied"),
    Quality("voice.rate", "speech_slow", "speech_fast"),
    Quality("voice.brightness.level", "voice_soft", "voice_sharp"),
)
# Pitch is heard in ratios, the other measures are in decibels, semitones or a narrow range.
_RATIOS = ("voice.pitch.median",)
# Sounds that the voice itself makes.
_HEARD = frozenset(
    ["laughter", "crying", "screaming", "shouting", "sighing", "gasp", "whispering", "groaning"]
)
COMPARED = frozenset(kind for quality in QUALITIES for kind in (quality.low, quality.high))


@dataclass(frozen=True)
class Usual:
    """What is usual for a speaker: mean and standard deviation, of logarithms for pitch."""

    mean: float
    deviation: float


def usual_voice(clips: Sequence[Mapping[str, float]]) -> dict[str, Usual]:
    """Return what is usual for a speaker.

    Args:
        clips: One mapping from measure to value for each clip of this speaker; values that are
            absent or not finite are left out.

    Returns:
        By measure; without those that fewer than `FEWEST_CLIPS` clips have or that never vary.
    """
    found = {}
    for quality in QUALITIES:
        values = [v for clip in clips if math.isfinite(v := _scaled(quality, clip))]
        if len(values) >= FEWEST_CLIPS and (deviation := float(np.std(values))) > 1e-9:
            found[quality.measure] = Usual(float(np.mean(values)), deviation)
    return found


def own_cues(
    values: Mapping[str, float], usual: Mapping[str, Usual], seconds: float, source: str
) -> list[Cue]:
    """Say where a clip departs from what is usual for its speaker.

    Args:
        values: From measure to value over the whole clip.
        usual: From `usual_voice`.
        seconds: Length of the clip.
        source: The instrument that measured, for the evidence.

    Returns:
        Cues whose kinds begin with `OWN`, the farthest from usual first, ids empty. The
        reference of their evidence is the speaker's mean.
    """
    found: list[tuple[float, Cue]] = []
    for quality in QUALITIES:
        known = usual.get(quality.measure)
        value = _scaled(quality, values)
        if known is None or not math.isfinite(value):
            continue
        away = (value - known.mean) / known.deviation
        if abs(away) >= NOTICED:
            mean = math.exp(known.mean) if quality.measure in _RATIOS else known.mean
            piece = Evidence(
                measure=quality.measure,
                value=values[quality.measure],
                unit=MEASURES[quality.measure].unit,
                reference=rounded(mean),
                source=source,
            )
            found.append((abs(away), _cue(quality, away, piece, seconds)))
    return [cue for _, cue in sorted(found, key=lambda pair: -pair[0])]


def own_kinds() -> tuple[str, ...]:
    """Return every kind that `own_cues` may give, sorted."""
    return tuple(sorted(OWN + kind + end for kind in COMPARED for end in ("", MUCH)))


def not_compared(cues: Iterable[Cue]) -> list[Cue]:
    """Return the observer's cues that `own_cues` does not judge better, strongest first.

    Also left out is what only sums up (arousal) or says that nothing was noticed.
    """
    single = {rule.kind for rule in RULES} - COMPARED - {"voice_aroused", "voice_subdued"}
    kept = [cue for cue in cues if cue.kind in single or cue.kind in _HEARD]
    return sorted(kept, key=lambda cue: (-cue.confidence, cue.kind))


def _scaled(quality: Quality, values: Mapping[str, float]) -> float:
    value = values.get(quality.measure, math.nan)
    if quality.measure not in _RATIOS:
        return value
    return math.log(value) if value > 0 else math.nan


def _cue(quality: Quality, away: float, piece: Evidence, seconds: float) -> Cue:
    kind = quality.high if away > 0 else quality.low
    direction = "above" if away > 0 else "below"
    return Cue(
        id="",
        modality="auditory",
        kind=OWN + kind + (MUCH if abs(away) >= FAR else ""),
        statement=f"{MEASURES[quality.measure].about.rstrip('.')}: {piece.value} {piece.unit}, "
        f"{direction} what is usual for this voice ({piece.reference}).",
        start=0.0,
        end=seconds,
        confidence=round(min(0.95, 0.5 + 0.2 * abs(away)), 4),
        evidence=(piece,),
    )
