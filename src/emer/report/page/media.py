"""The clip inside or beside the page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from emer.errors import MediaError
from emer.report.links import PLAYABLE, relative
from emer.report.page.markup import Html, joined, tag
from emer.report.words import Words

EMBED_LIMIT = 25 * 2**20


@dataclass(frozen=True)
class Media:
    """How the page shows the clip.

    Attributes:
        name: File name.
        element: "video", "audio" or "img"; "a" where no browser plays the container.
        source: A data URI, or an address relative to the page.
    """

    name: str
    element: str
    source: str

    @property
    def inside(self) -> bool:
        """Whether the clip is in the page."""
        return self.source.startswith("data:")

    @property
    def policy(self) -> str:
        """What the page's content security policy must allow."""
        # The script turns a data URI into a blob, which more browsers can seek in.
        places = "data: blob:" if self.inside else "'self' file:"
        kinds = {"video": "media-src", "audio": "media-src", "img": "img-src"}
        return f"{kinds[self.element]} {places}" if self.element in kinds else ""


def find(clip: Path | None, *, embed: bool, folder: Path) -> Media | None:
    """Decide how to show a clip.

    It is embedded if that is wanted, the file is no larger than `EMBED_LIMIT` and its container
    is one that browsers play; it is linked otherwise.

    Raises:
        MediaError: The clip cannot be read.
    """
    if clip is None:
        return None
    mime = PLAYABLE.get(clip.suffix.lower())
    try:
        size = clip.stat().st_size
        inside = embed and mime is not None and size <= EMBED_LIMIT
        data = base64.b64encode(clip.read_bytes()).decode() if inside else ""
    except (OSError, ValueError) as error:
        # A ValueError is a name that no file can have.
        reason = getattr(error, "strerror", None) or error
        raise MediaError(
            f"The clip {str(clip)!r} cannot be read: {reason}.",
            "Give the media file that was explained, or no clip for a page without a player.",
        ) from error
    element = (
        {"video": "video", "audio": "audio", "image": "img"}[mime.split("/")[0]] if mime else "a"
    )
    source = f"data:{mime};base64,{data}" if inside else relative(clip, folder)
    return Media(clip.name, element, source)


def player(
    media: Media | None, said: Words, *, number: int | None = None, preload: str = "auto"
) -> Html:
    """Return the player with what must be said about it, or nothing without a clip.

    Args:
        media: The clip.
        said: The words of the page.
        number: Of the player, where there are several on a page; part of its ids.
        preload: How much a linked clip loads at once: "auto", "metadata" or "none".
    """
    if media is None:
        return Html()
    if media.element == "a":
        text = said.open_clip.format(media.name)
        return tag("p", tag("a", text, href=media.source), class_="linked")
    label = f"{said.player}{said.colon}{media.name}"
    beside = tag("p", said.linked.format(media.name), class_="linked")
    at = "" if number is None else f"-{number}"
    unplayable = f"unplayable{at}"
    shown = (
        tag("img", id=f"picture{at}", src=media.source, alt=label)
        if media.element == "img"
        else _timed(media, label, f"player{at}", preload, unplayable)
    )
    return joined(
        shown,
        tag("p", said.unplayable, id=unplayable, class_="linked", hidden=True),
        "" if media.inside else beside,
    )


def _timed(media: Media, label: str, name: str, preload: str, otherwise: str) -> Html:
    return tag(
        media.element,
        id=name,
        src=media.source,
        controls=True,
        playsinline=media.element == "video",
        preload=preload,
        data_otherwise=otherwise,
        aria_label=label,
    )
