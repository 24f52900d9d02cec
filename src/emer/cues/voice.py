"""What can be heard in a voice: an observer from the voice track to cues.

Which signs to look for: Scherer (2003), Speech Communication 40; Juslin & Laukka (2003),
Psychological Bulletin 129; Eyben et al. (2016), IEEE Trans. Affective Computing 7 (GeMAPS).
Where each reference comes from: docs/cues/voice.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from emer.cues.measurements import Measurements
from emer.cues.measures import evaluate, evidence
from emer.cues.voice_measures import voice_of
from emer.cues.voice_words import say
from emer.explanation import Cue, Language
from emer.instruments.prosody import runs

MOST_CUES = 8
SHORTEST_SPEECH = 0.3  # seconds; less is a noise
_PHRASE_GAP = 0.6  # a longer pause starts a new passage
_LONGEST_PASSAGE = 10.0
_SHORT_CLIP = 12.0  # up to here the whole speech is one span


@dataclass(frozen=True)
class Rule:
    """One thing to notice.

    Attributes:
        kind: Kind of the cue.
        measure: Measure that decides.
        reference: From where on it is noticed.
        step: How much further makes it clearly so; negative where less is more.
        given: Further conditions: measure, sign (1 at least, -1 at most), limit.
        shown: Further measures that go into the evidence and the statement.
        speech: Seconds of speech needed.
        clean: Decibels above the noise needed.
    """

    kind: str
    measure: str
    reference: float
    step: float
    given: tuple[tuple[str, int, float], ...] = ()
    shown: tuple[str, ...] = ()
    speech: float = 0.6
    clean: float = 6.0


_OWN_TOP = ("voice.pitch.top", "voice.pitch.rise")
_BRIGHT = (("voice.brightness.level", 1, -10.0),)
_DARK = (("voice.brightness.level", -1, -12.0),)
_AT = ("voice.pitch.median",)

RULES = (
    Rule("pitch_high", "voice.pitch.level", 6.5, 2.0, shown=_OWN_TOP),
    Rule("pitch_high", "voice.pitch.median", 300.0, 60.0),
    Rule("pitch_low", "voice.pitch.level", 2.3, -0.8, shown=_AT, speech=1.0),
    Rule("pitch_low", "voice.pitch.median", 95.0, -10.0),
    Rule("pitch_varied", "voice.pitch.span", 9.0, 2.5, speech=0.8),
    Rule("pitch_flat", "voice.pitch.span", 4.5, -1.0, speech=1.0),
    Rule("pitch_rising", "voice.pitch.glide", 2.5, 2.0, speech=0.4),
    Rule("pitch_falling", "voice.pitch.glide", -6.0, -2.0),
    # EBU R 128 sets programmes to -23 LUFS; the colour must agree, or it is only the gain.
    Rule("voice_loud", "voice.loudness.level", -16.0, 4.0, given=_BRIGHT),
    Rule("voice_quiet", "voice.loudness.level", -30.0, -6.0, given=_DARK),
    Rule("voice_loud", "voice.loudness.against", 6.0, 4.0),
    Rule("voice_quiet", "voice.loudness.against", -6.0, -4.0),
    Rule("loudness_varied", "voice.loudness.span", 20.0, 3.0, speech=1.0, clean=15.0),
    Rule("speech_fast", "voice.rate", 5.8, 0.7, speech=1.0),
    Rule("speech_slow", "voice.rate", 3.5, -0.6, speech=1.0, clean=12.0),
    Rule("pauses_long", "voice.pause.longest", 0.7, 0.5),
    Rule("hesitant", "voice.pause.count", 3.0, 1.0, (("voice.rate", -1, 4.8),), speech=1.5),
    Rule("voice_sharp", "voice.brightness.level", -8.0, 2.5),
    Rule("voice_soft", "voice.brightness.level", -15.5, -2.0),
    Rule("voice_breathy", "voice.harmonicity", 6.0, -1.5, given=_DARK, clean=25.0),
    Rule("voice_rough", "voice.harmonicity", 5.0, -1.5, given=_BRIGHT, clean=20.0),
    Rule("voice_trembling", "voice.tremor", 0.3, 0.2, speech=0.8, clean=15.0),
)

# A cue says that something differs between one passage and the next.
_CHANGES = (
    ("voice.pitch.median", 4.0),  # semitones
    ("voice.loudness.level", 7.0),
    ("voice.brightness.level", 5.0),
)


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Observe the voice.

    Args:
        measurements: Uses the voice track, the sound events (music lowers the confidence) and
            the subtitle (whether speech was understood).
        language: Of the statements.

    Returns:
        At most `MOST_CUES` cues, strongest first, ids empty; none where there is no sound.
    """
    voice = voice_of(measurements)
    if voice is None:
        return []
    passages = spoken(measurements)
    if not passages:
        return [_absent(measurements, language)]
    found = [cue for span in passages for cue in _noticed(measurements, *span, language)]
    found += _changes(measurements, language)
    found = _strongest(found)
    if not found:
        found = _even(measurements, passages, language)
    return found + _not_understood(measurements, language)


