"""Both languages say everything, with the same places to fill in."""

from __future__ import annotations

import dataclasses
import re

import pytest

from emer.report.words import ACTION_UNITS, EN, ZH, curve_name, words

FIELDS = [field.name for field in dataclasses.fields(EN)]


@pytest.mark.parametrize("name", FIELDS)
def test_every_word_is_said_in_both_languages(name: str) -> None:
    english, chinese = getattr(EN, name), getattr(ZH, name)
    assert english
    assert chinese
    assert english.count("{}") == chinese.count("{}")
    assert not re.search("[\u3000-\u9fff]", english)
    if name not in {"lang"}:
        assert re.search("[\u3000-\u9fff\uff00-\uffef]", chinese), "not translated"


def test_words_by_name() -> None:
    assert words("en") is EN
    assert words("zh").of("visual") == "视觉"
    with pytest.raises(AttributeError):
        EN.of("olfactory")


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        ("AU12", "lip corner puller", "嘴角上扬"),
        ("AU04", "brow lowerer", "皱眉"),
        ("AU10", "upper lip raiser", "上唇上提"),
        ("AU12_L", "lip corner puller", "嘴角上扬"),
        ("pitch", "Pitch", "音高"),
        ("zygomatic", "zygomatic", "zygomatic"),
        ("lang", "lang", "lang"),
    ],
)
def test_curve_names(name: str, english: str, chinese: str) -> None:
    assert curve_name(name, "en") == english
    assert curve_name(name, "zh") == chinese


def test_action_units_are_named_once() -> None:
    for place in (0, 1):
        names = [unit[place] for unit in ACTION_UNITS.values()]
        assert len(set(names)) == len(names)
