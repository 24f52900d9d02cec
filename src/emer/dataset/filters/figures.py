"""How long clips are, how much is said of them and which emotions they have, in a few counts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from emer.dataset.entry import Entry, Modality
from emer.dataset.filters import named
from emer.explainers.claim_emotions import place

SECONDS = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""Where the bins of lengths begin; the last one has no end."""

AGREEMENT = tuple(round(0.1 * step, 1) for step in range(10))
"""Where the bins of agreement begin; the last one includes 1."""

MOST_STATEMENTS = 20
"""More statements of a modality than this are counted as this many."""

NONE, OTHER = "none", "other"


class Figures:
    """Distributions over entries, as counts that can be added."""

    def __init__(self) -> None:
        self.entries = 0
        self.milliseconds = 0
        self.seconds: Counter[int] = Counter()
        self.agreement: Counter[int] = Counter()
        self.families: Counter[str] = Counter()
        self.statements: dict[Modality, Counter[int]] = {
            modality: Counter() for modality in get_args(Modality)
        }

    def add(self, entry: Entry, modalities: Iterable[Modality]) -> None:
        """Count an entry.

        Args:
            entry: Of which length, agreement and leading emotion are counted.
            modalities: Of its statements, one each.
        """
        self.entries += 1
        self.milliseconds += round(1000 * entry.media.seconds)
        self.seconds[_bin(SECONDS, entry.media.seconds)] += 1
        if entry.agreement is not None:
            self.agreement[_bin(AGREEMENT, entry.agreement)] += 1
        self.families[leading(entry)] += 1
        number = Counter(modalities)
        for modality, counts in self.statements.items():
            counts[min(number[modality], MOST_STATEMENTS)] += 1

    def merge(self, other: Figures) -> None:
        """Add what another one counted."""
        self.entries += other.entries
        self.milliseconds += other.milliseconds
        self.seconds.update(other.seconds)
        self.agreement.update(other.agreement)
        self.families.update(other.families)
        for modality, counts in other.statements.items():
            self.statements[modality].update(counts)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain JSON, from which `from_dict` restores them.

        Returns:
            `entries`; `seconds` and `agreement` with `from` (where each bin begins) and `counts`,
            and of the former `total`; `families` by count; `statements` by modality: entries with
            0, 1, ... of them.
        """
        return {
            "entries": self.entries,
            "seconds": {
                "from": list(SECONDS),
                "counts": _dense(self.seconds, len(SECONDS)),
                "total": self.milliseconds / 1000,
            },
            "statements": {
                modality: _dense(counts, MOST_STATEMENTS + 1)
                for modality, counts in self.statements.items()
            },
            "agreement": {
                "from": list(AGREEMENT),
                "counts": _dense(self.agreement, len(AGREEMENT)),
            },
            "families": dict(sorted(self.families.items(), key=lambda one: (-one[1], one[0]))),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Figures:
        """Return what `as_dict` gave."""
        found = cls()
        found.entries = data["entries"]
        found.milliseconds = round(1000 * data["seconds"]["total"])
        found.seconds = _sparse(data["seconds"]["counts"])
        found.agreement = _sparse(data["agreement"]["counts"])
        found.families = Counter(data["families"])
        for modality, counts in found.statements.items():
            counts.update(_sparse(data["statements"][modality]))
        return found


def leading(entry: Entry) -> str:
    """Return the family of the entry's first emotion; "none" without, "other" if it is unknown."""
    words = named.of_entry(entry) or named.measured(entry)
    if not words:
        return NONE
    found = place(words[0].lower(), "en")
    return OTHER if found is None else found[1]


def _bin(starts: Sequence[float], value: float) -> int:
    return max(0, bisect_right(starts, value) - 1)


def _dense(counts: Counter[int], length: int) -> list[int]:
    return [counts[at] for at in range(length)]


def _sparse(counts: Sequence[int]) -> Counter[int]:
    return Counter({at: count for at, count in enumerate(counts) if count})
