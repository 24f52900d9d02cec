"""`emer explain`: one clip, a folder of clips, or a clip from standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from emer.cli.work import Job
    from emer.explanation import Explanation

LIMITS = "Limits"
EXAMPLES = (
    "Examples:  emer explain clip.mp4  |  "
    "emer explain clip.mp4 --subtitle clip.srt --out report.html  |  "
    "emer explain clips/ --out results.jsonl --jobs 2"
)


def explain(
    path: Annotated[
        str, typer.Argument(help="A clip, a folder of clips, or - for a clip on standard input.")
    ],
    subtitle: Annotated[
        str | None,
        typer.Option(help="The words said, or a .srt, .vtt, .ass or .txt file. Default: listen."),
    ] = None,
    language: Annotated[
        Literal["en", "zh"], typer.Option("--language", "-l", help="Of the explanation.")
    ] = "en",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Write here; the suffix chooses .json .md .html .eaf .TextGrid .vtt .csv "
            "(a folder of clips: .jsonl).",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Clips explained at a time, for a folder.")] = 1,
    reports: Annotated[
        Path | None, typer.Option(help="For a folder of clips: HTML reports go to this folder.")
    ] = None,
    speech: Annotated[
        bool, typer.Option("--speech/--no-speech", help="Recognise speech if no subtitle is given.")
    ] = True,
    spoken: Annotated[
        str | None, typer.Option(help="Language spoken, as ISO 639-1; default: detected.")
    ] = None,
    writer: Annotated[
        Literal["composed", "llm"],
        typer.Option(help="Who writes the text; what an LLM writes is checked against the cues."),
    ] = "composed",
    llm: Annotated[
        str | None,
        typer.Option(help="For --writer llm: a .gguf file, or MODEL@URL of a server."),
    ] = None,
    embed: Annotated[
        bool, typer.Option("--embed/--link", help="Put the clip into the HTML report, or link it.")
    ] = True,
    max_seconds: Annotated[
        float | None,
        typer.Option(help="Refuse longer clips (default: 4 hours).", rich_help_panel=LIMITS),
    ] = None,
    max_bytes: Annotated[
        int | None,
        typer.Option(help="Refuse larger files (default: 4 GiB).", rich_help_panel=LIMITS),
    ] = None,
    max_pixels: Annotated[
        int | None, typer.Option(help="Width times height of a picture.", rich_help_panel=LIMITS)
    ] = None,
    max_edge: Annotated[
        int | None, typer.Option(help="Width or height of a picture.", rich_help_panel=LIMITS)
    ] = None,
    max_streams: Annotated[
        int | None, typer.Option(help="Streams in a file.", rich_help_panel=LIMITS)
    ] = None,
    max_slowdown: Annotated[
        float | None,
        typer.Option(help="Decoding time as a multiple of the length.", rich_help_panel=LIMITS),
    ] = None,
    timeout_seconds: Annotated[
        float | None,
        typer.Option(help="How long the decoder may stay silent.", rich_help_panel=LIMITS),
    ] = None,
) -> None:
    """Say which emotions a clip appears to express, and why.

    Every statement points at a measurement and a time span. Nothing leaves this machine.
    """
    from emer.cli.work import Job

    job = Job(
        language=language,
        speech=speech,
        spoken=spoken,
        llm=_llm(writer, llm),
        limits=tuple(
            (name, value)
            for name, value in (
                ("max_seconds", max_seconds),
                ("max_bytes", max_bytes),
                ("max_pixels", max_pixels),
                ("max_edge", max_edge),
                ("max_streams", max_streams),
                ("max_slowdown", max_slowdown),
                ("timeout_seconds", timeout_seconds),
            )
            if value is not None
        ),
    )
    if Path(path).is_dir():
        _folder(Path(path), job, subtitle, out, reports, as_json, jobs)
    else:
        _single(path, job, subtitle, out, as_json, embed)


def _llm(writer: str, llm: str | None) -> str | None:
    from emer.errors import UsageError

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


def _folder(
    folder: Path,
    job: Job,
    subtitle: str | None,
    out: Path | None,
    reports: Path | None,
    as_json: bool,
    jobs: int,
) -> None:
    from emer.cli.batch import run
    from emer.errors import UsageError

    if subtitle is not None:
        raise UsageError(
            "--subtitle belongs to one clip, not to a folder.",
            "Put a .srt file of the same name beside each clip instead.",
        )
    target = out or Path("emer-explanations.jsonl")
    if target.suffix.lower() != ".jsonl":
        raise UsageError(
            f"A folder of clips is written as one .jsonl file, not {target.suffix or 'no suffix'}.",
            "Use --out results.jsonl, and --reports FOLDER for HTML reports.",
        )
    outcome = run(folder, job, target, reports, jobs)
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
