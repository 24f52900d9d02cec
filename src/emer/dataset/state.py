"""The state of one build, in one SQLite file: what was collected, what is finished, what failed.

Only the process that builds writes here. Whatever is committed is done; a kill loses the entry
that was just being written, and that one is made again from what the stores hold.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self

from emer.dataset.entry import Entry
from emer.errors import OutputError, UsageError

LAYOUT = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clips (
    id TEXT PRIMARY KEY, stamp TEXT, digest TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finished (
    id TEXT PRIMARY KEY, key TEXT, grp TEXT, owing INTEGER, held INTEGER, removed INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clip_data (id TEXT PRIMARY KEY, entry BLOB);
CREATE TABLE IF NOT EXISTS finished_data (id TEXT PRIMARY KEY, entry BLOB);
CREATE TABLE IF NOT EXISTS failed (id TEXT PRIMARY KEY, stage TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (
    id TEXT, stage TEXT, reason TEXT, PRIMARY KEY (id, stage)) WITHOUT ROWID;
CREATE TEMPORARY TABLE here (
    id TEXT PRIMARY KEY, source TEXT, stamp TEXT, found BLOB) WITHOUT ROWID;
"""
# Entries are large and lie in tables of their own: what is asked of all clips stays quick.
_WAIT_SECONDS, _PAGE = 60, 512
EXCLUDED, COPIES = "excluded", "copies"
"""The stages over all clips that come before the others; what they drop is not worked on."""

_STANDS = f"id NOT IN (SELECT id FROM dropped WHERE stage IN ('{EXCLUDED}', '{COPIES}'))"
# Entries of this run that went through all stages.
_THROUGH = f"""FROM here JOIN finished USING (id)
    WHERE {_STANDS} AND id NOT IN (SELECT id FROM failed)"""
# Those that nothing took out.
_KEPT = f"{_THROUGH} AND NOT held AND NOT removed AND id NOT IN (SELECT id FROM dropped)"


Table = Literal["here", "clips", "copies", "excluded", "through", "kept", "held", "failed"]


class Clip(NamedTuple):
    """A collected clip.

    Attributes:
        id: Its own.
        digest: Of everything collected of it.
        entry: As JSON, compressed; see `unpack`.
        finished: Key under which it is finished already, None if it is not.
        owing: Whether an annotator owes it an answer.
    """

    id: str
    digest: str
    entry: bytes
    finished: str | None
    owing: bool


