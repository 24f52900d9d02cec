"""The rows of one split as a stage trains on them: surveyed, counted, fingerprinted."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accelerate import PartialState

from emer.training.config import StageConfig
from emer.training.data.findings import Modality, Survey
from emer.training.data.records import open_records
from emer.training.data.rows import Rows
from emer.training.data.survey import survey

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Split:
    """Rows that can be used.

    Attributes:
        rows: The rows.
        present: What each of them has, in the same order.
        root: Folder that their media paths are relative to.
        survey: What was found, with the rows that are left out.
    """

    rows: Rows
    present: list[frozenset[Modality]]
    root: Path
    survey: Survey

    def about(self) -> dict[str, Any]:
        """Return what is written down of it: numbers, and a digest of everything in the rows."""
        digest = hashlib.sha256()
        for row in self.rows:
            digest.update(row.model_dump_json().encode() + b"\n")
        return {
            "rows": self.survey.rows,
            "used": len(self.rows),
            "skipped": len(self.survey.skipped),
            "digest": digest.hexdigest(),
        }


def open_splits(
    config: StageConfig, *, need: Collection[Modality], use: Collection[Modality] = ()
) -> dict[str, Split]:
    """Open "train" and, if there is one, "validation".

    What is skipped is listed in `skipped-train.jsonl` and `skipped-validation.jsonl` of the output
    folder. Of several processes the first one looks at the media, the others read what it found.

    Args:
        config: Names the rows.
        need: What a row must have.
        use: What else is read where a row has it.

    Raises:
        RecordError: The rows cannot be read, or none can be used.
    """
    paths = {"train": config.data.train, "validation": config.data.validation}
    with PartialState(cpu=config.device == "cpu").main_process_first():
        return {name: _open(config, name, path, need, use) for name, path in paths.items() if path}


def about(splits: Mapping[str, Split]) -> dict[str, Any]:
    """Return what `training.json` says of the data: digests by split, rows skipped in all."""
    found = {name: split.about() for name, split in splits.items()}
    return {
        "splits": found,
        "skipped": sum(each["skipped"] for each in found.values()),
        **{f"digest_{name}": each["digest"] for name, each in found.items()},
    }


def _open(
    config: StageConfig, name: str, path: str, need: Collection[Modality], use: Collection[Modality]
) -> Split:
    records = open_records(path, on_error="skip")
    root = Path(config.data.root) if config.data.root else records.root
    found = survey(records, root, need=need, use=use, workers=max(1, config.workers))
    listed = Path(config.output) / f"skipped-{name}.jsonl"
    if found.skipped or found.noted:
        listed.parent.mkdir(parents=True, exist_ok=True)
        found.write(listed)
    logger.info("%s: %s", name, found.summary(listed))
    return Split(Rows(records, found.usable), found.present, root, found)
