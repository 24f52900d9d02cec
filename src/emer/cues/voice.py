"""What can be heard in a voice: an observer from the voice track to cues.

Which signs to look for: Scherer (2003), Speech Communication 40; Juslin & Laukka (2003),
Psychological Bulletin 129; Eyben et al. (2016), IEEE Trans. Affective Computing 7 (GeMAPS).
Where each reference comes from: docs/cues/voice.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

import emer.cues.events
import emer.cues.voice_measures  # noqa: F401  (registers the measures)
from emer.cues.measures import evaluate, evidence
from emer.cues.ration import strongest
from emer.cues.voice_frames import semitones, voice_of, within
from emer.cues.voice_words import say
from emer.explanation import Cue, Evidence, Language
from emer.instruments.prosody import runs
from emer.measurements import Measurements, VoiceTrack

MOST_CUES = 8
SHORTEST_SPEECH = 0.3  # seconds; less is a noise
_PHRASE_GAP = 0.6  # a longer pause starts a new passage
_LONGEST_PASSAGE = 10.0
_SHORT_CLIP = 12.0  # up to here the whole speech is one span
# Passages whose pitch lies further apart than people usually move are taken for two voices.
_TWO_VOICES = 9.0  # semitones


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
        one_voice: Whether it means nothing where several people speak.
        most: Highest confidence.
    """

    kind: str
    measure: str
    reference: float
    step: float
    given: tuple[tuple[str, int, float], ...] = ()
    shown: tuple[str, ...] = ()
    speech: float = 0.6
    clean: float = 3.0
    one_voice: bool = False
    most: float = 0.95


_OWN_TOP = ("voice.pitch.top", "voice.pitch.rise")
_BRIGHT = (("voice.brightness.level", 1, -10.0),)
_DARK = (("voice.brightness.level", -1, -12.0),)
_AT = ("voice.pitch.median",)
_NARROW = (("voice.pitch.span", -1, 7.0),)
_SLOW = (("voice.rate", -1, 4.8),)

RULES = (
    Rule("voice_aroused", "voice.arousal", 0.65, 0.15, speech=0.8),
    Rule("voice_subdued", "voice.arousal", 0.3, -0.12, speech=0.8),
    Rule("pitch_high", "voice.pitch.level", 6.5, 2.0, shown=_OWN_TOP, one_voice=True),
    Rule("pitch_high", "voice.pitch.median", 300.0, 60.0),
    Rule("pitch_high", "voice.pitch.against", 3.0, 1.5, shown=_AT, one_voice=True),
    Rule("pitch_low", "voice.pitch.median", 95.0, -10.0),
    Rule("pitch_low", "voice.pitch.against", -3.0, -1.5, shown=_AT, one_voice=True),
    Rule("pitch_varied", "voice.pitch.span", 9.0, 2.5, speech=0.8, one_voice=True),
    Rule("pitch_flat", "voice.pitch.span", 4.5, -1.0, speech=1.0),
    Rule("pitch_rising", "voice.pitch.glide", 2.5, 2.0, speech=0.4, one_voice=True),
    Rule("pitch_falling", "voice.pitch.glide", -6.0, -2.0, one_voice=True),
    # EBU R 128 sets programmes to -23 LUFS. The colour must agree, and the confidence stays
    # moderate: it may be the gain of the recording.
    Rule("voice_loud", "voice.loudness.level", -16.0, 4.0, given=_BRIGHT, most=0.65),
    Rule("voice_quiet", "voice.loudness.level", -30.0, -6.0, given=_DARK, most=0.65),
    Rule("voice_loud", "voice.loudness.against", 6.0, 4.0),
    Rule("voice_quiet", "voice.loudness.against", -6.0, -4.0),
    Rule("loudness_varied", "voice.loudness.span", 20.0, 3.0, speech=1.0, clean=15.0),
    Rule("speech_fast", "voice.rate", 5.8, 0.7, speech=1.0),
    Rule("speech_slow", "voice.rate", 3.5, -0.6, speech=1.0, clean=12.0),
    Rule("pauses_long", "voice.pause.longest", 0.8, 0.8, most=0.85),
    Rule("hesitant", "voice.pause.count", 3.0, 1.0, given=_SLOW, speech=1.5),
    Rule("voice_sharp", "voice.brightness.level", -8.0, 2.5),
    Rule("voice_soft", "voice.brightness.level", -15.5, -2.0),
    Rule("voice_breathy", "voice.harmonicity", 6.0, -1.5, given=_DARK, clean=25.0),
    Rule("voice_rough", "voice.harmonicity", 5.0, -1.5, given=_BRIGHT, clean=20.0),
    Rule("voice_trembling", "voice.tremor", 0.5, 0.15, given=_NARROW, speech=0.8, clean=15.0),
)

