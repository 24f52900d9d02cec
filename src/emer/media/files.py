"""Files on disk: checks before decoding, digests and finding clips."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from emer.errors import MediaError, UsageError
from emer.media.limits import Limits

# fmt: off
VIDEO_SUFFIXES = frozenset([
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".flv", ".wmv", ".asf", ".mpg", ".mpeg",
    ".ts", ".mts", ".m2ts", ".3gp", ".ogv", ".gif",
])
AUDIO_SUFFIXES = frozenset([
    ".wav", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".wma", ".aif", ".aiff",
    ".amr",
])
IMAGE_SUFFIXES = frozenset([".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"])
# fmt: on
MEDIA_SUFFIXES = VIDEO_SUFFIXES | AUDIO_SUFFIXES | IMAGE_SUFFIXES


def checked(path: str | os.PathLike[str], limits: Limits) -> Path:
    """Return the absolute path of a regular, non-empty file within the size limit.

    Raises:
        MediaError: There is no such file, or it is a directory, a device or empty.
        LimitError: The file is larger than `limits.max_bytes`.
    """
    name = os.fspath(path)
    try:
        status = Path(name).stat()
    except (OSError, ValueError) as error:
        raise _absent(name, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(f"{name} is a directory, not a media file.", "Give one file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(f"{name} is not a regular file.", "Copy what it yields to a file first.")
    if status.st_size == 0:
        raise MediaError(f"{name} is empty (0 bytes).", "Copy or download it again.")
    limits.check(name, "max_bytes", status.st_size)
    return Path(os.path.abspath(name))  # noqa: PTH100 (absolute() keeps "..", resolve() follows links)


def _absent(name: str, error: OSError | ValueError) -> MediaError:
    if "://" in name or isinstance(error, FileNotFoundError):
        return MediaError(f"There is no file {name}.", "Only files on this machine can be read.")
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return MediaError(f"{name} cannot be read: {reason}.")


def sha256(path: str | os.PathLike[str]) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits, without loading it whole.

    Raises:
        MediaError: The file cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise _absent(os.fspath(path), error) from error


def find_clips(folder: str | os.PathLike[str]) -> list[Path]:
    """Return the media files under a folder, sorted by path.

    Files are chosen by suffix (`MEDIA_SUFFIXES`); hidden files and folders (a leading dot)
    are left out and links to folders are not followed.

    Raises:
        UsageError: `folder` is not a folder.
    """
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.", "Give a folder that holds clips.")
    found: list[Path] = []
    for parent, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if _is_clip(name)]
    return sorted(path for path in found if path.is_file())


def _is_clip(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in MEDIA_SUFFIXES
