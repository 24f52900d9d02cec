"""The terminal report: complete without colour, at any width, safe against hostile text."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from emer.explanation import Explanation
from emer.report import terminal
from emer.report.strip import Bar, Gauge
from report.example import HOSTILE, poison


def shown(
    renderable: object, width: int = 100, *, colour: bool = False, code: str = "utf-8"
) -> str:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=code, errors="replace", newline="")
    console = Console(
        file=file,
        width=width,
        force_terminal=colour,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
    )
    console.print(renderable)
    file.flush()
    return raw.getvalue().decode(code)


def test_everything_is_there_without_colour(english: Explanation) -> None:
    text = shown(terminal(english), 140)
    assert "\x1b" not in text
    for cue in english.cues:
        assert re.search(rf"^ *{cue.id} +0:0", text, re.MULTILINE)
    for wanted in (
        "kitchen table.mp4",
        "joyful     ━━━━━━━━━━━━━━━━────  0.82  v1 a1 a3",
        "together [v1] while the voice goes up [a1 a2] and laughter follows [a3].",
        "face.AU12.peak 0.82 (against 0.18) · face.AU6.peak 0.64 (against 0.12)",
        "│ surprised",
        "│ joyful, grateful",
        "Valence  unpleasant  ──────────┼───●──────  pleasant   +0.42",
        "voice.pitch.median 312 Hz (against 224.5)",
        "events.Laughter.peak 0.88",
        "Disagreement: 0.38",
        "p2 is turned away in 31 % of the frames",
        "not a reading of minds",
    ):
        assert wanted in text


def test_chinese(chinese: Explanation) -> None:
    text = shown(terminal(chinese))
    for wanted in ("看起来表达的情绪", "喜悦", "时间线", "并不是读心", "效价"):
        assert wanted in text
    assert not re.search("Valence|Confidence|Emotions", text)


@pytest.mark.parametrize("width", [30, 40, 60, 80, 120, 200])
@pytest.mark.parametrize("language", ["english", "chinese"])
def test_no_line_is_wider_than_the_terminal(
    request: pytest.FixtureRequest, width: int, language: str
) -> None:
    text = shown(terminal(request.getfixturevalue(language)), width)
    assert max(cell_len(row) for row in text.splitlines()) <= width


@pytest.mark.parametrize("width", [50, 60, 80])
def test_no_statement_is_cut_off(english: Explanation, chinese: Explanation, width: int) -> None:
    assert "…" not in shown(terminal(chinese), width)
    text = shown(terminal(english), width)
    assert "…" not in text
    for cue in english.cues:
        assert all(word in text for word in cue.statement.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_never_carried_out(english: Explanation, text: str) -> None:
    report = shown(terminal(poison(english, text)), 100)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", report)
    if "[red]" in text:
        assert "[red]markup[/red]" in report


def test_an_ascii_terminal(english: Explanation) -> None:
    text = shown(terminal(english), code="ascii")
    assert "joyful     ################....  0.82" in text
    assert "| surprised" in text
    assert shown(Gauge(-1.0), code="ascii").strip() == "O" + "-" * 9 + "|" + "-" * 10


@given(st.floats(0, 1))
def test_a_bar_shows_its_share(value: float) -> None:
    text = shown(Bar(value)).strip()
    assert len(text) == 20
    assert text.count("━") == round(value * 20)


@given(st.floats(-1, 1))
def test_a_gauge_shows_its_value(value: float) -> None:
    text = shown(Gauge(value)).strip()
    assert len(text) == 21
    assert abs(text.index("●") / 20 * 2 - 1 - value) <= 0.0501


def test_colour_marks_the_modality(english: Explanation) -> None:
    text = shown(terminal(english), colour=True)
    assert "\x1b[36mv1" in text
    assert "\x1b[35ma1" in text


def test_little_to_say(still_image: Explanation) -> None:
    bare = still_image.model_copy(
        update={"emotions": (), "cues": (), "explanation": "", "people": ()}
    )
    text = shown(terminal(bare))
    assert "no emotion appears clearly expressed" in text
    assert "Time line" not in text
