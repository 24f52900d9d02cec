"""The headers of a tar file, read without trusting them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emer.training.data.errors import RecordError

_MOST_HEADER = 1 << 20
_BLOCK = 512


class _Frugal(io.FileIO):
    """A file that refuses the large reads a lying header leads to."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= _MOST_HEADER:
            raise tarfile.ReadError(f"a header claims {size} bytes")
        return super().read(size)


def headers(path: Path, size: int) -> Iterator[tarfile.TarInfo]:
    """Yield the regular files of a tar file; links, devices and folders are left out.

    Args:
        path: The file.
        size: How many bytes it has.

    Raises:
        RecordError: It is no tar file, compressed, damaged or cut off, or a member claims more
            bytes than there are.
    """
    try:
        with _Frugal(path) as file, tarfile.open(fileobj=file, mode="r:") as archive:
            while (member := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # it would keep all
                if member.size < 0 or member.offset_data + member.size > size:
                    raise _damaged(
                        path, f"{member.name!r} claims {member.size:,} bytes, more than there are"
                    )
                if member.isreg() and not member.issparse():
                    yield member
            # tarfile takes a damaged header for the end.
            file.seek(archive.offset)
            if file.read(_BLOCK) != bytes(_BLOCK):
                raise _damaged(path, f"it has no end, or a damaged header at {archive.offset:,}")
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, OSError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, reason: Any) -> RecordError:
    return RecordError(
        f"{path} is not a tar file that can be read: {reason}.",
        "Copy it again; if it is compressed, unpack it to a plain .tar.",
    )
