"""Observer of who speaks: mouth movement against voice activity.

Nothing here knows a voice or a face; it only tells whether a visible mouth moves while there is
speech. Where that is unsure, there is no cue.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from emer.cues.measures import evaluate, evidence, span
from emer.cues.speaker_measures import SPEAKING_SHARE
from emer.explanation import Cue, Evidence, Language
from emer.measurements import Measurements

# Gaps shorter than a breath do not end a run of speech; shorter runs are too little to judge.
SHORTEST_GAP, SHORTEST_RUN, SHORTEST_LISTENING = 0.4, 0.6, 1.0
# Set on 10 development clips with one visible face each; see docs/cues/words.md.
SPEAKS, QUIET = 0.6, 0.15
# Over the whole clip the mouth must agree as well, less strictly: it may pause or laugh.
SPEAKS_OVERALL = 0.35
# With several faces, the best must be this much better than the next.
MARGIN = 0.2
ENOUGH_SEEN = 0.8
# Who listens keeps the lips closed; a mouth that is open a little may be talking softly.
LIPS_CLOSED = 0.8
# A talking mouth may talk to other sound (dubbing), which this cannot see.
MOST_CERTAIN = {"speaking": 0.8, "listening": 0.7, "speaker_off_screen": 0.6}

_STATEMENTS: dict[str, dict[Language, str]] = {
    "speaking": {
        "en": "{who}'s mouth moves with the speech (agreement {value:.2f}), as in speaking.",
        "zh": "{who}的嘴部动作与语音一致（一致度 {value:.2f}），似乎在说话。",
    },
    "listening": {
        "en": "{who}'s mouth rests while there is speech (agreement {value:.2f}), as in listening.",
        "zh": "有人说话时{who}的嘴没有动（一致度 {value:.2f}），似乎在听。",
    },
    "speaker_off_screen": {
        "en": "The speech comes with no moving mouth in view (agreement {value:.2f}), so the "
        "speaker appears to be out of view.",
        "zh": "有语音，但画面中没有一致的嘴部动作（一致度 {value:.2f}），说话者似乎不在画面中。",
    },
}


@dataclass(frozen=True)
class Seen:
    """How a person's mouth agrees with one run of speech.

    Attributes:
        person: Identity-free id.
        agreement: 0..1.
        coverage: Share of the run in which the mouth was measured, 0..1.
        closed: Share of the frames in which the lips are surely closed, 0..1.
    """

    person: str
    agreement: float
    coverage: float
    closed: float

    @property
    def quiet(self) -> bool:
        """Whether the mouth surely rests."""
        still = self.agreement <= QUIET and self.closed >= LIPS_CLOSED
        return still and self.coverage >= ENOUGH_SEEN


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Return cues of who speaks, who listens, and whether the speaker is out of view.

    Args:
        measurements: Their `faces` and `voice` are compared; without either there is no cue.
        language: Language of the statements.

    Returns:
        Cues of modality "visual" with empty ids, in order of time.
    """
    overall = speaking_scores(measurements)
    cues: list[Cue] = []
    for start, end in speech_runs(measurements):
        seen = _seen(measurements, start, end)
        cues.extend(_run_cues(measurements, start, end, seen, overall, language))
    return cues


def speaking_scores(measurements: Measurements) -> dict[str, float]:
    """Return how well each person's mouth agrees with the speech over the whole clip, 0..1.

    People whose mouth was not measured during any speech are left out.
    """
    tracks = measurements.faces.tracks if measurements.faces else ()
    scores = {
        track.person: evaluate(
            "speaker.agreement", measurements, 0.0, span(measurements.seconds), track.person
        )
        for track in tracks
    }
    return {person: score for person, score in scores.items() if math.isfinite(score)}


def speech_runs(measurements: Measurements) -> list[tuple[float, float]]:
    """Return start and end in seconds of each run of speech long enough to judge."""
    voice = measurements.voice
    if voice is None or measurements.still or not len(voice.speech):
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voice.speech.astype(np.int8), [0]])))
    runs: list[tuple[float, float]] = []
    for first, last in edges.reshape(-1, 2):
        start, end = float(first * voice.hop), float(last * voice.hop)
        if runs and start - runs[-1][1] < SHORTEST_GAP:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return [(span(a), span(b)) for a, b in runs if b - a >= SHORTEST_RUN]


