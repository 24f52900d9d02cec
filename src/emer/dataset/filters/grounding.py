"""Statements that the measurements contradict."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emer.dataset.entry import Entry, Statement
from emer.dataset.filters.base import StatementFilter
from emer.dataset.plan import Settings


class Options(Settings):
    """Options of `grounding`."""

    unchecked: Literal["keep", "drop"] = Field(
        default="keep",
        description="What becomes of statements that no measured cue tells for or against.",
    )
    emotional: Literal["keep", "drop"] = Field(
        default="keep",
        description="What becomes of emotions that are clearly opposite to the measured ones.",
    )


class Grounding(StatementFilter[Options]):
    """Drops a statement that a measured cue contradicts: "she frowns" where AU4 never moves.

    The merge stage has set each statement beside the measured cues, by the rules of
    `emer.explainers.claims`; this filter drops by the status that it wrote. An inferred emotion
    is contradicted by an inference and not by a measurement, so by default it stays.

    Weakness: a contradiction is only seen where the statement names something that is measured, in
    words that are listed, and where its opposite was measured or its absence was looked for. With
    several people in view no absence is told. Instruments err, so some true statements go.

    Source: ours (issue "EmoCue"); statements as units of truth as in EmoCue-360.
    """

    name = "grounding"
    options_type = Options

    def judge(self, statement: Statement, entry: Entry) -> Statement | str:
        """Return the statement, or which cues contradict it."""
        if statement.status == "contradicted":
            if statement.modality == "emotional" and self.options.emotional == "keep":
                return statement
            return f"The measurements contradict it: {_told(statement, entry)}"
        if statement.status == "unchecked" and self.options.unchecked == "drop":
            return "Nothing that was measured tells for or against it."
        return statement


def _told(statement: Statement, entry: Entry) -> str:
    """Return the first contradicting cue in its own words."""
    known = entry.observed.cues if entry.observed else ()
    said = [cue.statement for cue in known if cue.id in statement.cues]
    return said[0] if said else f"{', '.join(statement.cues) or 'no cue is named'}."
