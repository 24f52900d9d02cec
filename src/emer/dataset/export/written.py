"""What was written: a record of the files, kept beside them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from emer.dataset.export.columns import Config
from emer.dataset.export.files import Format

BUILD = "build.json"
LAYOUT = "emer.dataset/1"


@dataclass(frozen=True)
class File:
    """A file of rows.

    Attributes:
        path: Relative to the folder of the dataset.
        config: The table it is part of.
        split: The split.
        format: Its format.
        rows: How many rows it has.
        bytes: Its size.
        sha256: Hash of its bytes.
    """

    path: str
    config: Config
    split: str
    format: Format
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Written:
    """A dataset that was written.

    Attributes:
        name: Of the plan.
        language: Of statements and texts.
        labels: Names of the sources' labels.
        clips: Clips by split, in the order of the plan; splits without any included.
        files: All files of rows, sorted by path.
        media: Clips that were copied.
        media_bytes: Their size.
    """

    name: str
    language: str
    labels: tuple[str, ...]
    clips: dict[str, int]
    files: tuple[File, ...]
    media: int = 0
    media_bytes: int = 0

    @property
    def bytes(self) -> int:
        """Size of all files of rows."""
        return sum(each.bytes for each in self.files)

    def rows(self, config: Config, split: str | None = None) -> int:
        """Return how many rows a table has, in one format, in a split or in all."""
        counts = {
            name: sum(
                each.rows
                for each in self.files
                if each.format == name and each.config == config and split in (None, each.split)
            )
            for name in {each.format for each in self.files}
        }
        return max(counts.values(), default=0)

    def to_json(self) -> str:
        """Return the record as JSON, as `build.json` has it."""
        return json.dumps({"schema": LAYOUT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"
