"""Whole builds in the process of the test, of made-up clips."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from dataset.faulty_server import FaultyServer
from emer.dataset.build import Options, Outcome, run
from emer.dataset.plan_file import load_plan
from emer.dataset.progress import Bars
from emer.engines.base import Done, Lost, Step

CLIPS = 6
AGAIN = Options(resume=True)


class Inline:
    """An engine without processes or threads, for tests of what is around it."""

    def run(
        self, items: Iterable[tuple[str, bytes]], steps: Sequence[Step]
    ) -> Iterator[Done | Lost]:
        line = [step.make() for step in steps]
        for key, data in items:
            for work in line:
                data = work(data)
            yield Done(key, data)


def build(plan: Path, options: Options = AGAIN, engine: Any = None) -> Outcome:
    with Bars(Console(quiet=True)) as bars:
        return run(load_plan(plan), options, engine or Inline(), bars)


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def cues(out: Path) -> list[dict[str, Any]]:
    """Return all rows but for where their clips are."""
    found = sorted((out / "dataset" / "jsonl" / "cues").rglob("*.jsonl"))
    rows = [json.loads(line) for path in found for line in path.read_text().splitlines()]
    return [{name: row[name] for name in row if name != "media"} for row in rows]


def changed(plan: Path, **fields: Any) -> Path:
    plan.write_text(json.dumps(json.loads(plan.read_text()) | fields))
    return plan


def annotator(server: FaultyServer, name: str = "one", **fields: Any) -> dict[str, Any]:
    base = {"name": name, "url": server.url, "model": f"m-{name}", "tasks": ["auditory"]}
    return base | {"given": ["cues"], "timeout": 5.0} | fields
