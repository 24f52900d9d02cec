"""`emer convert`: checkpoints of other code into models of emer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from emer.models.xemogpt.checking import Difference
    from emer.models.xemogpt.conversion import Converted

app = typer.Typer(
    help="Convert checkpoints of other code into models of emer.",
    no_args_is_help=True,
    epilog="Example: emer convert xemogpt official.ckpt --vision clip/ --audio hubert/ --llm qwen/ "
    "--out xemogpt/",
)

Checkpoint = Annotated[Path, typer.Argument(help="The authors' file: tensors only.")]
Vision = Annotated[Path, typer.Option(help="Folder of the CLIP model it was trained with.")]
Audio = Annotated[Path, typer.Option(help="Folder of the HuBERT model, likewise.")]
Llm = Annotated[Path, typer.Option(help="Folder of the language model and its tokenizer.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")]
Alpha = Annotated[
    float | None, typer.Option(help="LoRA alpha, which a checkpoint does not hold; default: rank.")
]
Merge = Annotated[bool, typer.Option(help="Add the adapter to the weights.")]
Check = Annotated[
    Path | None,
    typer.Option(help="Folder with expected.json and expected.safetensors to compare with."),
]
Clip = Annotated[Path | None, typer.Option(help="With --check, the clip they were computed from.")]
Sound = Annotated[Path | None, typer.Option(help="With --check, its sound as a file of its own.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


@app.callback()
def _group() -> None:
    """Keep `xemogpt` a word of the command: more kinds of checkpoint may follow."""


@app.command()
def xemogpt(
    checkpoint: Checkpoint,
    vision: Vision,
    audio: Audio,
    llm: Llm,
    out: Out,
    lora_alpha: Alpha = None,
    merge: Merge = False,
    check: Check = None,
    clip: Clip = None,
    sound: Sound = None,
    as_json: AsJson = False,
) -> None:
    """Convert the authors' XEmoGPT checkpoint into a folder that `from_pretrained` reads.

    Strict: every tensor has to find its place, and each missing, unknown or misshapen key is
    named. Nothing but tensors is read from the file. With --check the converted model is compared
    with recorded values; exit code 1 if one differs by more than 0.0001.

    Example: emer convert xemogpt official.ckpt --vision clip/ --audio hubert/ --llm qwen/ -o out/
    """
    from emer.cli.quiet import hush
    from emer.errors import MissingExtra, UsageError

    if check is None and (clip is not None or sound is not None):
        raise UsageError("--clip and --sound are only used with --check.")
    try:
        hush()
        from emer.models.xemogpt import checking, conversion
    except ModuleNotFoundError as error:
        raise MissingExtra("emer convert", error.name or "transformers", "train") from error
    result = conversion.convert(
        checkpoint, vision=vision, audio=audio, llm=llm, out=out, lora_alpha=lora_alpha, merge=merge
    )
    found = checking.check(out, check, clip=clip, sound=sound) if check is not None else []
    _report(result, found, as_json)
    raise typer.Exit(0 if all(difference.same for difference in found) else 1)


def _report(result: Converted, found: list[Difference], as_json: bool) -> None:
    if as_json:
        import json

        outcome = {
            "folder": str(result.folder),
            "tensors": result.tensors,
            "lora_rank": result.lora_rank,
            "unused": list(result.unused),
            "captions": result.captions,
            "check": [difference.as_dict() for difference in found],
        }
        typer.echo(json.dumps(outcome, indent=2))
        return
    lora = f", LoRA of rank {result.lora_rank}" if result.lora_rank else ""
    typer.echo(f"{result.tensors} tensors{lora}. Written: {result.folder}")
    if result.unused:
        typer.echo(f"Left out, because nothing reads them: {', '.join(result.unused)}")
    for difference in found:
        verdict = "same" if difference.same else "DIFFERS"
        typer.echo(f"{difference.name:20} {difference.largest:.1e}  {verdict}")
