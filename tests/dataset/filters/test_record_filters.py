from __future__ import annotations

from typing import Any

import pytest

from dataset.builders import entry, explanation, statement
from emer.dataset.entry import Entry, Label
from emer.dataset.errors import PlanError
from emer.dataset.filters import RecordFilter, load_filters
from emer.dataset.filters.length import words
from emer.dataset.plan import FilterCall
from emer.explanation import Emotion


def reason(filter_name: str, told: Entry, **options: Any) -> str | None:
    (loaded,) = load_filters([FilterCall(name=filter_name, options=options)])
    assert isinstance(loaded, RecordFilter)
    found = loaded(told)
    assert found.removed == () or found.removed[0].filter == filter_name
    assert found.changed(removed=()) == told
    return found.out.reason if found.out else None


def label(en: str, zh: str = "", confidence: float = 1.0) -> Label:
    return Label(en=en, zh=zh, annotators=("a",), confidence=confidence)


def long(seconds: float, **more: Any) -> Entry:
    media = entry().media.model_copy(update={"seconds": seconds, **more})
    return entry(media=media, statements=(statement("s1", "One two three."),))


@pytest.mark.parametrize(
    ("seconds", "passes"), [(0.4, False), (0.5, True), (9, True), (9.1, False)]
)
def test_length_bounds_are_inclusive(seconds: float, passes: bool) -> None:
    assert (reason("length", long(seconds), longest=9) is None) == passes


def test_a_still_image_has_no_duration_to_judge() -> None:
    assert reason("length", long(0.0, still=True)) is None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"statements": {"least": 2}}, "It has 1 statements, less than 2."),
        ({"statements": {"most": 0}}, "It has 1 statements, more than 0."),
        ({"modalities": {"auditory": {"least": 1}}}, "0 auditory statements, less than 1"),
        ({"words": {"most": 2}}, "A statement has 3 words, more than 2."),
        ({"words": {"least": 4}}, "A statement has 3 words, less than 4."),
        ({"longest": 1}, "The clip lasts 2.00 s, more than 1 s."),
    ],
)
def test_length_says_what_is_out_of_bounds(options: dict[str, Any], told: str) -> None:
    assert told in (reason("length", long(2.0), **options) or "")


def test_an_entry_without_statements_goes_by_default() -> None:
    assert reason("length", entry()) == "It has 0 statements, less than 1."


def test_words_are_counted_in_both_languages() -> None:
    assert [words(text) for text in ("", "a b-c don't", "嘴角上扬。", "AU12 上扬 0.7")] == [
        0,
        3,
        4,
        5,
    ]


@pytest.mark.parametrize(
    ("agreement", "options", "goes"),
    [
        (0.5, {}, False),
        (0.49, {}, True),
        (0.49, {"least": 0.4}, False),
        (None, {}, False),
        (None, {"alone": "drop"}, True),
    ],
)
def test_agreement(agreement: float | None, options: dict[str, Any], goes: bool) -> None:
    assert (reason("agreement", entry(agreement=agreement), **options) is not None) == goes


@pytest.mark.parametrize(
    ("own", "source", "goes"),
    [
        (["happy"], "joyful", False),
        (["Happy", "tired"], "['joyful', 'excited']", False),
        (["happy"], "sad", True),
        (["neutral"], "Neutral", False),
        (["neutral"], "angry", True),
        (["happy"], "", False),
        ([], "sad", False),
        (["happy"], "qwertyish", False),
        (["happy"], "高兴", False),
        (["happy"], "悲伤", True),
    ],
)
def test_labels_meet_in_a_wheel(own: list[str], source: str, goes: bool) -> None:
    told = entry(emotions=tuple(label(each) for each in own), labels={"emotion": source})
    found = reason("labels", told)
    assert (found is not None) == goes
    if goes:
        assert "do not meet those of the source" in str(found)


def test_labels_follow_hit_or_not_where_all_words_are_known() -> None:
    from emer.emotions.wheels import load
    from emer.metrics.functional.hit_or_not import hit_or_not

    words = ["happy", "sad", "angry", "surprised", "worried", "neutral", "disgusted", "calm"]
    wheels = load("own")
    for one in words:
        for other in words:
            told = entry(emotions=(label(one),), labels={"emotion": other})
            expected = bool(hit_or_not([[one]], [[other]], wheels)[0])
            assert (reason("labels", told) is None) == expected, (one, other)


def test_labels_without_a_side_go_only_if_told_so() -> None:
    for told in (entry(), entry(emotions=(label("happy"),)), entry(labels={"emotion": "sad"})):
        assert reason("labels", told) is None
        assert reason("labels", told, unlabelled="drop") == "There are no labels to compare."


def test_labels_against_what_was_measured() -> None:
    sad = explanation(emotions=[Emotion(label="悲伤", confidence=0.5, cues=())], language="zh")
    assert reason("labels", entry(emotions=(label("sad", "悲伤"),), observed=sad)) is None
    told = entry(emotions=(label("happy", "高兴"),), observed=sad)
    assert "measured (sad)" in str(reason("labels", told, against="measured"))


@pytest.mark.parametrize(
    ("own", "valence", "goes"),
    [
        ([("happy", 1.0)], 0.5, False),
        ([("happy", 1.0)], -0.5, True),
        ([("sad", 1.0)], 0.5, True),
        ([("happy", 1.0)], -0.1, False),
        ([("happy", 0.5), ("sad", 0.5)], -0.9, False),
        ([("happy", 0.9), ("sad", 0.1)], -0.9, True),
        ([("happy", 0.0)], -0.9, False),
        ([("qwertyish", 1.0)], -0.9, False),
        ([("surprised", 1.0)], -0.9, False),
    ],
)
def test_sentiment_is_the_sign_outside_the_dead_zone(
    own: list[tuple[str, float]], valence: float, goes: bool
) -> None:
    emotions = tuple(label(word, "", sure) for word, sure in own)
    told = entry(emotions=emotions, observed=explanation(valence=valence))
    assert (reason("sentiment", told) is not None) == goes


@pytest.mark.parametrize(
    ("column", "goes"),
    [("-2.5", True), ("3", False), ("-0.5", False), ("sad", True), ("开心", False), ("nan", False)],
)
def test_sentiment_against_a_column_of_numbers_or_words(column: str, goes: bool) -> None:
    told = entry(emotions=(label("happy"),), labels={"valence": column})
    assert (reason("sentiment", told, against="source", scale=5) is not None) == goes


def test_sentiment_without_an_observation_says_nothing() -> None:
    assert reason("sentiment", entry(emotions=(label("happy"),))) is None


def test_wheels_that_are_not_there_are_an_error() -> None:
    from emer.errors import EmerError

    with pytest.raises((EmerError, PlanError)):
        reason("labels", entry(emotions=(label("sad"),)), wheels="no/such/folder")