# From where on the voice differs between one passage and the next.
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
        At most `MOST_CUES` cues per stretch and one on speech that was not understood,
        strongest first, ids empty; none where there is no sound.
    """
    voice = voice_of(measurements)
    return _Listener(measurements, voice, language).cues() if voice else []


@dataclass(frozen=True)
class _Listener:
    """The observer at work on one clip."""

    m: Measurements
    voice: VoiceTrack
    language: Language

    def cues(self) -> list[Cue]:
        spans = self.spoken
        if not spans:
            end = len(self.voice.f0) * self.voice.hop
            names = ("voice.speech.seconds", "voice.speech.share")
            return [self._plain("voice_absent", names, (0.0, end), 0.9)]
        found = _strongest([cue for span in spans for cue in self._noticed(span)] + self._changes())
        return (found or self._even(spans)) + self._not_understood()

    @cached_property
    def spoken(self) -> list[tuple[float, float]]:
        """Spans to judge: all speech of a short clip at once, else its passages one by one."""
        frames = np.flatnonzero(self.voice.speech)
        if len(frames) * self.voice.hop < SHORTEST_SPEECH:
            return []
        first, last = frames[0] * self.voice.hop, (frames[-1] + 1) * self.voice.hop
        whole = float(first), float(last)
        return [whole] if whole[1] - whole[0] <= _SHORT_CLIP else self.passages

    @cached_property
    def passages(self) -> list[tuple[float, float]]:
        """Stretches of speech with short pauses inside, at most 10 s each."""
        merged: list[tuple[float, float]] = []
        for start, end in (_seconds(run, self.voice.hop) for run in runs(self.voice.speech)):
            while end - start > _LONGEST_PASSAGE:
                merged.append((start, start + _LONGEST_PASSAGE))
                start += _LONGEST_PASSAGE
            near = merged and start - merged[-1][1] < _PHRASE_GAP
            if near and end - merged[-1][0] <= _LONGEST_PASSAGE:
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return [s for s in merged if self._value("voice.speech.seconds", s) >= SHORTEST_SPEECH]

    @cached_property
    def several(self) -> bool:
        """Whether more than one voice seems to speak."""
        pitch = np.array([self._value("voice.pitch.median", span) for span in self.passages])
        pitch = pitch[np.isfinite(pitch)]
        return len(pitch) > 1 and semitones(pitch.max(), pitch.min()) > _TWO_VOICES

    def clarity(self, span: tuple[float, float]) -> float:
        """How far the voice can be trusted, 0..1: enough speech, one voice, no music or noise."""
        speech = min(1.0, 0.5 + self._value("voice.speech.seconds", span) / 3)
        above = self._value("voice.loudness.above_noise", span)
        clean = 0.6 if math.isnan(above) else float(np.clip(0.6 + above / 50, 0.6, 1.0))
        music = self._value("events.music", span)
        drowned = 1.0 if math.isnan(music) else 1 - 0.4 * music
        return speech * clean * drowned * (0.8 if self.several else 1.0)

    def _value(self, name: str, span: tuple[float, float]) -> float:
        return evaluate(name, self.m, *span)

    def _noticed(self, span: tuple[float, float]) -> Iterator[Cue]:
        speech = self._value("voice.speech.seconds", span)
        above = self._value("voice.loudness.above_noise", span)
        for rule in RULES:
            # NaN compares false: what was not measured is not noticed.
            if not (speech >= rule.speech and above >= rule.clean):
                continue
            strength = (self._value(rule.measure, span) - rule.reference) / rule.step
            met = (sign * (self._value(n, span) - limit) >= 0 for n, sign, limit in rule.given)
            if strength >= 0 and all(met) and not (rule.one_voice and self.several):
                yield self._cue(rule, span, strength)

    def _cue(self, rule: Rule, span: tuple[float, float], strength: float) -> Cue:
        pieces = [self._evidence(rule.measure, span, rule.reference)]
        pieces += [self._evidence(name, span, limit) for name, _, limit in rule.given]
        pieces += [self._evidence(name, span) for name in rule.shown]
        sure = min(rule.most, 0.6 + 0.2 * strength) * self.clarity(span)
        return self._finished(rule.kind, pieces, span, sure)

    def _changes(self) -> list[Cue]:
        """The largest change between neighbouring passages, if it is large."""
        found: list[tuple[float, Cue]] = []
        spans = [s for s in self.passages if self._value("voice.speech.seconds", s) >= 0.4]
        for before, after in pairwise([] if self.several else spans):
            for name, least in _CHANGES:
                old, new = self._value(name, before), self._value(name, after)
                moved = semitones(new, old) if name == "voice.pitch.median" else new - old
                strength = abs(moved) / least - 1
                if strength >= 0:
                    span = before[0], after[1]
                    sure = min(0.9, 0.55 + 0.2 * strength) * self.clarity(span)
                    pieces = [self._evidence(name, part) for part in (before, after)]
                    found.append((strength, self._finished("voice_change", pieces, span, sure)))
        return [max(found, key=lambda pair: pair[0])[1]] if found else []

    def _even(self, spans: Sequence[tuple[float, float]]) -> list[Cue]:
        """That nothing stands out, unless noise would have hidden it."""
        span = (spans[0][0], spans[-1][1])
        names = ("voice.speech.seconds", "voice.pitch.span", "voice.rate", "voice.arousal")
        hidden = self._value("voice.loudness.above_noise", span) < 10
        return [
            self._plain("voice_even", names, span, (0.3 if hidden else 0.6) * self.clarity(span))
        ]

    def _not_understood(self) -> list[Cue]:
        """Speech for which the recogniser found no words it was sure of."""
        if self.m.subtitle.source != "recognised":
            return []
        lost = self.voice.speech.copy()
        for segment in self.m.subtitle.segments:
            lost[within(self.voice, segment.start, segment.end)] = False
        frames = np.flatnonzero(lost)
        if len(frames) * self.voice.hop < 2 * SHORTEST_SPEECH:
            return []
        span = _seconds((int(frames[0]), int(frames[-1]) + 1), self.voice.hop)
        return [self._plain("speech_not_understood", ("voice.speech.seconds",), span, 0.7)]

    def _plain(
        self, kind: str, names: Sequence[str], span: tuple[float, float], confidence: float
    ) -> Cue:
        measured = [name for name in names if math.isfinite(self._value(name, span))]
        pieces = [self._evidence(name, span) for name in measured]
        return self._finished(kind, pieces, span, confidence)

    def _evidence(
        self, name: str, span: tuple[float, float], reference: float | None = None
    ) -> Evidence:
        return evidence(name, self.m, *span, source=self.voice.source, reference=reference)

    def _finished(
        self, kind: str, pieces: Sequence[Evidence], span: tuple[float, float], confidence: float
    ) -> Cue:
        return Cue(
            id="",
            modality="auditory",
            kind=kind,
            statement=say(kind, pieces, self.language),
            start=round(span[0], 3),
            end=round(span[1], 3),
            confidence=round(confidence, 4),
            evidence=tuple(pieces),
        )


def _seconds(run: tuple[int, int], hop: float) -> tuple[float, float]:
    return run[0] * hop, run[1] * hop


def _strongest(cues: Sequence[Cue]) -> list[Cue]:
    """The strongest cues of each stretch, at most two of a kind, and those not at one time."""
    apart: list[Cue] = []
    for cue in sorted(cues, key=lambda c: (-c.confidence, c.start, c.kind)):
        same = [c for c in apart if c.kind == cue.kind]
        if not any(c.start < cue.end and cue.start < c.end for c in same):
            apart.append(cue)
    return strongest(apart, MOST_CUES, per_kind=2)
