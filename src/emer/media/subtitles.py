"""Subtitles from a file or from literal text. Their text is data: nothing interprets it."""

from __future__ import annotations

import math
import stat
from pathlib import Path
from typing import Literal

from emer.errors import SubtitleError, UsageError
from emer.explanation import Subtitle, SubtitleSegment
from emer.media.captions import Line, parse
from emer.media.text import cleaned, decoded, language_of

SUBTITLE_SUFFIXES = (".srt", ".vtt", ".ass", ".ssa", ".txt")
MAX_BYTES = 5_000_000

_TOGETHER = 0.05


def read_subtitle(value: str | Path, seconds: float) -> Subtitle:
    """Return what is said in a clip, from a subtitle file or from the words themselves.

    Args:
        value: A path to a .srt, .vtt, .ass, .ssa or .txt file, or the words. A string is a
            path if it ends in one of these suffixes. Plain words (and .txt files) make one
            segment over the whole clip.
        seconds: Length of the clip; segments are clipped to it. For 0 (a still image) the
            times in a file are ignored.

    Returns:
        Segments in order, without overlap (lines that begin together are joined). `language`
        is "zh", "ja", "ko", "en" or None.

    Raises:
        SubtitleError: The file is absent, too large, not readable as text, not in its format,
            or has no words within the clip.
        UsageError: `seconds` is negative or not finite.
    """
    if not math.isfinite(seconds) or seconds < 0:
        raise UsageError(f"seconds must be 0 or more, but is {seconds!r}.")
    if isinstance(value, Path) or _names_a_file(value):
        segments = _from_file(Path(str(value).strip()), seconds)
        return _subtitle("file", segments)
    if len(value) > MAX_BYTES:
        raise SubtitleError(
            f"The subtitle has {len(value):,} characters, above the limit of {MAX_BYTES:,}.",
            "Give the words of this clip only.",
        )
    return _subtitle("given", _whole(value, seconds))


def _names_a_file(value: str) -> bool:
    return "\n" not in value.strip() and value.strip().lower().endswith(SUBTITLE_SUFFIXES)


def _subtitle(source: Literal["given", "file"], segments: list[SubtitleSegment]) -> Subtitle:
    text = " ".join(segment.text for segment in segments)
    language = language_of(text)
    return Subtitle(text=text, source=source, language=language, segments=tuple(segments))


def _whole(text: str, seconds: float) -> list[SubtitleSegment]:
    text = cleaned(text)
    return [SubtitleSegment(start=0.0, end=seconds, text=text)] if text else []


def _from_file(path: Path, seconds: float) -> list[SubtitleSegment]:
    suffix = path.suffix.lower()
    if suffix not in SUBTITLE_SUFFIXES:
        raise SubtitleError(
            f"{path} is not a kind of subtitle file that emer reads.",
            f"Valid suffixes: {', '.join(SUBTITLE_SUFFIXES)}.",
        )
    text = _text(path)
    lines = [(0.0, seconds, text)] if suffix == ".txt" else parse(text, suffix[1:])
    if not lines:
        raise SubtitleError(
            f"{path} has no line with times as a {suffix} file should.",
            "Export it again, or give the words as a .txt file.",
        )
    lines = [(start, end, cleaned(words)) for start, end, words in lines]
    lines = [line for line in lines if line[2]]
    if not lines:
        raise SubtitleError(f"{path} has no words in it.", "Leave the subtitle out instead.")
    if seconds == 0:
        return _whole(" ".join(words for _, _, words in sorted(lines)), 0.0)
    segments = _in_order(lines, seconds)
    if not segments:
        raise SubtitleError(
            f"None of the {len(lines)} lines of {path} falls within the clip's {seconds:.2f} s.",
            "Shift its times so that 0 is the start of the clip.",
        )
    return segments


def _text(path: Path) -> str:
    try:
        status = path.stat()
        size, regular = status.st_size, stat.S_ISREG(status.st_mode)
        data = path.read_bytes() if regular and size <= MAX_BYTES else b""
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not regular:
        raise SubtitleError(f"{path} is not a regular file.", "Give a subtitle file.")
    if size > MAX_BYTES:
        raise SubtitleError(
            f"{path} has {size:,} bytes, above the limit of {MAX_BYTES:,} for a subtitle.",
            "Give the subtitle of this clip only.",
        )
    text = decoded(data)
    if text is None:
        raise SubtitleError(
            f"{path} is not text in an encoding that can be told (UTF-8, UTF-16, GB18030, Big5).",
            "Save it as UTF-8.",
        )
    return text.replace("\0", "")


def _unreadable(path: Path, error: OSError | ValueError) -> SubtitleError:
    if isinstance(error, FileNotFoundError):
        return SubtitleError(
            f"There is no subtitle file {path}.",
            "Give an existing file, or words that do not end like a file name.",
        )
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SubtitleError(f"{path} cannot be read: {reason}.")


def _in_order(lines: list[Line], seconds: float) -> list[SubtitleSegment]:
    """Clip lines to the clip, order them, join those that begin together, undo overlaps."""
    spans: list[tuple[float, float]] = []
    words: list[list[str]] = []
    for start, end, text in sorted((min(a, b), max(a, b), text) for a, b, text in lines):
        if start >= seconds or end < 0:
            continue
        start, end = max(0.0, start), min(seconds, end)
        if spans and start - spans[-1][0] <= _TOGETHER:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            words[-1].append(text)
            continue
        if spans:
            spans[-1] = (spans[-1][0], min(spans[-1][1], start))
        spans.append((start, end))
        words.append([text])
    # Shadows and outlines repeat the same words at the same time: they are said once.
    texts = (" ".join(dict.fromkeys(said)) for said in words)
    return [
        SubtitleSegment(start=start, end=end, text=text)
        for (start, end), text in zip(spans, texts, strict=True)
    ]
