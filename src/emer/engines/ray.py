"""Steps on Ray Data: on this machine, or on a cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Thread
from typing import Any

from emer.engines.base import Done, Lost, Step
from emer.engines.faults import EngineError, unpacked
from emer.engines.local import check
from emer.engines.ray_cluster import running

_AHEAD = 4
_PATIENCE = 300
# Steps ask for a little more than the reading, with which Ray would otherwise make them one.
_SOME_MEMORY = 1 << 20

_Rows = SimpleQueue[dict[str, Any] | Exception | None]


@dataclass(frozen=True)
class RayEngine:
    """Runs the steps as a streaming dataset of Ray.

    Each worker of a "cpu" step is an actor that takes one CPU; a "calls" step is one actor with
    as many threads as workers. One item is one block. The caller's own thread reads the source,
    and never further ahead of the results than four items a worker.

    Attributes:
        address: HOST:PORT of a cluster that this machine is a node of, or "auto"; None starts
            Ray on this machine and stops it afterwards. If Ray was started in this process
            before, that is used and left running.
        object_store_bytes: Shared memory for items on their way, where Ray is started here.
    """

    address: str | None = None
    object_store_bytes: int = 512 << 20

    def run(
        self, items: Iterable[tuple[str, bytes]], steps: Sequence[Step]
    ) -> Iterator[Done | Lost]:
        """Yield every item once, as it is done, in any order.

        Args:
            items: A key of its own and the data of each; read lazily.
            steps: At least one; `make` must be of a module that every node has.

        Raises:
            MissingExtra: Ray is not installed.
            EngineError: No steps; no cluster at the address, or too small a one; Ray gave up.
            EmerError: A step raised one, or any other exception, which has the key in its notes.
        """
        check(steps)
        _check_travels(steps)
        cpus = sum(step.workers for step in steps if step.kind == "cpu")
        with running(self.address, max(1, cpus), self.object_store_bytes) as ray:
            yield from _run(ray, iter(items), steps)


def _check_travels(steps: Sequence[Step]) -> None:
    """Raise `EngineError` for work that a worker elsewhere could not import."""
    for step in steps:
        if b"__main__" in bytes(ForkingPickler.dumps(step.make)):
            raise EngineError(
                f"The work of step {step.name!r} is defined in the script that is run.",
                "Put it into a module that the workers can import.",
            )


def _run(
    ray: Any, source: Iterator[tuple[str, bytes]], steps: Sequence[Step]
) -> Iterator[Done | Lost]:
    from emer.engines.ray_feed import FAULT, LOST, Feed

    strategies = import_module("ray.util.scheduling_strategies")
    node = ray.get_runtime_context().get_node_id()
    here = strategies.NodeAffinitySchedulingStrategy(node, soft=False)
    feed = ray.remote(num_cpus=0, scheduling_strategy=here)(Feed).remote()
    rows: _Rows = SimpleQueue()
    Thread(target=_collect, args=(ray, feed, steps, rows), daemon=True).start()
    ahead = _AHEAD * sum(step.workers for step in steps)
    on_the_way: dict[str, int] = {}
    try:
        for row in _results(source, feed, rows, on_the_way, ahead):
            number = on_the_way.pop(row["key"], None)
            if number is None:
                continue
            feed.drop.remote(number)
            if row["kind"] == FAULT:
                raise unpacked(row["data"], row["step"], row["key"])
            if row["kind"] == LOST:
                yield Lost(row["key"], row["step"], row["data"].decode())
            else:
                yield Done(row["key"], row["data"])
        if on_the_way:
            raise EngineError(
                f"Ray lost {len(on_the_way)} items: {', '.join(list(on_the_way)[:5])}."
            )
    finally:
        feed.end.remote()


def _results(
    source: Iterator[tuple[str, bytes]],
    feed: Any,
    rows: _Rows,
    on_the_way: dict[str, int],
    ahead: int,
) -> Iterator[dict[str, Any]]:
    """Yield rows as they come, with as many items on their way as there may be."""
    count, more = 0, True
    while True:
        while more and len(on_the_way) < ahead:
            item = next(source, None)
            if item is None:
                more = False
                feed.end.remote()
            else:
                on_the_way[item[0]] = count
                count += 1
                feed.put.remote(*item)
        row = rows.get()
        if row is None:
            return
        if isinstance(row, Exception):
            raise EngineError(f"Ray gave up: {row}") from row
        yield row


def _collect(
    ray: Any,
    feed: Any,
    steps: Sequence[Step],
    rows: _Rows,
) -> None:
    """Run the dataset and hand over its rows; the last word is None or what Ray raised."""
    from emer.engines.ray_feed import FeedSource

    with _Handing(rows):
        for row in _dataset(ray, FeedSource(feed), steps).iter_rows():
            rows.put(row)


class _Handing:
    """Hands over the end of a thread's work: None, or the exception that ended it."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self._rows.put(error if isinstance(error, Exception) else None)
        return isinstance(error, Exception)


def _dataset(ray: Any, source: Any, steps: Sequence[Step]) -> Any:
    """Return the lazy dataset of all steps."""
    from emer.engines.ray_steps import Calling, Computing

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # One row is one block: a result is out as soon as it is there.
    context.target_max_block_size = 1
    # An item may take as long as it takes.
    context.execution_no_progress_timeout_s = -1
    context.wait_for_min_actors_s = _PATIENCE
    with ray.data.DataContext.current(context):
        data = ray.data.read_datasource(source, override_num_blocks=1, num_cpus=0)
        for step in steps:
            data = data.map_batches(
                Computing if step.kind == "cpu" else Calling,
                fn_constructor_args=(step,),
                batch_size=None,
                batch_format="pyarrow",
                compute=_pool(ray, step),
                num_cpus=1 if step.kind == "cpu" else 0,
                memory=_SOME_MEMORY,
            )
    return data


def _pool(ray: Any, step: Step) -> Any:
    """Return how many actors a step has, and how much each does at a time."""
    if step.kind == "cpu":
        return ray.data.ActorPoolStrategy(size=step.workers, max_tasks_in_flight_per_actor=2)
    return ray.data.ActorPoolStrategy(
        size=1,
        max_tasks_in_flight_per_actor=step.workers,
        max_concurrent_calls_per_actor=step.workers,
        enable_true_multi_threading=True,
    )
