"""Votes on labels: synonyms, two languages, and translations that are never invented."""

from __future__ import annotations

import pytest
from tests.dataset.answering import answer
from tests.dataset.builders import entry, explanation

from emer.dataset.entry import MEASURED, Entry, Label, NamedEmotion
from emer.dataset.voting import elect, family, sense, translated, votes
from emer.explanation import Emotion, Language

Pairs = tuple[tuple[str, str], ...]


def labels(
    *given: tuple[str, Pairs], least: int = 1, language: Language = "en", one: Entry | None = None
) -> list[Label]:
    one = one or entry()
    found = votes(one, [answer(name, emotions=pairs) for name, pairs in given])
    asked = len({name for name, _ in given}) + (one.observed is not None)
    return [ballot.label for ballot in elect(found, asked, least, language)]


def test_synonyms_are_one_label_named_by_most() -> None:
    found = labels(("a", (("glad", ""),)), ("b", (("happy", ""),)), ("c", (("happy", "高兴"),)))
    assert found == [
        Label(en="happy", zh="高兴", annotators=("a", "b", "c"), confidence=1.0),
    ]


def test_a_tie_goes_to_the_first_of_the_plan() -> None:
    assert labels(("a", (("glad", ""),)), ("b", (("happy", ""),)))[0].en == "glad"


def test_two_languages_meet_in_one_label() -> None:
    found = labels(("a", (("", "高兴"),)), ("b", (("glad", ""),)))
    assert [(x.en, x.zh, x.annotators) for x in found] == [("glad", "", ("a", "b"))]
    found = labels(("a", (("", "高兴"),)), ("b", (("glad", ""),)), language="zh")
    assert [(x.en, x.zh) for x in found] == [("happy", "高兴")]


@pytest.mark.parametrize(
    ("en", "zh", "expected"),
    [
        ("relieved", "", "如释重负"),  # from our table
        ("relieved", "愤怒", "如释重负"),  # our table goes before a model
        ("wistful", "怀念", "怀念"),  # of the same family
        ("wistful", "愤怒", ""),  # a wrong translation is none
        ("wistful", "", ""),  # nothing is invented
        ("saudade", "乡愁", "乡愁"),  # nobody can tell
    ],
)
def test_translations(en: str, zh: str, expected: str) -> None:
    (found,) = labels(("a", ((en, zh),)))
    assert (found.en, found.zh) == (en, expected)


def test_the_measured_emotions_vote_if_they_are_clear() -> None:
    emotions = [
        Emotion(label="joyful", confidence=0.5, cues=("v1",)),
        Emotion(label="surprised", confidence=0.2, cues=("a1",)),
        Emotion(label="afraid", confidence=0.1, cues=()),
    ]
    one = entry(observed=explanation(emotions=emotions))
    found = labels(("a", (("happy", ""),)), one=one)
    assert found == [
        Label(en="happy", zh="高兴", annotators=("a", MEASURED), confidence=1.0),
        Label(en="surprised", zh="惊讶", annotators=(MEASURED,), confidence=0.5),
    ]


def test_measured_labels_of_a_chinese_build_have_both_languages() -> None:
    seen = explanation(emotions=[Emotion(label="悲伤", confidence=0.1, cues=())], language="zh")
    (found,) = labels(one=entry(observed=seen), language="zh")
    assert (found.en, found.zh) == ("sad", "悲伤")


def test_too_few_votes_are_none_but_measurements_stay() -> None:
    seen = explanation(emotions=[Emotion(label="sad", confidence=0.9, cues=())])
    given = (("a", (("angry", ""), ("curious", ""))), ("b", (("furious", ""), ("irate", ""))))
    found = labels(*given, least=2, one=entry(observed=seen))
    assert [(x.en, x.annotators) for x in found] == [("angry", ("a", "b")), ("sad", (MEASURED,))]


def test_an_annotator_counts_once() -> None:
    (found,) = labels(("a", (("glad", ""), ("happy", ""), ("delighted", ""))), ("b", ()))
    assert found.annotators == ("a",) and found.confidence == 0.5


def test_senses_and_families() -> None:
    assert sense(NamedEmotion(en="glad"), "en") == sense(NamedEmotion(zh="高兴"), "zh")
    assert sense(NamedEmotion(en="Saudade"), "en") == "Saudade"
    assert family(NamedEmotion(en="furious"), "en") == family(NamedEmotion(zh="生气"), "zh")
    assert translated("sad", "en") == "悲伤" and translated("悲伤", "zh") == "sad"
    assert translated("saudade", "en") == ""
