"""How a report points at the clip: its media type, and an address relative to the report."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

# What browsers play or show, by suffix.
PLAYABLE = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
}

# Further ones that annotation tools know.
_OTHER = {
    ".avi": "video/x-msvideo",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".mpg": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".wmv": "video/x-ms-wmv",
}


def mime(clip: Path) -> str:
    """Return the media type of a file by its suffix."""
    suffix = clip.suffix.lower()
    return PLAYABLE.get(suffix) or _OTHER.get(suffix, "application/octet-stream")


def relative(clip: Path, folder: Path | None) -> str:
    """Return the address of a clip for a report in `folder`, safe to put into a link.

    It starts with `./` or `../`, so that a clip named `javascript:...` stays a file.
    """
    way = Path(os.path.relpath(clip, folder)) if folder else Path(clip.name)
    text = quote(os.fsencode(way.as_posix()))
    return text if text.startswith("../") else f"./{text}"
