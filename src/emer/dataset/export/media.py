"""Clips on their way into the dataset, checked to be those that were annotated."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from emer.dataset.entry import Entry
from emer.errors import MediaError, OutputError
from emer.training.data.members import Member, find_media

FOLDER = "media"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_PIECE = 1 << 20


def suffix_of(reference: str) -> str:
    """Return the suffix of a clip's name in small letters, "" if it has none of letters."""
    suffix = PurePosixPath(reference).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def pieces(entry: Entry) -> Iterator[bytes]:
    """Yield the bytes of a clip.

    Raises:
        MediaError: It cannot be read, or is not the one that was collected; told after the last
            byte.
    """
    digest, size = hashlib.sha256(), 0
    for piece in _read(entry.media.reference):
        digest.update(piece)
        size += len(piece)
        yield piece
    if size != entry.media.size or digest.hexdigest() != entry.media.sha256:
        raise MediaError(
            f"The clip {entry.id!r}, {entry.media.reference}, has changed since it was collected.",
            "Run the build again, so that it is annotated anew, or put the old file back.",
        )


def _read(reference: str) -> Iterator[bytes]:
    media = find_media(reference, Path())
    if isinstance(media, Member):
        yield from media.pieces()
        return
    try:
        with media.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise MediaError(f"{media} cannot be read: {error.strerror}.") from error


class MediaFolder:
    """Copies of clips, named by their hash, so that equal ones are there once.

    A clip that is a file on the same disk is linked rather than copied: it takes no room, and
    lasts when the original is removed.

    Args:
        root: Folder of the dataset.

    Attributes:
        count: Clips in it.
        bytes: Their size.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = self.bytes = 0

    def put(self, entry: Entry) -> str:
        """Return the path of a clip relative to the dataset, copying it if it is not there.

        Raises:
            MediaError: It cannot be read or has changed.
            OutputError: It cannot be written.
        """
        digest = entry.media.sha256
        name = f"{FOLDER}/{digest[:2]}/{digest}{suffix_of(entry.media.reference)}"
        target = self.root / name
        if target.exists():
            return name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._fill(target, entry)
        except OSError as error:
            raise OutputError(
                f"The clip {entry.id!r} cannot be copied to {target}: {error.strerror}.",
                "Make room, or refer to the clips where they are (export: media: reference).",
            ) from error
        self.count += 1
        self.bytes += entry.media.size
        return name

    def _fill(self, target: Path, entry: Entry) -> None:
        source = find_media(entry.media.reference, Path())
        if isinstance(source, Path) and _linked(source, target):
            # Read once all the same: what is linked has to be what was annotated.
            for _ in pieces(entry):
                pass
            return
        with target.open("xb") as copy:
            for piece in pieces(entry):
                copy.write(piece)


def _linked(source: Path, target: Path) -> bool:
    """Link a file; False where that cannot be done and it has to be copied."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        return False
    return True


def remove(folder: Path) -> None:
    """Remove a folder and what is in it, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)
