"""Files of rows, written row by row: the same rows give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from emer.dataset.entry import Entry
from emer.dataset.export.columns import Column, arrow
from emer.dataset.export.media import pieces, suffix_of
from emer.dataset.export.rows import Row
from emer.errors import MissingExtra

Format = Literal["jsonl", "parquet", "webdataset"]
Make = Callable[[str], list[Row]]
"""Gives the rows of a clip, told where rows are to say that it is."""

SUFFIXES: Mapping[Format, str] = {"jsonl": ".jsonl", "parquet": ".parquet", "webdataset": ".tar"}
GROUP = 256
"""Rows of a Parquet row group: trainers read rows in random order, a group at a time."""

_BLOCK, _RECORD = tarfile.BLOCKSIZE, tarfile.RECORDSIZE


class HashedFile(io.BufferedWriter):
    """A new file that knows the hash of what was written to it.

    Args:
        path: The file; its folder is made if absent.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.digest = hashlib.sha256()
        super().__init__(io.FileIO(path, "xb"), 1 << 18)

    def write(self, data: Any, /) -> int:
        """Write all of the data."""
        self.digest.update(data)
        return super().write(data)


class RowFile(ABC):
    """A file of rows that is being written.

    Args:
        path: The file.
        columns: Its columns.

    Attributes:
        rows: How many were written.
        bytes: Size, once closed.
        sha256: Hash of the bytes, once closed.
    """

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.path, self.columns = path, columns
        self.rows, self.bytes, self.sha256 = 0, 0, ""
        self._file = HashedFile(path)

    @abstractmethod
    def add(self, entry: Entry, make: Make, media: Callable[[], str]) -> None:
        """Write the rows of a clip.

        Args:
            entry: The clip.
            make: Gives its rows.
            media: Puts the clip where it is referred to, and returns how.
        """

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._end()
        self._file.flush()
        self.bytes, self.sha256 = self._file.tell(), self._file.digest.hexdigest()
        self._file.close()

    def abandon(self) -> None:
        """Close a file that will not be finished."""
        # A full disk, for which it may be abandoned, has been told already.
        with suppress(OSError):
            self._file.close()

    @abstractmethod
    def _end(self) -> None:
        """Write what comes after the last row."""


class JsonFile(RowFile):
    """JSON lines, UTF-8; keys are in the order of the columns."""

    def add(self, entry: Entry, make: Make, media: Callable[[], str]) -> None:
        """Write the rows of a clip, a line each."""
        for row in make(media()):
            self._file.write(to_json(row, self.columns) + b"\n")
            self.rows += 1

    def _end(self) -> None:
        """Nothing comes after the last line."""


class ParquetFile(RowFile):
    """Parquet with row groups of `GROUP` rows, compressed by Zstandard."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        super().__init__(path, columns)
        try:
            from pyarrow.parquet import ParquetWriter
        except ImportError as error:
            raise MissingExtra("Writing Parquet", "pyarrow", "build") from error
        self._schema = arrow(columns)
        self._writer = ParquetWriter(
            self._file, self._schema, compression="zstd", compression_level=3
        )
        self._held: list[Row] = []

    def add(self, entry: Entry, make: Make, media: Callable[[], str]) -> None:
        """Hold the rows of a clip, and write them once a group is full."""
        for row in make(media()):
            self._held.append(row)
            self.rows += 1
            if len(self._held) == GROUP:
                self._flush()

    def abandon(self) -> None:
        """Close the writer first: it would write to a closed file when it is thrown away."""
        with suppress(OSError):
            self._writer.close()
        super().abandon()

    def _flush(self) -> None:
        from pyarrow import RecordBatch

        self._writer.write_batch(RecordBatch.from_pylist(self._held, schema=self._schema))
        self._held = []

    def _end(self) -> None:
        if self._held:
            self._flush()
        self._writer.close()


class ShardFile(RowFile):
    """A tar shard as WebDataset has them, with the clips inside.

    A clip is there once, beside its first row: `00000007.mp4`, `00000007.json`. Rows name it by
    its place in the shard, as `emer.training.data.members` reads it, so that further rows of the
    same clip (`00000008.json`) cost nothing.
    """

    def add(self, entry: Entry, make: Make, media: Callable[[], str]) -> None:
        """Write the clip, then its rows."""
        size, suffix = entry.media.size, suffix_of(entry.media.reference)
        place = f"{self.path.name}@{self._file.tell() + _BLOCK}+{size}{suffix}"
        self._header(f"{self.rows:08d}{suffix or '.bin'}", size)
        for piece in pieces(entry):
            self._file.write(piece)
        self._pad(size)
        for row in make(place):
            data = to_json(row, self.columns)
            self._header(f"{self.rows:08d}.json", len(data))
            self._file.write(data)
            self._pad(len(data))
            self.rows += 1

    def _header(self, name: str, size: int) -> None:
        """Write a header that tells nothing of when and by whom; it is one block long."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o644
        self._file.write(member.tobuf(tarfile.GNU_FORMAT))

    def _pad(self, size: int) -> None:
        self._file.write(bytes(-size % _BLOCK))

    def _end(self) -> None:
        self._file.write(bytes(2 * _BLOCK))
        self._file.write(bytes(-self._file.tell() % _RECORD))


KINDS: Mapping[Format, type[RowFile]] = {
    "jsonl": JsonFile,
    "parquet": ParquetFile,
    "webdataset": ShardFile,
}


def to_json(row: Row, columns: Sequence[Column]) -> bytes:
    """Return a row as JSON, keys in the order of the columns, and no key that is none."""
    return json.dumps(_ordered(row, columns), ensure_ascii=False, allow_nan=False).encode()


def _ordered(row: Row, columns: Sequence[Column]) -> Row:
    return {each.name: _value(row[each.name], each) for each in columns if each.name in row}


def _value(value: Any, column: Column) -> Any:
    if not isinstance(column.kind, tuple) or value is None:
        return value
    if column.many:
        return [_ordered(each, column.kind) for each in value]
    return _ordered(value, column.kind)
