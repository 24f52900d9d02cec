"""All tables in all formats while they are written, each in files of so many clips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Self

from emer.dataset.entry import Entry
from emer.dataset.export.columns import CONFIGS, Config, columns
from emer.dataset.export.files import KINDS, SUFFIXES, Format, Make, RowFile
from emer.dataset.export.media import MediaFolder
from emer.dataset.export.rows import has_rows, rows
from emer.dataset.export.written import File, Written
from emer.dataset.plan import Plan
from emer.errors import OutputError, UsageError


class Tables:
    """All files of rows; use it in a `with` statement.

    Args:
        plan: What to write.
        folder: Where.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._labels = tuple(sorted({name for each in plan.sources for name in each.labels}))
        self._clips = Counter(dict.fromkeys(plan.split.shares, 0))
        self._media = MediaFolder(folder)
        self._shards: dict[tuple[Format, Config, str], Shards] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        for each in self._shards.values():
            each.close(whole=kind is None)

    def add(self, entry: Entry, split: str) -> None:
        """Write an entry to all tables.

        Raises:
            UsageError: The plan names neither its split nor one of its labels.
            MediaError: Its clip is copied and cannot be read, or has changed.
            OutputError: It cannot be written.
        """
        self._check(entry, split)
        self._clips[split] += 1
        for config in CONFIGS:
            if not has_rows(config, entry):
                continue
            # Formats that refer to the clip alike share the rows.
            make = cache(partial(rows, config, entry))
            for format in dict.fromkeys(self._plan.export.formats):
                self._of(format, config, split).add(entry, make)

    def written(self) -> Written:
        """Return what was written, once all files are closed."""
        files = [file for each in self._shards.values() for file in each.files]
        return Written(
            name=self._plan.name,
            language=self._plan.language,
            labels=self._labels,
            clips=dict(self._clips),
            files=tuple(sorted(files, key=lambda each: each.path)),
            media=self._media.count,
            media_bytes=self._media.bytes,
        )

    def _check(self, entry: Entry, split: str) -> None:
        if split not in self._clips:
            raise UsageError(
                f"The entry {entry.id!r} is in the split {split!r}.",
                f"Splits of the plan: {', '.join(self._clips)}.",
            )
        unknown = sorted(entry.labels.keys() - set(self._labels))
        if unknown:
            raise UsageError(
                f"The entry {entry.id!r} has the label {unknown[0]!r}, which no source keeps.",
                f"Labels of the plan's sources: {', '.join(self._labels) or 'none'}.",
            )

    def _of(self, format: Format, config: Config, split: str) -> Shards:
        key = (format, config, split)
        if key not in self._shards:
            self._shards[key] = Shards(
                self._folder,
                format,
                config,
                split,
                make=lambda path: KINDS[format](path, columns(config, self._labels)),
                place=partial(self._place, config),
                most=self._plan.export.shard,
            )
        return self._shards[key]

    def _place(self, config: Config, entry: Entry) -> str:
        """Return how rows of JSON lines and Parquet say where a clip is."""
        if self._plan.export.media == "reference":
            return entry.media.reference
        name = self._media.put(entry)
        # Rows to train on are read from their own folder; "cues" from that of the dataset.
        return name if config == "cues" else f"../../../{name}"


class Shards:
    """A table of one split in one format: files of at most so many clips.

    Args:
        folder: Of the dataset.
        format: Of the files.
        config: The table.
        split: The split.
        make: Begins a file.
        place: Puts a clip where rows refer to it, and returns how.
        most: Clips a file.

    Attributes:
        files: Those that are finished.
    """

    def __init__(
        self,
        folder: Path,
        format: Format,
        config: Config,
        split: str,
        *,
        make: Callable[[Path], RowFile],
        place: Callable[[Entry], str],
        most: int,
    ) -> None:
        self._folder, self._format, self._config, self._split = folder, format, config, split
        self._make, self._place, self._most = make, place, most
        self._file: RowFile | None = None
        self._clips = 0
        self.files: list[File] = []

    def add(self, entry: Entry, make: Make) -> None:
        """Write the rows of a clip."""
        try:
            if self._file is None:
                self._file = self._make(self._folder / self._path())
            self._file.add(entry, make, lambda: self._place(entry))
            self._clips += 1
            if self._clips % self._most == 0:
                self._finish(self._file)
        except OSError as error:
            raise _full(self._folder / self._path(), error) from error

    def close(self, whole: bool) -> None:
        """Finish the file that is open, or drop it."""
        if self._file is not None and not whole:
            self._file.abandon()
        elif self._file is not None:
            try:
                self._finish(self._file)
            except OSError as error:
                raise _full(self._folder / self._path(), error) from error

    def _path(self) -> str:
        number = f"{len(self.files):05d}{SUFFIXES[self._format]}"
        return f"{self._format}/{self._config}/{self._split}/{number}"

    def _finish(self, file: RowFile) -> None:
        path = self._path()
        file.close()
        self.files.append(
            File(path, self._config, self._split, self._format, file.rows, file.bytes, file.sha256)
        )
        self._file = None


def _full(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path} cannot be written: {error.strerror or error}.",
        "Choose a folder on a disk that is writable and has room.",
    )
