"""What a survey of rows found."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from emer.report.output import replace

Modality = Literal["video", "audio", "subtitle"]
Kind = Literal[
    "unreadable",
    "invalid",
    "duplicate",
    "media missing",
    "broken",
    "over a limit",
    "lacking a modality",
    "note",
]

MODALITIES: tuple[Modality, ...] = ("video", "audio", "subtitle")


@dataclass(frozen=True)
class Skipped:
    """A row with which something is wrong.

    Attributes:
        index: Its index in the records; None for one that could not be read at all.
        id: Its id, if it has one that can be read.
        kind: What kind of fault it is.
        reason: What is wrong, in words.
    """

    index: int | None
    id: str | None
    kind: Kind
    reason: str


@dataclass
class Survey:
    """What a survey found.

    Attributes:
        rows: How many rows there are, readable or not.
        usable: Indices of the rows that can be trained on, ascending.
        present: What each usable row has, in the same order.
        skipped: The others.
        noted: Damage in media that are used nevertheless, such as a file that breaks off.
    """

    rows: int = 0
    usable: list[int] = field(default_factory=list)
    present: list[frozenset[Modality]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    noted: list[Skipped] = field(default_factory=list)

    def summary(self, listed: str | Path | None = None) -> str:
        """Return one sentence: "1,080 rows, 3 skipped: 2 media missing, 1 broken".

        Args:
            listed: Where `write` has listed them, to be named.
        """
        text = f"{self.rows:,} rows, {len(self.skipped):,} skipped"
        if self.skipped:
            kinds = Counter(each.kind for each in self.skipped)
            text += ": " + ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
        if self.noted:
            text += f"; damage in {len(self.noted):,} used"
        return f"{text}; see {listed}" if listed and (self.skipped or self.noted) else text

    def write(self, path: Path) -> None:
        """List what was skipped or noted as JSON lines.

        Raises:
            OutputError: The file cannot be written.
        """
        lines = [
            json.dumps(vars(each) | {"used": used}, ensure_ascii=False)
            for used, group in ((False, self.skipped), (True, self.noted))
            for each in group
        ]
        replace(path, "".join(f"{line}\n" for line in lines))


@dataclass(frozen=True)
class Fault:
    """Why a media file cannot be used.

    Attributes:
        kind: What kind of fault it is.
        reason: What is wrong, in words.
    """

    kind: Kind
    reason: str
