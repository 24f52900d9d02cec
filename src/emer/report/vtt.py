"""Web Video Text Tracks: the emotions over time and the cues as captions (W3C WebVTT)."""

from __future__ import annotations

import html

from emer.explanation import Cue, Explanation, Moment
from emer.report.plain import labels, line, signed
from emer.report.tiers import mark, span
from emer.report.words import Words, words

# Emotions on the first line of the picture, cues where captions usually are.
_TOP = " line:0"


def render(explanation: Explanation) -> str:
    """Return captions for a player: one per moment of the time line, one per cue.

    Raises:
        UsageError: A still image has no time line.
    """
    span(explanation, ".vtt")
    said = words(explanation.language)
    timed = [_moment(number, moment, said) for number, moment in enumerate(explanation.timeline, 1)]
    timed += [_cue(cue) for cue in explanation.cues]
    blocks = [
        f"WEBVTT - {_escape(said.title)}",
        f"NOTE\n{_escape(said.disclaimer)}",
        *(block for _, _, block in sorted(timed)),
    ]
    return "\n\n".join(blocks) + "\n"


def stamp(milliseconds: int) -> str:
    """Return a WebVTT time stamp: 00:00:03.200."""
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _moment(number: int, moment: Moment, said: Words) -> tuple[int, int, str]:
    text = labels(moment.emotions, said.comma) or "–"
    affect = f"{said.valence} {signed(moment.valence)} · {said.arousal} {signed(moment.arousal)}"
    return _block(f"m{number}", moment.start, moment.end, f"{text} · {affect}", _TOP)


def _cue(cue: Cue) -> tuple[int, int, str]:
    text = f"[{cue.id}] {cue.statement}"
    return _block(f"{cue.modality} {cue.id}", cue.start, cue.end, text, "")


def _block(name: str, start: float, end: float, text: str, place: str) -> tuple[int, int, str]:
    one = mark(start, end, text)
    times = f"{stamp(one.start)} --> {stamp(one.end)}{place}"
    return one.start, one.end, f"{_escape(name)}\n{times}\n{_escape(one.text)}"


def _escape(text: str) -> str:
    # Escaping ">" also keeps "-->" out of names and texts.
    return html.escape(line(text), quote=False)
