"""Entries on whose emotion the annotators disagree."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from emer.dataset.entry import Entry
from emer.dataset.filters.base import RecordFilter
from emer.dataset.plan import Settings, Share


class Options(Settings):
    """Options of `agreement`."""

    least: Share = Field(default=0.5, description="Agreement an entry must have, 0 to 1.")
    alone: Literal["keep", "drop"] = Field(
        default="keep", description="What becomes of entries with fewer than two annotators."
    )


class Agreement(RecordFilter[Options]):
    """Drops an entry whose annotators agree on the emotion by less than `least`.

    The figure is `entry.agreement`, from the merge stage.

    Weakness: annotators that share a base model also share its errors, and agree on them; mixed
    emotions are where honest annotators disagree, and go first.

    Source: AffectGPT (Lian et al. 2025, arXiv 2501.16566), whose MER-Caption+ keeps what a majority
    of label classifiers agrees with; the figure and the threshold are ours.
    """

    name = "agreement"
    options_type = Options

    def reason(self, entry: Entry) -> str | None:
        """Return by how much the annotators disagree."""
        if entry.agreement is None:
            alone = self.options.alone == "drop"
            return "Fewer than two annotators named an emotion." if alone else None
        if entry.agreement >= self.options.least:
            return None
        return (
            f"The annotators agree on the emotion by {entry.agreement:.2f}, "
            f"less than {self.options.least:g}."
        )
