"""A folder of clips, with subtitles of the same name beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from emer.dataset.plan import Source
from emer.dataset.sources.base import Found, SourceError, clip_id, file_stamp, group_of, stamp_of
from emer.media.files import MEDIA_SUFFIXES
from emer.media.subtitles import SUBTITLE_SUFFIXES


def find(source: Source, folder: Path) -> Iterator[Found]:
    """Yield the media files under a folder, sorted within each folder.

    The same files as `emer.media.find_clips` gives (by suffix, none that is hidden, links to
    folders not followed), but a folder at a time, with size and time. A subtitle is a file with
    the clip's name but for the suffix, of which .srt comes first, then .vtt, .ass, .ssa, .txt.

    Raises:
        SourceError: The folder or one below cannot be listed, or the plan wants columns.
    """
    if source.group == "column" or source.labels or source.columns:
        raise SourceError(
            f"The source {source.name!r} is a folder, which has no columns.",
            "Leave columns and labels out and group by clip or folder, or give a manifest.",
        )
    return _below(source, str(folder), "")


def _below(source: Source, folder: str, prefix: str) -> Iterator[Found]:
    files, folders = _listed(folder)
    beside = {name for name in files if name.lower().endswith(SUBTITLE_SUFFIXES)}
    for name in sorted(files):
        if os.path.splitext(name)[1].lower() in MEDIA_SUFFIXES:  # noqa: PTH122 (speed)
            yield _found(source, files[name], prefix + name, beside)
    for name in sorted(folders):
        # Not os.walk, which would list everything before the first clip comes.
        yield from _below(source, f"{folder}/{name}", f"{prefix}{name}/")


def _listed(folder: str) -> tuple[dict[str, os.DirEntry[str]], list[str]]:
    files, folders = {}, []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.is_file():
                    files[entry.name] = entry
    except OSError as error:
        raise SourceError(
            f"The folder {folder} cannot be listed: {error.strerror}.",
            "Make it readable, or move it out of the source.",
        ) from error
    return files, folders


def _found(source: Source, entry: os.DirEntry[str], name: str, beside: set[str]) -> Found:
    own = clip_id(source.name, name)
    subtitle = _subtitle(entry, beside) if beside else ""
    try:
        stamp = stamp_of(entry.stat())
    except OSError:  # gone meanwhile; whoever looks at the clip says so
        stamp = ""
    if subtitle:
        stamp += "+" + file_stamp(subtitle)
    group = group_of(source, own, name, None)
    return Found(own, entry.path, "", {}, group, stamp, subtitle)


def _subtitle(entry: os.DirEntry[str], beside: set[str]) -> str:
    stem, suffix = os.path.splitext(entry.name)  # noqa: PTH122 (speed)
    for each in SUBTITLE_SUFFIXES:
        for name in (stem + each, stem + each.upper()):
            if name in beside:
                return entry.path[: len(entry.path) - len(stem + suffix)] + name
    return ""
