"""Captions: parsed back by the rules of WebVTT."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Explanation
from emer.report.plain import line
from emer.report.tiers import milliseconds
from emer.report.vtt import render, stamp
from report.example import HOSTILE, build, poison

ENGLISH = build("en")

_TIMES = re.compile(
    r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})( line:0)?"
)


def read(text: str) -> list[tuple[str, int, int, str]]:
    """Return each caption's name, start, end and text."""
    head, *blocks = text.removesuffix("\n").split("\n\n")
    assert re.fullmatch(r"WEBVTT - [^\n]*", head)
    assert "-->" not in head
    captions = []
    for block in blocks:
        if block.startswith("NOTE\n"):
            assert "-->" not in block
            continue
        name, times, *body = block.split("\n")
        assert "-->" not in name
        assert len(body) == 1
        assert body[0]
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", body[0])
        found = _TIMES.fullmatch(times)
        assert found, times
        start, end = (_time([int(n) for n in found.groups()[at : at + 4]]) for at in (0, 4))
        assert start < end
        captions.append((html.unescape(name), start, end, html.unescape(body[0])))
    starts = [start for _, start, _, _ in captions]
    assert starts == sorted(starts)
    return captions


def _time(parts: list[int]) -> int:
    return ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * 1000 + parts[3]


def agrees(explanation: Explanation) -> None:
    captions = read(render(explanation))
    assert len(captions) == len(explanation.cues) + len(explanation.timeline)
    for cue in explanation.cues:
        start = milliseconds(cue.start)
        end = max(milliseconds(cue.end), start + 1)
        text = line(f"[{cue.id}] {cue.statement}")
        assert (line(f"{cue.modality} {cue.id}"), start, end, text) in captions


def test_the_example_reads_back(english: Explanation, chinese: Explanation) -> None:
    agrees(english)
    agrees(chinese)
    first = read(render(chinese))[0]
    assert first == ("m1", 0, 1200, "惊讶 · 效价 +0.25 · 唤醒度 +0.70")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_back(english: Explanation, text: str) -> None:
    agrees(poison(english, text))


@given(st.lists(st.tuples(st.floats(0, 4e5), st.floats(0, 4e5), st.text()), max_size=10))
def test_any_cues_read_back(rows: list[tuple[float, float, str]]) -> None:
    first = ENGLISH.cues[0]
    cues = tuple(
        first.model_copy(update={"id": f"v{n}", "start": start, "end": end, "statement": text})
        for n, (start, end, text) in enumerate(rows)
    )
    agrees(ENGLISH.model_copy(update={"cues": cues}))


@given(st.integers(0, 10**10))
def test_stamps_read_back(milliseconds: int) -> None:
    found = re.fullmatch(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})", stamp(milliseconds))
    assert found
    assert _time([int(part) for part in found.groups()]) == milliseconds
