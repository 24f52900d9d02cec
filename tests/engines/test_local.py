from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emer.engines.base import Done, Lost, Step
from emer.engines.faults import EngineError
from emer.engines.local import LocalEngine
from emer.errors import MediaError, MissingExtra, OutputError
from engines import works

ENGINE = LocalEngine()
LINE = (
    Step("square", works.squared, "cpu", workers=2),
    Step("double", works.doubled, "calls", workers=4),
    Step("again", works.squared, "cpu", workers=1),
)


def numbers(count: int) -> Iterator[tuple[str, bytes]]:
    return ((f"k{n}", str(n).encode()) for n in range(count))


def test_every_item_goes_through_all_steps_once() -> None:
    found = list(ENGINE.run(numbers(60), LINE))
    assert sorted(found, key=lambda done: done.key) == sorted(
        (Done(f"k{n}", str((2 * n * n) ** 2).encode()) for n in range(60)),
        key=lambda done: done.key,
    )


def test_nothing_in_gives_nothing_out() -> None:
    assert list(ENGINE.run([], LINE)) == []


@pytest.mark.parametrize("steps", [(), (Step("none", works.squared, workers=0),)])
def test_steps_that_cannot_run(steps: tuple[Step, ...]) -> None:
    with pytest.raises(EngineError, match="Give at least"):
        list(ENGINE.run(numbers(1), steps))


def test_work_is_made_once_a_worker_and_no_more_workers_than_items() -> None:
    told = [
        json.loads(d.result) for d in ENGINE.run(numbers(20), [Step("who", works.who, workers=2)])
    ]
    assert all(made == [pid] for pid, made in told)
    assert os.getpid() not in {pid for pid, _ in told} and len({pid for pid, _ in told}) == 2
    one = list(ENGINE.run(numbers(1), [Step("who", works.who, workers=2)]))
    assert len(one) == 1


def test_calls_run_in_this_process_and_together() -> None:
    assert len(list(ENGINE.run(numbers(9), [Step("meet", works.meeting, "calls", workers=3)]))) == 9
    told = list(ENGINE.run(numbers(3), [Step("who", works.who, "calls", workers=2)]))
    assert {json.loads(done.result)[0] for done in told} == {os.getpid()}


def test_the_source_is_read_as_results_are_taken_and_memory_is_flat() -> None:
    read = 0

    def source() -> Iterator[tuple[str, bytes]]:
        nonlocal read
        for n in range(100_000):
            read += 1
            yield f"k{n}", str(n).encode()

    taken = ahead = before = 0
    for _ in ENGINE.run(source(), [Step("double", works.squared, "calls", workers=4)]):
        taken += 1
        ahead = max(ahead, read - taken)
        if taken == 10_000:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert taken == 100_000
    assert ahead <= 4 * 4
    assert grown < 4 << 10, f"{grown} KiB more"


def test_a_slow_step_holds_up_the_source() -> None:
    read: list[int] = []
    source = ((str(n), b"1") for n in range(1000) if read.append(n) is None)
    steps = [Step("quick", works.squared, "calls", workers=2), Step("slow", works.slow, "calls")]
    run = ENGINE.run(source, steps)
    assert isinstance(next(run), Done)
    assert len(read) < 20
    run.close()


def test_a_worker_that_dies_costs_its_item_only(tmp_path: Path) -> None:
    items = [(f"k{n}", b"good") for n in range(12)]
    items[3:3] = [("bad", b"kill"), ("unlucky", b"once " + os.fsencode(tmp_path / "mark"))]
    steps = [Step("deadly", works.deadly, workers=2)]
    found = {one.key: one for one in ENGINE.run(items, steps)}
    assert len(found) == 14
    lost = found.pop("bad")
    assert isinstance(lost, Lost) and lost.step == "deadly" and "SIGKILL" in lost.reason
    unlucky = found.pop("unlucky")
    assert isinstance(unlucky, Done) and unlucky.result.startswith(b"ONCE ")
    assert set(found.values()) == {Done(f"k{n}", b"GOOD") for n in range(12)}


@pytest.mark.parametrize("kind", ["cpu", "calls"])
def test_errors_of_a_step_reach_the_caller_as_themselves(kind) -> None:  # type: ignore[no-untyped-def]
    steps = [Step("picky", works.picky, kind, workers=2)]
    with pytest.raises(MediaError) as media:
        list(ENGINE.run([("a", b"fine"), ("b", b"media")], steps))
    assert (media.value.message, media.value.hint) == ("It cannot be read.", "Look at it.")
    with pytest.raises(MissingExtra, match=r"pip install 'emer\[build\]'"):
        list(ENGINE.run([("b", b"extra")], steps))
    with pytest.raises(ZeroDivisionError, match="by nothing") as division:
        list(ENGINE.run([("the key", b"number")], steps))
    notes = "".join(division.value.__notes__)
    assert "'the key'" in notes and "works.py" in notes
    with pytest.raises(EngineError, match="UnicodeDecodeError in step 'picky', item 'c'"):
        list(ENGINE.run([("c", b"odd")], steps))


@pytest.mark.parametrize("kind", ["cpu", "calls"])
def test_workers_that_cannot_be_made_ready(kind) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OutputError, match="no room"):
        list(ENGINE.run(numbers(3), [Step("never", works.never, kind)]))


def test_workers_that_die_as_they_start() -> None:
    with pytest.raises(EngineError, match=r"'stillborn' end before they are ready.* code 7"):
        list(ENGINE.run(numbers(3), [Step("stillborn", works.stillborn)]))


def test_an_error_of_the_source_ends_the_run() -> None:
    def source() -> Iterator[tuple[str, bytes]]:
        yield "a", b"1"
        raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        list(ENGINE.run(source(), LINE))


def test_closing_early_ends_all_workers() -> None:
    run = ENGINE.run(numbers(1000), [Step("who", works.who, workers=2)])
    pids = {json.loads(next(run).result)[0] for _ in range(6)}  # type: ignore[union-attr]
    threads = threading.active_count()
    run.close()
    assert all(not Path(f"/proc/{pid}").exists() for pid in pids)
    assert threading.active_count() <= threads


SCRIPT = """
import sys
from engines import works
from emer.engines.base import Step
from emer.engines.local import LocalEngine

def forever():
    while True:
        yield "k", b"1"

if __name__ == "__main__":
    steps = [Step("who", works.who, workers=2), Step("slow", works.slow, "calls", workers=2)]
    try:
        for done in LocalEngine().run(forever(), steps):
            print(done.result.decode(), flush=True)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Start a run in another process; give it and the ids of its workers."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    pids: set[int] = set()
    while len(pids) < 2:
        pids.add(json.loads(process.stdout.readline())[0])
    yield process, sorted(pids)
    process.kill()
    process.communicate(timeout=30)


def ended(pids: list[int], within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_end_when_their_parent_is_killed(
    running: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, pids = running
    assert not ended(pids, within=0.1)
    os.kill(process.pid, signal.SIGKILL)
    assert ended(pids, within=2.0)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_ctrl_c_ends_the_run_at_once(running: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, pids = running
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
    assert time.monotonic() - began < 3 and ended(pids, within=1.0)
