"""Entries whose labels do not meet those of the source, or the measured ones."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from emer.dataset.entry import Entry
from emer.dataset.filters import named
from emer.dataset.filters.base import RecordFilter
from emer.dataset.plan import Settings, Text
from emer.emotions.wheels import Wheels, load
from emer.metrics.functional.hit_or_not import NEUTRAL, hit_or_not


class Options(Settings):
    """Options of `labels`."""

    against: Literal["source", "measured"] = Field(
        default="source", description="What the entry's labels have to meet."
    )
    column: Text = Field(default="emotion", description="Label column of the source.")
    wheels: Text | None = Field(
        default=None, description="Folder with official emotion wheels; emer's own if absent."
    )
    unlabelled: Literal["keep", "drop"] = Field(
        default="keep",
        description="What becomes of entries without labels on either side, or with none that a "
        "wheel knows.",
    )


class Labels(RecordFilter[Options]):
    """Drops an entry whose labels share no inner label of any emotion wheel with the other side.

    The rule is hit_or_not: two label lists meet if they share an inner label in any wheel, or if
    both are neutral. Unlike there, words that no wheel knows count as no label.

    Weakness: long label lists meet nearly anything. Emer's own wheels differ from the official
    ones, so a dataset made by AffectGPT's rule needs the official tables.

    Source: AffectGPT (Lian et al. 2025, arXiv 2501.16566), which filters training data so.
    """

    name = "labels"
    options_type = Options

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the wheels by what is in them."""
        return {**super().settings(), "wheels": self._wheels.sha256}

    def reason(self, entry: Entry) -> str | None:
        """Return which labels do not meet."""
        own = self._known(named.of_entry(entry))
        other = self._known(self._other(entry))
        if not own or not other:
            drop = self.options.unlabelled == "drop"
            return "There are no labels to compare." if drop else None
        if hit_or_not([own], [other], self._wheels)[0]:
            return None
        side = "of the source" if self.options.against == "source" else "measured"
        return f"Its labels ({_told(own)}) do not meet those {side} ({_told(other)})."

    def _other(self, entry: Entry) -> list[str]:
        if self.options.against == "measured":
            return named.measured(entry)
        return named.of_source(entry, self.options.column)

    def _known(self, words: list[str]) -> list[str]:
        lower = [word.lower().strip() for word in words]
        return [word for word in lower if word == NEUTRAL or self._wheels.row(word) >= 0]

    @cached_property
    def _wheels(self) -> Wheels:
        folder = self.options.wheels
        return load("own") if folder is None else load(folder=folder)


def _told(words: list[str]) -> str:
    return ", ".join(words)
