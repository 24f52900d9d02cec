"""`emer build`: a cue-annotated emotion dataset from a plan."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.cli.engines import Address, EngineOption, engine_for

if TYPE_CHECKING:
    from emer.dataset.build import Outcome
EXAMPLES = (
    "Examples:  emer build plan.yaml --dry-run  |  emer build plan.yaml --limit 20 --report "
    "report.html  |  emer build plan.yaml --resume  |  emer build plan.yaml --resume --replay all"
)
_MOST_JOBS = 4


def build(
    plan: Annotated[
        Path | None, typer.Argument(help="The plan (YAML); see docs/plan.md.", metavar="PLAN.yaml")
    ] = None,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with what is in the output folder: nothing finished is done again, nothing "
            "paid is paid again, also where the plan has changed.",
        ),
    ] = False,
    engine: EngineOption = "local",
    address: Address = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes of each computing step; default: cores, at most 4."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only the first so many clips of the sources.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check the plan, look at clips, estimate the cost, stop."),
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write an HTML page: funnel, labels, agreement, samples.")
    ] = None,
    replay: Annotated[
        str | None,
        typer.Option(
            help="Ask parked calls again: all, those of an annotator, or those whose reason has "
            "these words."
        ),
    ] = None,
    leaks: Annotated[
        Path | None,
        typer.Option(help="If clips are in an evaluation list, write them here, for `exclude`."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of a plan and stop.")
    ] = False,
) -> None:
    """Build a cue-annotated emotion dataset from clips, as a plan says.

    Nothing leaves this machine but to the servers that the plan names. Exit code 0 done; 1 some
    clips failed or wait for an answer (listed), or the budget is spent; 2 wrong plan or options;
    130 interrupted.
    """
    from emer.dataset.plan_file import schema as plan_schema

    if schema:
        typer.echo(json.dumps(plan_schema(), indent=2, ensure_ascii=False))
        return
    from emer.dataset.build import Options, run
    from emer.dataset.plan_check import check_plan
    from emer.dataset.plan_file import load_plan
    from emer.dataset.progress import Bars
    from emer.errors import UsageError

    if plan is None:
        raise UsageError("Give a plan, a YAML file.", "See examples/build/plan.yaml.")
    loaded = load_plan(plan)
    check_plan(loaded)
    options = Options(
        resume=resume,
        engine=engine,
        jobs=jobs or min(os.cpu_count() or 1, _MOST_JOBS),
        limit=limit,
        dry_run=dry_run,
        replay=replay,
        report=report,
        leaks=leaks,
    )
    with Bars() as bars:
        outcome = run(loaded, options, engine_for(engine, address), bars)
    if as_json:
        typer.echo(outcome.to_json())
    _tell(outcome)
    raise typer.Exit(1 if outcome.failed or outcome.held else 0)


def _tell(outcome: Outcome) -> None:
    for line in outcome.lines():
        typer.echo(line, err=not sys.stdout.isatty())
