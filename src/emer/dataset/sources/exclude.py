"""Lists of clips by name or by hash, one a line."""

from __future__ import annotations

import re
from pathlib import Path

from emer.dataset.plan import Source
from emer.dataset.sources.base import SourceError

LONGEST = 1 << 28
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def read_names(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names and the SHA-256 hashes (lower case) that a file lists, one a line.

    Empty lines and lines that begin with "#" do not count.

    Raises:
        SourceError: The file is absent, larger than 256 MiB, or not UTF-8 text.
    """
    try:
        if path.is_file() and path.stat().st_size > LONGEST:
            raise SourceError(f"The list {path} is larger than {LONGEST >> 20} MiB.")
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SourceError(
            f"The list {path} cannot be read: {reason}.",
            "Give a text file with one id or SHA-256 a line.",
        ) from error
    found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    hashes = frozenset(line.lower() for line in found if _SHA256.fullmatch(line))
    return frozenset(line for line in found if not _SHA256.fullmatch(line)), hashes


def excluded(source: Source, root: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids and the hashes that a source leaves out.

    Args:
        source: An id in its file `exclude` may have or lack the source's name in front.
        root: Folder of the plan.

    Raises:
        SourceError: The file cannot be read.
    """
    if source.exclude is None:
        return frozenset(), frozenset()
    names, hashes = read_names(root / source.exclude)
    prefix = f"{source.name}/"
    return names | {prefix + name for name in names if not name.startswith(prefix)}, hashes


def excluded_hashes(source: Source, root: Path) -> frozenset[str]:
    """Return the SHA-256 hashes that a source leaves out, known once a clip has been looked at.

    Raises:
        SourceError: The file cannot be read.
    """
    return excluded(source, root)[1]
