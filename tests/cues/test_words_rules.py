from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.cues.lexicon import LANGUAGES, act_names, lexicon, word_labels
from emer.cues.words_rules import find, kinds, sentences

# The same thing said in both languages, without punctuation where speech recognition gives none.
PARITY = [
    ("question", "are you coming", "你来不来"),
    ("question", "do you know", "你知道吗"),
    ("question", "Why?", "为什么？"),
    ("exclamation", "Go!", "走！"),
    ("negation", "I did not do it", "我没做"),
    ("negation", "he never came", "他不来"),
    ("intensifier", "it is extremely cold", "冷极了"),
    ("repetition", "no no no", "不不不"),
    ("repetition", "okay, okay", "好，好"),
    ("repetition", "go go go", "走走走"),
    ("trailing_off", "I thought that...", "我以为……"),
    ("thanks", "thank you", "谢谢"),
    ("apology", "I'm sorry", "对不起"),
    ("farewell", "well goodbye then", "那再见了"),
    ("refusal", "leave me alone", "走开"),
    ("refusal", "No.", "不要。"),
    ("disbelief", "no way", "不会吧"),
    ("doubting", "Are you sure about that?", "难道他走了？"),
    ("disbelief", "Really?", "真的？"),
    ("insult", "you bastard", "你这个混蛋"),
    ("plea", "don't leave me", "别离开我"),
    ("accusation", "how dare you", "凭什么"),
    ("comfort", "don't worry", "别担心"),
    ("cheer", "that's great", "太好了"),
    ("dismay", "oh no", "糟了"),
    ("laughter_words", "haha", "哈哈"),
    ("politeness", "please sit down", "请坐"),
    ("emotion_word_fear", "I'm scared", "我害怕"),
    ("emotion_word_joy", "I am happy", "我很高兴"),
    ("emotion_word_sadness", "so sad", "好难过"),
    ("emotion_word_anger", "I'm furious", "我很愤怒"),
    ("emotion_word_displeasure", "I am not happy", "我不高兴"),
    ("emotion_word_displeasure", "not very happy", "不太高兴"),
    ("emotion_word_joy", "I have never been so happy", "我从来没这么高兴过"),
]

# (text, a kind that must not be found in it)
ABSENT = [
    ("I am not happy", "emotion_word_joy"),
    ("I'm not really happy about it", "emotion_word_joy"),
    ("nobody is happy here", "emotion_word_joy"),
    ("我不高兴", "emotion_word_joy"),
    ("我高兴不起来", "emotion_word_joy"),
    ("I'm not scared", "emotion_word_fear"),
    ("我不害怕", "emotion_word_fear"),
    ("别怕", "emotion_word_fear"),
    ("你怕不怕", "emotion_word_fear"),
    ("你高兴不高兴", "emotion_word_displeasure"),
    ("别高兴得太早", "emotion_word_displeasure"),
    ("恐怕不行", "emotion_word_fear"),
    ("I'm afraid not", "emotion_word_fear"),
    ("Happy birthday to you", "emotion_word_joy"),
    ("生日快乐", "emotion_word_joy"),
    ("I can't help being happy", "emotion_word_displeasure"),
    ("not only happy but rich", "emotion_word_displeasure"),
    ("No, I am happy", "emotion_word_displeasure"),
    ("不，我高兴", "emotion_word_displeasure"),
    ("对不起", "negation"),
    ("特别的人", "negation"),
    ("你去不去", "negation"),
    ("thanks to him we lost", "thanks"),
    ("不用谢", "thanks"),
    ("谢谢", "repetition"),
    ("妈妈看看", "repetition"),
    ("bye bye", "repetition"),
    ("研究研究", "repetition"),
    ("我吃完了", "dismay"),
    ("I know what you mean.", "question"),
    ("What a day!", "question"),
    ("没什么", "question"),
    ("不不不", "question"),
    ("他要求你去", "plea"),
    ("the prideful", "emotion_word_pride"),
    ("3.5", "trailing_off"),
    ("...", "trailing_off"),
    ("no one saw him", "refusal"),
    ("太太在家", "intensifier"),
    ("", "question"),
]


