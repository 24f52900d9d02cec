"""Opening rows to train on, whatever they are kept in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from emer.training.data.base import Joined, OnError, Records
from emer.training.data.errors import RecordError
from emer.training.data.jsonl import JsonLines
from emer.training.data.parquet import Parquet
from emer.training.data.patterns import files
from emer.training.data.shards import Shard

_KINDS: Mapping[str, Callable[[Path, OnError], Records]] = {
    ".jsonl": JsonLines,
    ".ndjson": JsonLines,
    ".parquet": lambda path, on_error: Parquet(path),
    ".tar": Shard,
}


def open_records(path: str | Path, *, on_error: OnError = "raise") -> Records:
    """Open rows to train on as a sequence that stays on disk.

    Rows are read by index, whatever the file, so that a shuffle is one of all rows and a stopped
    run resumes at the very row: see `Records`.

    Args:
        path: JSON lines (.jsonl, .ndjson), Parquet or a WebDataset-style shard (.tar), a folder of
            one of them, or a brace pattern such as `shards-{000..003}.tar`.
        on_error: At a broken row, "raise" an error that names it, or "skip" it; skipped ones are
            in `Records.skipped`.

    Raises:
        RecordError: A file is missing or cannot be read, no row is left or, with "raise", one is
            broken.
        MissingExtra: Parquet without pyarrow.
    """
    if on_error not in ("raise", "skip"):
        raise RecordError(f"on_error must be 'raise' or 'skip', but is {on_error!r}.")
    parts = [_open(each, on_error) for each in files(path, frozenset(_KINDS))]
    records = parts[0] if len(parts) == 1 else Joined(parts)
    if not len(records):
        why = (
            f" ({records.skipped[0].where}: {records.skipped[0].reason})" if records.skipped else ""
        )
        raise RecordError(f"{path} holds no row that can be used{why}.", "Give at least one.")
    return records


def _open(path: Path, on_error: OnError) -> Records:
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise RecordError(
            f"{path.name} has no suffix that names a kind of rows.", f"Valid: {', '.join(_KINDS)}."
        )
    return kind(path, on_error)
