"""One row per piece of evidence as comma-separated values (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from emer.explanation import Cue, Evidence, Explanation
from emer.report.plain import clean

COLUMNS = (
    "id",
    "modality",
    "kind",
    "person",
    "start",
    "end",
    "confidence",
    "statement",
    "measure",
    "value",
    "unit",
    "reference",
    "source",
    "measured_start",
    "measured_end",
)

# A spreadsheet takes a cell that starts with one of these for a formula, full-width ones too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | float | None


def render(explanation: Explanation) -> str:
    """Return the cues as a table with the columns `COLUMNS`.

    Times are seconds. `measured_start` and `measured_end` are the span of the measurement.
    Text that a spreadsheet would run as a formula gets a quote in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        [_safe(cell) for cell in _cells(cue, piece)]
        for cue in explanation.cues
        for piece in cue.evidence
    )
    return out.getvalue()


def _cells(cue: Cue, piece: Evidence) -> Iterator[Cell]:
    yield from (cue.id, cue.modality, cue.kind, cue.person, cue.start, cue.end, cue.confidence)
    yield from (cue.statement, piece.measure, piece.value, piece.unit, piece.reference)
    yield piece.source
    yield cue.start if piece.start is None else piece.start
    yield cue.end if piece.end is None else piece.end


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    # Leading spaces are skipped by spreadsheets, so they hide nothing.
    risky = cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)
    # The csv module quotes "\n" but lets a bare "\r" end the row.
    text = clean(cell).replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if risky else text