def found(text: str, language: str | None = None) -> set[str]:
    return {finding.kind for finding in find(text, language)}


@pytest.mark.parametrize(("kind", "english", "chinese"), PARITY)
def test_both_languages_give_the_kind(kind: str, english: str, chinese: str) -> None:
    assert kind in found(english, "en")
    assert kind in found(chinese, "zh")
    assert kind in found(english) & found(chinese)


@pytest.mark.parametrize(("text", "kind"), ABSENT)
def test_look_alikes_do_not_count(text: str, kind: str) -> None:
    assert kind in kinds(), "the kind must exist, or the test could not fail"
    assert kind not in found(text)


def test_traditional_characters_are_read_and_offsets_kept() -> None:
    text = "我真的很難過"
    (word,) = [f for f in find(text) if f.kind == "emotion_word_sadness"]
    assert text[word.start : word.end] == "難過"


def test_curly_apostrophes_negate() -> None:
    assert "emotion_word_joy" not in found("I don’t feel happy")


def test_a_flipped_word_is_quoted_with_its_negation() -> None:
    text = "well I am not very happy"
    (word,) = [f for f in find(text) if f.kind == "emotion_word_displeasure"]
    assert text[word.start : word.end] == "not very happy"


def test_confidence_is_higher_about_oneself_and_lower_in_a_question() -> None:
    def sure(text: str) -> float:
        return next(f.confidence for f in find(text) if f.kind == "emotion_word_fear")

    assert sure("I am scared") > sure("he was scared") > sure("are you scared?")
    assert sure("我害怕") > sure("他害怕") > sure("你害怕吗")


def test_marked_questions_are_surer_than_particles() -> None:
    def sure(text: str) -> float:
        return next(f.confidence for f in find(text) if f.kind == "question")

    assert sure("你好吗？") > sure("你好吗") > sure("你是谁") > sure("以后呢")


def test_other_languages_are_read_by_punctuation_alone() -> None:
    assert found("Je suis content, non?", "fr") == {"question"}
    assert found("怖い？", "ja") == {"question"}
    assert found("とても高興", None) == set()


def test_mixed_scripts_use_both_lexica() -> None:
    assert {"thanks", "emotion_word_joy"} <= found("我很happy谢谢")


def test_sentences_cover_their_text_in_order() -> None:
    text = " Really? No... 不会吧！\nyes"
    assert [text[a:b] for a, b in sentences(text)] == ["Really?", "No...", "不会吧！", "yes"]


@given(st.text(), st.sampled_from([None, "en", "zh", "fr", "zh-TW", "??"]))
def test_any_text_is_survived_with_offsets_inside(text: str, language: str | None) -> None:
    for finding in find(text, language):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.kind in kinds()
        assert 0 < finding.confidence <= 1


WORDS = [w for _, e, z in PARITY for w in (*e.split(), z)] + list("，,.!?…不没别我你")


@given(st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_a_negator_and_joy_word_never_give_both_readings_of_one_word(text: str) -> None:
    spans: dict[int, set[str]] = {}
    for f in find(text, "en"):
        if f.kind in ("emotion_word_joy", "emotion_word_displeasure"):
            spans.setdefault(f.end, set()).add(f.kind)
    assert all(len(labels) == 1 for labels in spans.values())


def test_both_lexica_know_the_same_acts() -> None:
    english, chinese = (lexicon(language) for language in LANGUAGES)
    assert set(english.acts) == set(chinese.acts) == set(act_names())
    assert set(english.flips) == set(chinese.flips)
    only = set(english.emotions) ^ set(chinese.emotions)
    assert only <= {"grief", "touched"}, "labels one language has no common word for"
    assert set(word_labels()) >= set(english.emotions) | set(chinese.emotions)


def test_folding_keeps_the_length() -> None:
    text = "謝謝你’s İß"
    for language in LANGUAGES:
        assert len(lexicon(language).fold(text, "acts")) == len(text)
