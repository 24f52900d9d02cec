"""Checkpoints that are complete or not there, and how the newest complete one is found.

A checkpoint is written into `.checkpoint-N.part`; then sizes and hashes of its files are listed in
`complete.json`, everything is flushed to disk, and the folder is renamed to `checkpoint-N`. A kill,
a full disk or a power failure at any moment thus leaves what was there before.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

logger = logging.getLogger(__name__)

MARK = "complete.json"
_NAME = re.compile(r"checkpoint-(\d+)")


class Checkpoints:
    """The checkpoints of one run.

    Args:
        folder: Output folder of the run.
        keep: How many of the newest are kept; the best one is kept besides.
    """

    def __init__(self, folder: Path, keep: int) -> None:
        self.folder = folder
        self.keep = keep

    def path(self, step: int) -> Path:
        """Return where the checkpoint of a step is once it is complete."""
        return self.folder / f"checkpoint-{step}"

    def part(self, step: int) -> Path:
        """Return where the checkpoint of a step is while it is written."""
        return self.folder / f".checkpoint-{step}.part"

    def found(self) -> list[Path]:
        """Return all checkpoint folders, complete or not, the oldest first."""
        named = [(_NAME.fullmatch(path.name), path) for path in self.folder.glob("checkpoint-*")]
        return [path for _, path in sorted((int(m[1]), path) for m, path in named if m)]

    def newest(self) -> Path | None:
        """Return the newest complete checkpoint; damaged ones are named in the log."""
        for path in reversed(self.found()):
            wrong = damage(path)
            if wrong is None:
                return path
            logger.warning("%s is ignored: %s.", path, wrong)
        return None

    def begin(self, step: int) -> Path:
        """Return an empty folder to write a checkpoint into.

        Raises:
            OSError: It cannot be made.
        """
        part = self.part(step)
        _remove(part)
        part.mkdir(parents=True)
        return part

    def seal(self, step: int, best: Path | None) -> Path:
        """Make what was written into `part(step)` a checkpoint, and delete old ones.

        Args:
            step: The step.
            best: The checkpoint that is kept however old it is.

        Raises:
            OSError: The disk is full.
        """
        part, path = self.part(step), self.path(step)
        files = sorted(file for file in part.rglob("*") if file.is_file())
        listed = {str(file.relative_to(part)): _entry(file) for file in files}
        mark = part / MARK
        mark.write_text(json.dumps({"step": step, "files": listed}, indent=1), encoding="utf-8")
        for each in (*files, mark, part):
            _flush(each)
        _remove(path)
        part.rename(path)
        _flush(self.folder)
        self._prune(best)
        return path

    def discard(self, step: int) -> None:
        """Delete what was written of a checkpoint that failed."""
        _remove(self.part(step))

    def tidy(self) -> None:
        """Delete what a killed run left half-written."""
        for part in self.folder.glob(".checkpoint-*.part"):
            _remove(part)

    def _prune(self, best: Path | None) -> None:
        kept = {*self.found()[-self.keep :], *([best] if best else [])}
        for path in self.found():
            if path not in kept:
                _remove(path)


def damage(folder: Path) -> str | None:
    """Return what is wrong with a checkpoint, None if it is whole."""
    try:
        files = json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]
        for name, entry in files.items():
            size = (folder / name).stat().st_size
            if size != entry["size"]:
                return f"{name} has {size} bytes instead of {entry['size']}"
            if _digest(folder / name) != entry["sha256"]:
                return f"{name} has changed since it was written"
    except FileNotFoundError as error:
        return f"{Path(str(error.filename)).name} is missing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"it cannot be read ({error})"
    return None


def _entry(file: Path) -> dict[str, int | str]:
    return {"size": file.stat().st_size, "sha256": _digest(file)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(folder: Path) -> None:
    """Delete a folder, its mark first: killed half-way, what is left does not pass for whole."""
    (folder / MARK).unlink(missing_ok=True)
    if folder.exists():
        shutil.rmtree(folder)


def move_into(part: Path, folder: Path, last: Iterable[str]) -> None:
    """Move everything from one folder into another, the files named `last` at the end.

    Raises:
        OSError: Something cannot be moved.
    """
    late = list(last)
    for entry in sorted(part.iterdir(), key=lambda each: (each.name in late, each.name)):
        target = folder / entry.name
        if entry.is_dir() and target.is_dir():
            shutil.rmtree(target)
        _flush(entry)
        entry.replace(target)
    part.rmdir()
    _flush(folder)
