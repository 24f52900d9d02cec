"""A clip that was found, how it is called, and what is wrong with a source."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from emer.dataset.plan import Source
from emer.errors import UsageError

LONGEST_ID = 200
_DIGEST = 12
_UNFIT = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


class SourceError(UsageError):
    """A source of clips cannot be used; names place and fix."""


@dataclass(frozen=True, slots=True)
class Found:
    """A clip that a source offers; nobody has looked into it yet.

    Attributes:
        id: Its own in the build: `<source>/<relative path or id>`, at most 200 characters, none
            of them a control character.
        reference: Where it is: an absolute path, or a member of a shard
            ("/data/a.tar@512+1024.mp4"). That there is such a file is not promised.
        subtitle: The words themselves, if the source gives them.
        subtitle_file: The file that holds them, an absolute path, if it does not.
        labels: What the source says of the clip.
        group: What has to stay in one split.
        stamp: Sizes and times of the files behind it. While it, and the rest of what was found,
            stays the same, so does the clip; "" if there is no such file.
    """

    id: str
    reference: str
    subtitle: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    stamp: str = ""
    subtitle_file: str = ""


def clip_id(source: str, name: str) -> str:
    """Return the id of a clip, fit for files, databases and JSON.

    A name that is too long or has control, bidirectional or undecodable characters loses them
    and gets a digest of the whole instead, so that two names never become one.

    Args:
        source: Name of the source.
        name: Id or relative path of the clip in it.
    """
    plain = f"{source}/{name}"
    if len(plain) <= LONGEST_ID and ((plain.isascii() and plain.isprintable()) or _fit(plain)):
        return plain
    kept = "".join("_" if unicodedata.category(each) in _UNFIT else each for each in plain)
    mark = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{kept[: LONGEST_ID - _DIGEST - 1]}~{mark}"


def _fit(text: str) -> bool:
    return not any(unicodedata.category(each) in _UNFIT for each in text)


def group_of(source: Source, clip: str, name: str, value: str | None) -> str:
    """Return the group of a clip, as `source.group` chooses it.

    Args:
        source: Where it is from; its name begins the group, so that speaker 7 of one source is
            not speaker 7 of another.
        clip: The clip's id.
        name: Its relative path.
        value: What the column "group" says; None if there is none.

    Raises:
        ValueError: The column is wanted, but says nothing.
    """
    if source.group == "clip":
        return clip
    if source.group == "folder":
        folder = str(PurePosixPath(name).parent)
        return source.name if folder == "." else clip_id(source.name, folder.lstrip("/"))
    if not value:
        raise ValueError(f"it has no {source.columns.get('group', 'group')!r} to group by")
    return clip_id(source.name, value)


def file_stamp(path: str) -> str:
    """Return size and time of a file in one word; "" if there is no such file."""
    try:
        return stamp_of(os.stat(path))  # noqa: PTH116 (a Path for each of 100,000 costs a second)
    except (OSError, ValueError):
        return ""


def stamp_of(status: os.stat_result) -> str:
    """Return size and time of a file in one word."""
    return f"{status.st_size}:{status.st_mtime_ns}"


def distinct(placed: Callable[[], Iterator[tuple[str, Found]]]) -> Iterator[Found]:
    """Yield what was found, each id once.

    Only a number is kept for each id; where the first one was is searched for when it is needed.

    Args:
        placed: Begins anew: what is found, each with its place in words.

    Raises:
        SourceError: Two clips have the same id.
    """
    seen: set[int] = set()
    for place, found in placed():
        number = hash(found.id)
        if number in seen:
            first = next(where for where, each in placed() if each.id == found.id)
            if first != place:
                raise SourceError(
                    f"The id {found.id!r} is there twice: {first} and {place}.",
                    "Give each clip an id of its own, or leave one of them out.",
                )
        seen.add(number)
        yield found