class State:
    """The state of a build; use it in a `with` statement. An engine may read it in a thread.

    Args:
        path: The SQLite file; it and its folder are made if absent.

    Raises:
        OutputError: The file is damaged, of another layout, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        with self._errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(
                self.path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=NORMAL")
                self._db.executescript(_TABLES)
            except BaseException:
                self._db.close()
                raise
        self._check_layout()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()

    def fact(self, name: str) -> str | None:
        """Return a remembered value."""
        row = self._one("SELECT value FROM facts WHERE name = ?", name)
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Remember a value."""
        self._run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def arrive(self, source: str, finds: Sequence[tuple[str, str, Callable[[], bytes]]]) -> int:
        """Note which clips are there in this run.

        Args:
            source: Where they were found.
            finds: Id and stamp of each, and what gives the find itself if it is wanted.

        Returns:
            How many of them are not collected yet, or have changed since.

        Raises:
            UsageError: An id is there already.
        """
        marks = ",".join("?" * len(finds))
        query = f"SELECT id, stamp FROM clips WHERE id IN ({marks})"
        with self._errors(), self._transaction():
            known = dict(self._db.execute(query, [id for id, _, _ in finds]))
            new = [(id, source, s, find()) for id, s, find in finds if known.get(id) != s]
            old = [(id, source, s, None) for id, s, _ in finds if known.get(id) == s]
            try:
                self._db.executemany("INSERT INTO here VALUES (?, ?, ?, ?)", (*new, *old))
            except sqlite3.IntegrityError as error:
                raise UsageError(
                    f"The source {source!r} names a clip that is there already.",
                    "Each clip needs an id of its own.",
                ) from error
        return len(new)

    def wanted(self, source: str) -> Iterator[tuple[str, str, bytes]]:
        """Yield id, stamp and find of each clip of a source that is to be collected, by id."""
        query = """SELECT id, stamp, found FROM here
            WHERE source = ? AND found IS NOT NULL AND id > ? ORDER BY id LIMIT ?"""
        yield from self._pages(query, source)

    def collected(self, entry: Entry, stamp: str, digest: str) -> None:
        """Keep a clip that was looked at."""
        with self._errors(), self._transaction():
            row = (entry.id, stamp, digest)
            self._db.execute("INSERT OR REPLACE INTO clips VALUES (?, ?, ?)", row)
            data = (entry.id, pack(entry))
            self._db.execute("INSERT OR REPLACE INTO clip_data VALUES (?, ?)", data)
            self._db.execute("DELETE FROM failed WHERE id = ?", (entry.id,))

    def finish(self, entry: Entry, key: str, held: bool) -> None:
        """Keep an entry that went through all stages.

        Args:
            entry: With all they added.
            key: Hash of what it was made from, and how.
            held: Whether it is kept back until the annotators that owe an answer give one.
        """
        with self._errors(), self._transaction():
            flags = (bool(entry.missing), held, entry.out is not None)
            row = (entry.id, key, entry.group, *flags)
            self._db.execute("INSERT OR REPLACE INTO finished VALUES (?, ?, ?, ?, ?, ?)", row)
            data = (entry.id, pack(entry))
            self._db.execute("INSERT OR REPLACE INTO finished_data VALUES (?, ?)", data)
            self._db.execute("DELETE FROM failed WHERE id = ?", (entry.id,))

    def fail(self, id: str, stage: str, reason: str) -> None:
        """Note that a clip could not be worked on; the next run tries again."""
        self._run("INSERT OR REPLACE INTO failed VALUES (?, ?, ?)", id, stage, reason)

    def drop(self, stage: str, rows: Iterable[tuple[str, str]]) -> None:
        """Replace what a stage over all clips dropped: ids with reasons."""
        # All of them first: they may be found by reading what is standing.
        found = [(id, stage, reason) for id, reason in rows]
        with self._errors(), self._transaction():
            self._db.execute("DELETE FROM dropped WHERE stage = ?", (stage,))
            query = "INSERT OR REPLACE INTO dropped VALUES (?, ?, ?)"
            self._db.executemany(query, found)

    def forget(self, beginning: str) -> None:
        """Forget what stages dropped whose names begin so."""
        self._run("DELETE FROM dropped WHERE substr(stage, 1, ?) = ?", len(beginning), beginning)

    def dropped(self, stage: str) -> Iterator[tuple[str, str]]:
        """Yield what a stage dropped, with reasons, by id."""
        query = "SELECT id, reason FROM dropped WHERE stage = ? ORDER BY id"
        yield from self._rows(query, stage)

    def failures(self) -> Iterator[tuple[str, str, str]]:
        """Yield the clips of this run that failed: id, stage and reason, by id."""
        query = "SELECT id, stage, reason FROM failed JOIN here USING (id) ORDER BY id"
        yield from self._rows(query)

    def clips(self) -> Iterator[Clip]:
        """Yield the clips of this run that are to be worked on, by id."""
        columns = "id, digest, entry, finished.key, coalesce(owing, 0)"
        source = (
            "here JOIN clips USING (id) JOIN clip_data USING (id) LEFT JOIN finished USING (id)"
        )
        query = f"SELECT {columns} FROM {source} WHERE id > ? AND {_STANDS} ORDER BY id LIMIT ?"
        for id, digest, entry, finished, owing in self._pages(query):
            yield Clip(id, digest, entry, finished, bool(owing))

    def pending(self, is_open: Callable[[str, str | None, bool], bool]) -> int:
        """Return how many clips of this run are to be worked on.

        Args:
            is_open: Tells by a clip's digest, the key under which it is finished, if it is, and
                whether an annotator owes it an answer.
        """
        source = "here JOIN clips USING (id) LEFT JOIN finished USING (id)"
        query = f"SELECT digest, finished.key, coalesce(owing, 0) FROM {source} WHERE {_STANDS}"
        return sum(is_open(digest, key, bool(owing)) for digest, key, owing in self._rows(query))

    def fingerprint(self, what: Literal["clips", "finished"]) -> str:
        """Return a hash of every clip of this run, or of every entry that went through."""
        queries = {
            "clips": "SELECT id, digest FROM here JOIN clips USING (id) ORDER BY id",
            "finished": f"SELECT id, key, held {_THROUGH} ORDER BY id",
        }
        total = hashlib.sha256()
        for row in self._rows(queries[what]):
            total.update(repr(row).encode())
        return total.hexdigest()

    def entries(self) -> Iterator[Entry]:
        """Yield every collected clip of this run as an entry, by id, excluded ones left out."""
        query = f"""SELECT entry FROM here JOIN clip_data USING (id)
            WHERE id NOT IN (SELECT id FROM dropped WHERE stage = '{EXCLUDED}') ORDER BY id"""
        yield from (unpack(row[0]) for row in self._rows(query))

    def finished(self, which: Literal["through", "kept"] = "through") -> Iterator[Entry]:
        """Yield entries that went through all stages, by id.

        Args:
            which: "kept" leaves out those that a filter took out or that are held back.
        """
        chosen = f"SELECT id {_KEPT if which == 'kept' else _THROUGH}"
        query = f"SELECT entry FROM ({chosen}) JOIN finished_data USING (id) ORDER BY id"
        for (entry,) in self._rows(query):
            yield unpack(entry)

    def sources(self) -> dict[str, int]:
        """Return how many clips of this run each source has."""
        return dict(self._rows("SELECT source, count(*) FROM here GROUP BY source"))

    def groups(self) -> Iterator[tuple[str, str]]:
        """Yield id and group of every kept entry, by id."""
        yield from self._rows(f"SELECT id, grp {_KEPT} ORDER BY id")

    def count(self, table: Table) -> int:
        """Return how many clips of this run there are of a kind."""
        queries = {
            "here": "SELECT count(*) FROM here",
            "clips": "SELECT count(*) FROM here JOIN clips USING (id)",
            "copies": f"SELECT count(*) FROM here JOIN dropped USING (id) WHERE stage = '{COPIES}'",
            "excluded": "SELECT count(*) FROM here JOIN dropped USING (id) "
            f"WHERE stage = '{EXCLUDED}'",
            "through": f"SELECT count(*) {_THROUGH}",
            "kept": f"SELECT count(*) {_KEPT}",
            "held": f"SELECT count(*) {_THROUGH} AND held",
            "failed": "SELECT count(*) FROM failed JOIN here USING (id)",
        }
        row = self._one(queries[table])
        return int(row[0]) if row else 0

    def _check_layout(self) -> None:
        found = self.fact("layout")
        if found is None:
            self.remember("layout", str(LAYOUT))
        elif found != str(LAYOUT):
            raise OutputError(
                f"{self.path} was written by another version of emer (layout {found}, not "
                f"{LAYOUT}).",
                "Build into another folder; what was paid for stays in the store of calls.",
            )

    def _run(self, query: str, *values: object) -> None:
        with self._errors(), self._lock:
            self._db.execute(query, values)

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with self._errors(), self._lock:
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return row

    def _pages(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield rows by id, page by page, since they may be written while they are read.

        The last two values of the query are the id after which to begin and the size of a page.
        """
        last, page = "", [tuple[Any, ...]()]
        while page:
            page = list(self._rows(query, *values, last, _PAGE))
            for row in page:
                yield row
                last = row[0]

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """Yield rows; nothing may be written meanwhile."""
        with self._errors(), self._lock:
            yield from self._db.execute(query, values)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise OutputError(
                f"The state of the build, {self.path}, cannot be used: {error}.",
                "If the disk is full, make room. If the file is damaged, delete it: clips are "
                "looked at again, but no model call is paid again.",
            ) from error


def pack(entry: Entry) -> bytes:
    """Return an entry as it is kept."""
    return zlib.compress(entry.model_dump_json().encode(), 1)


def unpacked_json(data: bytes) -> bytes:
    """Return what `pack` made as JSON."""
    return zlib.decompress(data)


def unpack(data: bytes) -> Entry:
    """Return what `pack` made."""
    return Entry.model_validate_json(unpacked_json(data))
