"""A build that is killed a hundred times, by a server that fails on purpose.

    python perf/kills.py [--clips 800] [--kills 100] [--seed 0] [--engine local]

First an undisturbed run: no faults, no kills. Then the same plan against a server that answers
429 with Retry-After, 500, hangs, sends half a body, no JSON, a refusal, the wrong schema, or one
byte after the other, while the run is killed (SIGKILL to its process group) at random moments and
resumed. At the end the two datasets are compared byte by byte, and the server's ledger says what
was charged. Prints one JSON object.

The clips are made up (`build_corpus.py`); the server is `tests/dataset/faulty_server.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from build_corpus import answer, make

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from dataset.faulty_server import FaultyServer, entered, serving

FAULTS = {
    "429": 0.05,
    "500": 0.05,
    "hang": 0.01,
    "half": 0.03,
    "garbage": 0.03,
    "refusal": 0.03,
    "schema": 0.03,
    "drip": 0.01,
}
# Seconds; a call that hangs or drips is given up then.
PATIENCE = 3.0


def main() -> None:
    """Run both, compare, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--clips", type=int, default=800)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--latency", type=float, default=0.3)
    options.add_argument("--engine", default="local")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="emer-kills-") as name:
        report = compare(Path(name), chosen)
    print(json.dumps(report, indent=1))
    sys.exit(0 if report["equal"] and not report["charged_twice"] else 1)


def compare(folder: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Return what the two runs have in common and what the ledger says."""
    calm = folder / "calm.jsonl"
    with serving(calm, answer, latency=chosen.latency) as server:
        plan = make(folder, chosen.clips, annotators=annotators(server))
        began = time.monotonic()
        finish(plan, chosen.engine)
        undisturbed = time.monotonic() - began
    out = folder / f"out-{chosen.clips}"
    expected = digests(out / "dataset")
    shutil.rmtree(out)
    rough = folder / "rough.jsonl"
    faulty = {"faults": FAULTS, "seed": chosen.seed, "hang": 60.0, "latency": chosen.latency}
    with serving(rough, answer, **faulty) as server:
        plan = make(folder, chosen.clips, annotators=annotators(server))
        lives = disturb(plan, out, chosen)
        finish(plan, chosen.engine)
    found = digests(out / "dataset")
    return {
        "clips": chosen.clips,
        "engine": chosen.engine,
        "undisturbed_seconds": round(undisturbed, 1),
        **lives,
        "equal": found == expected,
        "different": sorted(n for n in found | expected if found.get(n) != expected.get(n)),
        **ledger(calm, rough),
    }


def annotators(server: FaultyServer) -> list[dict[str, Any]]:
    """Return two annotators of one server, three questions a clip."""
    both = {"url": server.url, "timeout": PATIENCE, "tries": 20, "given": ["cues"]}
    return [
        {"name": "one", "model": "m1", "tasks": ["auditory", "disambiguate"], **both},
        {"name": "two", "model": "m2", "tasks": ["auditory"], **both},
    ]


def disturb(plan: Path, out: Path, chosen: argparse.Namespace) -> dict[str, Any]:
    """Kill and resume; return how many kills met work that was still to be done."""
    draw = random.Random(chosen.seed)
    kills = finished = 0
    while kills < chosen.kills:
        run = start(plan, chosen.engine)
        try:
            run.wait(timeout=draw.uniform(0.2, 6.0))
            finished += 1
            if finished > 3:
                break
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            kills += 1
    return {"kills": kills, "ended_by_themselves": finished}


def start(plan: Path, engine: str) -> subprocess.Popen[bytes]:
    """Start a run in a process group of its own."""
    command = [sys.executable, "-m", "emer.cli.main", "build", str(plan)]
    return subprocess.Popen(
        [*command, "--resume", "--jobs", "1", "--engine", engine],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(plan: Path, engine: str) -> None:
    """Run to the end; parked calls are replayed, as a user would."""
    command = [sys.executable, "-m", "emer.cli.main", "build", str(plan), "--resume"]
    for more in ([], ["--replay", "all"], ["--replay", "all"]):
        done = subprocess.run(
            [*command, "--jobs", "1", "--engine", engine, *more], capture_output=True, text=True
        )
        if done.returncode == 0:
            return
    raise SystemExit(f"the build does not end well: {done.stderr[-2000:]}")


def digests(folder: Path) -> dict[str, str]:
    """Return the hash of every file by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(_without_cost(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _without_cost(path: Path) -> bytes:
    """Return a file; of the card without what the calls took, since asking again takes more."""
    data = path.read_bytes()
    if path.name == "README.md":
        before, _, after = data.partition(b"\n## Cost\n")
        return before + after[after.find(b"\n## ") :]
    return data


def ledger(calm: Path, rough: Path) -> dict[str, Any]:
    """Return what the server charged, and what it had to do again."""
    before, after = entered(calm), entered(rough)
    charged = Counter(each.key for each in after if each.tokens)
    whole = Counter(each.key for each in after if each.delivered and each.fault == "")
    questions = {each.key.rpartition("-")[0] for each in before}
    return {
        "questions": len(questions),
        "same_questions": questions == {each.key.rpartition("-")[0] for each in after},
        "requests_undisturbed": len(before),
        "requests": len(after),
        "faults": dict(Counter(each.fault for each in after if each.fault)),
        "charged_twice": sum(count > 1 for count in charged.values()),
        "answered_well_twice": sum(count > 1 for count in whole.values()),
    }


if __name__ == "__main__":
    main()