def spoken(m: Measurements) -> list[tuple[float, float]]:
    """Spans to judge: all speech of a short clip at once, else its passages one by one."""
    voice = voice_of(m)
    if voice is None or voice.speech.sum() * voice.hop < SHORTEST_SPEECH:
        return []
    frames = np.flatnonzero(voice.speech)
    first, last = float(frames[0]) * voice.hop, float(frames[-1] + 1) * voice.hop
    if last - first <= _SHORT_CLIP:
        return [(first, last)]
    return _passages(m)


def _passages(m: Measurements) -> list[tuple[float, float]]:
    """Stretches of speech with short pauses inside, at most 10 s each."""
    voice = voice_of(m)
    if voice is None:
        return []
    merged: list[tuple[float, float]] = []
    for a, b in runs(voice.speech):
        start, end = a * voice.hop, b * voice.hop
        while end - start > _LONGEST_PASSAGE:
            merged.append((start, start + _LONGEST_PASSAGE))
            start += _LONGEST_PASSAGE
        near = merged and start - merged[-1][1] < _PHRASE_GAP
        if near and end - merged[-1][0] <= _LONGEST_PASSAGE:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return [(a, b) for a, b in merged if evaluate("voice.speech.seconds", m, a, b) >= 0.3]


def clarity(m: Measurements, start: float, end: float) -> float:
    """How far the voice can be trusted in a span, 0..1: enough speech, no music, no noise."""
    speech = min(1.0, 0.5 + evaluate("voice.speech.seconds", m, start, end) / 3)
    above = evaluate("voice.loudness.above_noise", m, start, end)
    clean = 0.7 if math.isnan(above) else float(np.clip(0.6 + above / 50, 0.6, 1.0))
    return speech * clean * (1 - 0.4 * music(m, start, end))


def music(m: Measurements, start: float, end: float) -> float:
    """Highest score of music in a span, 0 where sound events were not measured."""
    events = m.events
    if events is None or "Music" not in events.names or not len(events.times):
        return 0.0
    inside = (events.times < end) & (events.times + events.window > start)
    scores = events.scores[inside, events.names.index("Music")]
    return float(scores.max(initial=0.0))


def _noticed(m: Measurements, start: float, end: float, language: Language) -> Iterator[Cue]:
    voice = voice_of(m)
    speech = evaluate("voice.speech.seconds", m, start, end)
    above = evaluate("voice.loudness.above_noise", m, start, end)
    for rule in RULES:
        strength = (evaluate(rule.measure, m, start, end) - rule.reference) / rule.step
        # NaN compares false: what was not measured is not noticed.
        if voice is None or not (strength >= 0 and speech >= rule.speech and above >= rule.clean):
            continue
        if all(sign * (evaluate(n, m, start, end) - limit) >= 0 for n, sign, limit in rule.given):
            yield _cue(m, rule, (start, end), strength, language)


