"""How much faster two workers are than one on Ray, on a stage that only computes.

    python perf/ray_scaling.py [--items 20] [--repeat 2]

Each item is a made-up voice of a minute in which pitch and loudness are measured; every worker has
one thread. Parity first: the results of Ray are those of plain calls in this process. Then the time
between the result of the last warm-up item and the very last one, with one worker and with two;
the time to the first result (starting Ray and the workers) is printed beside it and left out of
the ratio. Also printed: what two plain processes reach here, the most that this machine has to
give meanwhile. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterable
from typing import Any

from ray_scaling_stage import measured

from emer.engines.base import Done, Engine, Step
from emer.engines.local import LocalEngine
from emer.engines.ray import RayEngine

WARM = 6
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ENGINES: dict[str, Engine] = {
    "local": LocalEngine(),
    "ray": RayEngine(object_store_bytes=128 << 20),
}


def main() -> None:
    """Check parity, then print times and ratios."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, default=20)
    options.add_argument("--repeat", type=int, default=2)
    chosen = options.parse_args()
    # Workers inherit it.
    os.environ |= dict.fromkeys(THREADS, "1")
    expected = plainly(WARM)
    if dict(timed("ray", 2, WARM)["results"]) != expected:
        sys.exit("no parity: Ray gives other results than plain calls")
    report: dict[str, Any] = {"machine": machine(), "items": chosen.items, "parity": True}
    for name in ENGINES:
        runs = [
            [timed(name, workers, chosen.items) for workers in (1, 2)] for _ in range(chosen.repeat)
        ]
        report[name] = {
            "ratio": [round(one["seconds"] / two["seconds"], 2) for one, two in runs],
            "median_ratio": round(
                statistics.median(a["seconds"] / b["seconds"] for a, b in runs), 2
            ),
            "seconds": [[round(run["seconds"], 2) for run in pair] for pair in runs],
            "start_up": [[round(run["start_up"], 2) for run in pair] for pair in runs],
        }
    print(json.dumps(report, indent=2))


def timed(name: str, workers: int, count: int) -> dict[str, Any]:
    """Run items on an engine; seconds are those of all items after the warm-up ones."""
    steps = [Step("measure", measured, workers=workers)]
    began, results, times = time.perf_counter(), {}, []
    for done in ENGINES[name].run(items(count + WARM), steps):
        assert isinstance(done, Done)
        results[done.key] = done.result
        times.append(time.perf_counter())
    return {
        "results": {key: results[key] for key, _ in items(WARM)},
        "start_up": times[0] - began,
        "seconds": times[-1] - times[WARM - 1],
    }


def plainly(count: int) -> dict[str, bytes]:
    """Return the results of plain calls."""
    work = measured()
    return {key: work(data) for key, data in items(count)}


def items(count: int) -> Iterable[tuple[str, bytes]]:
    """Return seeds as items."""
    return [(str(seed), str(seed).encode()) for seed in range(count)]


def machine() -> str:
    """Say where this was measured."""
    load = os.getloadavg()[0]
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f}, Python {python}"


if __name__ == "__main__":
    main()
