"""Look for what a model claimed, and say so where it is clearly not there.

That an observer reported nothing is no evidence: cues are rationed and have thresholds. So what
was claimed is measured over the whole clip, and only a value far under the observer's own
threshold, in a clip where it could have been measured nearly all the time, becomes a cue: like
any other one with evidence that `emer verify` measures again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from emer.cues.collect import PREFIX
from emer.cues.events import EVENTS
from emer.cues.face_patterns import PATTERNS
from emer.cues.measures import evaluate, evidence, span
from emer.explainers.claim_words import ABSENT
from emer.explanation import Cue, Language, Modality
from emer.measurements import Measurements

# A face says that something is absent only where it is seen this share of the time, this well.
LEAST_SEEN, LEAST_QUALITY = 0.9, 0.5
LEAST_FRAMES, LEAST_SECONDS = 5, 0.5
TRUST = 0.8


@dataclass(frozen=True)
class Absence:
    """How to tell that something is not there.

    Attributes:
        modality: Of the cue.
        bounds: Measures and the values that none of them may reach.
        en: Statement; {0} is the first value.
        zh: The same in Chinese.
    """

    modality: Modality
    bounds: tuple[tuple[str, float], ...]
    en: str
    zh: str


def _face(kind: str, unit: str, en: str, zh: str) -> Absence:
    """Half the strength under which the observer ends the expression."""
    off = next(pattern.off for pattern in PATTERNS if pattern.kind == kind)
    units = unit.split()
    return Absence(
        "visual",
        tuple((f"face.{name}.peak", off / 2) for name in units),
        f"{en} ({units[0]} reaches {{0:.2f}} at most).",
        f"{zh}（{units[0]} 最高只有 {{0:.2f}}）。",
    )


def _head(axis: str, swings: str, least: float, en: str, zh: str) -> Absence:
    bounds = ((f"face.{axis}.deviation", least), (f"face.{swings}", 0.5))
    return Absence("visual", bounds, f"{en} ({{0:.1f}} degrees).", f"{zh}（{{0:.1f}} 度）。")


def _event(kind: str, en: str, zh: str) -> Absence:
    """A tenth of the score from which the observer reports the event."""
    least = next(event.least for event in EVENTS if event.kind == kind)
    bounds = ((f"events.{kind}", least / 10),)
    return Absence(
        "auditory", bounds, f"{en} (score {{0:.2f}} at most).", f"{zh}（得分最高 {{0:.2f}}）。"
    )


# Only what is measured well: laughs, shouts and sobs are missed too often to be denied.
ABSENCES: Mapping[str, Absence] = MappingProxyType(
    {
        "smile": _face("smile", "AU12", "The lip corners never rise", "嘴角始终没有上扬"),
        "brow_lowered": _face("brow_lowered", "AU4", "The brows are never lowered", "始终没有皱眉"),
        "brow_raised": _face("brow_raised", "AU1 AU2", "The brows never rise", "眉毛始终没有上扬"),
        "eyes_widened": _face("eyes_widened", "AU5", "The eyes never widen", "眼睛始终没有睁大"),
        "head_nod": _head(
            "pitch", "nods", 1.0, "The head hardly moves up and down", "头几乎没有上下移动"
        ),
        "head_shake": _head(
            "yaw", "shakes", 1.5, "The head hardly turns to and fro", "头几乎没有左右转动"
        ),
        "applause": _event("applause", "No applause is heard", "没有听到掌声"),
        "cheering": _event("cheering", "No cheering is heard", "没有听到欢呼声"),
        "music": _event("music", "No music is heard", "没有听到音乐"),
    }
)


def look_for(
    names: Collection[str],
    measurements: Measurements,
    cues: Sequence[Cue],
    language: Language,
) -> list[Cue]:
    """Return a cue for each concept that is clearly absent from the clip.

    Args:
        names: Concepts, see `emer.explainers.claim_words`; those without an entry in `ABSENCES`
            are passed over.
        measurements: What was measured in the clip.
        cues: Those there are; the new ones are numbered after them.
        language: Of the statements.

    Returns:
        Cues of kind `NAME_absent` over the whole clip, in the order of `ABSENCES`.
    """
    counts = {
        prefix: sum(cue.modality == modality for cue in cues) for modality, prefix in PREFIX.items()
    }
    found = []
    for name, absence in ABSENCES.items():
        if name not in names or not _measurable(absence.modality, measurements):
            continue
        cue = _absent(name, absence, measurements, language)
        if cue is not None:
            prefix = PREFIX[absence.modality]
            counts[prefix] += 1
            found.append(cue.model_copy(update={"id": f"{prefix}{counts[prefix]}"}))
    return found


def _measurable(modality: Modality, m: Measurements) -> bool:
    if modality == "auditory":
        return m.events is not None and len(m.events.times) > 0 and m.seconds >= LEAST_SECONDS
    scan = m.faces
    # With several people it is open of whom the model speaks.
    if scan is None or len(scan.tracks) != 1 or len(scan.tracks[0].times) < LEAST_FRAMES:
        return False
    end = span(m.seconds)
    seen = evaluate("face.visible.share", m, 0.0, end, scan.tracks[0].person)
    unusable = evaluate("face.unusable.share", m, 0.0, end)
    quality = evaluate("face.quality.mean", m, 0.0, end, scan.tracks[0].person)
    return seen >= LEAST_SEEN and unusable <= 1 - LEAST_SEEN and quality >= LEAST_QUALITY


def _absent(name: str, absence: Absence, m: Measurements, language: Language) -> Cue | None:
    end, person, source = span(m.seconds), None, m.events.source if m.events else ""
    asked, quality = list(absence.bounds), 1.0
    if absence.modality == "visual" and m.faces:
        person, source = m.faces.tracks[0].person, m.faces.source
        asked.append(("face.visible.share", LEAST_SEEN))
        quality = evaluate("face.quality.mean", m, 0.0, end, person)
    values = [evaluate(measure, m, 0.0, end, person) for measure, _ in absence.bounds]
    # NaN compares false: what was not measured is not absent.
    if not all(value < bound for value, (_, bound) in zip(values, absence.bounds, strict=True)):
        return None
    said = absence.zh if language == "zh" else absence.en
    return Cue(
        id="",
        modality=absence.modality,
        kind=name + ABSENT,
        statement=said.format(values[0]),
        start=0.0,
        end=end,
        person=person,
        confidence=round(TRUST * quality, 3),
        evidence=tuple(
            evidence(measure, m, 0.0, end, person, source=source, reference=bound)
            for measure, bound in asked
        ),
    )
