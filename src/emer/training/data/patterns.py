"""Which files a pattern of shards names."""

from __future__ import annotations

import re
from pathlib import Path

from emer.training.data.errors import RecordError

MOST_SHARDS = 100_000
_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d{1,18})\.\.(\d{1,18})")


def expand(pattern: str) -> list[str]:
    """Return what a brace pattern stands for, as a shell would: `{000..003}`, `{a,b}`.

    Raises:
        RecordError: A range runs backwards, or there are too many names.
    """
    names = [""]
    # Split at the braces, what is inside them comes at odd places.
    for place, part in enumerate(_BRACES.split(pattern)):
        choices = _choices(pattern, part) if place % 2 else [part]
        if len(names) * len(choices) > MOST_SHARDS:
            raise _too_many(pattern)
        names = [name + choice for name in names for choice in choices]
    return names


def _choices(pattern: str, inside: str) -> list[str]:
    found = _RANGE.fullmatch(inside)
    if not found:
        return inside.split(",")
    first, last = int(found[1]), int(found[2])
    if last < first:
        raise RecordError(f"The range {{{inside}}} of {pattern} runs backwards.", "Swap its ends.")
    if last - first >= MOST_SHARDS:
        raise _too_many(pattern)
    width = max(len(found[1]), len(found[2])) if found[1].startswith("0") else 0
    return [str(number).zfill(width) for number in range(first, last + 1)]


def _too_many(pattern: str) -> RecordError:
    return RecordError(f"{pattern} names more than {MOST_SHARDS:,} files.", "Write fewer shards.")


def files(path: str | Path, suffixes: frozenset[str]) -> list[Path]:
    """Return the files that a path, a folder or a brace pattern names, sorted in a folder.

    Args:
        path: What the user gave.
        suffixes: Those of files of rows.

    Raises:
        RecordError: Some are missing, or a folder holds none or several kinds.
    """
    given = Path(path)
    if given.is_dir():
        return _inside(given, suffixes)
    if given.is_file():
        return [given]
    found = [Path(name) for name in expand(str(path))]
    missing = [each.name for each in found if not each.is_file()]
    if missing:
        named = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        raise RecordError(
            f"Of {path}, {len(missing)} of {len(found)} files are missing: {named}.",
            f"Give a file ending in {', '.join(sorted(suffixes))}, a folder of them, or a pattern "
            "such as shards-{000..003}.tar.",
        )
    return found


def _inside(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    found = sorted(each for each in folder.iterdir() if each.suffix.lower() in suffixes)
    kinds = sorted({each.suffix.lower() for each in found})
    if len(kinds) != 1:
        what = f"files of several kinds: {', '.join(kinds)}" if kinds else "no file of rows"
        raise RecordError(
            f"The folder {folder} holds {what}.",
            f"Give one with a single kind of {', '.join(sorted(suffixes))}, or name the file.",
        )
    return found
