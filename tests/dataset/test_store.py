from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.dataset.calls.asking import annotator, ask_all, calling, process, question
from tests.dataset.faulty_server import FAULTS, echo, entered, serving

from emer.dataset.calls.bound import most_tokens
from emer.dataset.plan import Budget, Rate
from emer.dataset.store import open_store
from emer.dataset.store_tables import LAYOUT
from emer.errors import MissingExtra, OutputError, UsageError

HOMES = ("/usr/lib/postgresql", "/usr/local/pgsql")


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs."""
    found = shutil.which("postgres")
    folders = [path for home in HOMES for path in sorted(Path(home).glob("*/bin"))]
    folders += [Path(found).parent] if found else []
    return next((each for each in reversed(folders) if (each / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """Run a cluster of its own on loopback, as a user without rights."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    pytest.importorskip("pg8000", reason="the extra scale is not installed (pg8000)")
    user = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="emer-pg-"))
    folder.chmod(0o777)
    data, port = folder / "data", free_port()
    run = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder} | user
    made = [programs / "initdb", "-D", data, "-A", "trust", "-U", "emer", "--no-sync"]
    try:
        subprocess.run(made, check=True, timeout=120, **run)  # type: ignore[call-overload]
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        server = subprocess.Popen(  # type: ignore[call-overload]
            [programs / "postgres", "-D", data, *options.split()], **run
        )
        try:
            wait_for(port)
            yield f"postgresql+pg8000://emer:secret@127.0.0.1:{port}/postgres"
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)
            return
    raise TimeoutError("PostgreSQL does not start")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/store.db"
    found: str = request.getfixturevalue("postgres")
    return found


def test_observations_stay(url: str) -> None:
    data = bytes(range(256)) * 1000
    with open_store(url) as store:
        assert store.observation("a") is None
        store.keep_observation("a", data)
        store.keep_observation("a", b"later")
        store.keep_observation("", b"")
    with open_store(store.url) as store, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(store.observation, ["a"] * 50)) == [data] * 50
        assert store.observation("") == b""


def test_calls_with_faults_in_many_threads_and_a_budget(url: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    with serving(ledger, echo, faults=dict.fromkeys(FAULTS, 0.02), hang=0.5, drip=0.01) as server:
        who = annotator(server.url, timeout=0.4, rate=Rate(at_once=8, requests_per_minute=900))
        texts = [f"q{number}" for number in range(60)]
        with calling(url, who, window=1.0) as (caller, store):
            assert ask_all(caller, who, texts) == ["answered"] * 60
            spent = caller.spending()
            assert not list(store.parked())
            most = most_tokens(who, question("q1"))
        with calling(url, who, Budget(tokens=spent.tokens + 3 * most)) as (caller, _):
            became = ask_all(caller, who, [f"r{number}" for number in range(20)])
            after = caller.spending()
    assert spent.calls >= 60 and spent.reserved_tokens == 0
    assert 3 <= became.count("answered") < 20
    assert after.tokens <= spent.tokens + 3 * most
    assert after.tokens <= sum(row.tokens for row in entered(ledger))


def test_processes_that_open_a_new_store_at_once_make_it_once(url: str) -> None:
    fresh = url.replace("store.db", "fresh.db")
    workers = [process(keep, fresh, str(number))[1] for number in range(4)]
    assert [worker.recv() for worker in workers] == ["kept"] * 4
    with open_store(fresh) as store:
        assert [store.observation(str(number)) for number in range(4)] == [b"x"] * 4


def keep(url: str, key: str) -> str:
    with open_store(url) as store:
        store.keep_observation(key, b"x")
    return "kept"


@pytest.mark.parametrize(
    "url",
    ["store.db", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "postgresql://h/d", ""],
)
def test_what_is_no_store_is_refused_and_the_valid_forms_are_named(url: str) -> None:
    with pytest.raises(UsageError, match=r"Valid: sqlite:///FILE and postgresql\+pg8000://") as it:
        open_store(url)
    assert "secret" not in str(it.value)


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is no database, but it is long enough to be one" * 100)
    with pytest.raises(OutputError, match=r"store\.db cannot be used: .*damaged.*\.recover"):
        open_store(f"sqlite:///{path}")


def test_a_file_damaged_in_the_middle_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(f"sqlite:///{path}") as store:
        for number in range(300):
            store.keep_observation(str(number), b"x" * 500)
    with sqlite3.connect(path) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[40960:120000] = b"\xff" * (120000 - 40960)
    path.write_bytes(data)
    with pytest.raises(OutputError, match="damaged"), open_store(f"sqlite:///{path}") as store:
        for number in range(300):
            store.observation(str(number))


def test_another_layout_is_refused(url: str) -> None:
    from sqlalchemy import update

    from emer.dataset.store_tables import about

    def set_layout(value: str) -> None:
        with open_store(url) as store:
            store.write(lambda db: db.execute(update(about).values(value=value)))

    with open_store(url):
        set_layout("99")
    with pytest.raises(OutputError, match=f"layout 99, not {LAYOUT}"):
        open_store(url)
    if url.startswith("postgres"):
        restore(url)


def restore(url: str) -> None:
    """Put the layout right again: the other tests use the same database."""
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text(f"UPDATE about SET value = '{LAYOUT}'"))
    engine.dispose()


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="folder of the store"):
        open_store(f"sqlite:///{tmp_path}/file/store.db")
    with pytest.raises(OutputError, match="cannot be used"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_database_server_that_is_away_says_so_without_its_password() -> None:
    pytest.importorskip("pg8000", reason="the extra scale is not installed (pg8000)")
    with pytest.raises(OutputError, match="database server runs") as it:
        open_store(f"postgresql+pg8000://u:secret@127.0.0.1:{free_port()}/d")
    assert "secret" not in str(it.value)


def test_absent_packages_name_their_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pg8000", None)
        with pytest.raises(MissingExtra, match=r"pip install 'emer\[scale\]'"):
            open_store("postgresql+pg8000://h/d")
    monkeypatch.setitem(sys.modules, "sqlalchemy.engine", None)
    with pytest.raises(MissingExtra, match=r"pip install 'emer\[build\]'"):
        open_store(f"sqlite:///{tmp_path}/store.db")


def test_the_password_is_not_shown(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/store.db") as store:
        assert "store.db" in repr(store)
