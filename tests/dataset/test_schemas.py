"""Answer schemas: what servers accept, and what our own check refuses and cuts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from emer.dataset.entry import Task
from emer.dataset.schemas import (
    MOST_EMOTIONS,
    MOST_GIVEN,
    MOST_OBSERVATIONS,
    MOST_READINGS,
    check_observations,
    check_readings,
    schema,
)

# What OpenAI's strict mode and the grammars of llama.cpp both know, as far as we use it.
KNOWN = {"$id", "type", "properties", "required", "additionalProperties", "items", "maxItems"}


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in (*node.get("properties", {}).values(), *filter(None, [node.get("items")])):
        yield from nodes(child)


@pytest.mark.parametrize("task", get_args(Task))
def test_schemas_keep_to_what_every_server_knows(task: Task) -> None:
    for node in nodes(schema(task)):
        assert set(node) <= KNOWN
        if node["type"] == "object":
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
        if node["type"] == "array":
            assert node["maxItems"] <= 8
    assert schema(task)["type"] == "object"


def observation(text: str = "A smile", **more: Any) -> dict[str, Any]:
    return {"text": text, "start": None, "end": None, "confidence": None, **more}


def test_ten_thousand_observations_are_cut() -> None:
    many = [observation(f"thing {n}") for n in range(10_000)]
    kept = check_observations({"observations": many, "emotions": [{"en": "x"}] * 10_000})
    assert kept["observations"] == many[:MOST_OBSERVATIONS]
    assert len(kept["emotions"]) == MOST_EMOTIONS


def test_long_readings_are_cut() -> None:
    one = {"words": "a", "emotion": {"en": "sad"}, "because": "", "given": ["v1"] * 500}
    kept = check_readings({"readings": [one] * 500})["readings"]
    assert len(kept) == MOST_READINGS
    assert len(kept[0]["given"]) == MOST_GIVEN


def test_unknown_keys_go_and_absent_ones_are_filled() -> None:
    kept = check_observations({"observations": [{"text": "A smile", "why": "joy"}], "note": 1})
    assert kept == {"observations": [observation()], "emotions": []}


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        (None, "JSON object"),
        ([], "JSON object"),
        ("yes", "JSON object"),
        ({}, "observations: "),
        ({"observations": "none"}, "observations: "),
        ({"observations": [3]}, "observations.0: "),
        ({"observations": [{"text": None}]}, "observations.0.text: "),
        ({"observations": [observation(start="soon")]}, "observations.0.start: "),
        ({"observations": [observation(end=float("nan"))]}, "observations.0.end: "),
        ({"observations": [observation(end=10**400)]}, "observations.0.end: "),
        ({"observations": [], "emotions": [{"en": 4}]}, "emotions.0.en: "),
    ],
)
def test_other_forms_are_refused_with_the_place(bad: Any, where: str) -> None:
    with pytest.raises(ValueError, match=where):
        check_observations(bad)


def test_what_was_checked_passes_again() -> None:
    once = check_observations({"observations": [{"text": "x", "start": 1}], "emotions": []})
    assert check_observations(once) == once
