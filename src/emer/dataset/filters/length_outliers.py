"""Entries that are unusually short or long for the dataset they are in."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from emer.dataset.entry import Entry, Removal
from emer.dataset.filters.base import Entries, SetFilter, record
from emer.dataset.filters.length import words
from emer.dataset.plan import Count, Settings, Share

Figure = Literal["seconds", "statements", "words"]

_FIGURES: Mapping[Figure, tuple[str, Callable[[Entry], float]]] = MappingProxyType(
    {
        "seconds": ("The clip lasts {} s", lambda entry: entry.media.seconds),
        "statements": ("It has {} statements", lambda entry: len(entry.statements)),
        "words": (
            "Its statements have {} words",
            lambda entry: sum(words(each.text) for each in entry.statements),
        ),
    }
)


class Options(Settings):
    """Options of `length-outliers`."""

    low: Share = Field(default=0.005, description="Quantile below which a figure is an outlier.")
    high: Share = Field(default=0.995, description="Quantile above which it is one.")
    figures: tuple[Figure, ...] = Field(
        default=("seconds", "statements", "words"),
        min_length=1,
        description="What is looked at: length of the clip, number of statements, their words.",
    )
    fewest: Count = Field(
        default=200, description="Entries a dataset must have, else nothing is an outlier."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"low ({self.low:g}) is not below high ({self.high:g})")
        return self


class LengthOutliers(SetFilter[Options]):
    """Drops entries beyond two quantiles of the dataset, in length or in how much they say.

    A figure is an outlier if it lies strictly below the low or above the high quantile (inverted
    empirical distribution, so that a bound is a value that occurs). Twelve bytes an entry are held.

    Weakness: a share of the entries goes however good they are.

    Source: AffectGPT (Lian et al. 2025, arXiv 2501.16566), which drops by length; quantiles ours.
    """

    name = "length-outliers"
    options_type = Options

    def select(self, entries: Entries) -> Iterator[tuple[str, Removal]]:
        """Yield entries with a figure beyond its quantiles."""
        bounds = self._bounds(entries)
        if bounds is None:
            return
        for entry in entries():
            reason = None if entry.out else self._reason(entry, bounds)
            if reason is not None:
                yield entry.id, record(self.name, reason)

    def _bounds(self, entries: Entries) -> dict[Figure, tuple[float, float]] | None:
        columns = {figure: array("f") for figure in self.options.figures}
        count = 0
        for entry in entries():
            if not entry.out:
                count += 1
                for figure, column in columns.items():
                    column.append(_FIGURES[figure][1](entry))
        if count < self.options.fewest:
            return None
        asked = (self.options.low, self.options.high)
        return {figure: _quantiles(column, asked) for figure, column in columns.items()}

    def _reason(self, entry: Entry, bounds: Mapping[Figure, tuple[float, float]]) -> str | None:
        for figure, (low, high) in bounds.items():
            told, read = _FIGURES[figure]
            value = float(np.float32(read(entry)))
            if value < low:
                return f"{told.format(f'{value:g}')}, less than {self._rest(low)}."
            if value > high:
                return f"{told.format(f'{value:g}')}, more than {self._rest(high)}."
        return None

    def _rest(self, bound: float) -> str:
        return f"{bound:g}, unlike nearly all others"


def _quantiles(column: array[float], asked: tuple[float, float]) -> tuple[float, float]:
    low, high = np.quantile(np.frombuffer(column, np.float32), asked, method="inverted_cdf")
    return float(low), float(high)
