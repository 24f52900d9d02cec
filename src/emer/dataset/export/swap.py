"""A folder that is replaced as a whole: a reader finds the old one or the new one."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emer.dataset.export.media import remove
from emer.errors import OutputError

_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h


@contextmanager
def replaced(folder: Path, mark: str) -> Iterator[Path]:
    """Give an empty folder that takes the place of `folder` when the block ends well.

    Where the system can exchange two folders in one step (Linux, most file systems), there is
    always a whole folder in its place. Elsewhere it is away for a moment, and a kill in that
    moment leaves the old one beside it as `NAME.old`, from where it comes back the next time.
    What a killed run had begun is removed. One process at a time may write a folder.

    Args:
        folder: Where the result is to be; replaced if it is there.
        mark: A file that is in every such folder; another one that is not empty is not touched.

    Raises:
        OutputError: It cannot be written, or is something else than such a folder.
    """
    folder = Path(os.path.realpath(folder))
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f"{folder.name}.old")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        if old.is_dir() and not folder.exists():
            old.rename(folder)
        _check(folder, mark)
        remove(new)
        new.mkdir()
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield new
    except BaseException:
        remove(new)
        raise
    try:
        _put(new, folder, old)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _check(folder: Path, mark: str) -> None:
    other = folder.exists() and not (folder / mark).is_file()
    if other and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            f"{str(folder)!r} is there and is no dataset: it has no {mark}.",
            "It would be replaced as a whole: choose another folder, or empty it.",
        )


def _put(new: Path, folder: Path, old: Path) -> None:
    if not folder.exists():
        new.rename(folder)
    elif _exchanged(new, folder):
        remove(new)
    else:
        remove(old)
        folder.rename(old)
        new.rename(folder)
        remove(old)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (os.fsencode(one), os.fsencode(other))
    done: int = rename(_HERE, names[0], _HERE, names[1], ctypes.c_uint(_EXCHANGE))
    return done == 0


def _unwritable(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"The dataset {str(folder)!r} cannot be written: {error.strerror or error}.",
        "Choose a folder on a disk that is writable and has room.",
    )
