"""Entries whose labels are pleasant where the other side is unpleasant, or the reverse."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import Field

from emer.dataset.entry import Entry
from emer.dataset.filters import named
from emer.dataset.filters.base import RecordFilter
from emer.dataset.plan import Settings, Share, Text


class Options(Settings):
    """Options of `sentiment`."""

    against: Literal["measured", "source"] = Field(
        default="measured", description="Measured valence, or a label column of the source."
    )
    column: Text = Field(
        default="valence", description="The column: numbers around 0, or emotion words."
    )
    scale: Annotated[float, Field(gt=0)] = Field(
        default=1.0, description="What numbers of the column are divided by to lie in -1..1."
    )
    zone: Share = Field(
        default=0.2, description="A side whose valence is closer to 0 than this says nothing."
    )


class Sentiment(RecordFilter[Options]):
    """Drops an entry whose labels have the opposite sign of valence as the other side.

    The labels' valence is the mean of their places on the circumplex (`emer.emotions.labels`),
    weighted by confidence. Within the dead zone around 0 a side says nothing.

    Weakness: the measured valence is an inference from few cues and misses irony and mixed
    emotions; a dataset filtered by it leans to what the instruments find. Words whose place is not
    known are passed over.

    Source: ours; the circumplex is that of Russell (1980, J. Pers. Soc. Psychol. 39).
    """

    name = "sentiment"
    options_type = Options

    def reason(self, entry: Entry) -> str | None:
        """Return both valences if they are clearly opposite."""
        own = named.valence(named.of_entry(entry), [each.confidence for each in entry.emotions])
        other = self._other(entry)
        if own is None or other is None or min(abs(own), abs(other)) < self.options.zone:
            return None
        if own * other >= 0:
            return None
        side = "measured" if self.options.against == "measured" else "of the source"
        return f"The valence of its labels is {own:+.2f}, that {side} {other:+.2f}."

    def _other(self, entry: Entry) -> float | None:
        if self.options.against == "measured":
            return entry.observed.valence if entry.observed else None
        number = _number(entry.labels.get(self.options.column, ""))
        if number is not None:
            return number / self.options.scale
        words = named.of_source(entry, self.options.column)
        return named.valence(words, [1.0] * len(words))


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
