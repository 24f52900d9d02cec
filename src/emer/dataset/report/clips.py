"""The clips of the samples: inside the page as far as there is room, else linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emer.dataset.entry import Entry
from emer.errors import EmerError
from emer.media import Limits
from emer.report.page.media import EMBED_LIMIT, Media, find
from emer.training.data.members import find_media, media_file

__all__ = ["EMBED_LIMIT", "Shown", "show"]


@dataclass(frozen=True)
class Shown:
    """How a sample's clip is shown.

    Attributes:
        media: For the player; None if there is no clip to be shown.
        missing: Why there is none.
    """

    media: Media | None
    missing: str = ""


def show(entries: Sequence[Entry], *, embed: bool, folder: Path) -> list[Shown]:
    """Decide how to show the clip of each entry.

    Args:
        entries: The samples, in the order of the page.
        embed: Put clips into the page, one after the other, up to `EMBED_LIMIT` bytes in all.
        folder: Where the page will lie, the start of links.
    """
    shown: list[Shown] = []
    left = EMBED_LIMIT
    for entry in entries:
        fits = embed and entry.media.size <= left
        found = _show(entry, fits, folder)
        if found.media and found.media.inside:
            left -= entry.media.size
        shown.append(found)
    return shown


def _show(entry: Entry, embed: bool, folder: Path) -> Shown:
    reference = entry.media.reference
    whole = isinstance(find_media(reference, folder), Path)
    if not whole and not embed:
        return Shown(None, "The clip lies in a shard, which a page cannot link to.")
    limits = Limits(max_bytes=EMBED_LIMIT) if not whole else Limits()
    try:
        with media_file(reference, folder, limits) as path:
            # Of a clip that has no room here, only that it is there is looked at.
            found = find(path, embed=embed, folder=folder)
    except EmerError as error:
        return Shown(None, f"The clip cannot be shown: {error.message}")
    if found is None or whole:
        return Shown(found)
    if not found.inside:
        return Shown(None, "The clip lies in a shard and is of a kind that browsers do not play.")
    return Shown(Media(Path(reference).name, found.element, found.source))
