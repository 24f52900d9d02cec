"""From what a file holds to what a metric reads."""

import json

import pytest

from emer.explanation import Claim
from emer.metrics import DataError
from emer.metrics.inputs import convert
from report.example import build

CUES = {"visual": ["v"], "auditory": [], "emotional": ["e"]}


def test_what_is_right_already_is_not_touched():
    for reads, value in [
        ("cues", CUES), ("labels", ["joy"]), ("labels", "['joy']"), ("label", "joy"),
        ("number", 1.5), ("text", "She smiles."), ("any", {"x": 1}),
    ]:  # fmt: skip
        assert convert({"a": value}, reads) == {"a": value}


def test_malformed_cues_reach_the_metric_as_they_are():
    broken = {"visual": "She smiles.", "emotional": [5]}
    assert convert({"a": broken}, "cues") == {"a": broken}
    assert convert({"a": None, "b": 3}, "cues") == {"a": None, "b": 3}


def test_cells_of_a_table_that_hold_lists():
    row = {"visual": "['it\\'s', \"b\"]", "auditory": '["a"]', "emotional": "[broken"}
    assert convert({"a": row}, "cues") == {
        "a": {"visual": ["it's", "b"], "auditory": ["a"], "emotional": "[broken"}
    }


@pytest.mark.parametrize(
    ("reads", "row", "value"),
    [
        ("labels", {"openset": "['joy']", "other": 1}, "['joy']"),
        ("label", {"emotion": "happy", "valence": "2"}, "happy"),
        ("number", {"emotion": "happy", "valence": "2"}, 2.0),
        ("text", {"reasons": "She smiles.", "names": "x"}, "She smiles."),
    ],
)
def test_the_field_of_a_row_that_a_metric_reads(reads, row, value):
    assert convert({"a": row}, reads) == {"a": value}


def test_a_field_may_be_named_and_its_absence_is_told():
    assert convert({"a": {"x": "joy", "label": "awe"}}, "label", field="x") == {"a": "joy"}
    with pytest.raises(DataError, match="none of the fields y; it has x") as error:
        convert({"a": {"x": "joy"}}, "label", field="y")
    assert "--pred-field" in error.value.hint
    with pytest.raises(DataError, match="none of the fields label, labels"):
        convert({"a": {"x": "joy", "y": 1}}, "labels")


def test_a_number_that_is_none_reaches_the_metric():
    assert convert({"a": "high"}, "number") == {"a": "high"}


def test_descriptions_are_extracted_in_one_go():
    asked = []

    def extract(texts):
        asked.append(texts)
        return dict.fromkeys(texts, CUES)

    records = {"a": "She smiles.", "b": CUES, "c": {"description": "He cries.", "x": 1}}
    assert convert(records, "cues", extract=extract) == dict.fromkeys("abc", CUES)
    assert asked == [{"a": "She smiles.", "c": "He cries."}]
    with pytest.raises(DataError, match="'a' has a description") as error:
        convert(records, "cues")
    assert "emer cues" in error.value.hint


def test_a_result_of_emer_explain_as_each_kind():
    explanation = build("en")
    row = json.loads(explanation.to_json())
    labels = [emotion.label for emotion in explanation.emotions]
    assert convert({"a": row}, "labels")["a"] == labels
    assert convert({"a": row}, "label")["a"] == labels[0]
    assert convert({"a": row}, "number")["a"] == explanation.valence
    assert convert({"a": row}, "text")["a"] == explanation.explanation
    assert convert({"a": row}, "any")["a"]["confidence"] == explanation.emotions[0].confidence
    cues = convert({"a": row}, "cues")["a"]
    assert cues["visual"] == [c.statement for c in explanation.cues if c.modality == "visual"]
    assert cues["emotional"][0] == f"The person appears {labels[0]}."
    assert any(explanation.subtitle.text in cue for cue in cues["auditory"])


def test_what_a_model_claims_is_its_prediction_not_what_was_measured_beside_it() -> None:
    claims = (
        Claim(id="m1", modality="visual", statement="She smiles.", status="supported"),
        Claim(id="m2", modality="emotional", statement="She appears happy.", status="unchecked"),
    )
    explanation = build("en").model_copy(update={"claims": claims})
    cues = convert({"a": json.loads(explanation.to_json())}, "cues")["a"]
    assert cues == {"visual": ["She smiles."], "auditory": [], "emotional": ["She appears happy."]}


def test_something_that_only_looks_like_a_result():
    with pytest.raises(DataError, match="looks like a result of emer explain"):
        convert({"a": {"schema": "emer.explanation/1"}}, "labels")
