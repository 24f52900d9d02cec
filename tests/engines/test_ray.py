from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from emer.engines.base import Done, Lost, Step
from emer.engines.faults import EngineError
from emer.engines.local import LocalEngine
from emer.engines.ray import RayEngine
from emer.errors import MediaError
from engines import works

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow

LINE = (
    Step("square", works.squared, "cpu", workers=2),
    Step("double", works.doubled, "calls", workers=3),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[RayEngine]:
    """An engine on a cluster of its own, as `ray start` makes one, for all tests here."""
    here = str(Path(__file__).parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join([here, *os.environ.get("PYTHONPATH", "").split(":")])
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(
        address="local",
        num_cpus=3,
        object_store_memory=100 << 20,
        include_dashboard=False,
        log_to_driver=False,
        logging_level="ERROR",
    )
    yield RayEngine()
    ray.shutdown()


def numbers(count: int) -> Iterator[tuple[str, bytes]]:
    return ((f"k{n}", str(n).encode()) for n in range(count))


def by_key(found: Iterator[Done | Lost]) -> list[Done | Lost]:
    return sorted(found, key=lambda one: one.key)


def test_the_same_as_in_processes_and_never_far_ahead_of_the_results(engine: RayEngine) -> None:
    read = ahead = 0

    def source() -> Iterator[tuple[str, bytes]]:
        nonlocal read
        for item in numbers(40):
            read += 1
            yield item

    found = []
    for done in engine.run(source(), LINE):
        found.append(done)
        ahead = max(ahead, read - len(found))
    assert by_key(iter(found)) == by_key(LocalEngine().run(numbers(40), LINE))
    assert ahead <= 4 * 5
    assert ray.is_initialized(), "it was here before"


def test_workers_that_die_cost_their_item_only(engine: RayEngine, tmp_path: Path) -> None:
    items = [(f"k{n}", b"good") for n in range(4)]
    items[1:1] = [("bad", b"kill"), ("unlucky", b"once " + os.fsencode(tmp_path / "mark"))]
    found = {one.key: one for one in engine.run(items, [Step("deadly", works.deadly)])}
    lost = found.pop("bad")
    assert isinstance(lost, Lost) and lost.step == "deadly" and "SIGKILL" in lost.reason
    unlucky = found.pop("unlucky")
    assert isinstance(unlucky, Done) and unlucky.result.startswith(b"ONCE ")
    assert set(found.values()) == {Done(f"k{n}", b"GOOD") for n in range(4)}


def test_an_actor_that_dies_is_replaced(engine: RayEngine, tmp_path: Path) -> None:
    items = [("a", b"x"), ("b", b"once " + os.fsencode(tmp_path / "mark")), ("c", b"y")]
    found = by_key(engine.run(items, [Step("orphan", works.orphan)]))
    assert [one.key for one in found] == ["a", "b", "c"]
    assert all(isinstance(one, Done) for one in found)
    assert (tmp_path / "mark").exists()


@pytest.mark.parametrize("kind", ["cpu", "calls"])
def test_errors_of_a_step_reach_the_caller_as_themselves(engine: RayEngine, kind) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(MediaError) as media:
        list(engine.run([("a", b"media")], [Step("picky", works.picky, kind)]))
    assert (media.value.message, media.value.hint) == ("It cannot be read.", "Look at it.")
    assert media.value.__notes__ == ["In step 'picky', item 'a'."]


def test_calls_run_together_in_one_process(engine: RayEngine) -> None:
    assert len(list(engine.run(numbers(9), [Step("meet", works.meeting, "calls", workers=3)]))) == 9


def test_closing_early_lets_go(engine: RayEngine) -> None:
    run = engine.run(numbers(1000), LINE[1:])
    assert isinstance(next(run), Done)
    run.close()
    assert len(list(engine.run(numbers(3), LINE[1:]))) == 3


SCRIPT = """
import os
from emer.engines.base import Step
from emer.engines.faults import EngineError
from emer.engines.ray import RayEngine
from engines import works

def mine():
    return bytes

if __name__ == "__main__":
    try:
        list(RayEngine().run([("a", b"1")], [Step("mine", mine)]))
    except EngineError as error:
        print(error)
    engine = RayEngine(object_store_bytes=100 << 20)
    for done in engine.run([("a", b"7")], [Step("square", works.squared)]):
        print(done.result.decode(), os.environ["RAY_USAGE_STATS_ENABLED"])
    import ray
    print(ray.is_initialized())
"""


def test_a_cluster_of_its_own_is_quiet_and_stopped_afterwards(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment, timeout=120
    )
    first, second, third = done.stdout.splitlines()
    assert "'mine' is defined in the script" in first
    assert (second, third) == ("49 0", "False")
    assert done.stderr == ""


def test_no_steps(engine: RayEngine) -> None:
    with pytest.raises(EngineError, match="Give at least one"):
        list(engine.run(numbers(1), ()))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "somewhere", "host:99999", "ray://host"])
def test_nobody_answers(address: str) -> None:
    if ray.is_initialized():
        ray.shutdown()
    with pytest.raises(EngineError, match=r"No Ray answers at .* `ray start --head`"):
        list(RayEngine(address).run(numbers(1), LINE))
