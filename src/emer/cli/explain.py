"""`emer explain`: one clip, a folder of clips, or a clip from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from emer.cli import options
from emer.cli.engines import Address, EngineOption, engine_for

if TYPE_CHECKING:
    from emer.cli.work import Job
    from emer.engines.base import Engine
    from emer.explanation import Explanation

EXAMPLES = (
    "Examples:  emer explain clip.mp4  |  "
    "emer explain clip.mp4 --subtitle clip.srt --out report.html  |  "
    "emer explain clips/ --out results.jsonl --jobs 2"
)


def explain(
    path: options.ClipPath,
    subtitle: options.SubtitleOption = None,
    language: options.LanguageOption = "en",
    out: options.Out = None,
    as_json: options.AsJson = False,
    jobs: options.Jobs = 1,
    reports: options.Reports = None,
    engine: EngineOption = "local",
    address: Address = None,
    speech: options.Speech = True,
    spoken: options.Spoken = None,
    writer: options.Writer = "composed",
    llm: options.Llm = None,
    explainer: options.ExplainerOption = "composed",
    batch: options.Batch = 4,
    embed: options.Embed = True,
    max_seconds: options.MaxSeconds = None,
    max_bytes: options.MaxBytes = None,
    max_pixels: options.MaxPixels = None,
    max_edge: options.MaxEdge = None,
    max_streams: options.MaxStreams = None,
    max_slowdown: options.MaxSlowdown = None,
    timeout_seconds: options.TimeoutSeconds = None,
) -> None:
    """Say which emotions a clip appears to express, and why.

    Every statement points at a measurement and a time span. Nothing leaves this machine.
    """
    from emer.cli.work import Job

    job = Job(
        language=language,
        speech=speech,
        spoken=spoken,
        llm=_llm(writer, llm, explainer),
        explainer=explainer,
        batch=batch,
        limits=_given(
            max_seconds=max_seconds,
            max_bytes=max_bytes,
            max_pixels=max_pixels,
            max_edge=max_edge,
            max_streams=max_streams,
            max_slowdown=max_slowdown,
            timeout_seconds=timeout_seconds,
        ),
    )
    job.check()
    if Path(path).is_dir():
        _check_folder(subtitle, out)
        _folder(Path(path), job, out, reports, as_json, jobs, engine_for(engine, address))
    else:
        _single(path, job, subtitle, out, as_json, embed)


def _given(**limits: float | None) -> tuple[tuple[str, float], ...]:
    return tuple((name, value) for name, value in limits.items() if value is not None)


def _llm(writer: str, llm: str | None, explainer: str) -> str | None:
    from emer.errors import UsageError

    if writer == "llm" and explainer != "composed":
        raise UsageError(
            "--writer llm rewords the composed text, but --explainer writes its own.",
            "Leave one of the two out.",
        )
    if writer == "llm" and not llm:
        raise UsageError(
            "--writer llm needs a model.",
            "Give --llm model.gguf, or --llm MODEL@http://127.0.0.1:8080/v1.",
        )
    if llm and writer != "llm":
        raise UsageError("--llm is only used with --writer llm.", "Add --writer llm.")
    return llm


def _single(
    path: str, job: Job, subtitle: str | None, out: Path | None, as_json: bool, embed: bool
) -> None:
    from emer.cli.outputs import check_output
    from emer.cli.work import standard_input
    from emer.report import write

    if out:
        check_output(out)
    with standard_input(path, job) as clip:
        explanation = _with_status(clip, job, subtitle, name="stdin" if path == "-" else None)
        if out:
            write(explanation, out, clip=clip, embed=embed)
    if as_json:
        typer.echo(explanation.to_json(indent=2))
    elif out:
        _say(f"{explanation.clip.name}: {_headline(explanation)}")
        _say(f"Written: {out}")
    else:
        _show(explanation)


def _with_status(clip: Path, job: Job, subtitle: str | None, name: str | None) -> Explanation:
    """Explain one clip behind a progress bar on standard error, if somebody looks there."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(f"Explaining {name or clip.name}", total=1.0)
        explanation = job.explain(
            clip, subtitle, progress=lambda share: bar.update(task, completed=share)
        )
    if name:
        info = explanation.clip.model_copy(update={"name": name})
        return explanation.model_copy(update={"clip": info})
    return explanation


def _check_folder(subtitle: str | None, out: Path | None) -> None:
    from emer.errors import UsageError

    if subtitle is not None:
        raise UsageError(
            "--subtitle belongs to one clip, not to a folder.",
            "Put a .srt file of the same name beside each clip instead.",
        )
    if out and out.suffix.lower() != ".jsonl":
        raise UsageError(
            f"A folder of clips is written as one .jsonl file, not {out.suffix or 'no suffix'}.",
            "Use --out results.jsonl, and --reports FOLDER for HTML reports.",
        )


def _folder(
    folder: Path,
    job: Job,
    out: Path | None,
    reports: Path | None,
    as_json: bool,
    jobs: int,
    engine: Engine,
) -> None:
    from emer.cli.batch import run

    target = out or Path("emer-explanations.jsonl")
    outcome = run(folder, job, target, reports, jobs, engine)
    if as_json:
        typer.echo(outcome.to_json())
    for name, reason in outcome.failed.items():
        _say(f"failed: {name}: {reason}")
    _say(
        f"{outcome.done} explained, {outcome.kept} kept from an earlier run, "
        f"{len(outcome.failed)} failed. Written: {target}"
    )
    raise typer.Exit(1 if outcome.failed else 0)


def _headline(explanation: Explanation) -> str:
    labels = [f"{e.label} {e.confidence:.0%}" for e in explanation.emotions[:3]]
    return ", ".join(labels) or "nothing could be measured: " + " ".join(
        explanation.provenance.notes
    )


def _show(explanation: Explanation) -> None:
    from rich.console import Console

    from emer.report import terminal

    Console().print(terminal(explanation))


def _say(line: str) -> None:
    typer.echo(line, err=not sys.stdout.isatty())
