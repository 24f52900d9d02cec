"""Timed lines of SubRip, WebVTT and SubStation Alpha text, read in linear time.

Hostile files are cheap to make for parsers that backtrack, so no expression here does.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

Line = tuple[float, float, str]  # start and end in seconds, words

_TIME = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|<\d\d:[\d:.]{1,12}>")
_ARROW = "-->"
_DRAWING = re.compile(r"\\p[1-9]")
_ASS_FIELDS = ["layer", "start", "end", "style", "name", "l", "r", "v", "effect", "text"]


def parse(text: str, kind: str) -> list[Line]:
    """Return the timed lines of a subtitle in the order of the file.

    Args:
        text: The content of the file.
        kind: "srt", "vtt", "ass" or "ssa".
    """
    rows = text.splitlines()
    if kind in ("ass", "ssa"):
        return list(_dialogue(rows))
    return [
        (start, end, _untagged(words, kind)) for start, end, words in _arrows(rows, kind == "vtt")
    ]


def _arrows(rows: list[str], strict: bool) -> Iterator[Line]:
    """Yield what follows each row of times: up to a blank row (`strict`) or the next times."""
    timed = [(at, times) for at, row in enumerate(rows) if (times := _times(row)) is not None]
    ends = [at for at, _ in timed[1:]] + [len(rows)]
    for (at, (start, end)), stop in zip(timed, ends, strict=False):
        body = rows[at + 1 : stop]
        if strict:
            blank = next((i for i, row in enumerate(body) if not row.strip()), len(body))
            body = body[:blank]
        elif stop < len(rows) and body and body[-1].strip().isdecimal():
            body = body[:-1]  # the number of the next line
        yield start, end, "\n".join(body)


def _times(row: str) -> tuple[float, float] | None:
    before, arrow, after = row.partition(_ARROW)
    if not arrow:
        return None
    start, end = _seconds(before), _seconds(after)
    return None if start is None or end is None else (start, end)


def _seconds(text: str) -> float | None:
    """Return the time at the start of a text, if there is one."""
    negative = text.strip().startswith("-")
    match = _TIME.match(text.strip().lstrip("-"))
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    time = whole + (int(fraction) / 10 ** len(fraction) if fraction else 0.0)
    return -time if negative else time


def _dialogue(rows: list[str]) -> Iterator[Line]:
    """Yield the dialogue of a SubStation Alpha file; comments and drawings are left out."""
    fields = _ASS_FIELDS
    for row in rows:
        key, _, rest = row.partition(":")
        key = key.strip().lower()
        if key == "format":
            fields = [name.strip().lower() for name in rest.split(",")]
        if key != "dialogue" or not {"start", "end", "text"} <= set(fields):
            continue
        values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
        start, end = _seconds(values.get("start", "")), _seconds(values.get("end", ""))
        if start is not None and end is not None and not _DRAWING.search(values.get("text", "")):
            words = _without_braces(values.get("text", ""), "{")
            yield start, end, re.sub(r"\\[nNh]", " ", words)


def _untagged(text: str, kind: str) -> str:
    text = _TAG.sub("", _without_braces(text, "{\\"))
    return html.unescape(text) if kind == "vtt" else text


def _without_braces(text: str, opening: str) -> str:
    """Remove what stands from `opening` to the next closing brace."""
    kept: list[str] = []
    at = 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find("}", start)) >= 0:
        kept.append(text[at:start])
        at = end + 1
    return "".join(kept) + text[at:]
