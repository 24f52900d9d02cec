"""`emer report`: render a saved explanation in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    result: Annotated[Path, typer.Argument(help="A .json written by emer explain.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File whose suffix chooses the form.")],
    clip: Annotated[
        Path | None, typer.Option(help="The clip, to be shown in an HTML report.")
    ] = None,
) -> None:
    """Render a saved explanation as .md, .html, .eaf, .TextGrid, .vtt or .csv.

    Example: emer report result.json --clip clip.mp4 --out report.html
    """
    from emer.cli.reading import read_explanation
    from emer.report import write

    typer.echo(write(read_explanation(result), out, clip=clip))
