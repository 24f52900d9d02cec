"""WebDataset-style tar shards: members that share a basename are one row, read by offset."""

from __future__ import annotations

import tarfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from emer.media.files import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES
from emer.training.data.base import OnError, Records, Reporter
from emer.training.data.members import Member
from emer.training.data.snapshot import Snapshot
from emer.training.data.strict_json import parse
from emer.training.data.tar_headers import headers

MOST_TEXT = 1 << 24
_KINDS = {
    ".json": "row",
    ".txt": "text",
    **dict.fromkeys(AUDIO_SUFFIXES, "audio"),
    **dict.fromkeys(VIDEO_SUFFIXES | IMAGE_SUFFIXES, "video"),
}
_SUFFIXES = sorted(_KINDS)


@dataclass(frozen=True)
class _Part:
    key: str
    suffix: str
    offset: int
    size: int


class Shard(Records):
    """Rows of one tar shard, as WebDataset writes them.

    Consecutive members whose names are alike up to the first dot are one row: `.json` holds its
    fields, `.txt` its text, and a video, image or sound is referred to by its place in the shard
    (`emer.training.data.members`). Fields of the JSON win; without an `id` the basename is one.
    Members of other kinds are never opened. No member name is used as a path.

    Args:
        path: The file, not compressed.
        on_error: Raise at the first broken row, or skip and list such rows. A shard that is
            damaged as a whole is an error in any case.

    Raises:
        RecordError: The shard or, with "raise", a row cannot be read.
    """

    def __init__(self, path: Path, on_error: OnError = "raise") -> None:
        self.root = path.parent
        self._file = Snapshot(path)
        self._keys = bytearray()
        self._key_ends, self._part_ends = array("q"), array("q")
        self._offsets, self._sizes, self._suffixes = array("q"), array("q"), array("b")
        reporter = Reporter(on_error)
        for key, parts in groupby(self._parts(reporter), lambda part: part.key):
            self._take(key, list(parts), reporter)
        self.skipped = tuple(reporter.skipped)

    def __len__(self) -> int:
        return len(self._key_ends)

    def read(self, index: int) -> dict[str, Any]:
        """Return the row at `index`."""
        start = self._part_ends[index - 1] if index else 0
        key = self._key(index)
        return self._row(
            key,
            [
                _Part(key, _SUFFIXES[self._suffixes[i]], self._offsets[i], self._sizes[i])
                for i in range(start, self._part_ends[index])
            ],
        )

    def where(self, index: int) -> str:
        """Return the name that a row's members share."""
        return self._where(self._key(index))

    def _where(self, key: str) -> str:
        return f"member {key!r} of {self._file.path.name}"

    def _key(self, index: int) -> str:
        start = self._key_ends[index - 1] if index else 0
        return self._keys[start : self._key_ends[index]].decode("utf-8", "surrogateescape")

    def _parts(self, reporter: Reporter) -> Iterator[_Part]:
        for member in headers(self._file.path, self._file.size):
            key, _, extension = member.name.rpartition("/")[2].partition(".")
            suffix = "." + extension.lower().rpartition(".")[2]
            if suffix not in _KINDS:
                continue
            reason = _refusal(member, suffix)
            if reason:
                reporter.broken(self._where(member.name), reason)
                continue
            folder = member.name.rpartition("/")[0]
            name = f"{folder}/{key}" if folder else key
            yield _Part(name, suffix, member.offset_data, member.size)

    def _take(self, key: str, parts: list[_Part], reporter: Reporter) -> None:
        try:
            self._row(key, parts)
        except ValueError as error:
            reporter.broken(self._where(key), error)
            return
        for part in parts:
            self._offsets.append(part.offset)
            self._sizes.append(part.size)
            self._suffixes.append(_SUFFIXES.index(part.suffix))
        self._part_ends.append(len(self._offsets))
        self._keys += key.encode("utf-8", "surrogateescape")
        self._key_ends.append(len(self._keys))

    def _row(self, key: str, parts: list[_Part]) -> dict[str, Any]:
        row: dict[str, Any] = {"id": key}
        for kind in ("text", "audio", "video", "row"):
            found = [part for part in parts if _KINDS[part.suffix] == kind]
            if len(found) > 1:
                names = " and ".join(part.suffix for part in found)
                raise ValueError(f"it has {names}, of which only one can be its {kind}")
            for part in found:
                row |= self._content(kind, part)
        return row

    def _content(self, kind: str, part: _Part) -> dict[str, Any]:
        if kind in ("audio", "video"):
            name = self._file.path.name
            return {kind: str(Member(Path(name), part.offset, part.size, part.suffix))}
        data = self._file.read(part.offset, part.size)
        if kind == "row":
            return parse(data)
        try:
            return {"text": data.decode("utf-8-sig").strip()}
        except UnicodeDecodeError as error:
            raise ValueError(f"its text is not UTF-8 (byte {error.start})") from error


def _refusal(member: tarfile.TarInfo, suffix: str) -> str:
    """Return why a member is not read, or nothing."""
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\0" in member.name:
        return "its name leads out of the shard"
    if _KINDS[suffix] in ("row", "text") and member.size > MOST_TEXT:
        return f"its {suffix} has {member.size:,} bytes; at most {MOST_TEXT:,} are read"
    return ""
