"""What heads and eyes do: gaze, posture, nods, blinks, and faces that cannot be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emer.cues.face_measures import (
    CLOSED,
    GAZE_AWAY,
    GAZE_DOWN,
    gazes_away,
    gazes_down,
    nod_spans,
    shake_spans,
)
from emer.cues.face_patterns import spans
from emer.cues.face_words import say, say_unseen
from emer.cues.measures import evaluate, evidence, span
from emer.cues.ration import strongest
from emer.explanation import Cue, Language
from emer.measurements import FaceScan, FaceTrack, Floats, Measurements

MOST_PEOPLE = 5
MOST_CUES = 5
"""Per person."""

FAST_BLINKS = 40.0
"""Blinks a minute; 10 to 25 are usual in conversation (Bentivoglio et al. 1997, Movement
Disorders 12)."""

ABSENT = 0.5
"""Share of the frames without a usable face from which that is worth saying."""

_BLINK_SECONDS = 4.0  # of a face, under which a rate of blinks means nothing
_STILL_TRUST = 0.8
_SPANS_PER_KIND = 2


@dataclass(frozen=True)
class Posture:
    """A state of the head or the eyes.

    Attributes:
        kind: Kind of the cue.
        signal: Its extent over time, shape [n], in the unit of the thresholds.
        on: Extent at which it begins.
        off: Extent under which it ends.
        full: Extent at which it is as clear as can be.
        cites: Measures that go into the evidence, each with the extent it is held against.
        least: Least length in seconds.
        trust: How well it is measured, 0..1.
    """

    kind: str
    signal: Callable[[FaceTrack], Floats]
    on: float
    off: float
    full: float
    cites: tuple[tuple[str, float | None], ...]
    least: float
    trust: float


POSTURES: tuple[Posture, ...] = (
    Posture(
        "gaze_down",
        lambda track: np.where(gazes_down(track), 1.0, 0.0) * -track.gaze[:, 1],
        -GAZE_DOWN,
        -GAZE_DOWN * 0.7,
        0.35,
        (("face.gaze_up.mean", -GAZE_DOWN), ("face.gaze_down.share", None)),
        0.4,
        0.8,
    ),
    Posture(
        "gaze_away",
        lambda track: np.where(gazes_away(track), 1.0, 0.0) * np.abs(track.gaze[:, 0]),
        GAZE_AWAY,
        GAZE_AWAY * 0.8,
        0.6,
        (("face.gaze_right.mean", GAZE_AWAY), ("face.gaze_away.share", None)),
        0.5,
        0.8,
    ),
    Posture(
        "eyes_closed",
        lambda track: track.blink,
        CLOSED,
        CLOSED - 0.15,
        1.0,
        (("face.blink.mean", CLOSED), ("face.eyes_closed.share", None)),
        0.5,
        0.9,
    ),
    Posture(
        "head_down",
        lambda track: -track.pose[:, 0],
        14.0,
        10.0,
        35.0,
        (("face.pitch.mean", 14.0), ("face.pitch.change", None)),
        0.6,
        0.9,
    ),
    Posture(
        "head_raised",
        lambda track: track.pose[:, 0],
        14.0,
        10.0,
        35.0,
        (("face.pitch.mean", 14.0), ("face.pitch.change", None)),
        0.6,
        0.9,
    ),
    Posture(
        "head_tilted",
        lambda track: np.abs(track.pose[:, 2]),
        12.0,
        9.0,
        30.0,
        (("face.roll.mean", 12.0), ("face.roll.change", None)),
        0.6,
        0.9,
    ),
    Posture(
        "head_turned",
        lambda track: np.abs(track.pose[:, 1]),
        30.0,
        25.0,
        60.0,
        (("face.yaw.mean", 30.0), ("face.yaw.change", None)),
        0.6,
        0.7,
    ),
)
"""Angles: a head within 10 degrees of upright is at rest; FACS codes head positions (AD 51 to 56)
from a "trace" on, which is about there. A camera that looks up or down shifts pitch."""


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Return what heads and eyes do, and where faces are absent or unusable.

    Args:
        measurements: What was measured; nothing is said without a face scan.
        language: Language of the statements.

    Returns:
        Cues without ids, at most `MOST_CUES` per stretch for each of the `MOST_PEOPLE` most
        visible people.
    """
    scan = measurements.faces
    if scan is None or not len(scan.times):
        return []
    cues = _unseen(measurements, scan, language)
    for track in scan.tracks[:MOST_PEOPLE]:
        found = [
            *_postures(measurements, track, language),
            *_movements(measurements, track, language),
            *_blinking(measurements, track, language),
        ]
        found.sort(key=lambda cue: (-cue.confidence, cue.kind, cue.start))
        cues += strongest(found, MOST_CUES, _SPANS_PER_KIND)
    return cues