def _seen(measurements: Measurements, start: float, end: float) -> list[Seen]:
    """Return everybody whose mouth was measured in the run, best agreement first."""
    found = []
    for track in measurements.faces.tracks if measurements.faces else ():
        value = evaluate("speaker.agreement", measurements, start, end, track.person)
        if math.isfinite(value):
            share = evaluate("speaker.coverage", measurements, start, end, track.person)
            closed = evaluate("speaker.lips_closed", measurements, start, end, track.person)
            found.append(Seen(track.person, value, share, closed))
    return sorted(found, key=lambda one: -one.agreement)


def _run_cues(
    measurements: Measurements,
    start: float,
    end: float,
    seen: list[Seen],
    overall: dict[str, float],
    language: Language,
) -> Iterator[Cue]:
    def piece(name: str, person: str | None, reference: float) -> Evidence:
        return _piece(name, measurements, start, end, person, reference)

    def cue(kind: str, one: Seen, sure: float, person: str | None, *pieces: Evidence) -> Cue:
        who = _who(measurements, one.person, language)
        statement = _STATEMENTS[kind][language].format(who=who, value=pieces[0].value)
        return Cue(
            id="",
            modality="visual",
            kind=kind,
            statement=statement[0].upper() + statement[1:],
            start=start,
            end=end,
            person=person,
            confidence=round(min(MOST_CERTAIN[kind], sure * one.coverage), 3),
            evidence=pieces,
        )

    if seen and _speaks(seen, overall):
        best, whole = seen[0], span(measurements.seconds)
        agrees = piece("speaker.agreement", best.person, SPEAKS)
        always = _piece("speaker.agreement", measurements, 0.0, whole, best.person, SPEAKS_OVERALL)
        yield cue("speaking", best, best.agreement, best.person, agrees, always)
    if end - start < SHORTEST_LISTENING:
        return
    quiet = sorted((one for one in seen if one.quiet), key=lambda one: one.person)
    for one in quiet:
        agrees = piece("speaker.agreement", one.person, QUIET)
        closed = piece("speaker.lips_closed", one.person, LIPS_CLOSED)
        yield cue("listening", one, 1 - one.agreement, one.person, agrees, closed)
    if quiet and len(quiet) == len(seen) and _all_usable(measurements, start, end):
        agrees = piece("speaker.visible_agreement", None, QUIET)
        share = piece("speaker.speech_share", None, SPEAKING_SHARE)
        yield cue("speaker_off_screen", quiet[0], 1 - quiet[0].agreement, None, agrees, share)


def _who(measurements: Measurements, person: str, language: Language) -> str:
    """Name somebody without naming them: by id only where there are several."""
    several = measurements.faces is not None and len(measurements.faces.tracks) > 1
    if language == "zh":
        return f"人物 {person} " if several else "画面中的人"
    return f"Person {person}" if several else "the person"


def _speaks(seen: list[Seen], overall: dict[str, float]) -> bool:
    best = seen[0]
    alone = len(seen) == 1 or best.agreement - seen[1].agreement >= MARGIN
    sure = best.agreement >= SPEAKS and overall.get(best.person, 0.0) >= SPEAKS_OVERALL
    return alone and sure and best.coverage >= ENOUGH_SEEN


def _all_usable(measurements: Measurements, start: float, end: float) -> bool:
    """Return whether every face in the run could be measured: a hidden mouth may be speaking."""
    scan = measurements.faces
    if scan is None:
        return False
    inside = (scan.times >= start) & (scan.times <= end)
    return bool(inside.any()) and not bool(np.any(scan.unusable[inside] > 0))


def _piece(
    name: str,
    measurements: Measurements,
    start: float,
    end: float,
    person: str | None,
    reference: float,
) -> Evidence:
    sources = [part.source for part in (measurements.faces, measurements.voice) if part]
    source = sources[-1] if name == "speaker.speech_share" else " + ".join(sources)
    return evidence(name, measurements, start, end, person, source=source, reference=reference)
