"""Laughter, crying, shouts, sighs, music: an observer from sound-event scores to cues."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.cues.measures import Function, define, evidence
from emer.cues.ration import strongest
from emer.explanation import Cue, Language
from emer.instruments.prosody import runs
from emer.measurements import Floats, Measurements, SoundEvents

MOST_CUES = 6


@dataclass(frozen=True)
class Event:
    """A kind of event.

    Attributes:
        kind: Kind of the cue and last part of its measure's name.
        classes: AudioSet classes that count; the highest score decides.
        least: Score from which on it is reported. YAMNet's scores are not calibrated and
            differ by class; docs/cues/voice.md has the false alarms.
        en: Statements in English; {0} is the score.
        zh: Statements in Chinese.
    """

    kind: str
    classes: tuple[str, ...]
    least: float
    en: tuple[str, ...]
    zh: tuple[str, ...]


EVENTS = (
    Event(
        "laughter",
        ("Laughter", "Baby laughter", "Giggle", "Snicker", "Belly laugh", "Chuckle, chortle"),
        0.25,
        ("Laughter is heard (score {0}).", "Somebody laughs (score {0})."),
        ("听到笑声（得分 {0}）。", "有人在笑（得分 {0}）。"),
    ),
    Event(
        "crying",
        ("Crying, sobbing", "Baby cry, infant cry", "Whimper", "Wail, moan"),
        0.15,
        ("Crying or sobbing is heard (score {0}).", "Somebody cries (score {0})."),
        ("听到哭泣声（得分 {0}）。", "有人在哭（得分 {0}）。"),
    ),
    Event(
        "screaming",
        ("Screaming",),
        0.2,
        ("A scream is heard (score {0}).", "Somebody screams (score {0})."),
        ("听到尖叫声（得分 {0}）。", "有人尖叫（得分 {0}）。"),
    ),
    Event(
        "shouting",
        ("Shout", "Bellow", "Yell", "Children shouting"),
        0.15,
        ("Shouting is heard (score {0}).", "Somebody shouts (score {0})."),
        ("听到喊叫声（得分 {0}）。", "有人在喊叫（得分 {0}）。"),
    ),
    Event(
        "sighing",
        ("Sigh",),
        0.15,
        ("A sigh is heard (score {0}).", "Somebody sighs (score {0})."),
        ("听到叹息声（得分 {0}）。", "有人叹气（得分 {0}）。"),
    ),
    Event(
        "gasp",
        ("Gasp",),
        0.15,
        ("A gasp is heard (score {0}).", "Somebody gasps (score {0})."),
        ("听到倒吸气的声音（得分 {0}）。", "有人倒吸一口气（得分 {0}）。"),
    ),
    Event(
        "whispering",
        ("Whispering",),
        0.25,
        ("Whispering is heard (score {0}).", "It is whispered (score {0})."),
        ("听到耳语（得分 {0}）。", "有人低声耳语（得分 {0}）。"),
    ),
    Event(
        "groaning",
        ("Groan", "Grunt"),
        0.2,
        ("A groan is heard (score {0}).", "Somebody groans (score {0})."),
        ("听到呻吟声（得分 {0}）。", "有人发出呻吟（得分 {0}）。"),
    ),
    Event(
        "applause",
        ("Applause", "Clapping"),
        0.4,
        ("Applause is heard (score {0}).", "People clap (score {0})."),
        ("听到掌声（得分 {0}）。", "有人鼓掌（得分 {0}）。"),
    ),
    Event(
        "cheering",
        ("Cheering", "Whoop"),
        0.4,
        ("Cheering is heard (score {0}).", "People cheer (score {0})."),
        ("听到欢呼声（得分 {0}）。", "有人在欢呼（得分 {0}）。"),
    ),
    Event(
        "music",
        ("Music", "Background music", "Theme music", "Soundtrack music"),
        0.4,
        ("Music plays (score {0}).", "There is music in the background (score {0})."),
        ("有音乐（得分 {0}）。", "背景中有音乐（得分 {0}）。"),
    ),
)


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Observe sound events.

    Args:
        measurements: Uses the sound events alone.
        language: Of the statements.

    Returns:
        At most `MOST_CUES` cues per stretch, strongest first, ids empty.
    """
    events = measurements.events
    if events is None or not len(events.times):
        return []
    found = [cue for event in EVENTS for cue in _heard(measurements, events, event, language)]
    return strongest(sorted(found, key=lambda c: (-c.confidence, c.start, c.kind)), MOST_CUES)


def scores(events: SoundEvents, classes: tuple[str, ...]) -> Floats:
    """Highest score among some classes for each window, shape [n]."""
    columns = [events.names.index(name) for name in classes if name in events.names]
    return events.scores[:, columns].max(axis=1) if columns else np.zeros(len(events.times))


def _heard(m: Measurements, events: SoundEvents, event: Event, language: Language) -> Iterator[Cue]:
    """The strongest stretch of an event."""
    values = scores(events, event.classes)
    stretches = runs(values >= event.least)
    if not stretches:
        return
    first, last = max(stretches, key=lambda s: float(values[s[0] : s[1]].max()))
    start = float(events.times[first])
    end = min(float(events.times[last - 1]) + events.window, max(m.seconds, start + 0.01))
    piece = evidence(
        f"events.{event.kind}", m, start, end, source=events.source, reference=event.least
    )
    variants = event.en if language == "en" else event.zh
    text = variants[zlib.crc32(f"{event.kind} {start}".encode()) % len(variants)]
    yield Cue(
        id="",
        modality="auditory",
        kind=event.kind,
        statement=text.format(f"{piece.value:.2f}"),
        start=round(start, 3),
        end=round(end, 3),
        confidence=round(min(0.95, 0.4 + 0.6 * piece.value), 4),
        evidence=(piece,),
    )


def _inside(events: SoundEvents, start: float, end: float) -> NDArray[np.bool_]:
    """Windows that begin in the span, or the last one that reaches into it."""
    inside = (events.times >= start) & (events.times < end)
    return inside if inside.any() else (events.times < end) & (events.times + events.window > start)


def _peak(event: Event) -> Function:
    def peak(m: Measurements, start: float, end: float, person: str | None) -> float:
        if m.events is None or not len(m.events.times):
            return float("nan")
        values = scores(m.events, event.classes)[_inside(m.events, start, end)]
        return float(values.max()) if len(values) else float("nan")

    return peak


for _event in EVENTS:
    define(
        f"events.{_event.kind}",
        "score",
        _peak(_event),
        f"Highest score of {_event.kind} in windows that begin in the span.",
    )
