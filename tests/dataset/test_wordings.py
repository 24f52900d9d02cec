"""Sentences about what was inferred."""

from __future__ import annotations

import pytest

from emer.dataset.entry import NamedEmotion
from emer.dataset.wordings import saying, seems, stopped
from emer.emotions.labels import LABELS
from emer.explainers.claim_emotions import feelings
from emer.explanation import Language


@pytest.mark.parametrize(
    ("en", "expected"),
    [
        ("relieved", "The person appears relieved."),
        ("calm", "The person appears calm."),
        ("sorry", "The person appears sorry."),
        ("relief", "The person appears to express relief."),
        ("anger", "The person appears to express anger."),
        ("saudade-like", "The person appears saudade-like."),
    ],
)
def test_nouns_and_adjectives(en: str, expected: str) -> None:
    assert seems(NamedEmotion(en=en), "en") == expected


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_label_of_the_package_is_read_again_from_its_sentence(language: Language) -> None:
    for label in LABELS.values():
        sentence = seems(NamedEmotion(en=label.en, zh=label.zh), language)
        assert [one.label for one in feelings(sentence, language)], sentence


def test_the_words_stand_in_quotation_marks() -> None:
    label = NamedEmotion(en="happy", zh="高兴")
    assert (
        saying("see “you”", label, "en") == "With the words “see ‘you’”, the person appears happy."
    )
    assert saying("不见不散", label, "zh") == "“不见不散”这些话似乎表达了高兴的情绪。"


def test_the_other_language_is_better_than_nothing() -> None:
    assert seems(NamedEmotion(en="saudade"), "zh") == "此人似乎表达了saudade的情绪。"


def test_a_sentence_is_stopped_once() -> None:
    assert stopped("Why?", "en") == "Why?"
    assert stopped("微笑", "zh") == "微笑。"
