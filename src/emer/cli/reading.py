"""Read results that emer wrote, with errors a user can act on."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from emer.errors import UsageError
from emer.explanation import SCHEMA, Explanation


def read_explanation(path: Path) -> Explanation:
    """Read one explanation.

    Raises:
        UsageError: No such file, or not an explanation of this schema.
    """
    try:
        return Explanation.from_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"Cannot read {path}: {error.strerror or error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the top"
        raise UsageError(
            f"{path} is not an explanation of schema {SCHEMA}: {first['msg']} at {where}.",
            "Write one with: emer explain clip.mp4 --out result.json",
        ) from error
