"""The result type that every explainer returns and every report reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA = "emer.explanation/1"

Modality = Literal["visual", "auditory", "textual"]
Language = Literal["en", "zh"]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
Seconds = Annotated[float, Field(ge=0.0)]


class Record(BaseModel):
    """Base of the result types: immutable, unknown fields refused, no NaN or infinity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null"
    )


class Evidence(Record):
    """One measurement behind a cue.

    `emer.cues.measures.remeasure` computes `value` again from the file, over
    `start`..`end` (the cue's own span where they are absent).
    """

    measure: str = Field(description="Registered name of the measure, e.g. 'face.AU12.peak'.")
    value: float
    unit: str = Field(description="Unit of value and reference, e.g. 'Hz', 'dB', 'ratio'.")
    reference: float | None = Field(
        default=None, description="What the value was compared with: a baseline or a threshold."
    )
    source: str = Field(description="The instrument, with its version or asset, that measured.")
    start: Seconds | None = Field(default=None, description="Start in seconds, if not the cue's.")
    end: Seconds | None = Field(default=None, description="End in seconds, if not the cue's.")


class Cue(Record):
    """One atomic observation in one modality, with when it happened and what was measured."""

    id: str = Field(description="Unique within the explanation: v1, a1, t1, ...")
    modality: Modality
    kind: str = Field(description="Language-free kind, e.g. 'smile', 'pitch_high', 'question'.")
    statement: str = Field(description="One plain sentence in the explanation's language.")
    start: Seconds
    end: Seconds
    person: str | None = Field(default=None, description="Identity-free id (p1, p2), if known.")
    confidence: Unit
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Claim(Record):
    """Something a model said about the clip in its own words, and what the measurements say to it.

    A claim is no cue: nothing was measured to make it, so nothing can be measured again. What was
    measured stands beside it, by the ids of cues.
    """

    id: str = Field(description="Unique within the explanation: m1, m2, ...")
    modality: Literal["visual", "auditory", "textual", "emotional"] = Field(
        description="What the statement is about; 'emotional' is what the model infers."
    )
    statement: str = Field(description="What the model said, one thing a statement.")
    status: Literal["supported", "contradicted", "unchecked"] = Field(
        description="'unchecked' where nothing that was measured tells for or against it."
    )
    supported_by: tuple[str, ...] = Field(default=(), description="Ids of cues that agree.")
    contradicted_by: tuple[str, ...] = Field(default=(), description="Ids of cues that disagree.")
    confidence: Unit | None = Field(
        default=None, description="Of the status: that of the surest cue it rests on, if any."
    )


class Emotion(Record):
    """An open-vocabulary emotion that the clip appears to express."""

    label: str
    confidence: Unit
    cues: tuple[str, ...] = Field(description="Ids of the cues behind the label.")


class ModalityReading(Record):
    """What one modality says on its own."""

    modality: Modality
    reliability: Unit = Field(description="How far this modality can be trusted in this clip.")
    emotions: tuple[Emotion, ...]
    valence: Signed
    arousal: Signed


class Conflict(Record):
    """How far the modalities disagree."""

    score: Unit = Field(description="0: they agree, 1: they say the opposite.")
    readings: tuple[ModalityReading, ...]


class Moment(Record):
    """One segment of the time line."""

    start: Seconds
    end: Seconds
    emotions: tuple[Emotion, ...]
    valence: Signed
    arousal: Signed


class Person(Record):
    """Somebody visible or audible in the clip; the id says nothing about who it is."""

    id: str
    start: Seconds
    end: Seconds
    visible_share: Unit = Field(description="Share of sampled frames with a usable face.")
    speaks: Unit | None = Field(
        default=None, description="Agreement of mouth movement with speech, if both were measured."
    )


class SubtitleSegment(Record):
    """A stretch of speech in words."""

    start: Seconds
    end: Seconds
    text: str
    confidence: Unit | None = Field(default=None, description="Of the recogniser, if recognised.")


class Subtitle(Record):
    """What is said, where the words come from and in which language."""

    text: str
    source: Literal["given", "file", "recognised", "none"]
    language: str | None = Field(default=None, description="ISO 639-1 code, if known.")
    segments: tuple[SubtitleSegment, ...] = ()


class ClipInfo(Record):
    """Which file was explained."""

    name: str
    sha256: str
    seconds: Seconds
    modalities: tuple[Modality, ...] = Field(description="Those that could be measured.")


class Curve(Record):
    """A measured signal over time, thinned for drawing."""

    name: str = Field(description="E.g. 'AU12', 'pitch', 'loudness', 'valence'.")
    unit: str
    person: str | None = None
    times: tuple[float, ...] = Field(description="Seconds.")
    values: tuple[float | None, ...] = Field(description="None where nothing was measured.")


class AssetUse(Record):
    """A model file that took part."""

    name: str
    sha256: str
    licence: str


class Provenance(Record):
    """How the result came about."""

    version: str
    explainer: str
    assets: tuple[AssetUse, ...] = ()
    seconds: dict[str, float] = Field(default_factory=dict, description="Wall seconds per stage.")
    notes: tuple[str, ...] = Field(
        default=(), description="What could not be done and why, in plain words."
    )


class Explanation(Record):
    """Which emotions a clip appears to express, and why.

    Everything in `emotions`, `timeline` and `explanation` rests on `cues`; each cue rests on
    evidence that can be measured again from the file. Where a generative model wrote the text,
    its sentences rest on `claims` as well, each with what the cues say to it.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True
    )

    schema_: Literal["emer.explanation/1"] = Field(default="emer.explanation/1", alias="schema")
    language: Language
    clip: ClipInfo
    subtitle: Subtitle
    people: tuple[Person, ...]
    cues: tuple[Cue, ...]
    emotions: tuple[Emotion, ...] = Field(description="Most confident first.")
    valence: Signed
    arousal: Signed
    conflict: Conflict
    timeline: tuple[Moment, ...]
    explanation: str = Field(
        description="Sentences, each ending with the ids of its cues and claims in brackets."
    )
    curves: tuple[Curve, ...] = ()
    claims: tuple[Claim, ...] = Field(
        default=(), description="What a generative model said, checked against the cues."
    )
    provenance: Provenance

    def to_json(self, indent: int | None = None) -> str:
        """Return the explanation as JSON, on one line unless `indent` is given."""
        return self.model_dump_json(by_alias=True, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> Explanation:
        """Read what `to_json` wrote; raises `pydantic.ValidationError` on anything else."""
        return cls.model_validate_json(text)

    def cue(self, id: str) -> Cue:
        """Return the cue with this id; raises `KeyError` with the valid ids otherwise."""
        for cue in self.cues:
            if cue.id == id:
                return cue
        raise KeyError(f"no cue {id!r}; valid ids: {', '.join(c.id for c in self.cues) or 'none'}")

    def save(self, path: str | Path) -> Path:
        """Write a report whose kind the suffix of `path` chooses; see `emer.report.write`."""
        from emer.report import write

        return write(self, path)
