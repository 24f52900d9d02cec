"""Caption RAVDESS speech: manifests for training from your own download.

    python recipes/ravdess.py FOLDER --out DIR [--jobs 2]

Reads emotion and intensity from the file names, measures each voice with emer's own instruments,
and writes what `emer train` reads: captions (`train.jsonl`, ...) and answers
(`instruct_train.jsonl`, ...), split by actor. See recipes/README.md; the recordings are under
CC BY-NC-SA 4.0 (Livingstone & Russo 2018, PLOS ONE 13(5): e0196391) and are not shipped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emer import __version__, assets
from emer.clip import Clip
from emer.cues import events, voice
from emer.cues.measures import MEASURES, evaluate
from emer.errors import EmerError, MediaError, OutputError, UsageError
from emer.explanation import Cue, Record
from emer.instruments.kit import Instruments
from emer.media import find_clips, sha256
from emer.report.output import replace
from emer.training.captions import voice_answer, voice_caption
from emer.training.kept import read_kept, results
from emer.training.own_voice import Usual, not_compared, own_cues, usual_voice
from emer.training.ravdess import SPLITS, Take, parse_name, splits_of

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

MANIFESTS = tuple(prefix + name for prefix in ("", "instruct_") for name in SPLITS)
CACHE = "measured.jsonl"
Rest = Literal["held", "test"]


class Measured(Record):
    """What was measured in one recording: a line of the cache.

    Attributes:
        id: As in `Take`.
        sha256: Hash of the file; another file under the same name is measured anew.
        version: Of emer; another version measures anew.
        seconds: Length.
        source: The instrument.
        values: Voice measures over the whole recording, those that have a value.
        cues: What the observers of voice and sounds noticed.
    """

    id: str
    sha256: str
    version: str
    seconds: float
    source: str
    values: dict[str, float]
    cues: tuple[Cue, ...]


@dataclass
class Outcome:
    """What became of the recordings of a folder.

    Attributes:
        measured: Number measured now.
        kept: Number found measured by an earlier run.
        duplicates: Number of files left out because another has the same name.
        failed: Reason by file.
        rows: Number of rows by manifest.
        distinct: Number of different texts by manifest.
    """

    measured: int = 0
    kept: int = 0
    duplicates: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    distinct: dict[str, int] = field(default_factory=dict)


def run(folder: Path, out: Path, *, jobs: int = 1, rest: Rest = "held") -> Outcome:
    """Measure a folder of recordings and write the manifests.

    Args:
        folder: Searched recursively.
        out: Folder for the manifests and the cache; made if absent.
        jobs: Recordings at a time, each in its own process.
        rest: Where actors from 19 on go: "held" or "test".

    Raises:
        MediaError: No recordings in the folder.
        AssetError: The model for sound events is not on this machine.
        OutputError: `out` cannot be written.
    """
    assets.path("yamnet")
    outcome = Outcome()
    takes = _takes(folder, outcome)
    try:
        out.mkdir(parents=True, exist_ok=True)
        known = _measure_all(takes, folder, out / CACHE, jobs, outcome)
    except OSError as error:
        raise OutputError(f"Cannot write to {out}: {error.strerror or error}.") from error
    made = manifests(known, takes, out, rest)
    for name in MANIFESTS:
        rows, path = made.get(name, []), out / f"{name}.jsonl"
        if not rows:  # one of an earlier run would belong to other splits
            path.unlink(missing_ok=True)
            continue
        replace(path, "".join(json.dumps(row) + "\n" for row in rows))
        outcome.rows[name] = len(rows)
        outcome.distinct[name] = len({row["text"] for row in rows})
    return outcome


def _takes(folder: Path, outcome: Outcome) -> dict[str, tuple[Take, Path]]:
    """Return the recordings by id; a name that cannot be read is a failure."""
    found: dict[str, tuple[Take, Path]] = {}
    for path in find_clips(folder):
        try:
            take = parse_name(path.name)
        except UsageError as error:
            outcome.failed[_shown(path, folder)] = str(error)
            continue
        outcome.duplicates += take.id in found
        found.setdefault(take.id, (take, path))
    if not found:
        raise MediaError(
            f"There are no speech recordings of RAVDESS in {folder}.",
            "Name the folder of Audio_Speech_Actors_01-24; see recipes/README.md.",
        )
    return found


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _measure_all(
    takes: Mapping[str, tuple[Take, Path]], folder: Path, kept: Path, jobs: int, outcome: Outcome
) -> dict[str, Measured]:
    """Measure what the cache does not hold, writing each result before going on."""
    before = {each.id: each for each in read_kept(kept, Measured) if each.version == __version__}
    known = {id: before[id] for id, (_, path) in takes.items() if _same(path, before.get(id))}
    outcome.kept = len(known)
    todo = [path for id, (_, path) in takes.items() if id not in known]
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    console = Console(stderr=True)
    with (
        Progress(*columns, TimeRemainingColumn(), console=console) as bar,
        kept.open("a", encoding="utf-8") as lines,
    ):
        task = bar.add_task("Measuring", total=len(takes), completed=len(known))
        for path, result in results(todo, measure, jobs):
            if isinstance(result, Measured):
                lines.write(result.model_dump_json() + "\n")
                lines.flush()
                known[result.id] = result
                outcome.measured += 1
            else:
                outcome.failed[_shown(path, folder)] = result
            bar.update(task, advance=1)
    return known


def _same(path: Path, before: Measured | None) -> bool:
    """Whether a file is the one that was measured; one that cannot be read is tried again."""
    try:
        return before is not None and before.sha256 == sha256(path)
    except MediaError:
        return False


def measure(path: Path) -> Measured | str:
    """Measure a recording; a sentence that says why, where it cannot be."""
    try:
        clip = Clip.open(path)
        measured = _instruments().measure(clip).measurements
    except EmerError as error:
        return str(error)
    track = measured.voice
    if track is None or not track.voiced.any():
        return f"No voice is heard in {path.name}."
    values = {
        name: evaluate(name, measured, 0.0, measured.seconds)
        for name in MEASURES
        if name.startswith("voice.")
    }
    return Measured(
        id=parse_name(path.name).id,
        sha256=clip.sha256,
        version=__version__,
        seconds=measured.seconds,
        source=track.source,
        values={name: value for name, value in values.items() if value == value},
        cues=tuple(voice.observe(measured, "en") + events.observe(measured, "en")),
    )


@cache
def _instruments() -> Instruments:
    """One set of models per process; what is said is known, so no speech is recognised."""
    return Instruments(speech=False)


Row = dict[str, object]


def manifests(
    known: Mapping[str, Measured],
    takes: Mapping[str, tuple[Take, Path]],
    out: Path,
    rest: Rest = "held",
) -> dict[str, list[Row]]:
    """Compose the rows of every manifest.

    Args:
        known: Measurements by id.
        takes: Names and files by id.
        out: Folder of the manifests; audio is named relative to it.
        rest: Where actors from 19 on go: "held" or "test".

    Returns:
        Rows by name of the manifest: captions under the name of the split, answers under
        "instruct_" and that name. Splits without rows are left out.
    """
    usual = usual_by_actor(known, takes)
    home = out.resolve()  # ".." from a linked folder would lead elsewhere
    found: dict[str, list[Row]] = defaultdict(list)
    for id in sorted(known):
        take, path = takes[id]
        cues = chosen(known[id], usual[take.actor])
        sound = os.path.relpath(path.parent.resolve() / path.name, home)
        fixed: Row = {"id": id, "audio": Path(sound).as_posix()}
        labels = {
            "emotion": take.emotion,
            "intensity": take.intensity,
            "actor": f"{take.actor:02}",
            "statement": take.statement,
        }
        caption, answer = (
            compose(take.emotion, take.intensity, cues, variant=zlib.crc32(id.encode()))
            for compose in (voice_caption, voice_answer)
        )
        for split in splits_of(take.actor, rest):
            found[split].append({**fixed, "text": caption, "labels": labels})
            words = {"subtitle": take.statement, "text": answer, "labels": labels}
            found[f"instruct_{split}"].append({**fixed, **words})
    return dict(found)


def usual_by_actor(
    known: Mapping[str, Measured], takes: Mapping[str, tuple[Take, Path]]
) -> dict[int, dict[str, Usual]]:
    """Return what is usual for each actor, from all recordings of that actor; labels unseen."""
    values: dict[int, list[Mapping[str, float]]] = defaultdict(list)
    for id, measured in known.items():
        values[takes[id][0].actor].append(measured.values)
    return {actor: usual_voice(each) for actor, each in values.items()}


def chosen(measured: Measured, usual: Mapping[str, Usual]) -> list[Cue]:
    """Return the cues to word: against the actor's own voice, then what needs no comparison.

    Too few recordings of an actor to compare with leave the observers' own cues.
    """
    if not usual:
        return list(measured.cues)
    own = own_cues(measured.values, usual, measured.seconds, measured.source)
    return own + not_compared(measured.cues)


def report(outcome: Outcome) -> str:
    """Say in plain lines what became of the recordings."""
    lines = [f"Measured {outcome.measured}, kept {outcome.kept} of an earlier run."]
    if outcome.duplicates:
        lines.append(f"Left out {outcome.duplicates} files whose name came twice.")
    lines += [
        f"{name}.jsonl: {count} rows, {outcome.distinct[name]} different texts"
        for name, count in sorted(outcome.rows.items())
    ]
    lines += [f"Skipped {name}: {reason}" for name, reason in sorted(outcome.failed.items())]
    return "\n".join([*lines, *([f"Skipped {n} files."] if (n := len(outcome.failed)) else [])])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 files skipped, 2 usage, 130 interrupted."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path, help="your download of RAVDESS speech")
    options.add_argument("--out", type=Path, required=True, help="folder for the manifests")
    options.add_argument("--jobs", type=int, default=1, help="recordings measured at a time")
    options.add_argument(
        "--rest", choices=("held", "test"), default="held", help="where actors 19 to 24 go"
    )
    options.add_argument("--json", action="store_true", help="print the summary as JSON")
    given = options.parse_args(arguments)
    if given.jobs < 1:
        options.error("--jobs must be 1 or more")
    try:
        outcome = run(given.folder, given.out, jobs=given.jobs, rest=given.rest)
    except KeyboardInterrupt:
        typer.echo("Interrupted; what was measured is kept: run the same command again.", err=True)
        return INTERRUPTED
    except EmerError as error:
        typer.echo(str(error), err=True)
        return FAILED if isinstance(error, MediaError | OutputError) else USAGE
    typer.echo(json.dumps(asdict(outcome)) if given.json else report(outcome))
    return FAILED if outcome.failed else DONE


if __name__ == "__main__":
    sys.exit(main())
