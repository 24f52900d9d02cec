"""Parquet: row groups are decoded when asked for, and the last few kept."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from itertools import accumulate
from pathlib import Path
from typing import Any

from emer.errors import MissingExtra
from emer.training.data.base import Records
from emer.training.data.errors import RecordError

_KEPT_GROUPS = 4


class Parquet(Records):
    """Rows of a Parquet file.

    Parquet has no absent values: a null counts as absent. Rows read in random order decode a row
    group for each, so write the file with small groups (some hundred rows).

    Args:
        path: The file.

    Raises:
        RecordError: It is not a Parquet file.
        MissingExtra: pyarrow is not installed.
    """

    def __init__(self, path: Path) -> None:
        self.root = path.parent
        self._path = path
        with self._open() as file:
            groups = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        self._ends = list(accumulate(groups))
        self._forget()

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __getstate__(self) -> dict[str, Any]:
        return {"root": self.root, "_path": self._path, "_ends": self._ends}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    def read(self, index: int) -> dict[str, Any]:
        """Return the row at `index`, without what is null."""
        number = bisect_right(self._ends, index)
        table = self._group(number)
        at = index - (self._ends[number - 1] if number else 0)
        (row,) = table.slice(at, 1).to_pylist(maps_as_pydicts="strict")
        return {key: _present(value) for key, value in row.items() if value is not None}

    def where(self, index: int) -> str:
        """Return the number of a row, from 1."""
        return f"row {index + 1} of {self._path.name}"

    def _forget(self) -> None:
        self._groups: OrderedDict[int, Any] = OrderedDict()
        self._lock = threading.Lock()

    def _group(self, number: int) -> Any:
        with self._lock:
            if number in self._groups:
                self._groups.move_to_end(number)
                return self._groups[number]
            from pyarrow import ArrowException

            try:
                with self._open() as file:
                    table = file.read_row_group(number)
            except (ArrowException, OSError) as error:
                raise RecordError(
                    f"Row group {number} of {self._path} cannot be read: {error}.",
                    "The file is damaged: copy it again.",
                ) from error
            self._groups[number] = table
            if len(self._groups) > _KEPT_GROUPS:
                self._groups.popitem(last=False)
            return table

    def _open(self) -> Any:
        try:
            from pyarrow import ArrowException
            from pyarrow.parquet import ParquetFile
        except ImportError as error:
            raise MissingExtra("Reading Parquet", "pyarrow", "train") from error
        try:
            return ParquetFile(self._path)
        except (ArrowException, OSError) as error:
            raise RecordError(
                f"{self._path} is not a Parquet file that can be read: {error}.",
                "Copy it again, or give its rows as JSON lines.",
            ) from error


def _present(value: Any) -> Any:
    """Return a value without the nulls that a structure has for absent fields."""
    if isinstance(value, dict):
        return {key: _present(each) for key, each in value.items() if each is not None}
    return value
