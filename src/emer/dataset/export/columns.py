"""The columns of what is written: names, types and meaning, in one place.

The Arrow schema of Parquet, the features that `datasets` is told, and the documentation all come
from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Scalar = Literal["string", "int64", "float64", "bool"]
Config = Literal["cues", "captions-video", "captions-audio", "instruct"]

CONFIGS: tuple[Config, ...] = ("cues", "captions-video", "captions-audio", "instruct")
"""The tables; "cues" is what is known of a clip, the others are rows to train on."""
OWN_LABELS = ("form", "group", "source")
"""Labels of a row to train on besides those of the source."""


@dataclass(frozen=True)
class Column:
    """A column, or a field of a structure within one.

    Attributes:
        name: Its name.
        about: What it holds.
        kind: A scalar, or the fields of a structure.
        many: Whether it is a list of them.
    """

    name: str
    about: str
    kind: Scalar | tuple[Column, ...] = "string"
    many: bool = False

    def paths(self, above: str = "") -> Iterator[tuple[str, Column]]:
        """Yield this column and the fields within it by dotted name."""
        path = f"{above}.{self.name}" if above else self.name
        yield path, self
        for each in self.kind if isinstance(self.kind, tuple) else ():
            yield from each.paths(path)


_SPAN = (
    Column("start", "Start in seconds; null if not known.", "float64"),
    Column("end", "End in seconds; null if not known.", "float64"),
)
_ORIGIN = (
    Column("annotator", 'Name in the plan, or "measured".'),
    Column("text", "Its own words."),
    Column("call", "Key of the model call in the store of calls; null for a measurement."),
    Column("prompt", "Name, language and version of the prompt; null for a measurement."),
    Column("cue", "Id of the measured cue, see `measured`; null for what a model said."),
)
_STATEMENT = (
    Column("id", "Unique within the clip: s1, s2, ..."),
    Column("modality", '"visual", "auditory", "textual" or "emotional" (inferred).'),
    Column("text", "What is stated, one thing a statement."),
    *_SPAN,
    Column(
        "status",
        '"measured" where a measurement is the statement; else what the measured cues say to it: '
        '"supported", "contradicted" or "unchecked".',
    ),
    Column("agreement", "Share of the annotators asked who said so, 0..1.", "float64"),
    Column("cues", "Ids of the measured cues that tell for (or, contradicted, against) it.",
           many=True),
    Column("reworded", "Name of the filter that changed its words; empty if none did."),
    Column("origins", "Everybody who said so.", _ORIGIN, many=True),
)  # fmt: skip
_EVIDENCE = (
    Column("measure", 'Registered name of the measure, such as "face.AU12.peak".'),
    Column("value", "What was measured.", "float64"),
    Column("unit", "Of value and reference."),
    Column("reference", "What it was compared with; null if nothing.", "float64"),
    Column("source", "The instrument that measured, with its version."),
    Column("start", "Start in seconds, if not that of the cue.", "float64"),
    Column("end", "End in seconds, if not that of the cue.", "float64"),
)
_MEASURED = (
    Column("id", "Unique within the clip: v1, a1, t1, ..."),
    Column("modality", '"visual", "auditory" or "textual".'),
    Column("kind", 'Kind of cue, such as "smile_genuine".'),
    Column("statement", "The cue as a sentence."),
    Column("start", "Start in seconds.", "float64"),
    Column("end", "End in seconds.", "float64"),
    Column("person", "p1, p2, ... within the clip; says nothing about who it is."),
    Column("confidence", "0..1.", "float64"),
    Column("evidence", "The measurements behind it.", _EVIDENCE, many=True),
)
_EMOTION = (
    Column("en", "In English; may be empty."),
    Column("zh", "In Chinese; may be empty."),
    Column("annotators", "Who named it.", many=True),
    Column("confidence", "Share of the annotators who named it or a synonym, 0..1.", "float64"),
)
_REMOVED = (
    Column("filter", "Name of the filter."),
    Column("modality", "Of the statement."),
    Column("text", "The statement that was taken out."),
    Column("reason", "Why."),
)
_LABEL = (Column("name", "Column of the source."), Column("value", "What it says."))

CUES: tuple[Column, ...] = (
    Column("id", "Id of the clip, once in the dataset."),
    Column("source", "Name of the source in the plan."),
    Column("licence", "Licence of the source."),
    Column("group", "Speaker, video or show: a group is in one split only."),
    Column("media", "The clip: see *Media*."),
    Column("sha256", "SHA-256 of the clip's bytes."),
    Column("size", "Bytes of the clip.", "int64"),
    Column("seconds", "Length; 0 for a still image.", "float64"),
    Column("has_video", "Whether it has pictures.", "bool"),
    Column("has_audio", "Whether it has sound.", "bool"),
    Column("subtitle", "The words said; null if none are known."),
    Column("subtitle_from", '"given" by the source or "recognised"; null without words.'),
    Column("source_labels", "What the source says of the clip.", _LABEL, many=True),
    Column("description", "What is seen, heard and said, and the inference; null if nothing is."),
    Column("labels_en", "Open emotion labels in English, most agreed first.", many=True),
    Column("labels_zh", "The same in Chinese.", many=True),
    Column("emotions", "The labels with who named them.", _EMOTION, many=True),
    Column("agreement", "How far the annotators agree on the emotion, 0..1; null for fewer than "
           "two.", "float64"),
    Column("statements", "The atomic cues, each with its origins.", _STATEMENT, many=True),
    Column("measured", "All measured cues of the clip, with evidence.", _MEASURED, many=True),
    Column("removed", "Statements that filters took out.", _REMOVED, many=True),
    Column("measured_by", "Version of emer that measured; null if nothing was measured."),
)  # fmt: skip


def rows_to_train(labels: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of rows to train on: those of `emer.training.data.rows.Row`.

    Args:
        labels: Names of the sources' labels, besides `OWN_LABELS`.
    """
    about = {
        "form": "Form of an instruction pair; absent in captions.",
        "group": "As in `cues`.",
        "source": "As in `cues`.",
    }
    names = sorted({*labels, *OWN_LABELS})
    known = tuple(Column(name, about.get(name, "As the source has it.")) for name in names)
    return (
        Column("id", "Id of the row, once in the table; a caption has that of its clip."),
        Column("video", "The clip, if it has pictures; else null."),
        Column("audio", "The clip, if it has sound; else null."),
        Column("subtitle", "The words said; null if none are known."),
        Column("text", "The caption or the answer to learn."),
        Column("instruction", "What is asked; null in captions."),
        Column("labels", "What is known of the clip, for splits and probes.", known),
    )


def columns(config: Config, labels: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns of a table.

    Args:
        config: Its name.
        labels: Names of the sources' labels.
    """
    return CUES if config == "cues" else rows_to_train(labels)


def features(given: Sequence[Column]) -> list[dict[str, Any]]:
    """Return columns as the front matter of a dataset card has them."""
    return [{"name": each.name, **_feature(each)} for each in given]


def _feature(column: Column) -> Mapping[str, Any]:
    if isinstance(column.kind, tuple):
        inside = features(column.kind)
        return {"list": inside} if column.many else {"struct": inside}
    return {"list": column.kind} if column.many else {"dtype": column.kind}


def arrow(given: Sequence[Column]) -> Any:
    """Return columns as an Arrow schema; needs pyarrow."""
    import pyarrow

    return pyarrow.schema([pyarrow.field(each.name, _arrow(each)) for each in given])


def _arrow(column: Column) -> Any:
    import pyarrow

    if isinstance(column.kind, tuple):
        fields = [pyarrow.field(each.name, _arrow(each)) for each in column.kind]
        single = pyarrow.struct(fields)
    else:
        single = pyarrow.type_for_alias(column.kind)
    return pyarrow.list_(single) if column.many else single
