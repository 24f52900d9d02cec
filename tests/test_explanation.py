"""The result type: schema committed, strict, and read back as written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from emer.explanation import Cue, Evidence, Explanation

SCHEMA_FILE = Path(__file__).parents[1] / "docs" / "schema" / "explanation-1.json"


def smallest() -> dict:  # type: ignore[type-arg]
    return {
        "schema": "emer.explanation/1",
        "language": "en",
        "clip": {"name": "c.mp4", "sha256": "0" * 64, "seconds": 1.0, "modalities": ["visual"]},
        "subtitle": {"text": "", "source": "none"},
        "people": [],
        "cues": [],
        "emotions": [],
        "valence": 0.0,
        "arousal": 0.0,
        "conflict": {"score": 0.0, "readings": []},
        "timeline": [],
        "explanation": "",
        "provenance": {"version": "0", "explainer": "x"},
    }


def test_the_committed_schema_is_the_one_of_the_code() -> None:
    now = Explanation.model_json_schema(by_alias=True, mode="serialization")
    assert json.loads(SCHEMA_FILE.read_text()) == now, (
        "the type changed: if that is meant, raise the schema number where readers would break, "
        "and write the file anew with: python -m tests.write_schema"
    )


def test_round_trip() -> None:
    explanation = Explanation.model_validate(smallest())
    assert Explanation.from_json(explanation.to_json()) == explanation
    assert json.loads(explanation.to_json())["schema"] == "emer.explanation/1"


def test_written_json_fits_the_schema() -> None:
    import jsonschema

    jsonschema.validate(
        json.loads(Explanation.model_validate(smallest()).to_json()),
        json.loads(SCHEMA_FILE.read_text()),
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("valence", 1.5),
        ("valence", float("nan")),
        ("language", "fr"),
        ("schema", "emer.explanation/0"),
        ("surprise", 1),
    ],
)
def test_wrong_values_are_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Explanation.model_validate({**smallest(), key: value})


def test_a_cue_without_evidence_is_refused() -> None:
    with pytest.raises(ValidationError):
        Cue(
            id="v1",
            modality="visual",
            kind="k",
            statement="s",
            start=0,
            end=1,
            confidence=1,
            evidence=(),
        )


def test_unknown_cue_lists_the_valid_ids() -> None:
    piece = Evidence(measure="m", value=1, unit="u", source="s")
    one = Cue(
        id="v1",
        modality="visual",
        kind="k",
        statement="s",
        start=0,
        end=1,
        confidence=1,
        evidence=(piece,),
    )
    explanation = Explanation.model_validate({**smallest(), "cues": [one.model_dump()]})
    assert explanation.cue("v1") == one
    with pytest.raises(KeyError, match="valid ids: v1"):
        explanation.cue("v2")
