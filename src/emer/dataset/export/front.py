"""The front matter of a dataset card, by which `datasets.load_dataset` finds tables and types."""

from __future__ import annotations

import re
from typing import Any

from emer.dataset.export.columns import CONFIGS, Config, columns, features
from emer.dataset.export.files import SUFFIXES, Format
from emer.dataset.export.written import Written
from emer.errors import MissingExtra
from emer.media.text import cleaned

_PREFERRED: tuple[Format, ...] = ("parquet", "jsonl")
_NO_SPLIT = re.compile(r"[^\w.]")
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (10**6, "100K<n<1M"))


def front_matter(written: Written, **more: Any) -> str:
    """Return the front matter of README.md, with its lines of dashes.

    Tables are named in Parquet if there is any, else in JSON lines; the shards of WebDataset are
    for training loops that stream, and are not among them.

    Args:
        written: What was written.
        more: Further keys, as plain data.

    Raises:
        MissingExtra: PyYAML is not installed.
    """
    try:
        import yaml
    except ImportError as error:
        raise MissingExtra("Writing a data card", "pyyaml", "build") from error
    present = {each.format for each in written.files}
    kind = next((each for each in _PREFERRED if each in present), None)
    tables = [_table(written, config, kind) for config in CONFIGS if kind is not None]
    given = [each for each in tables if each is not None]
    head = {
        "pretty_name": cleaned(written.name),
        "language": [written.language],
        "size_categories": [_size(sum(written.clips.values()))],
        "tags": ["emotion", "explainable", "multimodal", "emer"],
        **more,
    }
    if given:
        head["configs"] = [each["config"] for each in given]
        head["dataset_info"] = [each["info"] for each in given]
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=100)
    return f"---\n{text}---\n"


def _table(written: Written, config: Config, kind: Format) -> dict[str, Any] | None:
    """Return how a table is found and what its columns are; None if it has no rows."""
    splits = [
        split
        for split in written.clips
        if any((f.config, f.split, f.format) == (config, split, kind) for f in written.files)
    ]
    if not splits:
        return None
    files = [
        {"split": split_name(each), "path": f"{kind}/{config}/{each}/*{SUFFIXES[kind]}"}
        for each in splits
    ]
    first = {"default": True} if config == CONFIGS[0] else {}
    given = features(columns(config, written.labels))
    return {
        "config": {"config_name": config, **first, "data_files": files},
        "info": {"config_name": config, "features": given},
    }


def split_name(split: str) -> str:
    """Return the name of a split as `datasets` takes it: letters, digits, "_" and "."."""
    return _NO_SPLIT.sub("_", split)


def _size(clips: int) -> str:
    return next((name for limit, name in _SIZES if clips < limit), "n>1M")
