"""JSON lines: one scan notes where each row begins."""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import Any

from emer.training.data.base import OnError, Records, Reporter
from emer.training.data.snapshot import Snapshot
from emer.training.data.strict_json import parse

LONGEST_LINE = 1 << 24
_BOM = b"\xef\xbb\xbf"


class JsonLines(Records):
    """Rows of a JSON lines file; 20 bytes are held for each.

    Args:
        path: The file, UTF-8, one object a line; empty lines do not count.
        on_error: Raise at the first line that is no JSON object, or skip and list such lines.

    Raises:
        RecordError: The file or, with "raise", a line cannot be read.
    """

    def __init__(self, path: Path, on_error: OnError = "raise") -> None:
        self.root = path.parent
        self._file = Snapshot(path)
        self._starts, self._sizes, self._lines = array("q"), array("q"), array("I")
        reporter = Reporter(on_error)
        self._scan(reporter)
        self.skipped = tuple(reporter.skipped)

    def __len__(self) -> int:
        return len(self._starts)

    def read(self, index: int) -> dict[str, Any]:
        """Return the row at `index`."""
        return parse(self._file.read(self._starts[index], self._sizes[index]))

    def where(self, index: int) -> str:
        """Return the line that holds a row."""
        return self._where(self._lines[index])

    def _where(self, line: int) -> str:
        return f"line {line} of {self._file.path.name}"

    def _scan(self, reporter: Reporter) -> None:
        start, number = 0, 0
        with self._file.path.open("rb") as file:
            while line := file.readline(LONGEST_LINE + 1):
                number += 1
                skip = len(_BOM) if number == 1 and line.startswith(_BOM) else 0
                self._take(line[skip:], start + skip, number, reporter)
                start += len(line)
                while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                    line = file.readline(LONGEST_LINE + 1)
                    start += len(line)

    def _take(self, line: bytes, start: int, number: int, reporter: Reporter) -> None:
        if not line.strip():
            return
        try:
            if len(line) > LONGEST_LINE:
                raise ValueError(f"it is longer than {LONGEST_LINE >> 20} MiB")
            parse(line)
        except ValueError as error:
            reporter.broken(self._where(number), error)
            return
        self._starts.append(start)
        self._sizes.append(len(line))
        self._lines.append(number)
