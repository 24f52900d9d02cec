"""Any bytes under the name of a subtitle yield a subtitle or a plain error."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emer.errors import SubtitleError
from emer.explanation import Subtitle
from emer.media import read_subtitle

TIMES = st.sampled_from(
    ["00:00:01,000 --> 00:00:02,000", "00:01.5-->00:09.000 line:1", "99:59:59,999 --> 0:0:0",
     "-00:00:01,0 --> 00:00:01,0", " --> ", "1:2 --> 3:4", "Dialogue: 0,0:00:01.00,0:00:02.00,",
     "Dialogue: ,,,,,,,,,", "Format: Start, End, Text", "[Events]", "WEBVTT", "NOTE", "1"]
)  # fmt: skip
WORDS = st.text(max_size=30) | st.sampled_from(["{\\p1}", "{", "}", "<i>", "&#0;", "\\N", "你好"])
TEXTS = st.lists(TIMES | WORDS, max_size=12).map("\n".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "gb18030", "big5", "utf-8-sig", "cp932", "latin-1"])
BYTES = st.binary(max_size=400) | st.tuples(TEXTS, ENCODINGS).map(
    lambda pair: pair[0].encode(pair[1], "ignore")
)


def check(found: Subtitle, seconds: float) -> None:
    before = 0.0
    for segment in found.segments:
        assert before <= segment.start <= segment.end <= seconds
        assert segment.text.strip() == segment.text != ""
        before = segment.end
    assert found.text == " ".join(segment.text for segment in found.segments)
    assert all(unicodedata.category(c) not in ("Cc", "Cs") for c in found.text)
    assert found.language in (None, "zh", "ja", "ko", "en")


@pytest.mark.parametrize("suffix", ["srt", "vtt", "ass", "ssa", "txt"])
@settings(
    max_examples=250, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=BYTES, seconds=st.sampled_from([0.0, 0.5, 3.0, 7200.0]))
def test_any_bytes(tmp_path: Path, suffix: str, data: bytes, seconds: float) -> None:
    path = tmp_path / f"clip.{suffix}"
    path.write_bytes(data)
    try:
        found = read_subtitle(path, seconds)
    except SubtitleError as error:
        assert path.name in error.message and error.hint
        return
    check(found, seconds)
    assert found.source == "file" and found.text


@settings(max_examples=300, deadline=2000)
@given(words=st.text(max_size=200), seconds=st.floats(0, 1e6))
def test_any_words(words: str, seconds: float) -> None:
    try:
        found = read_subtitle(words, seconds)
    except SubtitleError:
        assert words.strip().lower().endswith((".srt", ".vtt", ".ass", ".ssa", ".txt"))
        return
    check(found, seconds)
