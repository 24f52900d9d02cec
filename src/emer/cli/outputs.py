"""Find out that a result cannot be written before the work is done, not after."""

from __future__ import annotations

import os
from pathlib import Path

from emer.errors import OutputError, UsageError


def check_output(out: Path) -> None:
    """Check the suffix and the folder of a report to be written.

    Raises:
        UsageError: The suffix names no kind of report.
        OutputError: The folder does not exist or cannot be written to.
    """
    from emer.report import KINDS

    valid = {f".{kind}".lower() for kind in KINDS}
    if out.suffix.lower() not in valid:
        raise UsageError(
            f"{out.name} has no suffix that names a kind of report.",
            f"Valid: {', '.join(f'.{kind}' for kind in KINDS)}.",
        )
    folder = out.parent
    if not folder.is_dir():
        raise OutputError(f"Cannot write {out}: there is no folder {folder}.", "Create it first.")
    if not os.access(folder, os.W_OK) or (out.exists() and not os.access(out, os.W_OK)):
        raise OutputError(f"Cannot write {out}: no permission.", "Choose another place.")
