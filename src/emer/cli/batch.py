"""Explain a folder of clips: one JSON line a clip, resumed after a kill, failures listed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emer import __version__
from emer.cli import explaining
from emer.cli.work import Job
from emer.engines.base import Engine, Lost
from emer.errors import MediaError, OutputError, UsageError
from emer.explanation import Explanation
from emer.media import find_clips


@dataclass
class Outcome:
    """What became of the clips of a folder.

    Attributes:
        done: Number explained now.
        kept: Number found finished from an earlier run.
        failed: Reason by name.
    """

    done: int = 0
    kept: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the outcome as one JSON line."""
        return json.dumps({"done": self.done, "kept": self.kept, "failed": self.failed})


def run(
    folder: Path, job: Job, out: Path, reports: Path | None, jobs: int, engine: Engine
) -> Outcome:
    """Explain every clip of a folder that `out` does not hold yet.

    Args:
        folder: Searched recursively.
        job: How to explain.
        out: JSON lines, appended to; a line cut short by a kill is dropped and done again.
        reports: Folder for one HTML report a clip, if wanted.
        jobs: Clips at a time, each in its own process.
        engine: Where the processes are.

    Raises:
        MediaError: No clips in the folder.
        UsageError: `out` holds results of other settings.
        OutputError: `out` cannot be written.
    """
    clips = find_clips(folder)
    if not clips:
        raise MediaError(f"There are no media files in {folder}.", "Name a folder with clips.")
    finished = _finished(out, job)
    todo = [clip for clip in clips if _name(clip, folder) not in finished]
    outcome = Outcome(kept=len(clips) - len(todo))
    try:
        with out.open("a", encoding="utf-8") as lines, _bar() as bar:
            task = bar.add_task("Explaining", total=len(clips), completed=outcome.kept)
            for clip, result in _results(todo, job, jobs, engine) if todo else ():
                name = _name(clip, folder)
                if isinstance(result, Explanation):
                    _append(lines, _named(result, name))
                    _report(result, clip, name, reports)
                    outcome.done += 1
                else:
                    outcome.failed[name] = result
                bar.update(task, advance=1)
    except OSError as error:
        raise OutputError(f"Cannot write {out}: {error.strerror or error}.") from error
    return outcome


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _results(
    clips: Sequence[Path], job: Job, jobs: int, engine: Engine
) -> Iterator[tuple[Path, Explanation | str]]:
    """Yield each clip with its explanation, or why there is none."""
    size = job.at_once
    starts = range(0, len(clips), size)
    items = ((str(first), explaining.packed(clips[first : first + size])) for first in starts)
    for done in engine.run(items, [explaining.step(job, min(jobs, len(starts)))]):
        group = clips[int(done.key) : int(done.key) + size]
        if isinstance(done, Lost):
            yield from ((clip, f"a worker died twice: {done.reason}") for clip in group)
        else:
            yield from zip(group, explaining.unpacked(done.result), strict=True)


def _name(clip: Path, folder: Path) -> str:
    return clip.relative_to(folder).as_posix()


def _named(explanation: Explanation, name: str) -> Explanation:
    info = explanation.clip.model_copy(update={"name": name})
    return explanation.model_copy(update={"clip": info})


def _append(lines: TextIO, explanation: Explanation) -> None:
    """Write one line and have it on disk before going on."""
    lines.write(explanation.to_json() + "\n")
    lines.flush()
    os.fsync(lines.fileno())


def _report(explanation: Explanation, clip: Path, name: str, reports: Path | None) -> None:
    if reports:
        from emer.report import write

        target = reports / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        write(explanation, target, clip=clip)


def _finished(out: Path, job: Job) -> set[str]:
    """Return the names that `out` holds; cut off an unfinished last line."""
    if not out.exists():
        return set()
    whole = out.read_bytes()
    kept = whole[: whole.rfind(b"\n") + 1]
    names, explainer = set(), job.check()
    for number, line in enumerate(kept.splitlines(), start=1):
        try:
            before = Explanation.from_json(line)
        except ValueError as error:
            raise UsageError(
                f"Line {number} of {out} is not an explanation.",
                "Choose another --out, or delete the file.",
            ) from error
        origin = before.provenance
        settings = before.language, origin.version, origin.explainer
        if settings != (job.language, __version__, explainer):
            raise UsageError(
                f"{out} holds results in {before.language} by emer {origin.version} "
                f"({origin.explainer}), not in {job.language} by {__version__} ({explainer}).",
                "Choose another --out, or delete the file.",
            )
        names.add(before.clip.name)
    if len(kept) < len(whole):
        with out.open("r+b") as stream:
            stream.truncate(len(kept))
    return names
