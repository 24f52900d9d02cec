"""Plain text shared by the reports: numbers, clock times, safe strings, cited cues."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emer.explanation import Claim, Cue, Emotion, Evidence, Explanation

# What XML 1.0 refuses, which HTML, Praat and a terminal do not want either (escape sequences),
# and the bidirectional controls that make text read otherwise than it is stored.
_BAD = re.compile("[^\\t\\n\\r\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CITED = re.compile(r"\[([^\[\]]*)\]")
_BETWEEN = re.compile(r"[,;，、；\s]+")
REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Replace characters that are no text: controls, lone surrogates, direction overrides."""
    return _TURNING.sub(REPLACEMENT, _BAD.sub(REPLACEMENT, text))


def line(text: str) -> str:
    """Return clean text on one line, each run of white space one space."""
    return " ".join(clean(text).split())


def clock(seconds: float) -> str:
    """Return a time for people: 0:03.2, 12:07.0 or 1:02:03.4."""
    tenths = round(max(seconds, 0.0) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{head}:{rest // 10:02d}.{rest % 10}"


def between(start: float, end: float) -> str:
    """Return a span for people: 0:01.0–0:02.5."""
    return f"{clock(start)}–{clock(end)}"


def number(value: float) -> str:
    """Return a number with at most four significant digits and no exponent where it can be."""
    text = f"{value:.4g}"
    if "e" in text and 1e-6 < abs(value) < 1e15:
        text = f"{float(text):f}".rstrip("0").rstrip(".")
    return text.replace("-", "\u2212")


def signed(value: float) -> str:
    """Return a value of -1..1 with its sign: +0.42, −0.10, 0.00."""
    text = f"{value:+.2f}".replace("-", "\u2212")
    return "0.00" if float(f"{value:.2f}") == 0 else text


def share(value: float) -> str:
    """Return a share of 0..1 as a percentage: 92 %."""
    return f"{value:.0%}".replace("%", "\u202f%")


def amount(piece: Evidence) -> str:
    """Return what was measured with its unit: 312 Hz; ratios and counts have none to show."""
    return number(piece.value) + unit(piece.unit)


def unit(name: str) -> str:
    """Return a unit to stand after a number, nothing for ratios, activations and counts."""
    bare = {"", "1", "0..1", "ratio", "activation", "share", "probability", "score", "count"}
    return "" if name in bare else f" {line(name)}"


def elsewhere(piece: Evidence, cue: Cue) -> str:
    """Return the span of a measurement where it is not the cue's own, else nothing."""
    start = cue.start if piece.start is None else piece.start
    end = cue.end if piece.end is None else piece.end
    same = abs(start - cue.start) < 0.05 and abs(end - cue.end) < 0.05
    return "" if same else between(start, end)


def labels(emotions: tuple[Emotion, ...], comma: str, most: int = 3) -> str:
    """Return the first labels on one line."""
    return comma.join(line(emotion.label) for emotion in emotions[:most])


def length(explanation: Explanation) -> float:
    """Return the seconds that a time line must cover: the clip, and all that lies beyond it."""
    ends = [explanation.clip.seconds]
    ends += [cue.end for cue in explanation.cues]
    ends += [moment.end for moment in explanation.timeline]
    ends += [segment.end for segment in explanation.subtitle.segments]
    return max(ends)


def still(explanation: Explanation) -> bool:
    """Say whether there is no time line, as with a single image."""
    return explanation.clip.seconds <= 0


def paragraphs(
    text: str, cues: tuple[Cue, ...], claims: tuple[Claim, ...] = ()
) -> list[list[str | tuple[str, ...]]]:
    """Split an explanation into paragraphs of text and the ids it cites in brackets.

    Args:
        text: Sentences with ids in brackets, "She smiles [v1, a2]."
        cues: The cues there are; brackets with anything else in them stay text.
        claims: The claims there are, cited like cues.

    Returns:
        Per line that is not blank: clean stretches of text as `str`, cited ids as `tuple`.
    """
    lines = (" ".join(clean(row).split()) for row in text.splitlines())
    known = {cue.id for cue in cues} | {claim.id for claim in claims}
    return [list(_cited(row, known)) for row in lines if row]


def _cited(text: str, known: set[str]) -> Iterator[str | tuple[str, ...]]:
    done = 0
    for match in _CITED.finditer(text):
        ids = tuple(part for part in _BETWEEN.split(match[1]) if part)
        if not ids or not known.issuperset(ids):
            continue
        if match.start() > done:
            yield text[done : match.start()]
        yield ids
        done = match.end()
    if done < len(text):
        yield text[done:]
