"""When each sentence of a recognised piece was said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.instruments.sentence_times import place, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("No, I don't. To hell with her!", ["No, I don't.", "To hell with her!"]),
        ("不会吧。不可能！这种人？", ["不会吧。", "不可能！", "这种人？"]),
        ("It is 3.5 metres", ["It is 3.5 metres"]),
        ("真的……吗？！好。", ["真的……", "吗？！", "好。"]),
        ("... ?", []),
        ("没有标点", ["没有标点"]),
    ],
)
def test_sentences_end_at_their_marks(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_a_border_moves_to_the_longest_pause_near_it() -> None:
    speech = [(0.3, 1.7), (3.0, 3.2), (3.6, 3.8), (4.0, 4.6)]
    assert place(["那就不见不散了啊。", "哎，好，再见。"], speech) == [
        pytest.approx((0.3, 1.7)),
        pytest.approx((3.0, 4.6)),
    ]


def test_without_pauses_time_is_shared_by_letters() -> None:
    assert place(["abc", "abcdef"], [(1.0, 10.0)]) == [
        pytest.approx((1.0, 4.0)),
        pytest.approx((4.0, 10.0)),
    ]


@given(
    st.lists(st.integers(1, 60).map(lambda n: "x" * n), min_size=1, max_size=9),
    st.lists(st.floats(0.05, 5.0), min_size=2, max_size=16),
)
def test_times_rise_within_the_speech(parts: list[str], steps: list[float]) -> None:
    moments = [sum(steps[: i + 1]) for i in range(len(steps) // 2 * 2)]
    speech = list(zip(moments[::2], moments[1::2], strict=True))
    placed = place(parts, speech)
    assert placed[0][0] == pytest.approx(speech[0][0])
    assert placed[-1][1] == pytest.approx(speech[-1][1])
    assert all(start < end + 1e-9 for start, end in placed)
    assert all(before[1] <= after[0] + 1e-9 for before, after in pairwise(placed))
