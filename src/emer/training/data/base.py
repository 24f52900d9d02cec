"""What every file of rows is: a sequence on disk."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, overload

from emer.training.data.errors import RecordError

OnError = Literal["raise", "skip"]


@dataclass(frozen=True)
class BrokenRow:
    """A row that could not be read and was left out.

    Attributes:
        where: Its place, e.g. "line 17 of train.jsonl".
        reason: What is wrong with it.
    """

    where: str
    reason: str


class Records(Sequence[dict[str, Any]], ABC):
    """Rows on disk, read one at a time by their index; what is held is where they lie.

    Any row can be read at any time. A shuffle is therefore one of all rows, not of a buffer, and
    a run that stopped is continued at the very row by the seed and the number of rows done. A
    copy may be handed to another process.

    Attributes:
        root: Folder that paths in the rows are relative to.
        skipped: Rows that were left out because they cannot be read.
    """

    root: Path
    skipped: tuple[BrokenRow, ...] = ()

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, slice):
            return [self.read(each) for each in range(len(self))[index]]
        return self.read(self._place(index))

    def _place(self, index: int) -> int:
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} rows, but row {index} was asked for")
        return index % len(self)

    @abstractmethod
    def read(self, index: int) -> dict[str, Any]:
        """Return the row at `index`, which is from 0 to one less than their number."""

    @abstractmethod
    def where(self, index: int) -> str:
        """Return the place of a row in words, e.g. "line 17 of train.jsonl"."""


class Reporter:
    """Raises or lists what is wrong with a row.

    Args:
        on_error: "raise" or "skip".
    """

    def __init__(self, on_error: OnError) -> None:
        self._raise = on_error == "raise"
        self.skipped: list[BrokenRow] = []

    def broken(self, where: str, reason: object) -> None:
        """Take note of a row; raises `RecordError` unless broken rows are to be skipped."""
        if self._raise:
            raise RecordError(
                f"{where[:1].upper()}{where[1:]} cannot be used: {reason}.",
                'Mend it, leave it out, or list and skip such rows with on_error="skip".',
            )
        self.skipped.append(BrokenRow(where, str(reason)))


class Joined(Records):
    """Several files of rows, one after the other.

    Media paths of files in different folders are made relative to the folder that holds them all.

    Args:
        parts: The files.
    """

    def __init__(self, parts: Sequence[Records]) -> None:
        self._parts = parts
        self._ends = list(accumulate(len(part) for part in parts))
        self.root = Path(os.path.commonpath([part.root for part in parts]))
        self._below = [Path(os.path.relpath(part.root, self.root)) for part in parts]
        self.skipped = tuple(row for part in parts for row in part.skipped)

    def __len__(self) -> int:
        return self._ends[-1]

    def read(self, index: int) -> dict[str, Any]:
        """Return the row at `index` of all."""
        number, rest = self._find(index)
        return _moved(self._parts[number].read(rest), self._below[number])

    def where(self, index: int) -> str:
        """Return the place of a row in its own file."""
        number, rest = self._find(index)
        return self._parts[number].where(rest)

    def _find(self, index: int) -> tuple[int, int]:
        number = bisect_right(self._ends, index)
        return number, index - (self._ends[number - 1] if number else 0)


def _moved(record: dict[str, Any], below: Path) -> dict[str, Any]:
    """Return a record whose media lie in a folder below; absolute paths stay."""
    if below == Path():
        return record
    paths = {key: record.get(key) for key in ("video", "audio")}
    return record | {
        key: (below / path).as_posix()
        for key, path in paths.items()
        if isinstance(path, str) and path.strip()
    }
