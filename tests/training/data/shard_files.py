"""Tar shards written by hand, so that their headers can lie."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO


def add(
    file: BinaryIO, name: str, data: bytes, claim: int | None = None, kind: bytes = b"0"
) -> None:
    """Append a member whose header claims `claim` bytes."""
    info = tarfile.TarInfo(name)
    info.size = len(data) if claim is None else claim
    info.type = kind
    file.write(info.tobuf(tarfile.GNU_FORMAT))
    file.write(data + bytes(-len(data) % 512))


def end(file: BinaryIO) -> None:
    """Append what ends a tar file."""
    file.write(bytes(10_240))


def shard(path: Path, members: Iterable[tuple[str, bytes]]) -> Path:
    """Write a shard of named members."""
    path.parent.mkdir(exist_ok=True)
    made = io.BytesIO()
    for name, data in members:
        add(made, name, data)
    end(made)
    path.write_bytes(made.getvalue())
    return path
