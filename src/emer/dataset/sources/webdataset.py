"""WebDataset shards: members of a tar file that share a name up to the first dot are one clip."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from emer.dataset.plan import Source
from emer.dataset.sources.base import Found, SourceError, clip_id, distinct, group_of, stamp_of
from emer.dataset.sources.fields import Names, as_text, labels_of
from emer.media.files import AUDIO_SUFFIXES, IMAGE_SUFFIXES, VIDEO_SUFFIXES
from emer.training.data.members import Member
from emer.training.data.patterns import files
from emer.training.data.strict_json import parse
from emer.training.data.tar_headers import headers

MOST_TEXT = 1 << 24
# Where a clip has several media members, the first of these kinds is the clip.
_MEDIA = (VIDEO_SUFFIXES, AUDIO_SUFFIXES, IMAGE_SUFFIXES)
_KINDS = frozenset([".json", ".txt"]).union(*_MEDIA)


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    suffix: str
    offset: int
    size: int


def find(source: Source, pattern: Path) -> Iterator[Found]:
    """Yield the clips of shards, in their order.

    Of the members of a clip, the video is the clip, else the sound, else the image; `.json` holds
    its fields (called as `source.columns` says; media are not among them), `.txt` the words.
    Links, devices and members of other kinds are never opened, and no member name is used as a
    path. A clip is called by its field "id", or by the name that its members share.

    Args:
        source: What the plan says.
        pattern: A .tar file, or several as a brace pattern.

    Raises:
        SourceError: A shard is missing, damaged or compressed, a member's name leads out of it,
            a clip has two videos, a column is missing or an id there twice.
    """
    return distinct(partial(_placed, source, pattern))


def _placed(source: Source, pattern: Path) -> Iterator[tuple[str, Found]]:
    names = Names.of(source)
    for path in files(pattern, frozenset([".tar"])):
        with _Shard.open(source, names, path) as shard:
            for key, parts in groupby(_parts(path, shard.size), lambda part: part.key):
                where = f"{key!r} of {path}"
                try:
                    found = shard.found(key, list(parts))
                except ValueError as error:
                    raise SourceError(
                        f"The clip {where} cannot be used: {error}.",
                        "Write the shard again without it.",
                    ) from error
                if found is not None:
                    yield where, found


def _parts(path: Path, size: int) -> Iterator[_Part]:
    for member in headers(path, size):
        folder, _, name = member.name.rpartition("/")
        key, _, extension = name.partition(".")
        suffix = "." + extension.lower().rpartition(".")[2]
        if suffix not in _KINDS or name.startswith("."):
            continue
        if member.name.startswith("/") or ".." in folder.split("/") or "\0" in member.name:
            raise SourceError(
                f"The member {member.name!r} of {path} has a name that leads out of it.",
                "Do not use this shard, or write it again from its files.",
            )
        yield _Part(f"{folder}/{key}" if folder else key, suffix, member.offset_data, member.size)


@dataclass(frozen=True, slots=True)
class _Shard:
    """An open shard."""

    source: Source
    names: Names
    path: Path
    file: int
    size: int
    stamp: str

    @classmethod
    @contextmanager
    def open(cls, source: Source, names: Names, path: Path) -> Iterator[_Shard]:
        """Open a shard for as long as the block lasts."""
        try:
            file = path.open("rb", buffering=0)
        except OSError as error:
            raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
        with file:
            status = os.fstat(file.fileno())
            yield cls(source, names, path, file.fileno(), status.st_size, stamp_of(status))

    def found(self, key: str, parts: list[_Part]) -> Found | None:
        """Return the clip that some members are; None if there is none among them."""
        media = _media(parts)
        if media is None:
            return None
        row, words = self._fields(parts), self._words(parts)
        missing = [name for name in self.names.wanted.needed if name not in row]
        if missing:
            raise ValueError(f"its .json has no {missing[0]!r}")
        names = self.names
        clip = clip_id(self.source.name, as_text(row.get(names.id), names.id).strip() or key)
        group = as_text(row.get(names.group), names.group).strip()
        return Found(
            clip,
            str(Member(self.path, media.offset, media.size, media.suffix)),
            as_text(row.get(names.subtitle), names.subtitle).strip() or words,
            labels_of(row, self.source),
            group_of(self.source, clip, key, group),
            f"{self.stamp}@{media.offset}",
        )

    def _fields(self, parts: list[_Part]) -> dict[str, Any]:
        data = self._only(parts, ".json")
        return {} if data is None else parse(data)

    def _words(self, parts: list[_Part]) -> str:
        data = self._only(parts, ".txt")
        try:
            return "" if data is None else data.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise ValueError(f"its .txt is not UTF-8 (byte {error.start})") from error

    def _only(self, parts: list[_Part], suffix: str) -> bytes | None:
        found = [part for part in parts if part.suffix == suffix]
        if not found:
            return None
        if len(found) > 1:
            raise ValueError(f"it has {suffix} twice")
        if found[0].size > MOST_TEXT:
            raise ValueError(
                f"its {suffix} has {found[0].size:,} bytes; at most {MOST_TEXT:,} are read"
            )
        return os.pread(self.file, found[0].size, found[0].offset)


def _media(parts: list[_Part]) -> _Part | None:
    for suffixes in _MEDIA:
        found = [part for part in parts if part.suffix in suffixes]
        if len(found) > 1:
            named = " and ".join(part.suffix for part in found)
            raise ValueError(f"it has {named}, of which only one can be the clip")
        if found:
            return found[0]
    return None
