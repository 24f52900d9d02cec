"""What media files were found to hold, remembered until they change."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from types import TracebackType

from emer.errors import MediaError, OutputError
from emer.media import Limits, probe
from emer.training.data.members import Member, find_media, media_file

_WAIT_SECONDS = 60
# Another layout would be another table.
_TABLE = "CREATE TABLE IF NOT EXISTS probes (key TEXT PRIMARY KEY, found TEXT) WITHOUT ROWID"


@dataclass(frozen=True)
class Probe:
    """What a media file holds.

    Attributes:
        has_video: Whether it has pictures that can be decoded.
        has_audio: Whether it has sound that can be decoded.
        seconds: Its length; 0 for an image.
        notes: What is wrong with it, in plain words.
    """

    has_video: bool
    has_audio: bool
    seconds: float
    notes: tuple[str, ...]


def look(reference: str, root: Path, limits: Limits) -> Probe:
    """Decode a little of a row's media; see `emer.media.probe`.

    Raises:
        MediaError: It is missing or broken.
        LimitError: It is above one of the limits.
    """
    with media_file(reference, root, limits) as path:
        info = probe(path, limits)
    return Probe(info.has_video, info.has_audio, info.seconds, info.notes)


def key(reference: str, root: Path, limits: Limits) -> str:
    """Return what the result is kept under: place, size, time of change and limits.

    Raises:
        MediaError: There is no such file.
    """
    media = find_media(reference, root)
    member = isinstance(media, Member)
    file = media.shard if isinstance(media, Member) else media
    try:
        status = file.stat()
    except (OSError, ValueError) as error:
        raise MediaError(
            f"There is no file {file}.", "Paths are relative to that of the rows."
        ) from error
    place = [str(file.absolute()), str(media) if member else ""]
    return json.dumps([*place, status.st_size, status.st_mtime_ns, *astuple(limits)])


class Probes:
    """Results of `look` in one file that several processes may use at once.

    What could be decoded is kept. A failure is not: it may have been that of a busy machine.

    Use it in a `with` statement and in one thread.

    Args:
        path: The SQLite file; it and its folder are made if absent.

    Raises:
        OutputError: The file is damaged or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Probes:
        with self._errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(self.path, timeout=_WAIT_SECONDS)
            try:
                self._database.execute("PRAGMA journal_mode=WAL")
                self._database.execute("PRAGMA synchronous=NORMAL")
                self._database.execute(_TABLE)
            except BaseException:
                self._database.close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def find(self, kept: str) -> Probe | None:
        """Return what was found under a key, if anything was."""
        with self._errors():
            row = self._database.execute(
                "SELECT found FROM probes WHERE key = ?", (kept,)
            ).fetchone()
            if row is None:
                return None
            has_video, has_audio, seconds, notes = json.loads(row[0])
        return Probe(has_video, has_audio, seconds, tuple(notes))

    def add(self, found: Iterable[tuple[str, Probe]]) -> None:
        """Keep results, all or none."""
        rows = [(kept, json.dumps(astuple(probed))) for kept, probed in found]
        with self._errors(), self._database as database:
            database.executemany("INSERT OR REPLACE INTO probes VALUES (?, ?)", rows)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            raise OutputError(
                f"What is known of media files, kept in {self.path}, cannot be used: {error}.",
                "If the file is damaged, delete it: it is made again. If it cannot be written, "
                "choose another place.",
            ) from error
