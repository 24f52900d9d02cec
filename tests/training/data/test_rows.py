"""Rows: what they may hold, and where their sound is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from emer.training.data.errors import RecordError
from emer.training.data.records import open_records
from emer.training.data.rows import Row, Rows, read_row

PLACE = "line 3 of a.jsonl"


def test_a_full_row() -> None:
    row = read_row(
        {
            "id": 7,
            "video": "a.mp4",
            "audio": "a.wav",
            "subtitle": "Oh, okay.",
            "text": "Her voice is loud.",
            "instruction": "What does the speaker appear to feel?",
            "labels": {"emotion": "sad", "actor": 7},
        },
        PLACE,
    )
    assert row.id == "7" and row.labels == {"emotion": "sad", "actor": "7"}
    assert row.sound == "a.wav"
    with pytest.raises(ValueError, match="frozen"):
        row.text = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fields", "sound"),
    [
        ({"video": "a.mp4"}, "a.mp4"),
        ({"video": "a.mp4", "audio": None}, None),
        ({"video": "a.mp4", "audio": ""}, None),
        ({"video": "a.mp4", "audio": "b.wav"}, "b.wav"),
        ({"audio": "b.wav"}, "b.wav"),
        ({}, None),
    ],
)
def test_sound_is_that_of_the_video_unless_said(fields: dict[str, Any], sound: str | None) -> None:
    row = read_row({"id": "a", "text": "t", **fields}, PLACE)
    assert row.sound == sound
    assert Row.model_validate_json(row.model_dump_json(exclude_unset=True)).sound == sound


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"txet": "b"}, "the key 'txet' is unknown"),
        ({"text": ""}, "'text': it is empty: there is nothing to learn"),
        ({"text": " \n"}, "'text': it is empty"),
        ({"text": None}, "'text': .*valid string"),
        ({"id": ""}, "'id' is empty"),
        ({"id": True}, "'id': .*valid string"),
        ({"video": 3}, "'video': .*valid string"),
        ({"labels": {"emotion": ["sad"]}}, r"'labels\.emotion': .*valid string"),
        ({"labels": {"emotion": ""}}, r"'labels\.emotion' is empty"),
        ({"labels": "sad"}, "'labels': .*dictionary"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_valid(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_row({"id": "a", "text": "t", **fields}, PLACE)
    assert caught.match(f"Line 3 of a.jsonl is no row to train on: {reason}")
    assert caught.match("Valid keys: id, video, audio, subtitle, text, instruction, labels")


def test_a_missing_text_is_named() -> None:
    with pytest.raises(RecordError, match="'text' is missing"):
        read_row({"id": "a"}, PLACE)


def test_rows_are_checked_when_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": "t" * (i % 3)}) + "\n" for i in range(9)))
    rows = Rows(open_records(path), [1, 4, 5, 6])
    assert len(rows) == 4 and [rows[i].id for i in (0, 2)] == ["1", "5"]
    assert [row.id for row in rows[1:3]] == ["4", "5"]
    with pytest.raises(RecordError, match=r"Line 7 of a\.jsonl"):
        rows[3]
    assert len(Rows(open_records(path))) == 9
