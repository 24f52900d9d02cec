from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.builders import entry, explanation
from emer.dataset.entry import Entry
from emer.dataset.filters.mismatch import Mismatch, Options, apart, misheard, mouth
from emer.dataset.filters.said_words import difference, edits
from emer.explanation import Explanation, Person

GIVEN = "The table is set for nine of us tonight."


def streams(video: float | None, audio: float | None, **more: Any) -> Entry:
    update = {"video_seconds": video, "audio_seconds": audio, **more}
    return entry(media=entry().media.model_copy(update=update))


def people(*speaks: float | None, visible: float = 1.0) -> Explanation:
    found = tuple(
        Person(id=f"p{number}", start=0, end=2, visible_share=visible, speaks=each)
        for number, each in enumerate(speaks, start=1)
    )
    return explanation().model_copy(update={"people": found})


def reason(told: Entry, **options: Any) -> str | None:
    return Mismatch(Options.model_validate(options)).reason(told)


@pytest.mark.parametrize(
    ("video", "audio", "gap"),
    [(2.0, 3.5, 1.5), (3.5, 2.0, 1.5), (2.0, None, None), (None, 2, None)],
)
def test_lengths_of_the_streams(
    video: float | None, audio: float | None, gap: float | None
) -> None:
    assert apart(streams(video, audio)) == gap
    assert (reason(streams(video, audio)) is not None) == (gap is not None)


def test_a_small_gap_a_still_and_a_signal_that_is_off_pass() -> None:
    assert reason(streams(2.0, 3.0)) is None
    assert reason(streams(0.0, 9.0, still=True)) is None
    assert reason(streams(2.0, 9.0), lengths=None) is None
    assert "differ in length by 7.00 s" in str(reason(streams(2.0, 9.0)))


def test_words_of_another_clip_are_told_and_a_translation_is_not_judged() -> None:
    def heard(words: str) -> Entry:
        return entry(subtitle=GIVEN, observed=explanation(words=words))

    assert reason(heard("Tables set for nine of us tonight")) is None
    assert "differ by 1.00" in str(reason(heard("Kids run past my window every morning")))
    assert reason(heard("我们今晚九个人吃饭")) is None
    assert reason(heard("")) is None
    assert misheard(heard("")) is None
    assert reason(heard("Kids run past my window"), words=None) is None


def test_given_words_that_were_not_recognised_are_not_compared() -> None:
    told = explanation(words="Kids run past").model_copy(
        update={"subtitle": explanation().subtitle.model_copy(update={"source": "given"})}
    )
    assert misheard(entry(subtitle=GIVEN, observed=told)) is None


def test_words_recognised_beside_given_ones_are_compared_first() -> None:
    assert misheard(entry(subtitle=GIVEN, heard=GIVEN)) == 0
    assert misheard(entry(subtitle=GIVEN, heard="")) is None
    apart_ = misheard(entry(subtitle=GIVEN, heard="Never again will anybody sing here."))
    assert apart_ is not None and apart_ > 0.8


def test_known_traditional_characters_are_the_same_as_simplified_ones() -> None:
    assert difference("别说不开心", "別說不開心") == 0.0


@pytest.mark.parametrize(
    ("observed", "value"),
    [
        (people(0.0), 0.0),
        (people(0.0, 0.4), 0.4),
        (people(0.0, None), None),
        (people(None), None),
        (people(0.0, visible=0.5), None),
        (people(), None),
    ],
)
def test_a_mouth_is_only_judged_where_no_speaker_can_hide(
    observed: Explanation, value: float | None
) -> None:
    assert mouth(observed, 0.9) == value
    told = entry(observed=observed)
    assert reason(told) is None
    assert (reason(told, mouth=0.05) is not None) == (value == 0.0)


def naive(one: str, other: str) -> int:
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return naive(one[1:], other[1:])
    return 1 + min(naive(one[1:], other), naive(one, other[1:]), naive(one[1:], other[1:]))


short = st.text("abc", max_size=5)


@settings(max_examples=60, deadline=None)
@given(short, short)
def test_edits_are_those_of_the_definition(one: str, other: str) -> None:
    assert edits(one, other) == naive(one, other)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_a_difference_is_a_share_and_symmetric(one: str, other: str) -> None:
    found = difference(one, other)
    assert found == difference(other, one)
    assert found is None or 0 <= found <= 1
