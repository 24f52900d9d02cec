"""What faces express: cues from the action units of each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emer.cues.face_patterns import PATTERNS, Shown, shown
from emer.cues.face_words import say, say_change, strength
from emer.cues.measures import evaluate, evidence, span
from emer.cues.ration import STRETCH, strongest
from emer.explanation import Cue, Evidence, Language
from emer.measurements import FaceTrack, Measurements

MOST_PEOPLE = 5
MOST_CUES = 8
"""Per person and stretch of a long clip, the changes of expression included."""

RAISED_CHEEKS = 0.20
"""Mean AU6 during a smile from which it counts as reaching the eyes (Ekman, Davidson & Friesen
1990, Journal of Personality and Social Psychology 58)."""

FAINT_SMILE = 0.40
LEAST_CONFIDENCE = 0.2
CALM = 0.20
"""Mean of the strongest action unit under which a face counts as showing little."""

_EVEN = 1e-6  # seconds; differences of times are not exact
_SPANS_PER_KIND = 2
_LEAST_CALM_SECONDS = 1.0
_SPOKEN_TRUST = 0.7  # what is left of a mouth cue's confidence while the person talks
_PHASE = 0.4  # seconds that each phase of a change of expression must last
_ONSET = 0.4  # seconds between a mouth drawn wide and the face that crumples with it
_LASTING = 2.0  # seconds from which on a phase counts fully
_CLEAR_PHASE = 0.35  # confidence of each phase
_PHASE_OVERLAP = 0.3  # seconds by which the phases may run into each other

# What is not reported on its own where the kinds named here are shown at the same time: either
# one muscle group seen twice, or a part of the larger expression.
EXPLAINED_BY: dict[str, tuple[str, ...]] = {
    "smile_genuine": ("face_crumpled",),
    "smile_social": ("face_crumpled",),
    "smile_slight": ("face_crumpled",),
    "brow_lowered": ("brow_knit_raised", "face_crumpled"),
    "inner_brow_raised": ("brow_knit_raised", "brow_raised"),
    "brow_raised": ("brow_knit_raised",),
    "eyes_narrowed": ("smile_genuine",),
    "nose_wrinkled": ("face_crumpled",),
    "chin_raised": ("smile_genuine", "smile_social"),
    "lips_sucked": ("lips_pressed",),
    "lip_corner_one_sided": ("smile_genuine",),
    "lips_stretched": ("smile_genuine", "smile_social"),
    "upper_lip_raised": ("smile_genuine", "smile_social"),
    "jaw_dropped": ("smile_genuine", "smile_social"),
    "mouth_open_wide": ("jaw_dropped", "smile_genuine", "smile_social"),
}


@dataclass(frozen=True)
class Expression:
    """A pattern shown by one person, on its way to becoming a cue."""

    kind: str
    shown: Shown
    start: float
    end: float
    confidence: float


def observe(measurements: Measurements, language: Language) -> list[Cue]:
    """Return what the faces in a clip express, strongest first for each person.

    Args:
        measurements: What was measured; nothing is said without a face scan.
        language: Language of the statements.

    Returns:
        Cues without ids, at most `MOST_CUES` per stretch for each of the `MOST_PEOPLE` most
        visible people.
    """
    if measurements.faces is None:
        return []
    return [
        cue
        for track in measurements.faces.tracks[:MOST_PEOPLE]
        for cue in _person(measurements, track, language)
    ]


def _person(measurements: Measurements, track: FaceTrack, language: Language) -> list[Cue]:
    expressions = found(measurements, track)
    changes = _changes(expressions)
    room = MOST_CUES - (1 if changes else 0)
    cues = [_cue(measurements, track, item, language) for item in strongest(expressions, room)]
    cues += [_change_cue(measurements, track, *change, language) for change in changes]
    return cues or _calm(measurements, track, language)


def found(measurements: Measurements, track: FaceTrack) -> list[Expression]:
    """Return the expressions in a track, most confident first, without near-duplicates."""
    everything = [
        expression
        for pattern in PATTERNS
        for expression in strongest(
            [_expression(measurements, track, item) for item in shown(track, pattern)],
            _SPANS_PER_KIND,
        )
    ]
    kept = [
        item
        for item in everything
        if item.confidence >= LEAST_CONFIDENCE and not _explained(item, everything)
    ]
    return sorted(kept, key=lambda item: (-round(item.confidence, 6), item.kind, item.start))


def _expression(measurements: Measurements, track: FaceTrack, item: Shown) -> Expression:
    start, end = (span(track.times[i]) for i in (item.first, item.last))
    kind = item.pattern.kind
    if kind == "smile":
        cheeks = evaluate("face.AU6.mean", measurements, start, end, track.person)
        kind = "smile_genuine" if cheeks >= RAISED_CHEEKS else "smile_social"
        kind = "smile_slight" if item.peak < FAINT_SMILE else kind
    return Expression(kind, item, start, end, _confidence(track, item))


def _confidence(track: FaceTrack, item: Shown) -> float:
    """Strength over the threshold, length, measurement quality and trust in the pattern."""
    pattern = item.pattern
    part = slice(item.first, item.last + 1)
    quality = float(track.quality[part].mean())
    margin = min(1.0, (item.peak - pattern.on) / (0.85 - pattern.on))
    seconds = float(track.times[item.last] - track.times[item.first])
    length = 0.75 + 0.25 * min(1.0, seconds)
    spoken = _SPOKEN_TRUST if pattern.spoken and item.talking > 0.5 else 1.0
    return 0.98 * quality * pattern.trust * spoken * length * (0.5 + 0.5 * margin)


def _explained(item: Expression, everything: Sequence[Expression]) -> bool:
    """Whether more than half of it coincides with an expression that explains it."""
    return any(
        _shared(item, other) >= 0.5 * (item.end - item.start) - _EVEN or _leads_into(item, other)
        for other in everything
        if other.kind in EXPLAINED_BY.get(item.kind, ())
    )


def _shared(item: Expression, other: Expression) -> float:
    """Seconds in which both are shown, negative where they are apart."""
    return min(item.end, other.end) - max(item.start, other.start)


def _leads_into(item: Expression, other: Expression) -> bool:
    """Whether a wide mouth is the onset or the end of a crumpled face, which lasts longer."""
    longer = other.end - other.start > item.end - item.start
    return other.kind == "face_crumpled" and longer and _shared(item, other) > -_ONSET


def _cue(measurements: Measurements, track: FaceTrack, item: Expression, language: Language) -> Cue:
    lead, *others = item.shown.pattern.cites
    thresholds = {"AU6": RAISED_CHEEKS} if item.kind.startswith("smile") else {}
    names: list[tuple[str, float | None]] = [
        (f"face.{lead}.peak", item.shown.pattern.on),
        (f"face.{lead}.mean", item.shown.pattern.off),
        (f"face.{lead}.apex", None),
        *((f"face.{other}.mean", thresholds.get(other)) for other in others),
    ]
    return Cue(
        id="",
        modality="visual",
        kind=item.kind,
        statement=say(
            item.kind,
            language,
            person=_named(measurements, track),
            start=item.start,
            end=item.end,
            seconds=measurements.seconds,
            level=strength(item.shown.peak),
        ),
        start=item.start,
        end=item.end,
        person=track.person,
        confidence=round(item.confidence, 3),
        evidence=tuple(_evidence(measurements, track, name, item, at) for name, at in names),
    )


def _evidence(
    measurements: Measurements,
    track: FaceTrack,
    name: str,
    item: Expression,
    reference: float | None,
) -> Evidence:
    source = measurements.faces.source if measurements.faces else ""
    return evidence(
        name,
        measurements,
        item.start,
        item.end,
        track.person,
        source=source,
        reference=reference,
    )


def _named(measurements: Measurements, track: FaceTrack) -> str | None:
    """Return the id to be said, None where there is only one person to speak of."""
    several = measurements.faces is not None and len(measurements.faces.tracks) > 1
    return track.person if several else None


def _changes(expressions: Sequence[Expression]) -> list[tuple[Expression, Expression]]:
    """Pick the clearest change of each stretch of the clip."""
    stretches = sorted({int(item.start // STRETCH) for item in expressions})
    changes = [
        _change([item for item in expressions if int(item.start // STRETCH) == stretch])
        for stretch in stretches
    ]
    return [change for change in changes if change]


def _change(expressions: Sequence[Expression]) -> tuple[Expression, Expression] | None:
    """Pick the clearest pair of expressions of different families that follow each other."""
    lasting = [
        item
        for item in expressions
        if item.end - item.start >= _PHASE - _EVEN and item.confidence >= _CLEAR_PHASE
    ]
    pairs = [
        (first, second)
        for first in lasting
        for second in lasting
        if first.shown.pattern.family != second.shown.pattern.family
        and second.start >= first.end - _PHASE_OVERLAP - _EVEN
        and second.start > first.start
        and second.end > first.end
    ]
    return max(pairs, key=_contrast, default=None)


def _contrast(pair: tuple[Expression, Expression]) -> float:
    """How telling a change is: clear and lasting on both sides, above all to or from a smile."""
    clear = sum(
        item.confidence * (0.5 + 0.5 * min(1.0, (item.end - item.start) / _LASTING))
        for item in pair
    )
    smiles = sum(item.shown.pattern.family == "smile" for item in pair)
    return clear + 0.3 * smiles


def _change_cue(
    measurements: Measurements,
    track: FaceTrack,
    first: Expression,
    second: Expression,
    language: Language,
) -> Cue:
    pieces = []
    for item in (first, second):
        lead = item.shown.pattern.cites[0]
        pieces.append(
            _evidence(measurements, track, f"face.{lead}.mean", item, item.shown.pattern.off)
        )
    return Cue(
        id="",
        modality="visual",
        kind="expression_change",
        statement=say_change(first.kind, second.kind, language, _named(measurements, track)),
        start=first.start,
        end=second.end,
        person=track.person,
        confidence=round(min(first.confidence, second.confidence), 3),
        evidence=tuple(pieces),
    )


def _calm(measurements: Measurements, track: FaceTrack, language: Language) -> list[Cue]:
    """Say that a face shows little, where it was seen well and for long enough."""
    start, end = span(track.times[0]), span(track.times[-1])
    long_enough = measurements.still or end - start >= _LEAST_CALM_SECONDS - _EVEN
    level = evaluate("face.expressiveness", measurements, start, end, track.person)
    if not (long_enough and level < CALM) or measurements.faces is None:
        return []
    quality = float(track.quality.mean())
    piece = evidence(
        "face.expressiveness",
        measurements,
        start,
        end,
        track.person,
        source=measurements.faces.source,
        reference=CALM,
    )
    return [
        Cue(
            id="",
            modality="visual",
            kind="face_still",
            statement=say(
                "face_still",
                language,
                person=_named(measurements, track),
                start=start,
                end=end,
                seconds=measurements.seconds,
            ),
            start=start,
            end=end,
            person=track.person,
            confidence=round(0.9 * quality * (1.0 - 0.5 * level / CALM), 3),
            evidence=(piece,),
        )
    ]
