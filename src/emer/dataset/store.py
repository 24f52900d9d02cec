"""Where observations and model calls are kept: SQLite, or PostgreSQL for several machines.

Every method may be called from any thread, and any number of processes may have the same store
open. What is committed survives a kill of the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from emer.errors import MissingExtra, OutputError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

T = TypeVar("T")

_WAIT_SECONDS = 60
_TRIES = 5
# Of PostgreSQL: the transaction lost a race and may simply be tried again.
_RACES = frozenset(["40001", "40P01"])
_LOCK = 0x656D6572
_VALID = "Valid: sqlite:///FILE and postgresql+pg8000://USER:PASSWORD@HOST/DATABASE."


@dataclass(frozen=True)
class Parked:
    """A call that gave no usable answer and is not made again until it is replayed.

    Attributes:
        key: Of the call.
        entry: Id of the entry it was for.
        annotator: Who was asked.
        task: For what.
        reason: What is wrong.
        answer: The beginning of the last answer, if there was one.
        attempts: Answers that came, all of them paid.
        at: When, in seconds since 1970.
    """

    key: str
    entry: str
    annotator: str
    task: str
    reason: str
    answer: str
    attempts: int
    at: float


def open_store(url: str) -> Store:
    """Open a store, which is made if it is absent.

    Args:
        url: `sqlite:///FILE` or `postgresql+pg8000://USER:PASSWORD@HOST/DATABASE`.

    Raises:
        UsageError: The URL is neither.
        MissingExtra: SQLAlchemy (extra build) or pg8000 (extra scale) is not installed.
        OutputError: The store is damaged, of another layout, or cannot be reached or written.
    """
    return Store(url)


class Store:
    """Observations and calls; see `open_store`.

    Attributes:
        url: Opens the same store in another process. It may hold a password.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._url = _checked(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        # SQLite lets writers wait by polling; threads of one process queue here instead.
        self._turn = threading.Lock()
        self._engine = _engine(self._url, self._sqlite)
        self._compiled: dict[Any, tuple[str, tuple[str, ...]]] = {}
        self._driver_error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        try:
            self._prepare()
        except BaseException:
            self._engine.dispose()
            raise

    def __repr__(self) -> str:
        return f"Store({self.name!r})"

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self._url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def observation(self, key: str) -> bytes | None:
        """Return what is kept under a key, None if nothing is."""
        from sqlalchemy import select

        from emer.dataset.store_tables import observations

        query = select(observations.c.data).where(observations.c.key == key)
        data = self.read(lambda db: db.execute(query).scalar())
        return None if data is None else bytes(data)

    def keep_observation(self, key: str, data: bytes) -> None:
        """Keep something under a key; what is there already stays."""
        from emer.dataset.store_tables import observations

        query = self.insert(observations).values(key=key, data=data).on_conflict_do_nothing()
        self.write(lambda db: db.execute(query))

    def parked(self) -> Iterator[Parked]:
        """Yield the calls that wait to be replayed, by key."""
        from sqlalchemy import select

        from emer.dataset.store_tables import parked

        columns = [parked.c[name] for name in Parked.__dataclass_fields__]
        query = select(*columns).order_by(parked.c.key)
        for row in self.read(lambda db: db.execute(query).all()):
            yield Parked(*row)

    def unpark(self, annotator: str | None = None, reason: str | None = None) -> int:
        """Let parked calls be made again.

        Args:
            annotator: Only those of this annotator.
            reason: Only those whose reason contains this.

        Returns:
            How many.
        """
        from sqlalchemy import delete

        from emer.dataset.store_tables import parked

        query = delete(parked)
        if annotator is not None:
            query = query.where(parked.c.annotator == annotator)
        if reason is not None:
            query = query.where(parked.c.reason.contains(reason, autoescape=True))
        return self.write(lambda db: int(db.execute(query).rowcount))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return what a function finds that only reads."""
        with self._errors(), self._reading.connect() as db:
            return work(db)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return what a function finds and does in one transaction.

        It may be called several times where transactions collide, and leaves nothing behind if it
        raises.
        """
        from sqlalchemy.exc import DBAPIError

        errors = (DBAPIError, self._driver_error)
        for left in reversed(range(_TRIES)):
            with self._errors():
                try:
                    with self._one_writer(), self._writing.begin() as db:
                        return work(db)
                except errors as error:
                    if not left or _code(error) not in _RACES:
                        raise
        raise AssertionError("the last try returns or raises")

    def run(self, db: Connection, statement: Any, values: Mapping[str, Any]) -> Any:
        """Execute a statement that is compiled once, and return the cursor with plain rows.

        SQLAlchemy's own way takes ten times as long as SQLite itself, which counts where a model
        call takes five of them. The statement has to be one and the same object every time, and
        gets no defaults of columns.
        """
        if statement not in self._compiled:
            made = statement.compile(dialect=self._engine.dialect, column_keys=list(values))
            self._compiled[statement] = made.string, tuple(made.positiontup)
        text, names = self._compiled[statement]
        cursor = db.connection.cursor()
        cursor.execute(text, tuple(values[name] for name in names))
        return cursor

    def insert(self, table: Any) -> Any:
        """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        from sqlalchemy.dialects import postgresql, sqlite

        return sqlite.insert(table) if self._sqlite else postgresql.insert(table)

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if not self._sqlite:
            yield
            return
        with self._turn:
            yield

    def _prepare(self) -> None:
        self._writing = self._engine.execution_options(writing=True)
        # A single query needs no transaction around it.
        self._reading = (
            self._engine
            if self._sqlite
            else self._engine.execution_options(isolation_level="AUTOCOMMIT")
        )
        found = self.write(self._layout)
        from emer.dataset.store_tables import LAYOUT

        if found != LAYOUT:
            raise OutputError(
                f"The store {self.name} was written by another version of emer (layout {found}, "
                f"not {LAYOUT}).",
                "Open it with that version, or name another store in the plan: its calls would be "
                "made, and paid, again.",
            )

    def _layout(self, db: Connection) -> str:
        """Return the version of the tables; make them if they are absent."""
        from sqlalchemy import func, inspect, select

        from emer.dataset.store_tables import LAYOUT, about, metadata

        if not self._sqlite:
            db.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if not inspect(db).has_table("about"):
            metadata.create_all(db)
            db.execute(about.insert().values(name="layout", value=LAYOUT))
        found = db.execute(select(about.c.value).where(about.c.name == "layout")).scalar()
        return "unknown" if found is None else str(found)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError, SQLAlchemyError

        try:
            yield
        except (SQLAlchemyError, OSError, self._driver_error) as error:
            what = error.orig if isinstance(error, DBAPIError) else error
            raise OutputError(
                f"The store {self.name} cannot be used: {what}.", _mend(str(what), self._sqlite)
            ) from error


def _checked(url: str) -> URL:
    try:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise MissingExtra("The store of a build", "sqlalchemy", "build") from error
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError("The URL of the store cannot be read.", _VALID) from error
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return parsed
    if parsed.drivername == "postgresql+pg8000":
        return parsed
    raise UsageError(
        f"{parsed.render_as_string(hide_password=True)!r} is no store that can be used.", _VALID
    )


def _engine(url: URL, sqlite: bool) -> Engine:
    from sqlalchemy import create_engine

    if not sqlite:
        try:
            return create_engine(url, pool_size=16, max_overflow=64, pool_pre_ping=True)
        except ImportError as error:
            raise MissingExtra("A PostgreSQL store", "pg8000", "scale") from error
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder of the store {str(path)!r} cannot be made: {error.strerror or error}.",
            "Name a store in a folder that can be written to.",
        ) from error
    # Last in, first out: a connection that was just used still has its pages at hand.
    engine = create_engine(
        url,
        connect_args={"timeout": _WAIT_SECONDS},
        pool_size=16,
        max_overflow=64,
        pool_use_lifo=True,
    )
    _listen(engine)
    return engine


def _listen(engine: Engine) -> None:
    """Have SQLite connections write ahead, and begin what writes as a writer.

    Left alone, the driver begins as a reader, and two readers that turn writers cannot both.
    """
    from sqlalchemy import event

    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    def began(connection: Connection) -> None:
        if connection.get_execution_options().get("writing"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", began)


def _code(error: Any) -> str:
    """Return the SQLSTATE of an error of pg8000; empty for SQLite."""
    details: Sequence[Any] = getattr(error, "orig", error).args or ({},)
    return str(details[0].get("C", "")) if isinstance(details[0], dict) else ""


def _mend(what: str, sqlite: bool) -> str:
    if not sqlite:
        return (
            "See that the database server runs, and that the URL of the store in the plan is right."
        )
    if "malformed" in what or "not a database" in what:
        return (
            "It is damaged. Move it and the files beside it (-wal, -shm) away; `sqlite3 FILE "
            ".recover` may save the answers in it, others are asked, and paid, again."
        )
    return "See that its folder exists and can be written to, and that the disk has room."
