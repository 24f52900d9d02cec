"""What is in a finished dataset, counted entry by entry: for the card, the page and the console."""

from __future__ import annotations

import hashlib
import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from emer.dataset.entry import Entry
from emer.dataset.report.facts import LabelCount
from emer.explainers.claim_emotions import place

SAMPLES = 6


@dataclass
class Tally:
    """Counts over entries; what it holds does not grow with their number, but for labels.

    Attributes:
        records: Kept entries.
        statements: By modality.
        statuses: Statements by status.
        voices: Statements by how many annotators said so, measurement included.
        sources: Kept entries by source.
        splits: Kept entries by split.
        split_milliseconds: Length of their clips by split.
        split_statements: Their statements by split.
    """

    records: int = 0
    statements: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    voices: Counter[int] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    splits: Counter[str] = field(default_factory=Counter)
    split_milliseconds: Counter[str] = field(default_factory=Counter)
    split_statements: Counter[str] = field(default_factory=Counter)
    _labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    _samples: list[tuple[int, str, Entry]] = field(default_factory=list)

    def add(self, entry: Entry, split: str) -> None:
        """Count a kept entry."""
        self.records += 1
        self.sources[entry.source] += 1
        self.splits[split] += 1
        self.split_milliseconds[split] += round(1000 * entry.media.seconds)
        self.split_statements[split] += len(entry.statements)
        for statement in entry.statements:
            self.statements[statement.modality] += 1
            self.statuses[statement.status] += 1
            self.voices[len({origin.annotator for origin in statement.origins})] += 1
        self._labels.update((label.en, label.zh) for label in entry.emotions)
        self._sample(entry)

    def labels(self) -> list[LabelCount]:
        """Return the labels, most frequent first, ties in alphabetical order."""
        found = sorted(self._labels.items(), key=lambda each: (-each[1], each[0]))
        return [LabelCount(en, zh, family_of(en, zh), count) for (en, zh), count in found]

    def samples(self) -> Sequence[Entry]:
        """Return a few entries, drawn by the hash of their ids, in the order of these."""
        return [entry for _, _, entry in sorted(self._samples, key=lambda each: each[1])]

    def _sample(self, entry: Entry) -> None:
        drawn = int.from_bytes(hashlib.sha256(entry.id.encode()).digest()[:8])
        item = (-drawn, entry.id, entry)
        if len(self._samples) < SAMPLES:
            heapq.heappush(self._samples, item)
        elif item[:2] > self._samples[0][:2]:
            heapq.heapreplace(self._samples, item)


def family_of(en: str, zh: str) -> str:
    """Return the emotion family of a label, "" if the tables do not know it."""
    found = (place(en.lower(), "en") if en else None) or (place(zh, "zh") if zh else None)
    return found[1] if found else ""
