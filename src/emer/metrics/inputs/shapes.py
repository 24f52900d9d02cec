"""Turn what a file holds for one clip into what a metric reads: cues, labels, a number, text."""

from __future__ import annotations

import json
from ast import literal_eval
from collections.abc import Callable, Mapping
from typing import Any

from emer.metrics.base import Clips, DataError, Reads

MODALITIES = ("visual", "auditory", "emotional")

_LABEL_FIELDS = (
    "label", "labels", "emotion", "emotions", "openset", "open_labels", "discrete", "answer",
    "prediction", "pred", "reference", "truth",
)  # fmt: skip
_NUMBER_FIELDS = ("valence", "val", "value", "score", "number", "prediction", "reference")
_TEXT_FIELDS = (
    "description", "reason", "reasons", "text", "english", "caption", "response", "output",
    "explanation", "chinese", "prediction", "reference",
)  # fmt: skip
FIELDS: Mapping[Reads, tuple[str, ...]] = {
    "cues": _TEXT_FIELDS,
    "labels": _LABEL_FIELDS,
    "label": _LABEL_FIELDS,
    "number": _NUMBER_FIELDS,
    "text": _TEXT_FIELDS,
}
"""Which field of a row is taken for each kind of value, in this order."""

Extract = Callable[[dict[str, str]], Clips]
"""From descriptions to cue lists, by clip."""


def convert(
    records: Clips, reads: Reads, *, field: str | None = None, extract: Extract | None = None
) -> dict[str, Any]:
    """Convert the values of a file to what a metric reads.

    Only the form is changed, never the content: whether the content is valid is for the metric to
    say, which in official mode may have to fail as the authors' code does.

    Args:
        records: From clip id to the value found in the file.
        reads: What the metric reads.
        field: Field to take where a value is a row; guessed from `FIELDS` if absent.
        extract: Turns descriptions into cue lists; needed where cues are read and texts given.

    Returns:
        The converted values, in the same order.

    Raises:
        DataError: A row has none of the fields looked for, or texts cannot be extracted.
    """
    values = {clip: _one(clip, value, reads, field) for clip, value in records.items()}
    if reads != "cues":
        return values
    texts = {clip: value for clip, value in values.items() if isinstance(value, str)}
    if not texts:
        return values
    if extract is None:
        raise DataError(
            f"Clip {next(iter(texts))!r} has a description where cue lists are expected.",
            "Extract them first with: emer cues FILE --out cues.jsonl",
        )
    extracted = extract(texts)
    return {clip: extracted.get(clip, value) for clip, value in values.items()}


def _one(clip: str, value: Any, reads: Reads, field: str | None) -> Any:
    if isinstance(value, Mapping):
        if field is not None:
            value = _field(clip, value, (field,))
        elif "schema" in value:
            return _of_explanation(clip, value, reads)
        elif reads == "cues" and _has_cues(value):
            return {key: _list(item) for key, item in value.items()}
        elif reads in FIELDS and value and not _has_cues(value):
            value = _field(clip, value, FIELDS[reads])
    if reads == "number" and isinstance(value, str):
        return _number(value)
    if reads == "label" and isinstance(value, list) and len(value) == 1:
        return value[0]
    return value


def _has_cues(value: Mapping[str, Any]) -> bool:
    return any(name in value for name in MODALITIES)


def _field(clip: str, row: Mapping[str, Any], fields: tuple[str, ...]) -> Any:
    found = next((name for name in fields if name in row), None)
    if found is None:
        raise DataError(
            f"Clip {clip!r} has none of the fields {', '.join(fields)}; it has "
            f"{', '.join(map(str, row)) or 'none'}.",
            "Say which one it is with --pred-field or --ref-field.",
        )
    return row[found]


def _list(item: Any) -> Any:
    """Read a list that a CSV cell holds as JSON or as Python prints it; leave the rest alone."""
    if not (isinstance(item, str) and item.lstrip().startswith("[")):
        return item
    try:
        return json.loads(item)
    except ValueError:
        try:
            return literal_eval(item)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return item


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def _of_explanation(clip: str, row: Mapping[str, Any], reads: Reads) -> Any:
    """Read a line that `emer explain` wrote."""
    from pydantic import ValidationError

    from emer.explanation import Explanation

    try:
        explanation = Explanation.model_validate_json(json.dumps(row))
    except (ValidationError, ValueError) as error:
        raise DataError(
            f"Clip {clip!r} looks like a result of emer explain but is not one of this version.",
            "Run emer explain again.",
        ) from error
    labels = [emotion.label for emotion in explanation.emotions]
    if reads == "cues":
        return explanation_cues(explanation)
    if reads == "labels":
        return labels
    if reads == "label":
        return labels[0] if labels else ""
    if reads == "number":
        return explanation.valence
    if reads == "text":
        return explanation.explanation
    top = explanation.emotions[0] if explanation.emotions else None
    return {
        "label": top.label if top else "",
        "confidence": top.confidence if top else 0.0,
        "valence": explanation.valence,
    }


def explanation_cues(explanation: Any) -> dict[str, list[str]]:
    """Return the cue lists of an explanation.

    Visual and auditory cues are taken as they stand. What is said becomes an auditory subtitle
    cue, as in EmoCue-360, which drops it. The labels become emotional statements. Where a model
    wrote the text, its claims are the prediction: the measured cues beside them are not its own.
    """
    if explanation.claims:
        return {
            name: [each.statement for each in explanation.claims if each.modality == name]
            for name in ("visual", "auditory", "emotional")
        }
    said = [f"Subtitle text: {explanation.subtitle.text!r}"] if explanation.subtitle.text else []
    spoken = [cue.statement for cue in explanation.cues if cue.modality == "auditory"]
    return {
        "visual": [cue.statement for cue in explanation.cues if cue.modality == "visual"],
        "auditory": spoken + said,
        "emotional": [f"The person appears {each.label}." for each in explanation.emotions],
    }
