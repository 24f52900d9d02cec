"""A table of clips: .csv, .tsv, .json, .jsonl or .parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path

from emer.dataset.plan import Source
from emer.dataset.sources.base import (
    Found,
    SourceError,
    clip_id,
    distinct,
    file_stamp,
    group_of,
)
from emer.dataset.sources.fields import Names, as_text, below, labels_of, names_subtitle_file
from emer.dataset.sources.rows import MOST_NAMED, NUMBERED, Row, missing_column, read_rows
from emer.training.data.members import Member, find_media


def find(source: Source, path: Path) -> Iterator[Found]:
    """Yield the clips that a manifest names, in its order.

    Media are relative to the manifest's folder, absolute, or members of a shard
    ("shard.tar@512+1024.mp4"); ".." is allowed, since the manifest is the user's own. Without an
    id a clip is called by its media path. A subtitle ending in .srt, .vtt, .ass, .ssa or .txt is a
    file, likewise; anything else is the words.

    Raises:
        SourceError: The manifest cannot be read, lacks a column or gives an id twice.
    """
    if not path.is_file():
        raise SourceError(f"There is no manifest {path}.", "Check `path` in the plan.")
    return distinct(partial(_placed, source, path))


def _placed(source: Source, path: Path) -> Iterator[tuple[str, Found]]:
    names = Names.of(source, "media")
    # Members of one shard share its time; files are asked for once each.
    read = partial(_found, source, path.parent, names, lru_cache(64)(file_stamp))
    unit = NUMBERED.get(path.suffix.lower(), "line")
    missing, columns = set(names.wanted.needed), dict[str, None]()
    for number, row in read_rows(path, names.wanted):
        if missing:  # of .json and .jsonl, whose rows need not be alike
            missing -= row.keys()
            columns |= dict.fromkeys(row) if len(columns) < MOST_NAMED else {}
        where = f"{unit} {number} of {path}"
        try:
            yield where, read(row)
        except ValueError as error:
            raise SourceError(
                f"{where[:1].upper()}{where[1:]} cannot be used: {error}.",
                f"Each row names its media in {names.media!r}. Mend it or leave it out.",
            ) from error
    if columns:
        missing_column(path, sorted(missing), list(columns))


def _found(
    source: Source, root: Path, names: Names, stamp: Callable[[str], str], row: Row
) -> Found:
    media = as_text(row.get(names.media), names.media).strip()
    if not media or "\0" in media:
        raise ValueError(f"its {names.media!r} names no file")
    own = as_text(row.get(names.id), names.id).strip() or media
    clip = clip_id(source.name, own)
    words = as_text(row.get(names.subtitle), names.subtitle).strip()
    file = below(root, words) if names_subtitle_file(words) else ""
    reference = find_media(media, root) if ".tar@" in media else below(root, media)
    held = str(reference.shard) if isinstance(reference, Member) else str(reference)
    return Found(
        clip,
        str(reference),
        "" if file else words,
        labels_of(row, source),
        group_of(source, clip, media, as_text(row.get(names.group), names.group).strip()),
        stamp(held) + ("+" + file_stamp(file) if file else ""),
        file,
    )
