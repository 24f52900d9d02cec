"""Caption clips by their measurements: rows to train on, without human labels.

    python recipes/from_clips.py CLIPS --out DIR [--window 3] [--step 1.5] [--jobs 2]

Cuts every clip into windows, has emer's own composed explainer measure each, and words what was
measured as captions (`vecb.jsonl`, `aecb.jsonl`) and answers (`instruct.jsonl`), split by clip.
Whoever learns from them learns what emer measures, and no more: see recipes/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from emer import __version__, assets
from emer.clip import Clip
from emer.errors import EmerError, MediaError, OutputError
from emer.explainers.composed import ComposedExplainer
from emer.explanation import Explanation, Record
from emer.instruments.kit import Instruments
from emer.media import find_clips
from emer.report.output import replace
from emer.training.data.rows import Row
from emer.training.data.split import split_by_group
from emer.training.explained import Texts, texts
from emer.training.kept import read_kept, results
from emer.training.windows import Window, cut, windows

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
KINDS = Texts._fields
SPLITS = ("train", "validation")
HELD = 0.15  # share of the clips to validate on, at least one of them
CACHE = "explained.jsonl"
WINDOWS = "windows"
SOURCE = "emer composed"


class Piece(NamedTuple):
    """What is explained: a window of a clip in a file of its own, or a whole clip.

    Attributes:
        clip: The source, relative to the folder of clips.
        sha256: Of the source.
        window: Which part of it.
        path: The file to explain.
    """

    clip: str
    sha256: str
    window: Window
    path: Path

    @property
    def id(self) -> str:
        """Its own among all pieces."""
        return f"{self.clip}@{self.window.start:g}-{self.window.end:g}"


class Explained(Record):
    """A piece and what was measured in it: a line of the cache.

    Attributes:
        id: Of the piece.
        sha256: Of the source; another file under the same name is explained anew.
        version: Of emer; another version explains anew.
        speech: Whether speech was recognised.
        video: Whether it has pictures.
        explanation: Without curves, time line and text, which are not worded.
    """

    id: str
    sha256: str
    version: str
    speech: bool
    video: bool
    explanation: Explanation


@dataclass
class Outcome:
    """What became of the clips of a folder.

    Attributes:
        clips: Number of different clips that could be cut.
        duplicates: Number of files left out because another has the same content.
        explained: Number of windows explained now.
        kept: Number found explained by an earlier run.
        nothing: Number of windows without a row, because nothing was measured in them.
        failed: Reason by file or window.
        rows: Number of rows by manifest.
        distinct: Number of different texts by manifest.
    """

    clips: int = 0
    duplicates: int = 0
    explained: int = 0
    kept: int = 0
    nothing: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    distinct: dict[str, int] = field(default_factory=dict)


class Cutting(NamedTuple):
    """How clips are cut: length of a window in seconds (0: whole clips), step, and where to."""

    length: float
    step: float
    folder: Path


def run(
    folder: Path,
    out: Path,
    *,
    window: float = 3.0,
    step: float = 1.5,
    jobs: int = 1,
    speech: bool = True,
) -> Outcome:
    """Cut, explain and word a folder of clips.

    Args:
        folder: Searched recursively.
        out: Folder for manifests, windows and the cache; made if absent.
        window: Seconds; 0 explains whole clips where they are.
        step: Seconds from the start of one window to that of the next.
        jobs: Clips or windows at a time, each in its own process.
        speech: Whether to recognise speech, for subtitles and what the words say.

    Raises:
        UsageError: No folder, or a window or step out of range.
        MediaError: There are no clips.
        AssetError: A model is not on this machine.
        OutputError: `out` cannot be written.
    """
    for name in Instruments.ASSETS if speech else ("face-landmarker", "yamnet"):
        assets.path(name)
    if window:
        windows(window, window, step)
    paths = [path for path in find_clips(folder) if out.resolve() not in path.resolve().parents]
    if not paths:
        raise MediaError(f"There are no clips in {folder}.", "Give a folder of video or sound.")
    outcome = Outcome()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with _bar() as bar:
            pieces = _cut_all(
                paths, folder, Cutting(window, step, out / WINDOWS), jobs, outcome, bar
            )
            known = _explain_all(pieces, out / CACHE, jobs, speech, outcome, bar)
    except OSError as error:
        raise OutputError(f"Cannot write to {out}: {error.strerror or error}.") from error
    _write(manifests(pieces, known, out, outcome), out, outcome)
    return outcome


def _bar() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    return Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True))


def _cut_all(
    paths: Sequence[Path],
    folder: Path,
    cutting: Cutting,
    jobs: int,
    outcome: Outcome,
    bar: Progress,
) -> list[Piece]:
    """Return the pieces of all clips in order; of clips with the same content the first counts."""
    found: dict[Path, list[Piece]] = {}
    task = bar.add_task("Cutting", total=len(paths))
    for path, result in results(paths, partial(pieces_of, folder=folder, cutting=cutting), jobs):
        if isinstance(result, str):
            outcome.failed[path.relative_to(folder).as_posix()] = result
        else:
            found[path] = result
        bar.update(task, advance=1)
    first: dict[str, list[Piece]] = {}
    for path in paths:
        if pieces := found.get(path):
            outcome.duplicates += pieces[0].sha256 in first
            first.setdefault(pieces[0].sha256, pieces)
    outcome.clips = len(first)
    return [piece for pieces in first.values() for piece in pieces]


def pieces_of(path: Path, folder: Path, cutting: Cutting) -> list[Piece] | str:
    """Cut a clip; a sentence that says why, where it cannot be."""
    name = path.relative_to(folder).as_posix()
    try:
        clip = Clip.open(path)
        if clip.still or not cutting.length:
            return [Piece(name, clip.sha256, Window(0.0, round(clip.seconds, 3)), path)]
        parts = windows(clip.seconds, cutting.length, cutting.step)
        files = cut(clip, parts, cutting.folder)
    except EmerError as error:
        if isinstance(error, OutputError):
            raise
        return str(error)
    pieces = [Piece(name, clip.sha256, window, file) for window, file in files]
    return pieces or f"{path.name} has neither pictures nor sound."


def _explain_all(
    pieces: Sequence[Piece],
    kept: Path,
    jobs: int,
    speech: bool,
    outcome: Outcome,
    bar: Progress,
) -> dict[str, Explained]:
    """Explain what the cache does not hold, writing each result before going on."""
    before = {each.id: each for each in read_kept(kept, Explained)}
    known = {
        piece.id: found
        for piece in pieces
        if (found := before.get(piece.id)) and _same(found, piece, speech)
    }
    outcome.kept = len(known)
    todo = [piece for piece in pieces if piece.id not in known]
    task = bar.add_task("Explaining", total=len(pieces), completed=len(known))
    with kept.open("a", encoding="utf-8") as lines:
        for piece, result in results(todo, partial(explain, speech=speech), jobs):
            if isinstance(result, Explained):
                lines.write(result.model_dump_json(by_alias=True) + "\n")
                lines.flush()
                known[piece.id] = result
                outcome.explained += 1
            else:
                outcome.failed[piece.id] = result
            bar.update(task, advance=1)
    return known


def _same(found: Explained, piece: Piece, speech: bool) -> bool:
    return (found.sha256, found.version, found.speech) == (piece.sha256, __version__, speech)


def explain(piece: Piece, speech: bool) -> Explained | str:
    """Explain a piece; a sentence that says why, where it cannot be."""
    try:
        clip = Clip.open(piece.path)
        told = _explainer(speech).explain(clip)
    except EmerError as error:
        return str(error)
    return Explained(
        id=piece.id,
        sha256=piece.sha256,
        version=__version__,
        speech=speech,
        video=clip.has_video,
        explanation=told.model_copy(update={"curves": (), "timeline": (), "explanation": ""}),
    )


@cache
def _explainer(speech: bool) -> ComposedExplainer:
    """One set of models per process."""
    return ComposedExplainer(speech=speech)


def manifests(
    pieces: Iterable[Piece], known: Mapping[str, Explained], out: Path, outcome: Outcome
) -> dict[str, list[Row]]:
    """Compose the rows of every manifest.

    Args:
        pieces: In the order of the rows.
        known: What was explained, by id.
        out: Folder of the manifests; media are named relative to it.
        outcome: Takes note of pieces without a row.

    Returns:
        Rows by name: `vecb`, `aecb` and `instruct`, each also in parts by clip (`vecb_train`,
        `vecb_validation`) if there are two clips or more.
    """
    rows: dict[str, list[Row]] = defaultdict(list)
    for piece in pieces:
        if piece.id in known:
            made = rows_of(piece, known[piece.id], out)
            outcome.nothing += not made
            for kind, row in made.items():
                rows[kind].append(row)
    one_each = {row.labels["clip"]: row for each in rows.values() for row in each}
    if len(one_each) < len(SPLITS):
        return dict(rows)
    # Split once, so that no clip is in the training rows of one stage and held out in another.
    names = list(one_each)
    held = max(HELD, 1 / len(names))
    shares = dict(zip(SPLITS, (1 - held, held), strict=True))
    parts = split_by_group(one_each.values(), "clip", shares=shares)
    split = {names[place]: part for part, places in parts.items() for place in places}
    for kind in [*rows]:
        for row in rows[kind]:
            rows[f"{kind}_{split[row.labels['clip']]}"].append(row)
    return dict(rows)


def rows_of(piece: Piece, explained: Explained, out: Path) -> dict[str, Row]:
    """Return the rows of a piece by kind; none where nothing was measured."""
    told = explained.explanation
    # ".." from a linked folder would lead elsewhere.
    place = piece.path.parent.resolve() / piece.path.name
    file = Path(os.path.relpath(place, out.resolve())).as_posix()
    media: dict[str, dict[str, Any]] = {
        "vecb": {"video": file, "audio": None},
        "aecb": {"audio": file},
        "instruct": {"video": file} if explained.video else {"audio": file},
    }
    # Sound beside its video is the same clip, whatever ends its name.
    labels = {"clip": PurePosixPath(piece.clip).with_suffix("").as_posix(), "source": SOURCE}
    worded = texts(told, variant=zlib.crc32(piece.id.encode()))._asdict()
    found = {}
    for kind, text in worded.items():
        if text is not None:
            spoken = kind == "instruct" and told.subtitle.text
            subtitle = {"subtitle": told.subtitle.text} if spoken else {}
            fields: dict[str, Any] = {"id": piece.id, **media[kind], **subtitle, "text": text}
            found[kind] = Row(**fields, labels=labels)
    return found


def _write(made: Mapping[str, Sequence[Row]], out: Path, outcome: Outcome) -> None:
    for kind in KINDS:
        for name in (kind, *(f"{kind}_{part}" for part in SPLITS)):
            rows, path = made.get(name, []), out / f"{name}.jsonl"
            if not rows:  # one of an earlier run would belong to other splits
                path.unlink(missing_ok=True)
                continue
            replace(path, "".join(row.model_dump_json(exclude_unset=True) + "\n" for row in rows))
            outcome.rows[name] = len(rows)
            outcome.distinct[name] = len({row.text for row in rows})


def report(outcome: Outcome) -> str:
    """Say in plain lines what became of the clips."""
    lines = [
        f"{outcome.clips} clips: explained {outcome.explained} windows, "
        f"kept {outcome.kept} of an earlier run."
    ]
    if outcome.duplicates:
        lines.append(f"Left out {outcome.duplicates} files whose content came twice.")
    if outcome.nothing:
        lines.append(f"In {outcome.nothing} windows nothing was measured that could be worded.")
    lines += [
        f"{name}.jsonl: {count} rows, {outcome.distinct[name]} different texts"
        for name, count in sorted(outcome.rows.items())
    ]
    lines += [f"Failed {name}: {reason}" for name, reason in sorted(outcome.failed.items())]
    return "\n".join([*lines, *([f"{n} failed."] if (n := len(outcome.failed)) else [])])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 something failed, 2 usage, 130 interrupted."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("clips", type=Path, help="folder of clips")
    options.add_argument("--out", type=Path, required=True, help="folder for rows and windows")
    options.add_argument("--window", type=float, default=3.0, help="seconds; 0 for whole clips")
    options.add_argument("--step", type=float, default=1.5, help="seconds between windows")
    options.add_argument("--jobs", type=int, default=1, help="windows explained at a time")
    options.add_argument("--no-speech", action="store_true", help="do not recognise speech")
    options.add_argument("--json", action="store_true", help="print the summary as JSON")
    given = options.parse_args(arguments)
    if given.jobs < 1 or not given.window >= 0:
        options.error("--jobs must be 1 or more and --window 0 or more")
    chosen = {"window": given.window, "step": given.step, "jobs": given.jobs}
    try:
        outcome = run(given.clips, given.out, speech=not given.no_speech, **chosen)
    except KeyboardInterrupt:
        typer.echo("Interrupted; what was explained is kept: run the same command again.", err=True)
        return INTERRUPTED
    except EmerError as error:
        typer.echo(str(error), err=True)
        return FAILED if isinstance(error, MediaError | OutputError) else USAGE
    typer.echo(json.dumps(asdict(outcome)) if given.json else report(outcome))
    return FAILED if outcome.failed else DONE


if __name__ == "__main__":
    sys.exit(main())
