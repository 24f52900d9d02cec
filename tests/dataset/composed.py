"""Entries by hand as they are after merge and filters, for what writes and exports them."""

from __future__ import annotations

from typing import Any, Literal

from emer.dataset.entry import (
    MEASURED,
    Answer,
    Entry,
    Label,
    Media,
    Modality,
    NamedEmotion,
    Origin,
    Removal,
    Statement,
)
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    ModalityReading,
    Provenance,
    Subtitle,
)

FACE = Evidence(measure="face.AU12.peak", value=0.81, unit="ratio", reference=0.45, source="face/1")
PITCH = Evidence(measure="voice.pitch.max", value=399.0, unit="Hz", source="prosody/1", start=0.5)
SMILE = "The person smiles strongly with raised cheeks throughout."
CUES = (
    Cue(
        id="v1", modality="visual", kind="smile_genuine", statement=SMILE, start=0.0, end=4.0,
        confidence=0.9, evidence=(FACE,),
    ),
    Cue(
        id="v2", modality="visual", kind="eyes_closed", start=3.0, end=4.0, confidence=0.7,
        statement="The person keeps the eyes closed from 3.0 to 4.0 s.", evidence=(FACE,),
    ),
    Cue(
        id="a1", modality="auditory", kind="pitch_high", start=0.5, end=4.0, confidence=0.8,
        statement="The voice rises to 399 Hz, 12.1 semitones above its own floor.",
        evidence=(PITCH,),
    ),
    Cue(
        id="t1", modality="textual", kind="text_joy", start=0.5, end=2.0, confidence=0.5,
        statement="The words “See you (2) soon” suggest joy (40 %, where 3 % is usual).",
        evidence=(FACE,),
    ),
)  # fmt: skip


def observed(**changes: Any) -> Explanation:
    """Return what was measured: four cues that add up to joy."""
    joy = Emotion(label="joyful", confidence=0.8, cues=("v1", "a1"))
    reading = ModalityReading(
        modality="visual", reliability=1, emotions=(joy,), valence=0.8, arousal=0.5
    )
    values = {
        "language": "en",
        "clip": ClipInfo(name="c.mp4", sha256="0" * 64, seconds=4, modalities=("visual",)),
        "subtitle": Subtitle(text="See you (2) soon", source="recognised", language="en"),
        "people": (), "cues": CUES, "emotions": (joy,), "valence": 0.8, "arousal": 0.5,
        "conflict": Conflict(score=0.0, readings=(reading,)), "timeline": (),
        "explanation": "", "provenance": Provenance(version="0", explainer="composed"),
    }  # fmt: skip
    return Explanation(**(values | changes))


def measured(number: int, cue: Cue) -> Statement:
    """Return the statement that a measured cue is."""
    return Statement(
        id=f"s{number}", modality=cue.modality, text=cue.statement, start=cue.start, end=cue.end,
        origins=(Origin(annotator=MEASURED, text=cue.statement, cue=cue.id),),
        status="measured", cues=(cue.id,),
    )  # fmt: skip


def told(
    number: int,
    modality: Modality,
    text: str,
    status: Literal["supported", "contradicted", "unchecked"] = "unchecked",
    **changes: Any,
) -> Statement:
    """Return a statement of a model."""
    origin = Origin(annotator="qwen", text=text, call="c" * 64, prompt=f"{modality}.en@1")
    return Statement(
        id=f"s{number}", modality=modality, text=text, origins=(origin,), status=status, **changes
    )


def entry(name: str = "show/a", **changes: Any) -> Entry:
    """Return an entry with measured and told statements, two labels and a removal."""
    statements = (
        *(measured(number, cue) for number, cue in enumerate(CUES, 1)),
        told(5, "visual", "The head leans towards someone.", agreement=0.5),
        told(6, "emotional", "The person seems glad to meet again."),
        told(7, "visual", "The person grins.", "supported", cues=("v1",), agreement=0.5),
    )
    refuted = Removal(
        filter="grounding", what="statement", modality="visual", text="The person frowns deeply.",
        reason=f"The measurements contradict it: {SMILE}",
    )  # fmt: skip
    answer = Answer(
        annotator="qwen", task="auditory", call="d" * 64, prompt="auditory.en@1",
        emotions=(NamedEmotion(en="Excitement", zh="兴奋"),),
    )  # fmt: skip
    values: dict[str, Any] = {
        "id": name, "source": "show", "licence": "CC-BY-4.0", "group": "speaker 1",
        "media": Media(
            reference="/clips/a.mp4", sha256="a" * 64, size=10, seconds=4.0, still=False,
            has_video=True, has_audio=True,
        ),
        "labels": {"emotion": "happy"}, "observed": observed(), "answers": (answer,),
        "statements": statements, "removed": (refuted,), "agreement": 0.75,
        "emotions": (
            Label(en="joyful", zh="喜悦", annotators=("measured", "qwen"), confidence=1.0),
            Label(en="excitement", zh="兴奋", annotators=("qwen",), confidence=0.5),
        ),
    }  # fmt: skip
    return Entry(**(values | changes))
