"""Entries that are too short, too long, or say too little or too much."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from emer.dataset.entry import Entry, Modality
from emer.dataset.filters.base import RecordFilter
from emer.dataset.plan import NotNegative, Settings

# A Han character counts as a word, as does a run of other letters.
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:['’-][^\W_\u3400-\u9fff]+)*")


class Bounds(Settings):
    """From `least` to `most`, both included; None for no bound."""

    least: NotNegative | None = None
    most: NotNegative | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least ({self.least:g}) is above most ({self.most:g})")
        return self

    def holds(self, value: float) -> bool:
        """Return whether a value lies within."""
        above = self.least is None or value >= self.least
        return above and (self.most is None or value <= self.most)

    def missed(self, value: float) -> str:
        """Return what is wrong with a value that lies outside."""
        if self.least is not None and value < self.least:
            return f"less than {self.least:g}"
        return f"more than {self.most:g}"


class Options(Settings):
    """Options of `length`."""

    shortest: NotNegative | None = Field(
        default=0.5, description="Seconds a clip must last; still images are not looked at."
    )
    longest: NotNegative | None = Field(default=300.0, description="Seconds a clip may last.")
    statements: Bounds = Field(
        default=Bounds(least=1), description="Statements of an entry, all modalities together."
    )
    modalities: dict[Modality, Bounds] = Field(
        default_factory=dict, description="Statements of a modality, such as {visual: {least: 1}}."
    )
    words: Bounds = Field(
        default=Bounds(most=120),
        description="Words of each single statement; a Han character is a word.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        Bounds(least=self.shortest, most=self.longest)
        return self


class Length(RecordFilter[Options]):
    """Drops an entry whose clip or statements are outside of bounds that the plan gives.

    Weakness: bounds know nothing of the content; see `length-outliers` for bounds that follow from
    the dataset itself.

    Source: AffectGPT (Lian et al. 2025, arXiv 2501.16566), whose MER-Caption+ drops descriptions
    of unusual length.
    """

    name = "length"
    options_type = Options

    def reason(self, entry: Entry) -> str | None:
        """Return the first figure out of bounds."""
        return next(self._reasons(entry), None)

    def _reasons(self, entry: Entry) -> Iterator[str]:
        asked, seconds = self.options, entry.media.seconds
        duration = Bounds(least=asked.shortest, most=asked.longest)
        if not entry.media.still and not duration.holds(seconds):
            yield f"The clip lasts {seconds:.2f} s, {duration.missed(seconds)} s."
        count = len(entry.statements)
        if not asked.statements.holds(count):
            yield f"It has {count} statements, {asked.statements.missed(count)}."
        for modality, bounds in sorted(asked.modalities.items()):
            count = sum(each.modality == modality for each in entry.statements)
            if not bounds.holds(count):
                yield f"It has {count} {modality} statements, {bounds.missed(count)}."
        for statement in entry.statements:
            count = words(statement.text)
            if not asked.words.holds(count):
                yield f"A statement has {count} words, {asked.words.missed(count)}."


def words(text: str) -> int:
    """Return how many words a text has; a Han character counts as one.

    >>> words("She doesn't smile."), words("嘴角上扬")
    (3, 4)
    """
    return len(_WORD.findall(text))
