"""`emer train`: the three training stages of XEmoGPT."""

from __future__ import annotations

import json
import logging
import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

Stage = Literal["vecb", "aecb", "instruct"]

EXAMPLES = (
    "Examples:  emer train aecb aecb.yaml  |  emer train instruct instruct.yaml --resume  |  "
    "emer train vecb vecb.yaml --set learning_rate=3e-4 --set data.train=clips.jsonl  |  "
    "torchrun --standalone --nproc_per_node 2 -m emer.cli.main train instruct instruct.yaml"
)
_TRAINERS = {"vecb": "VECBTrainer", "aecb": "AECBTrainer", "instruct": "InstructTrainer"}
_NEEDED = ("torch", "transformers", "accelerate", "peft", "yaml", "matplotlib")


def train(
    stage: Annotated[Stage, typer.Argument(help="Which stage to train.")],
    config: Annotated[
        Path | None, typer.Argument(help="YAML with the settings, or a recipe of all stages.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the newest complete checkpoint.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write to, over the YAML's.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="key=value over the YAML's, repeatable."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print training.json at the end.")
    ] = False,
    fields: Annotated[
        bool, typer.Option("--fields", help="List the settings of the stage and stop.")
    ] = False,
) -> None:
    """Train a stage of XEmoGPT: vecb (video bridge), aecb (audio bridge) or instruct (answers).

    Exit code 0 done; 1 failed, or done without rows that had to be skipped; 2 wrong settings;
    130 stopped by a signal after writing a checkpoint.
    """
    from emer.errors import UsageError
    from emer.training.config import field_notes, load_config
    from emer.training.errors import TrainingInterrupted

    kind = _trainer(stage)
    if fields:
        for note in field_notes(kind.config_class):
            typer.echo(f"{note.name} [{note.default}]: {note.meaning}")
        return
    if config is None:
        raise UsageError("Give a YAML file with the settings.", "See: emer train STAGE --fields")
    overrides = [*(setting or []), *([f"output={json.dumps(str(output))}"] if output else [])]
    settings = load_config(config, kind.config_class, overrides, stage=stage)
    _speak()
    trainer = kind.from_config(settings)
    try:
        done = trainer.run(resume=resume)
    except TrainingInterrupted as stop:
        typer.echo(f"emer: {stop}", err=True)
        raise typer.Exit(130) from stop
    if trainer.is_world_process_zero():
        _report(done, as_json)
    raise typer.Exit(1 if done["skipped"] else 0)


def _trainer(stage: Stage) -> Any:
    from emer.cli.quiet import hush
    from emer.errors import MissingExtra

    for name in _NEEDED:
        if find_spec(name) is None:
            raise MissingExtra("Training", name, "train")
    hush()
    return getattr(import_module(f"emer.training.{stage}"), _TRAINERS[stage])


def _speak() -> None:
    """Show what training has to say besides its figures, once if there are several processes."""
    log = logging.getLogger("emer.training")
    log.setLevel(logging.INFO if os.environ.get("RANK", "0") == "0" else logging.ERROR)
    if not log.handlers:
        log.addHandler(logging.StreamHandler())
    log.propagate = False


def _report(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False, default=str))
    best = done["best"]
    kept = (
        f"the best, step {best['step']} ({best['monitor']} {best['value']:.4g})"
        if best
        else f"the last, step {done['steps']}"
    )
    typer.echo(f"{done['output']} holds {kept}, with training.json and curves.png.", err=as_json)
    if done["skipped"]:
        typer.echo(
            f"{done['skipped']} rows were skipped; they are listed in "
            f"{done['output']}/skipped-*.jsonl.",
            err=True,
        )
