"""Markdown, read back with a CommonMark parser."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from emer.explanation import Explanation
from emer.report.markdown import bar, escape, render
from emer.report.plain import line
from report.example import HOSTILE, build, poison

ENGLISH = build("en")
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    """Return all tokens, those inside a line too."""
    found = PARSER.parse(text)
    return [inner for token in found for inner in (token, *(token.children or ()))]


def headings(text: str) -> list[str]:
    found = PARSER.parse(text)
    return [b.content for a, b in pairwise(found) if a.type == "heading_open"]


def harmless(text: str) -> None:
    """Check that the only links lead to cues and the only HTML is ours."""
    for token in tokens(text):
        assert token.type not in {"image", "fence", "code_block", "html_block", "code_inline"}
        if token.type == "link_open":
            assert re.fullmatch(r"#cue-[\w-]+", str(token.attrs["href"]))
        if token.type == "html_inline":
            assert re.fullmatch(r'<a id="cue-[\w-]+">|</a>|<br>', token.content)


def test_the_example_in_english(english: Explanation) -> None:
    text = render(english)
    harmless(text)
    assert headings(text) == [
        "What the clip appears to express",
        "Appears expressed",
        "Explanation",
        "Time line",
        "Cues",
        "Do face, voice and words agree?",
        "What is said",
        "People",
        "Notes",
        "How this came about",
    ]
    anchors = set(re.findall(r'<a id="(cue-\w+)">', text))
    links = set(re.findall(r"\(#(cue-\w+)\)", text))
    assert anchors == {f"cue-{cue.id}" for cue in english.cues}
    assert links <= anchors
    assert {"cue-v1", "cue-a2", "cue-t1"} <= links
    assert "not a reading of minds" in text


def test_the_example_in_chinese(chinese: Explanation) -> None:
    text = render(chinese)
    harmless(text)
    assert headings(text)[:3] == ["片段看起来表达了什么", "看起来表达的情绪", "解释"]
    assert "并不是读心" in text
    assert not re.search(r"Valence|Confidence|against", text)


def test_every_table_row_has_the_cells_of_its_head(english: Explanation) -> None:
    for one in (english, *(poison(english, text) for text in HOSTILE)):
        tables = re.findall(r"(?:^\|.*\n)+", render(one), re.MULTILINE)
        assert len(tables) == 4
        for table in tables:
            counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
            assert len(counts) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_and_nothing_more(english: Explanation, text: str) -> None:
    report = render(poison(english, text))
    harmless(report)
    assert headings(report) == headings(render(english))


@given(st.text())
def test_escaped_text_reads_as_itself(text: str) -> None:
    (paragraph,) = PARSER.parse(f"{escape(text)}\u2060")[1:-1]
    shown = "".join(token.content for token in paragraph.children or ())
    assert all(token.type in {"text", "text_special"} for token in paragraph.children or ())
    assert shown == f"{line(text)}\u2060"


@pytest.mark.parametrize("text", ["# a", "1. a", "12) a", "- a", "+ a", "* a", "> a", "===", "---"])
def test_text_does_not_start_a_block(text: str) -> None:
    kinds = [token.type for token in PARSER.parse(escape(text))]
    assert kinds == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize("text", ["0.82", "0.1.0", "12 Hz"])
def test_numbers_stay_readable(text: str) -> None:
    assert escape(text) == text


@given(st.floats(0, 1))
def test_a_bar_has_ten_blocks(value: float) -> None:
    assert len(bar(value)) == 10
    assert bar(value).count("█") == round(value * 10)


def test_without_emotions_it_says_so(english: Explanation) -> None:
    text = render(english.model_copy(update={"emotions": ()}))
    assert "no emotion appears clearly expressed" in text
