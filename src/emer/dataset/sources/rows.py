"""Rows of a manifest, one after the other, whatever it is kept in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from emer.dataset.sources.base import SourceError
from emer.errors import MissingExtra
from emer.training.data.jsonl import LONGEST_LINE
from emer.training.data.strict_json import parse

Row = Mapping[str, Any]
LARGEST_JSON = 1 << 28
MOST_NAMED = 30
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """Columns that are read.

    Attributes:
        needed: Those that must be there.
        welcome: Those that are used where they are there.
    """

    needed: tuple[str, ...]
    welcome: tuple[str, ...] = ()


def read_rows(path: Path, wanted: Wanted) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a manifest with their numbers.

    Args:
        path: A file ending in one of `SUFFIXES`.
        wanted: Columns; rows may hold more.

    Yields:
        Number of the line (.csv, .tsv, .jsonl) or of the row (.json, .parquet), from 1, and the
        row. In .csv and .tsv every value is text, and the first line names the columns.

    Raises:
        SourceError: The file cannot be read, is damaged or, if it has a header, lacks a column.
        MissingExtra: Parquet without pyarrow.
    """
    try:
        yield from _READERS[path.suffix.lower()](path, wanted)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _csv(path: Path, wanted: Wanted) -> Iterator[tuple[int, Row]]:
    kind = "excel-tab" if path.suffix.lower() == ".tsv" else "excel"
    with path.open("rb") as file:
        reader = csv.reader(_text(path, file), kind, strict=True)
        try:
            header = [name.strip() for name in next(reader, [])]
            _check_header(path, header, wanted)
            for cells in reader:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise ValueError(f"it has {len(cells)} cells, the header {len(header)}")
                yield reader.line_num, dict(zip(header, cells, strict=True))
        except (csv.Error, ValueError) as error:
            raise SourceError(
                f"Line {reader.line_num} of {path} cannot be used: {error}.",
                "Check its quotes, or export the table again as CSV in UTF-8.",
            ) from error


def _text(path: Path, file: BinaryIO) -> Iterator[str]:
    """Yield lines of UTF-8 text, without a byte order mark."""
    for number, line in _lines(file):
        if line is None:
            raise ValueError(f"it is longer than {LONGEST_LINE >> 20} MiB")
        if b"\0" in line:
            raise ValueError("it holds NUL bytes, so it is no UTF-8 text")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"it is not UTF-8 text (byte {error.start})") from error


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield lines with their numbers from 1; None for one that is too long."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        yield number, None if len(line) > LONGEST_LINE else line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE + 1)


def _check_header(path: Path, header: list[str], wanted: Wanted) -> None:
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise SourceError(f"{path} has two columns {twice[0]!r}.", "Rename one of them.")
    missing_column(path, [name for name in wanted.needed if name not in header], header)


def missing_column(path: Path, missing: Sequence[str], present: Sequence[str]) -> None:
    """Raise `SourceError` if columns are missing from a manifest.

    Args:
        path: The manifest.
        missing: Columns that are wanted and not there.
        present: Columns that are there.
    """
    if missing:
        named = ", ".join(map(str, present[:MOST_NAMED])) or "none"
        raise SourceError(
            f"{path} has no column {missing[0]!r}.",
            f"It has: {named}. Name the right one in the source's `columns` or `labels`.",
        )


def _jsonl(path: Path, wanted: Wanted) -> Iterator[tuple[int, Row]]:
    with path.open("rb") as file:
        for number, line in _lines(file):
            if line is not None and not line.strip():
                continue
            try:
                if line is None:
                    raise ValueError(f"it is longer than {LONGEST_LINE >> 20} MiB")
                yield number, parse(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            except ValueError as error:
                raise SourceError(
                    f"Line {number} of {path} cannot be used: {error}.",
                    "Each line is a JSON object; mend it or leave it out.",
                ) from error


def _json(path: Path, wanted: Wanted) -> Iterator[tuple[int, Row]]:
    if path.stat().st_size > LARGEST_JSON:
        raise SourceError(
            f"{path} is larger than {LARGEST_JSON >> 20} MiB, and is read as a whole.",
            "Write it as .jsonl, one object a line.",
        )
    data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        # The strict reader takes objects; what is more than one value would be a second key.
        rows = parse(b'{"rows":' + data + b"}")
        found = rows["rows"] if len(rows) == 1 else None
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise ValueError("it should be a list of objects")
    except ValueError as error:
        raise SourceError(
            f"{path} cannot be used: {error}.", "Write a list of objects, one for each clip."
        ) from error
    yield from enumerate(found, 1)


def _parquet(path: Path, wanted: Wanted) -> Iterator[tuple[int, Row]]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise MissingExtra("Reading Parquet", "pyarrow", "build") from error
    try:
        with ParquetFile(path) as file:
            present = file.schema_arrow.names
            missing_column(path, [name for name in wanted.needed if name not in present], present)
            columns = [name for name in present if name in (*wanted.needed, *wanted.welcome)]
            number = 0
            for batch in file.iter_batches(_BATCH, columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (ArrowException, OSError) as error:
        raise SourceError(
            f"{path} is not a Parquet file that can be read: {error}.",
            "Copy it again, or give its rows as JSON lines.",
        ) from error


_READERS: Mapping[str, Callable[[Path, Wanted], Iterator[tuple[int, Row]]]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".json": _json,
    ".jsonl": _jsonl,
    ".parquet": _parquet,
}
SUFFIXES = tuple(_READERS)
NUMBERED = {".json": "row", ".parquet": "row"}
