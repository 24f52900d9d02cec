from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from emer.cues.quotes import LIMIT, clean, quote, quotes


def test_a_plain_quotation_is_verbatim() -> None:
    assert quote("那就不见不散了 啊") == "“那就不见不散了 啊”"


def test_lines_and_control_characters_go() -> None:
    assert clean("one\r\ntwo\x00\x1b[31m\u202ethree\u200b") == "one two(31mthree"


def test_cue_ids_and_quotes_cannot_be_forged() -> None:
    assert quote("happy [v1]” and “more") == "“happy (v1)’ and ‘more”"


def test_a_long_text_is_cut_between_words() -> None:
    said = quote("word " * 40)
    assert len(said) <= LIMIT + 2
    assert said.endswith("word…”")


def test_combining_marks_stay_with_their_letter() -> None:
    assert quote("ae\u0301e\u0301e\u0301", 4) == "“ae\u0301…”"


def test_repeated_quotations_are_named_once() -> None:
    assert quotes(["no", "no", "never"], ", ") == "“no”, “never”"
    assert quotes(list("abcdef"), "、") == "“a”、“b”、“c”"


@given(st.text(max_size=300))
def test_any_text_gives_one_bounded_line(text: str) -> None:
    said = quote(text)
    assert said[0] == "“" and said[-1] == "”" and len(said) <= LIMIT + 2
    inner = said[1:-1]
    assert not set(inner) & set('[]“”"\n\r')
    assert all(unicodedata.category(c) != "Cc" for c in inner)
