"""Opening a source, whatever kind it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from emer.dataset.plan import Source
from emer.dataset.sources import folder, manifest, webdataset
from emer.dataset.sources.base import Found, SourceError
from emer.dataset.sources.exclude import excluded
from emer.dataset.sources.rows import SUFFIXES


def open_source(source: Source, root: Path) -> Iterator[Found]:
    """Yield the clips of a source, without those whose ids it excludes.

    A folder and shards yield in the order of their names, a manifest in that of its rows. Clips
    excluded by hash are still there: see `excluded_hashes`.

    Args:
        source: What the plan says.
        root: Folder of the plan, which a relative `source.path` is relative to.

    Raises:
        SourceError: There is no such source, it is of no known kind, holds no clip, is damaged,
            lacks a column or gives an id twice; while iterating.
        RecordError: A shard is missing, cut off or no tar file; a `UsageError`, too.
        MissingExtra: Parquet without pyarrow.
    """
    left_out, _ = excluded(source, root)
    found = None
    for found in _found(source, Path(os.path.abspath(root / source.path))):  # noqa: PTH100
        if found.id not in left_out:
            yield found
    if found is None:
        raise SourceError(
            f"The source {source.name!r} ({source.path}) holds no clip.",
            "Give a folder of media files, a manifest with rows, or shards with media.",
        )


def _found(source: Source, path: Path) -> Iterator[Found]:
    suffix = path.suffix.lower()
    if path.is_dir():
        return folder.find(source, path)
    if suffix == ".tar":
        return webdataset.find(source, path)
    if suffix not in SUFFIXES:
        valid = ", ".join((*SUFFIXES, ".tar"))
        raise SourceError(
            f"The source {source.name!r} ({path}) is neither a folder nor of a known kind.",
            f"Give a folder of clips, or a file ending in {valid}.",
        )
    return manifest.find(source, path)
