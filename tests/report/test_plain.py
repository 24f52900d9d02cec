"""Numbers, times and safe strings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Evidence, Explanation
from emer.report.plain import (
    amount,
    between,
    clean,
    clock,
    elsewhere,
    line,
    number,
    paragraphs,
    share,
    signed,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00.0"),
        (3.24, "0:03.2"),
        (59.96, "1:00.0"),
        (727, "12:07.0"),
        (3599.97, "1:00:00.0"),
        (3723.4, "1:02:03.4"),
        (-1, "0:00.0"),
    ],
)
def test_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@given(st.floats(0, 1e6))
def test_clock_reads_back_to_a_tenth(seconds: float) -> None:
    parts = [float(part) for part in clock(seconds).split(":")]
    back = sum(part * 60**place for place, part in enumerate(reversed(parts)))
    assert abs(back - seconds) <= 0.0501
    assert all(part < 60 for part in parts[1:])


def test_between() -> None:
    assert between(1.1, 3.9) == "0:01.1–0:03.9"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (312.0, "312"),
        (0.82, "0.82"),
        (-17.02, "−17.02"),
        (12345.6, "12350"),
        (0.00001234, "0.000012"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(-1e9, 1e9, allow_nan=False).filter(lambda value: abs(value) > 1e-3))
def test_number_keeps_three_digits(value: float) -> None:
    text = number(value)
    assert "e" not in text
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=1e-2)


@pytest.mark.parametrize(
    ("value", "text"), [(0.42, "+0.42"), (-0.1, "−0.10"), (0.001, "0.00"), (-0.001, "0.00")]
)
def test_signed(value: float, text: str) -> None:
    assert signed(value) == text


def test_share() -> None:
    assert share(0.96) == "96\u202f%"


@pytest.mark.parametrize(
    ("unit", "text"), [("Hz", "312 Hz"), ("ratio", "312"), ("count", "312"), ("", "312")]
)
def test_amount(unit: str, text: str) -> None:
    assert amount(Evidence(measure="m", value=312, unit=unit, source="s")) == text


@given(st.text())
def test_clean_text_has_no_controls_and_keeps_the_rest(text: str) -> None:
    result = clean(text)
    assert len(result) == len(text)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e]", result)
    assert all(new == old or new == "\ufffd" for new, old in zip(result, text, strict=True))


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).splitlines()) <= 1
    assert line(text) == line(line(text))


def test_lone_surrogates_can_be_written() -> None:
    assert clean("a\ud800b").encode() == "a\ufffdb".encode()


def test_cited_cues(english: Explanation) -> None:
    text = "One [v1, a2]; two [t1][t2].\n\nThree [zz] [v1 zz] [] [a1；v4]"
    assert paragraphs(text, english.cues) == [
        ["One ", ("v1", "a2"), "; two ", ("t1",), ("t2",), "."],
        ["Three [zz] [v1 zz] [] ", ("a1", "v4")],
    ]


@given(st.text(alphabet="ab [],v1\n"))
def test_nothing_is_lost_between_citations(text: str) -> None:
    from report.example import build

    joined = [
        "".join(part if isinstance(part, str) else f"[{','.join(part)}]" for part in paragraph)
        for paragraph in paragraphs(text, build("en").cues)
    ]
    squeezed = [" ".join(row.split()) for row in text.splitlines() if row.strip()]
    plain = re.compile(r"[\s,]")
    assert [plain.sub("", row) for row in joined] == [plain.sub("", row) for row in squeezed]


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [(None, None, ""), (1.1, 3.9, ""), (1.12, 3.88, ""), (0.0, 7.2, "0:00.0–0:07.2")],
)
def test_a_measurement_elsewhere(
    english: Explanation, start: float | None, end: float | None, text: str
) -> None:
    cue = english.cues[0]
    piece = cue.evidence[0].model_copy(update={"start": start, "end": end})
    assert elsewhere(piece, cue) == text
