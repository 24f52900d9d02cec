"""Media that lie in a tar shard, by place: `shard.tar@OFFSET+SIZE.mp4`."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from emer.errors import MediaError
from emer.media import Limits, sha256

_REFERENCE = re.compile(r"(.+\.tar)@(\d{1,18})\+(\d{1,18})(\.[a-z0-9]{1,8})?", re.DOTALL)
_PIECE = 1 << 20


@dataclass(frozen=True)
class Member:
    """A stretch of bytes in a shard.

    Attributes:
        shard: The tar file.
        offset: Where the member's bytes begin.
        size: How many there are.
        suffix: That of its name, such as ".mp4", or "".
    """

    shard: Path
    offset: int
    size: int
    suffix: str

    def __str__(self) -> str:
        return f"{self.shard}@{self.offset}+{self.size}{self.suffix}"

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes of the member.

        Raises:
            MediaError: The shard cannot be read, or ends before the member does.
        """
        left = self.size
        try:
            with self.shard.open("rb") as file:
                file.seek(self.offset)
                while left:
                    piece = file.read(min(left, _PIECE))
                    if not piece:
                        raise MediaError(
                            f"{self} ends beyond the end of the shard.", "Copy the shard again."
                        )
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise MediaError(f"{self} cannot be read: {error.strerror}.") from error


def find_media(reference: str, root: Path) -> Path | Member:
    """Return what a row's `video` or `audio` refers to.

    Args:
        reference: A path, absolute or relative to `root`, or a member such as
            "shard.tar@512+1024.mp4".
        root: Folder of the manifest.
    """
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return root / reference
    shard, offset, size, suffix = found.groups()
    return Member(root / shard, int(offset), int(size), suffix or "")


@contextmanager
def media_file(
    reference: str,
    root: Path,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Iterator[Path]:
    """Give the media of a row as a file that can be decoded.

    A member of a shard is copied to a temporary file for as long as the block lasts; nothing of
    its name but a short suffix is used.

    Raises:
        MediaError: The shard cannot be read.
        LimitError: The member is larger than `limits.max_bytes`.
    """
    media = find_media(reference, root)
    if isinstance(media, Path):
        yield media
        return
    limits.check(str(media), "max_bytes", media.size)
    with tempfile.NamedTemporaryFile(prefix="emer-", suffix=media.suffix) as copy:
        try:
            for piece in media.pieces():
                copy.write(piece)
            copy.flush()
        except OSError as error:
            raise MediaError(
                f"{media} cannot be copied to {tempfile.gettempdir()}: {error.strerror}.",
                "Make room there, or choose another folder with the environment variable TMPDIR.",
            ) from error
        yield Path(copy.name)


def media_digest(reference: str, root: Path) -> str:
    """Return the SHA-256 of the media of a row as 64 hexadecimal digits.

    Raises:
        MediaError: It cannot be read.
    """
    media = find_media(reference, root)
    if isinstance(media, Path):
        return sha256(media)
    digest = hashlib.sha256()
    for piece in media.pieces():
        digest.update(piece)
    return digest.hexdigest()
