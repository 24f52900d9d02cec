"""`emer verify`: measure every piece of evidence again from the file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    result: Annotated[Path, typer.Argument(help="A .json written by emer explain.")],
    clip: Annotated[Path, typer.Argument(help="The clip it is about.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check an explanation against the clip: measure every cue's evidence again and compare.

    Exit code 0 if every value is found again, 1 if not.

    Example: emer verify result.json clip.mp4
    """
    import json

    from emer.cli.reading import read_explanation
    from emer.explainers.verify import check

    findings = check(read_explanation(result), clip)
    wrong = [finding for finding in findings if not finding.same]
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], indent=2))
    else:
        for finding in wrong:
            typer.echo(
                f"{finding.cue}: {finding.measure} was {finding.recorded}, is now {finding.now}"
            )
        typer.echo(f"{len(findings) - len(wrong)} of {len(findings)} values found again.")
    raise typer.Exit(1 if wrong else 0)
