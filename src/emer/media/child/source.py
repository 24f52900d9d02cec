"""Opening a media file so that nothing but that file can be read."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from emer.errors import MediaError
from emer.media.child.complaints import Complaints
from emer.media.child.sniff import refusal
from emer.media.limits import Limits

# Containers that hold media themselves. Playlists, image sequences, devices and network
# formats are left out: they lead to other files.
_CONTAINERS = (
    "3gp aac ac3 aiff amr amrnb amrwb ape apng asf au avi caf dv eac3 f4v flac flv gif h264 hevc "
    "ivf m4v matroska mov mp3 mpeg mpegts mpegvideo nut obu ogg tta w64 wav webp wv "
    "bmp_pipe jpeg_pipe jpegxl_pipe pgm_pipe png_pipe ppm_pipe tiff_pipe webp_pipe"
)
# Pictures that are no video: cover art, and the tiles that a photograph is put together from.
_COVER = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.dependent
_MAX_THREADS = 4
_PICTURES = frozenset(
    (".bmp", ".jpe", ".jpeg", ".jpg", ".jxl", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff",
     ".webp")
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """An open media file.

    Attributes:
        name: What the user called it.
        container: The open container.
        video: The stream of pictures to use, if any.
        audio: The stream of sound to use, if any.
        origin: Seconds on the container's clock that are time 0 of the clip.
        seconds: Length the container claims, if it claims one.
        image: Whether the container is that of a single image.
        complaints: What FFmpeg says about the file.
    """

    name: str
    container: InputContainer
    video: VideoStream | None
    audio: AudioStream | None
    origin: float
    seconds: float | None
    image: bool
    complaints: Complaints


class _Plain:
    """A file as FFmpeg sees it: it can be read and sought, and its name leads nowhere."""

    def __init__(self, file: io.FileIO, path: str) -> None:
        self._file = file
        self.read = file.read
        self.tell = file.tell
        # Some formats are told apart by their suffix. That of a picture would make FFmpeg take
        # the file for a numbered sequence, whose reader opens other files and is not allowed.
        suffix = Path(path).suffix
        suffix = "" if suffix.lower() in _PICTURES else suffix
        self.name = "clip" + (suffix if suffix[1:].isascii() and suffix[1:].isalnum() else "")

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move to a position; -1, which FFmpeg takes for a failure, if a damaged file lies."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, OverflowError):
            return -1


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    raise PermissionError("a media file must not open other files")


@contextmanager
def opened(request: dict[str, Any], limits: Limits, complaints: Complaints) -> Iterator[Source]:
    """Open the file of a request.

    Raises:
        MediaError: It cannot be opened or holds neither pictures nor sound.
        LimitError: It is above one of the limits.
    """
    path, name = request["path"], request["name"]
    try:
        file = io.FileIO(path)
    except OSError as error:
        raise MediaError(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        try:
            container = _open(file, path, limits)
        except (av.FFmpegError, OSError, ValueError, MemoryError) as error:
            raise refusal(path, name, error) from error
        with container:
            yield _source(name, container, limits, complaints)


def _open(file: io.FileIO, path: str, limits: Limits) -> InputContainer:
    return av.open(
        _Plain(file, path),
        "r",
        options={"max_pixels": str(int(limits.max_pixels))},
        container_options={
            "format_whitelist": ",".join(_CONTAINERS.split()),
            "protocol_whitelist": "none",
        },
        metadata_errors="replace",
        buffer_size=1 << 16,
        io_open=_refuse,
    )


def _source(name: str, container: InputContainer, limits: Limits, complaints: Complaints) -> Source:
    limits.check(name, "max_streams", len(container.streams))
    video = _best(container.streams.video, _area)
    audio = _best(container.streams.audio, lambda stream: 0)
    if video is None and audio is None:
        raise _nothing(name, container)
    image = container.format.name.endswith("_pipe")
    origin = _origin(video, audio)
    seconds = None if image else _claimed(container, origin, video, audio)
    limits.check(name, "max_seconds", seconds or 0.0)
    for stream in (video, audio):
        if stream is not None:
            _prepare(stream, limits)
    if video is not None:
        check_size(name, video.codec_context.width, video.codec_context.height, limits)
    return Source(name, container, video, audio, origin, seconds, image, complaints)


def check_size(name: str, width: int, height: int, limits: Limits) -> None:
    """Raise `LimitError` if a picture is too large."""
    limits.check(name, "max_edge", max(width, height))
    limits.check(name, "max_pixels", width * height)


def _best(streams: Any, rank: Any) -> Any:
    """Return the default stream, else the highest in rank, else the first; None if none."""
    usable = [s for s in streams if s.codec_context is not None and not s.disposition & _COVER]
    usable.sort(key=lambda s: (not s.disposition & Disposition.default, -rank(s), s.index))
    return usable[0] if usable else None


def _area(stream: VideoStream) -> int:
    return stream.codec_context.width * stream.codec_context.height


def _prepare(stream: VideoStream | AudioStream, limits: Limits) -> None:
    context = stream.codec_context
    context.options = {"max_pixels": str(int(limits.max_pixels))}
    context.thread_type = "AUTO"
    context.thread_count = min(_MAX_THREADS, os.cpu_count() or 1)


def _origin(*streams: Stream | None) -> float:
    starts = [
        float(s.start_time * s.time_base)
        for s in streams
        if s is not None and s.start_time is not None and s.time_base is not None
    ]
    return min(starts, default=0.0)


def _claimed(container: InputContainer, origin: float, *streams: Stream | None) -> float | None:
    """Return the length that the streams in use claim, or else the container."""
    used = [stream for stream in streams if stream is not None]
    known = [
        float(((s.start_time or 0) + s.duration) * s.time_base) - origin
        for s in used
        if s.duration and s.time_base
    ]
    if len(known) < len(used) and container.duration:
        known = [container.duration / 1e6]
    seconds = max(known, default=0.0)
    return seconds if seconds > 0 else None


def _nothing(name: str, container: InputContainer) -> MediaError:
    kinds = [s for s in container.streams if s.type in ("video", "audio")]
    missing = [s for s in kinds if s.codec_context is None]
    if missing:
        return MediaError(
            f"{name} uses a codec that cannot be decoded here.",
            "Re-encode it, for example to MP4 with H.264 and AAC.",
        )
    if kinds:
        return MediaError(
            f"{name} holds only cover art, or a photograph in tiles.",
            "Give a clip with a picture or a sound track, or export the photograph as JPEG.",
        )
    return MediaError(
        f"{name} holds neither pictures nor sound (its streams: "
        f"{', '.join(sorted({s.type for s in container.streams})) or 'none'}).",
        "Give a clip with a picture or a sound track.",
    )
