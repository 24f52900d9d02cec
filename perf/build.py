"""emer build: overhead over bare calls, resuming a finished build, memory.

    python perf/build.py overhead [--clips 1920] [--at-once 32] [--latency 1.0] [--repeat 3]
    python perf/build.py resume   [--clips 100000] [--keep FOLDER]
    python perf/build.py memory   [--clips 1000 10000 100000] [--keep FOLDER]

**overhead**: a server with a fixed latency is asked the same questions by the build and by a bare
client (`openai`, as many threads as the build has calls at a time). What is compared is the time
from the first request to the last answer, as the server sees it; that both asked the same is
asserted first. **resume**: wall time of `emer build --resume` where everything is done.
**memory**: largest process of a whole build. Clips and measurements are made up
(`build_corpus.py`). Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

from build_corpus import answer, make

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from dataset.faulty_server import FaultyServer, entered, serving


def main() -> None:
    """Run what was asked for and print it."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("what", choices=["overhead", "resume", "memory"])
    options.add_argument("--clips", type=int, nargs="+")
    options.add_argument("--at-once", type=int, default=32)
    options.add_argument("--latency", type=float, default=1.0)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="emer-perf-"))
    folder.mkdir(parents=True, exist_ok=True)
    work: dict[str, Callable[[Path, argparse.Namespace], Any]] = {
        "overhead": overhead,
        "resume": resume,
        "memory": memory,
    }
    try:
        found = work[chosen.what](folder, chosen)
    finally:
        if not chosen.keep:
            shutil.rmtree(folder)
    print(json.dumps({"machine": machine(), chosen.what: found}, indent=1))


def overhead(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Compare the build with a bare client, in turns."""
    clips = (chosen.clips or [1920])[0]
    ours, bare, wall = [], [], []
    for number in range(chosen.repeat):
        ledger = folder / f"ours-{number}.jsonl"
        with serving(ledger, answer, latency=chosen.latency) as server:
            plan = make(folder, clips, annotators=[annotator(server, chosen.at_once)])
            shutil.rmtree(folder / f"out-{clips}", ignore_errors=True)
            wall.append(build(plan, chosen.jobs)[0])
            bodies = list(server.bodies)
            ours.append(span(ledger, chosen.latency))
        ledger = folder / f"bare-{number}.jsonl"
        with serving(ledger, answer, latency=chosen.latency) as server:
            ask_bare(server, bodies, chosen.at_once)
            if sorted(map(str, server.bodies)) != sorted(map(str, bodies)):
                raise SystemExit("The two asked different things.")
            bare.append(span(ledger, chosen.latency))
    ratio = [a / b for a, b in zip(ours, bare, strict=True)]
    return {
        "calls": len(bodies),
        "at_once": chosen.at_once,
        "latency": chosen.latency,
        "ideal_seconds": len(bodies) / chosen.at_once * chosen.latency,
        "build_seconds": [round(each, 2) for each in ours],
        "bare_seconds": [round(each, 2) for each in bare],
        "ratios": [round(each, 4) for each in ratio],
        "median_ratio": round(median(ratio), 4),
        "whole_build_seconds": [round(each, 2) for each in wall],
    }


def annotator(server: FaultyServer, at_once: int) -> dict[str, Any]:
    """Return an annotator that is asked one question a clip."""
    return {
        "name": "one",
        "url": server.url,
        "model": "m1",
        "tasks": ["auditory"],
        "given": ["cues"],
        "rate": {"at_once": at_once},
    }


def ask_bare(server: FaultyServer, bodies: list[dict[str, Any]], at_once: int) -> None:
    """Send bodies with a plain client and threads."""
    import openai

    client = openai.OpenAI(base_url=server.url, api_key="none", max_retries=0)

    def send(body: dict[str, Any]) -> str:
        return str(client.chat.completions.create(**body).choices[0].message.content)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(send, bodies))


def span(ledger: Path, latency: float) -> float:
    """Return the seconds from the first request to the last answer."""
    times = [each.at for each in entered(ledger)]
    return max(times) + latency - min(times)


def resume(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Build once, unless that is done, and time what a run after that takes."""
    clips = (chosen.clips or [100_000])[0]
    plan = make(folder, clips)
    first, largest = build(plan, chosen.jobs)
    again = [build(plan, chosen.jobs) for _ in range(chosen.repeat)]
    return {
        "clips": clips,
        "first_run_seconds": round(first, 1),
        "first_run_largest_process_mb": largest,
        "resume_seconds": [round(seconds, 2) for seconds, _ in again],
        "resume_largest_process_mb": [size for _, size in again],
    }


def memory(folder: Path, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Build each number of clips anew; return the largest process and the time of each."""
    found = []
    for clips in chosen.clips or [1_000, 10_000, 100_000]:
        plan = make(folder, clips)
        shutil.rmtree(folder / f"out-{clips}", ignore_errors=True)
        seconds, largest = build(plan, chosen.jobs)
        again, resumed = build(plan, chosen.jobs)
        found.append(
            {
                "clips": clips,
                "seconds": round(seconds, 1),
                "largest_process_mb": largest,
                "resume_seconds": round(again, 2),
                "resume_mb": resumed,
            }
        )
    return found


def build(plan: Path, jobs: int) -> tuple[float, int]:
    """Run the command line; return wall seconds and the size of its largest process in MB."""
    command = [sys.executable, "-m", "emer.cli.main", "build", str(plan), "--resume"]
    began = time.monotonic()
    run = subprocess.Popen(
        [*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = run.stderr.read() if run.stderr else b""
    _, status, usage = os.wait4(run.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(said.decode()[-2000:])
    return time.monotonic() - began, usage.ru_maxrss // 1024


def machine() -> dict[str, Any]:
    """Return what the numbers depend on."""
    return {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()}


if __name__ == "__main__":
    main()
