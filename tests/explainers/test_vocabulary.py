from __future__ import annotations

import pytest

from emer.cues.words_rules import kinds
from emer.emotions.labels import LABELS
from emer.explainers.vocabulary import denied, found, related, words
from emer.explanation import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_package_is_an_emotion_word(language: Language) -> None:
    for label in LABELS.values():
        text = label.text(language)
        assert text in found(f"- {text} -", "emotion", language), text


def test_every_label_that_words_can_name_is_an_emotion_word() -> None:
    prefix = "emotion_word_"
    for label in (kind.removeprefix(prefix) for kind in kinds() if kind.startswith(prefix)):
        assert found(f"this is {label}", "emotion", "en"), label


def test_english_words_count_whole_and_with_endings() -> None:
    assert found("It smiled; the sadness fades", "observation", "en") == {"smiled"}
    assert found("The chest theme", "identity", "en") == set()
    assert found("HER and the man", "identity", "en") == {"her", "man"}


def test_chinese_words_inside_others_do_not_count() -> None:
    assert found("高兴和快乐", "observation", "zh") == set()
    assert found("其他线索", "identity", "zh") == set()
    assert found("他的音调高", "identity", "zh") == {"他"}


@pytest.mark.parametrize(
    ("word", "other", "forms"),
    [
        ("joy", "joyful", True),
        ("happiness", "happy", True),
        ("raised", "raises", True),
        ("anger", "angry", False),
        ("content", "contempt", False),
        ("up", "upset", False),
        ("hopeful", "hopeless", False),
        ("高", "高", True),
        ("喜悦", "悲伤", False),
    ],
)
def test_forms_of_a_word(word: str, other: str, forms: bool) -> None:
    assert related(word, other) is related(other, word) is forms


@pytest.mark.parametrize(
    ("text", "language", "denials"),
    [
        ("the brows do not really move", "en", ["move"]),
        ("no smile, never a nod", "en", ["smile", "nod"]),
        ("a lack of movement", "en", ["movement"]),
        ("whether or not", "en", []),
        ("眉毛没有动，也不是很高", "zh", ["动", "高"]),
        ("特别高", "zh", []),
    ],
)
def test_what_is_denied(text: str, language: Language, denials: list[str]) -> None:
    assert denied(text, language) == denials


def test_groups_have_words_in_both_languages() -> None:
    for group in ("emotion", "observation", "identity", "hedge", "amount", "denial_skips"):
        for language in LANGUAGES:
            assert len(words(group, language)) >= 10, (group, language)
