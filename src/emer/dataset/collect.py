"""Looking at a clip once: what it holds, its hash, its words and its prints."""

from __future__ import annotations

from pathlib import Path

from emer.dataset.entry import Entry, Media
from emer.dataset.plan import Source
from emer.dataset.prints import prints_of
from emer.dataset.sources.base import Found
from emer.errors import MediaError, SubtitleError
from emer.media import Limits, probe, read_subtitle, sha256
from emer.media.subtitles import MAX_BYTES
from emer.media.text import cleaned
from emer.training.data.members import media_file

VERSION = 1
"""Of what `look` finds out; an entry of another is looked at anew."""


def look(found: Found, source: Source, limits: Limits) -> Entry:
    """Return a clip that was found as an entry.

    The clip is opened by the decoding process only, within the limits; a member of a shard is
    copied out of it meanwhile.

    Args:
        found: The clip.
        source: Where it is from.
        limits: What it may cost.

    Raises:
        MediaError: There is no such clip, or it is empty, damaged or not media.
        LimitError: It is above one of the limits.
        SubtitleError: Its subtitle cannot be read.
        MissingExtra: ImageHash is not installed.
    """
    _check_name(found.reference)
    with media_file(found.reference, Path("/"), limits) as path:
        try:
            return _look(path, found, source, limits)
        except MediaError as error:
            # A member has a temporary name, which nobody knows.
            raise type(error)(
                error.message.replace(str(path), found.reference), error.hint
            ) from error


def _look(path: Path, found: Found, source: Source, limits: Limits) -> Entry:
    info = probe(path, limits)
    media = Media(
        reference=found.reference,
        sha256=sha256(path),
        size=path.stat().st_size,
        seconds=info.seconds,
        still=info.still,
        has_video=info.has_video,
        has_audio=info.has_audio,
        video_seconds=info.video_seconds,
        audio_seconds=info.audio_seconds,
    )
    return Entry(
        id=found.id,
        source=source.name,
        licence=source.licence,
        media=media,
        subtitle=_words(found, info.seconds),
        labels={name: cleaned(value) for name, value in found.labels.items()},
        group=found.group or found.id,
        prints=prints_of(path, info, limits),
    )


def _words(found: Found, seconds: float) -> str:
    if found.subtitle_file:
        return read_subtitle(Path(found.subtitle_file), seconds).text
    if len(found.subtitle) > MAX_BYTES:
        raise SubtitleError(
            f"The subtitle of {found.id} has {len(found.subtitle):,} characters, above the limit "
            f"of {MAX_BYTES:,}.",
            "Give the words of this clip only.",
        )
    return cleaned(found.subtitle)


def _check_name(reference: str) -> None:
    try:
        reference.encode()
    except UnicodeEncodeError as error:
        raise MediaError(
            f"The name of the file {reference!r} is not UTF-8.", "Rename it: it goes into JSON."
        ) from error