def _cue(
    m: Measurements, rule: Rule, span: tuple[float, float], strength: float, language: Language
) -> Cue:
    voice = voice_of(m)
    source = voice.source if voice else ""
    pieces = [evidence(rule.measure, m, *span, source=source, reference=rule.reference)]
    pieces += [evidence(n, m, *span, source=source, reference=r) for n, _, r in rule.given]
    pieces += [evidence(n, m, *span, source=source) for n in rule.shown]
    sure = min(0.95, 0.6 + 0.2 * strength) * clarity(m, *span)
    return Cue(
        id="",
        modality="auditory",
        kind=rule.kind,
        statement=say(rule.kind, pieces, language),
        start=round(span[0], 3),
        end=round(span[1], 3),
        confidence=round(sure, 4),
        evidence=tuple(pieces),
    )


def _strongest(cues: Sequence[Cue]) -> list[Cue]:
    """The strongest cues, one of each kind where there are many."""
    chosen: list[Cue] = []
    for cue in sorted(cues, key=lambda c: (-c.confidence, c.start, c.kind)):
        same = [c for c in chosen if c.kind == cue.kind]
        overlap = any(c.start < cue.end and cue.start < c.end for c in same)
        if len(same) < 2 and not overlap and len(chosen) < MOST_CUES:
            chosen.append(cue)
    return chosen


def _changes(m: Measurements, language: Language) -> list[Cue]:
    """The largest change between neighbouring passages, if it is large."""
    voice = voice_of(m)
    best: tuple[float, Cue] | None = None
    spans = [s for s in _passages(m) if evaluate("voice.speech.seconds", m, *s) >= 0.4]
    for before, after in pairwise(spans):
        for name, least in _CHANGES:
            old, new = evaluate(name, m, *before), evaluate(name, m, *after)
            moved = 12 * np.log2(new / old) if name == "voice.pitch.median" else new - old
            strength = abs(moved) / least - 1
            if voice is None or not strength >= 0 or (best and strength <= best[0]):
                continue
            pieces = [evidence(name, m, *s, source=voice.source) for s in (before, after)]
            sure = min(0.9, 0.55 + 0.2 * strength) * clarity(m, before[0], after[1])
            best = (
                strength,
                Cue(
                    id="",
                    modality="auditory",
                    kind="voice_change",
                    statement=say("voice_change", pieces, language),
                    start=round(before[0], 3),
                    end=round(after[1], 3),
                    confidence=round(sure, 4),
                    evidence=tuple(pieces),
                ),
            )
    return [best[1]] if best else []


def _plain(
    m: Measurements, kind: str, names: Sequence[str], span: tuple[float, float],
    confidence: float, language: Language,
) -> Cue:  # fmt: skip
    voice = voice_of(m)
    source = voice.source if voice else ""
    pieces = [
        evidence(name, m, *span, source=source)
        for name in names
        if math.isfinite(evaluate(name, m, *span))
    ]
    return Cue(
        id="",
        modality="auditory",
        kind=kind,
        statement=say(kind, pieces, language),
        start=round(span[0], 3),
        end=round(span[1], 3),
        confidence=round(confidence, 4),
        evidence=tuple(pieces),
    )


def _absent(m: Measurements, language: Language) -> Cue:
    voice = voice_of(m)
    end = len(voice.f0) * voice.hop if voice else m.seconds
    return _plain(m, "voice_absent", ("voice.speech.seconds",), (0.0, end), 0.9, language)


def _even(m: Measurements, spans: Sequence[tuple[float, float]], language: Language) -> list[Cue]:
    span = (spans[0][0], spans[-1][1])
    names = ("voice.arousal", "voice.pitch.span", "voice.rate", "voice.speech.seconds")
    return [_plain(m, "voice_even", names, span, 0.6 * clarity(m, *span), language)]


def _not_understood(m: Measurements, language: Language) -> list[Cue]:
    """Speech that the recogniser heard without finding words it was sure of."""
    voice = voice_of(m)
    if voice is None or m.subtitle.source != "recognised":
        return []
    lost = voice.speech.copy()
    for segment in m.subtitle.segments:
        lost &= ~((voice.times >= segment.start) & (voice.times <= segment.end))
    if lost.sum() * voice.hop < 0.6:
        return []
    frames = np.flatnonzero(lost)
    span = float(frames[0]) * voice.hop, float(frames[-1] + 1) * voice.hop
    return [_plain(m, "speech_not_understood", ("voice.speech.seconds",), span, 0.7, language)]
