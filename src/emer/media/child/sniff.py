"""Why a file could not be opened, told from its first bytes."""

from __future__ import annotations

import struct
from pathlib import Path

from emer.errors import MediaError

_HEAD = 4096
_PLAYLISTS = (b"#extm3u", b"ffconcat", b"v=0", b"[playlist]", b"[reference]", b"rtsptext", b"<asx")
_BOXES = frozenset([b"ftyp", b"moov", b"mdat", b"free", b"wide", b"skip", b"styp", b"moof"])


def refusal(path: str, name: str, error: BaseException) -> MediaError:
    """Return the error that says best why FFmpeg refused the file."""
    with Path(path).open("rb") as file:
        head = file.read(_HEAD)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PLAYLISTS) or b"<mpd" in start:
        return MediaError(
            f"{name} is a playlist that refers to other files, not media itself.",
            "Give the media file it refers to.",
        )
    if head[4:8] in _BOXES and b"moov" not in _boxes(path):
        return MediaError(
            f"{name} has no index (no 'moov' box): it is cut off or damaged.",
            "Copy or record it again, or repair it with a tool for unfinished MP4 files.",
        )
    if _is_text(head):
        return MediaError(f"{name} holds text, not media.", "Give a video, audio or image file.")
    if isinstance(error, MemoryError):
        return MediaError(
            f"{name} needs more memory than allowed to open.",
            "It is probably damaged; otherwise raise Limits(max_memory=...).",
        )
    return MediaError(
        f"{name} is damaged or not a kind of media that emer reads.",
        "Convert it, for example to MP4, WAV or PNG.",
    )


def _boxes(path: str) -> set[bytes]:
    """Return the types of the top-level boxes of an MP4 or MOV file."""
    found: set[bytes] = set()
    with Path(path).open("rb") as file:
        end = file.seek(0, 2)
        at = 0
        while at + 8 <= end and len(found) < len(_BOXES):
            file.seek(at)
            head = file.read(16)
            size, kind = struct.unpack(">I4s", head[:8])
            if size == 1 and len(head) == 16:
                size = struct.unpack(">Q", head[8:])[0]
            if size < 8:
                break
            found.add(kind)
            at += size
    return found


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The last character may have been cut by the end of the sample.
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
