"""Comma-separated values: every number reads back, no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Explanation
from emer.report.plain import clean
from emer.report.table import COLUMNS, render
from report.example import HOSTILE, build, poison

ENGLISH = build("en")
NUMBERS = {"start", "end", "confidence", "value", "reference", "measured_start", "measured_end"}


def read(text: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(None not in row and None not in row.values() for row in rows)
    return rows


def shown(text: str) -> str:
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def test_one_row_per_piece_of_evidence(english: Explanation) -> None:
    rows = read(render(english))
    pieces = [(cue, piece) for cue in english.cues for piece in cue.evidence]
    assert len(rows) == len(pieces) == 10
    assert tuple(rows[0]) == COLUMNS
    for row, (cue, piece) in zip(rows, pieces, strict=True):
        assert (row["id"], row["modality"], row["kind"]) == (cue.id, cue.modality, cue.kind)
        assert row["person"] == (cue.person or "")
        assert [float(row[name]) for name in ("start", "end", "confidence")] == [
            cue.start,
            cue.end,
            cue.confidence,
        ]
        assert (row["measure"], float(row["value"])) == (piece.measure, piece.value)
        assert row["reference"] == ("" if piece.reference is None else str(piece.reference))
        assert (row["unit"], row["source"]) == (piece.unit, piece.source)
        assert (float(row["measured_start"]), float(row["measured_end"])) == (
            piece.start,
            piece.end,
        )


def test_evidence_without_a_span_has_the_cues(english: Explanation) -> None:
    cue = english.cues[0]
    piece = cue.evidence[0].model_copy(update={"start": None, "end": None})
    one = english.model_copy(update={"cues": (cue.model_copy(update={"evidence": (piece,)}),)})
    (row,) = read(render(one))
    assert (float(row["measured_start"]), float(row["measured_end"])) == (cue.start, cue.end)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_back(english: Explanation, text: str) -> None:
    for row in read(render(poison(english, text))):
        assert row["statement"].removeprefix("'") == shown(text).removeprefix("'")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "  =", "\n-"])
def test_no_text_is_a_formula(english: Explanation, start: str) -> None:
    (row, *_) = read(render(poison(english, f"{start}cmd|' /C calc'!A0")))
    for name in ("kind", "person", "statement", "measure", "unit", "source"):
        assert row[name].startswith("'")
    assert row["id"].startswith("v1")


@given(st.text(), st.floats(-1e6, 1e6))
def test_any_text_stays_in_its_cell(text: str, value: float) -> None:
    cue = ENGLISH.cues[0]
    piece = cue.evidence[0].model_copy(update={"value": value, "source": text})
    cue = cue.model_copy(update={"statement": text, "evidence": (piece,)})
    (row,) = read(render(ENGLISH.model_copy(update={"cues": (cue,)})))
    assert float(row["value"]) == value
    for name in ("statement", "source"):
        assert row[name] in (shown(text), f"'{shown(text)}")
        assert not row[name].lstrip().startswith(("=", "+", "-", "@"))
    # A negative number stays a number.
    assert not row["value"].startswith("'")
