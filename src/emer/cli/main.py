"""The command `emer`: one file per verb, imported light; the work is imported where it is done."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated

import typer

from emer import __version__
from emer.cli.assets import app as assets_app
from emer.cli.build import EXAMPLES as BUILD_EXAMPLES
from emer.cli.build import build
from emer.cli.compare import EXAMPLES as COMPARE_EXAMPLES
from emer.cli.compare import compare
from emer.cli.convert import app as convert_app
from emer.cli.cues import EXAMPLES as CUES_EXAMPLES
from emer.cli.cues import cues
from emer.cli.doctor import doctor
from emer.cli.explain import EXAMPLES, explain
from emer.cli.report import report
from emer.cli.score import EXAMPLES as SCORE_EXAMPLES
from emer.cli.score import score
from emer.cli.train import EXAMPLES as TRAIN_EXAMPLES
from emer.cli.train import train
from emer.cli.verify import verify
from emer.errors import AssetError, EmerError, MissingExtra, UsageError

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="emer",
    help="Explainable multimodal emotion recognition: which emotions a clip appears to express, "
    "and why, with every statement traced to a measurement and a time span.",
    epilog="Start with: emer assets get && emer explain clip.mp4 --out report.html",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=EXAMPLES)(explain)
app.command()(report)
app.command()(verify)
app.command(epilog=CUES_EXAMPLES)(cues)
app.command(epilog=SCORE_EXAMPLES)(score)
app.command(epilog=COMPARE_EXAMPLES)(compare)
app.command(epilog=TRAIN_EXAMPLES)(train)
app.command(epilog=BUILD_EXAMPLES)(build)
app.command()(doctor)
app.add_typer(assets_app, name="assets")
app.add_typer(convert_app, name="convert")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"emer {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    return


def main() -> None:
    """Run the command line and exit with 0 done, 1 inputs failed, 2 usage, 130 interrupted."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except EmerError as error:
        typer.echo(f"emer: {error.message}", err=True)
        if error.hint:
            typer.echo(f"      {error.hint}", err=True)
        sys.exit(USAGE if isinstance(error, UsageError | AssetError | MissingExtra) else FAILED)
    except KeyboardInterrupt:
        typer.echo("emer: interrupted; what was finished is kept.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader left, as `emer ... | head` does; nothing is wrong.
        _discard_output()
        sys.exit(DONE)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        _discard_output()
        typer.echo(f"emer: cannot write the result: {error.strerror}.", err=True)
        sys.exit(FAILED)


def _discard_output() -> None:
    """Keep the interpreter from flushing to a place that takes nothing any more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
