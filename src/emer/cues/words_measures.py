"""Measures of the words: counts of what the rules find, and the text model's probabilities."""

from __future__ import annotations

import bisect
import math
import re
from dataclasses import dataclass

import numpy as np

from emer.cues.addressed import speaks_to_a_program
from emer.cues.measures import Function, define, measure, span
from emer.cues.words_rules import find, kinds
from emer.measurements import Measurements

# Share of the 43,410 training comments of GoEmotions that carry each label (Demszky et al. 2020,
# arXiv:2005.00547): what a probability has to exceed before it says anything.
USUAL = {
    "admiration": 0.0951,
    "amusement": 0.0536,
    "anger": 0.0361,
    "annoyance": 0.0569,
    "approval": 0.0677,
    "caring": 0.025,
    "confusion": 0.0315,
    "curiosity": 0.0505,
    "desire": 0.0148,
    "disappointment": 0.0292,
    "disapproval": 0.0466,
    "disgust": 0.0183,
    "embarrassment": 0.007,
    "excitement": 0.0196,
    "fear": 0.0137,
    "gratitude": 0.0613,
    "grief": 0.0018,
    "joy": 0.0334,
    "love": 0.0481,
    "nervousness": 0.0038,
    "optimism": 0.0364,
    "pride": 0.0026,
    "realization": 0.0256,
    "relief": 0.0035,
    "remorse": 0.0126,
    "sadness": 0.0305,
    "surprise": 0.0244,
    "neutral": 0.3276,
}


_SAME = 2e-3  # seconds; spans are rounded to milliseconds
_AT_ONCE = 50  # utterances that may begin at the same time


@dataclass(frozen=True)
class Utterance:
    """Words said in one span: segments with the same times are one utterance.

    Attributes:
        start: Seconds, to the millisecond.
        end: Seconds, not before `start`.
        text: The words.
        confidence: Mean confidence of the recogniser, None where the words were not recognised.
        rows: Indices of its segments in `Measurements.subtitle.segments`.
    """

    start: float
    end: float
    text: str
    confidence: float | None
    rows: tuple[int, ...]


def utterances(measurements: Measurements) -> list[Utterance]:
    """Return what is said, in order; a subtitle without segments is one utterance."""
    if "utterances" not in measurements.memo:
        measurements.memo["utterances"] = _utterances(measurements)
    found: list[Utterance] = measurements.memo["utterances"]
    return found


def _utterances(measurements: Measurements) -> list[Utterance]:
    subtitle = measurements.subtitle
    if not subtitle.segments:
        if not subtitle.text.strip():
            return []
        return [Utterance(0.0, span(measurements.seconds), subtitle.text, None, (0,))]
    groups: dict[tuple[float, float], list[int]] = {}
    for row, segment in enumerate(subtitle.segments):
        start = span(segment.start)
        if segment.text.strip():
            groups.setdefault((start, max(start, span(segment.end))), []).append(row)
    return [_utterance(measurements, *when, rows) for when, rows in sorted(groups.items())]


def _utterance(measurements: Measurements, start: float, end: float, rows: list[int]) -> Utterance:
    segments = [measurements.subtitle.segments[row] for row in rows]
    known = [s.confidence for s in segments if s.confidence is not None]
    text = "\n".join(segment.text for segment in segments)
    return Utterance(
        start, end, text, math.fsum(known) / len(known) if known else None, tuple(rows)
    )


def said_between(measurements: Measurements, start: float, end: float) -> list[Utterance]:
    """Return the utterance with exactly this span or else all whose middle lies in it."""
    all_said = utterances(measurements)
    # In order of their start, and an hour holds thousands: only those nearby are looked at.
    near = bisect.bisect_left(all_said, start - _SAME, key=lambda said: said.start)
    for said in all_said[near : near + _AT_ONCE]:
        if abs(said.start - start) < _SAME and abs(said.end - end) < _SAME:
            return [said]
    return [u for u in all_said if start <= (u.start + u.end) / 2 <= end]


def word_count(text: str) -> int:
    """Count words: runs of letters, and every Chinese character on its own."""
    return len(re.findall(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+(?:['’][^\W\d_]+)*|\d+", text))


@measure("words.count", "words")
def _count(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Number of words said; each Chinese character counts as one."""
    return float(sum(word_count(u.text) for u in said_between(measurements, start, end)))


@measure("words.to_program", "0 or 1")
def to_program(m: Measurements, start: float, end: float, person: str | None) -> float:
    """1 if the words read like an instruction to a program, else 0."""
    return float(any(speaks_to_a_program(said.text) for said in said_between(m, start, end)))


@measure("words.rate", "words/s")
def _rate(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Words said per second of the span; each Chinese character counts as one."""
    if end <= start:
        return math.nan
    return _count(measurements, start, end, person) / (end - start)


@measure("words.recognised", "ratio")
def _recognised(measurements: Measurements, start: float, end: float, person: str | None) -> float:
    """Confidence of the speech recogniser in its words, mean over the utterances."""
    known = [u.confidence for u in said_between(measurements, start, end)]
    sure = [value for value in known if value is not None]
    return math.fsum(sure) / len(sure) if sure else math.nan


def _counter(kind: str) -> Function:
    def count(measurements: Measurements, start: float, end: float, person: str | None) -> float:
        language = measurements.subtitle.language
        said = said_between(measurements, start, end)
        return float(sum(f.kind == kind for u in said for f in find(u.text, language)))

    return count


def _probability(label: str) -> Function:
    def probability(
        measurements: Measurements, start: float, end: float, person: str | None
    ) -> float:
        reading = measurements.text
        if reading is None or label not in reading.labels:
            return math.nan
        rows = [row for u in said_between(measurements, start, end) for row in u.rows]
        rows = [row for row in rows if row < len(reading.probabilities)]
        column = reading.labels.index(label)
        return float(np.mean(reading.probabilities[rows, column])) if rows else math.nan

    return probability


for _kind in kinds():
    define(f"words.{_kind}", "count", _counter(_kind), f"How often the text rules find {_kind!r}.")
for _label in USUAL:
    define(
        f"words.probability.{_label}",
        "probability",
        _probability(_label),
        f"Probability the text model gives {_label!r}, mean over the utterances.",
    )
