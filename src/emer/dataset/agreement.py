"""How far annotators agree: within an entry, and over a whole dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from emer.dataset.entry import Entry
from emer.dataset.voting import family
from emer.explanation import Language

Families = Mapping[str, frozenset[str]]
"""From an annotator to the families of the emotions it named."""


def families(entry: Entry, language: Language) -> dict[str, frozenset[str]]:
    """Return the families of emotion that each annotator named, in the order of their answers.

    What was measured is left out: the agreement of models with measurements is the status of their
    statements. So are annotators that named no emotion: they may not have been asked for one.

    Args:
        entry: With answers.
        language: Of the dataset.
    """
    named: dict[str, set[str]] = {}
    for answer in entry.answers:
        labels = (*answer.emotions, *(reading.emotion for reading in answer.readings))
        if answer.missing is None and labels:
            named.setdefault(answer.annotator, set()).update(family(x, language) for x in labels)
    return {annotator: frozenset(found) for annotator, found in named.items()}


def agreement(named: Families) -> float | None:
    """Return the mean Jaccard index of the families of any two annotators; None for fewer.

    >>> agreement({"a": frozenset({"joy"}), "b": frozenset({"joy", "surprise"})})
    0.5
    """
    share = _jaccard(named)
    return None if share is None else round(float(share), 4)


def _jaccard(named: Families) -> Fraction | None:
    shares = [Fraction(len(a & b), len(a | b)) for a, b in combinations(named.values(), 2)]
    return sum(shares, Fraction(0)) / len(shares) if shares else None


@dataclass
class Alpha:
    """Krippendorff's alpha for nominal data, any number of observers and missing values.

    Krippendorff 2011, "Computing Krippendorff's alpha-reliability", section D. Sums are kept as
    fractions, so the order of units does not matter, and memory grows with distinct values alone.
    """

    matching: Fraction = Fraction(0)
    totals: dict[Hashable, Fraction] = field(default_factory=dict)

    def add(self, values: Sequence[Hashable], units: int = 1) -> None:
        """Add the values that observers gave to one unit; missing ones are left out.

        A unit with fewer than two values says nothing and is not counted.

        Args:
            values: Of the unit.
            units: How many units with these values there are.
        """
        if len(values) < 2:
            return
        for value in dict.fromkeys(values):
            count = values.count(value)
            self.totals[value] = self.totals.get(value, Fraction(0)) + count * units
            # Pairs within the unit, weighted so that each value counts once.
            self.matching += Fraction(units * count * (count - 1), len(values) - 1)

    @property
    def observed(self) -> Fraction:
        """Values that do not match, as a sum over the coincidence matrix."""
        return sum(self.totals.values(), Fraction(0)) - self.matching

    @property
    def expected(self) -> Fraction:
        """Values that would not match by chance, likewise; 0 if there is nothing to compare."""
        n = sum(self.totals.values(), Fraction(0))
        if n < 2:
            return Fraction(0)
        return n - sum(t * (t - 1) for t in self.totals.values()) / (n - 1)

    @property
    def value(self) -> float | None:
        """Alpha: 1 for agreement, 0 for chance; None where all values are one and the same."""
        return float(1 - self.observed / self.expected) if self.expected else None


class Agreement:
    """Agreement of the annotators over a dataset, entry by entry, in flat memory.

    Each family of emotion is a question of its own: did an annotator name it or not. Entries for
    which fewer than two annotators named emotions are not counted.

    Args:
        language: Of the dataset.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._named: dict[str, Alpha] = {}
        # How many annotators an entry has, by how many entries: all, and those with a family.
        self._sizes: Counter[int] = Counter()
        self._with: dict[str, Counter[int]] = {}
        self._jaccard = Fraction(0)

    @property
    def entries(self) -> int:
        """Entries that were counted."""
        return self._sizes.total()

    def add(self, entry: Entry) -> None:
        """Add an entry with its answers."""
        named = families(entry, self._language)
        share = _jaccard(named)
        if share is None:
            return
        self._jaccard += share
        self._sizes[len(named)] += 1
        for one in frozenset[str]().union(*named.values()):
            self._named.setdefault(one, Alpha()).add([one in found for found in named.values()])
            self._with.setdefault(one, Counter())[len(named)] += 1

    @property
    def jaccard(self) -> float | None:
        """Mean over entries of `agreement`; None without any."""
        return round(float(self._jaccard / self.entries), 4) if self.entries else None

    @property
    def alpha(self) -> float | None:
        """Krippendorff's alpha over all families: what is observed and expected in any of them."""
        every = list(self._alphas().values())
        expected = sum((one.expected for one in every), Fraction(0))
        observed = sum((one.observed for one in every), Fraction(0))
        return round(float(1 - observed / expected), 4) if expected else None

    @property
    def by_family(self) -> dict[str, float | None]:
        """Krippendorff's alpha of each family that was named, in alphabetical order."""
        values = {name: one.value for name, one in self._alphas().items()}
        return {name: None if value is None else round(value, 4) for name, value in values.items()}

    def _alphas(self) -> dict[str, Alpha]:
        """Return the families with the entries in which nobody named them."""
        whole = {}
        for name in sorted(self._named):
            seen = self._named[name]
            whole[name] = Alpha(seen.matching, dict(seen.totals))
            for size, count in self._sizes.items():
                whole[name].add([False] * size, count - self._with[name][size])
        return whole