def _postures(measurements: Measurements, track: FaceTrack, language: Language) -> list[Cue]:
    cues = []
    still = len(track.times) == 1
    for posture in POSTURES:
        extent = posture.signal(track)
        found = []
        for first, last in spans(track.times, extent, posture.on, posture.off):
            if still or track.times[last] - track.times[first] >= posture.least - 1e-6:
                mean = float(extent[first : last + 1].mean())
                found.append((mean, first, last))
        for mean, first, last in sorted(found, reverse=True):
            clear = min(1.0, max(0.0, (mean - posture.off) / (posture.full - posture.off)))
            confidence = posture.trust * (0.5 + 0.5 * clear) * _quality(track, first, last)
            cues.append(
                _cue(
                    measurements,
                    track,
                    posture.kind,
                    (track.times[first], track.times[last]),
                    confidence,
                    posture.cites,
                    language,
                    level=int(clear > 0.2) + int(clear > 0.6),
                )
            )
    return cues


def _quality(track: FaceTrack, first: int, last: int) -> float:
    return float(track.quality[first : last + 1].mean())


def _movements(measurements: Measurements, track: FaceTrack, language: Language) -> list[Cue]:
    """Report nods and shakes of the head."""
    cues = []
    for kind, name, found in (
        ("head_nod", "face.nods", nod_spans(track)),
        ("head_shake", "face.shakes", shake_spans(track)),
    ):
        for first, last, count in sorted(found, key=lambda item: -item[2]):
            confidence = min(0.85, 0.35 + 0.15 * count) * _quality(track, first, last)
            cues.append(
                _cue(
                    measurements,
                    track,
                    kind,
                    (track.times[first], track.times[last]),
                    confidence,
                    ((name, None),),
                    language,
                )
            )
    return cues


def _blinking(measurements: Measurements, track: FaceTrack, language: Language) -> list[Cue]:
    """Report frequent blinking, where the face is seen for long enough to tell."""
    start, end = float(track.times[0]), float(track.times[-1])
    if end - start < _BLINK_SECONDS:
        return []
    rate = evaluate("face.blink_rate", measurements, start, end, track.person)
    if not rate >= FAST_BLINKS:
        return []
    confidence = min(0.8, 0.5 + 0.005 * (rate - FAST_BLINKS)) * float(track.quality.mean())
    cites = (("face.blink_rate", FAST_BLINKS),)
    return [_cue(measurements, track, "blinking_fast", (start, end), confidence, cites, language)]


def _cue(
    measurements: Measurements,
    track: FaceTrack,
    kind: str,
    when: tuple[float, float],
    confidence: float,
    cites: tuple[tuple[str, float | None], ...],
    language: Language,
    level: int = 1,
) -> Cue:
    scan = measurements.faces
    source = scan.source if scan else ""
    start, end = span(when[0]), span(when[1])
    values = [
        (name, at, evaluate(name, measurements, start, end, track.person)) for name, at in cites
    ]
    return Cue(
        id="",
        modality="visual",
        kind=kind,
        statement=say(
            kind,
            language,
            person=track.person if scan and len(scan.tracks) > 1 else None,
            start=start,
            end=end,
            seconds=measurements.seconds,
            level=level,
        ),
        start=start,
        end=end,
        person=track.person,
        confidence=round(confidence, 3),
        evidence=tuple(
            evidence(
                name,
                measurements,
                start,
                end,
                track.person,
                source=source,
                reference=None if at is None else float(np.copysign(at, value)),
            )
            for name, at, value in values
            if np.isfinite(value)
        ),
    )


def _unseen(measurements: Measurements, scan: FaceScan, language: Language) -> list[Cue]:
    """Say that a face is absent, or there but not measurable, for much of the clip."""
    start, end = span(scan.times[0]), span(scan.times[-1])
    cues: list[Cue] = []
    for kind, name in (
        ("face_unusable", "face.unusable.share"),
        ("face_absent", "face.absent.share"),
    ):
        share = evaluate(name, measurements, start, end)
        # Nobody at all is not an observation of a face: the notes of the clip say it.
        if share < ABSENT or (kind == "face_absent" and (cues or not scan.tracks)):
            continue
        reasons = scan.unusable_reasons
        why = max(sorted(reasons), key=lambda reason: reasons[reason]) if reasons else None
        cues.append(
            Cue(
                id="",
                modality="visual",
                kind=kind,
                statement=say_unseen(kind, language, share, why),
                start=start,
                end=end,
                confidence=round(_STILL_TRUST * share, 3),
                evidence=(
                    evidence(name, measurements, start, end, source=scan.source, reference=ABSENT),
                ),
            )
        )
    return cues
