"""Merge: one list of statements, each with its origins, whoever answered first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import cue
from tests.dataset.answering import Letters, annotator, answer
from tests.dataset.builders import entry, explanation

from emer.dataset.entry import MEASURED, Answer, Entry, NamedEmotion, Reading
from emer.dataset.merge import Merge
from emer.dataset.plan import Merge as Settings
from emer.encoders.base import Encoder
from emer.explanation import Emotion, SubtitleSegment

CUES = (
    cue("v1", "smile_genuine", 0.0, 1.0, statement="The person smiles with raised cheeks (0.71)."),
    cue("v2", "face_absent", 1.5, 2.0, statement="No face is visible."),
    cue("v3", "brow_lowered_absent", 0.0, 2.0, statement="The brows are never lowered."),
    cue("a1", "voice_loud", 0.0, 2.0, statement="The voice is loud."),
    cue("t1", "says", 0.0, 2.0, statement="The words heard are “see you then”."),
)
HAPPY = Emotion(label="joyful", confidence=0.7, cues=("v1",))


def clip(*answers: Answer, **fields: Any) -> Entry:
    seen = explanation(cues=CUES, emotions=[HAPPY], words="See you then.", valence=0.6)
    return entry(answers=answers, **({"observed": seen} | fields))


def merge(
    one: Entry, names: Sequence[str] = "abc", encoder: Encoder | None = None, **fields: Any
) -> Entry:
    return Merge(Settings(**fields), [annotator(name) for name in names], encoder)(one)


def rows(one: Entry, modality: str) -> list[tuple[str, str]]:
    return [(x.text, x.status) for x in one.statements if x.modality == modality]


def test_measurements_alone_make_statements_and_labels() -> None:
    result = merge(clip(), names=())
    assert [(x.id, x.modality, x.status, x.cues) for x in result.statements] == [
        ("s1", "visual", "measured", ("v1",)),
        ("s2", "auditory", "measured", ("a1",)),
        ("s3", "textual", "measured", ("t1",)),
        ("s4", "emotional", "supported", ("v1",)),
    ]
    assert result.statements[0].origins[0].cue == "v1"
    assert result.statements[3].text == "The person appears joyful."
    assert [x.annotators for x in result.emotions] == [(MEASURED,)]
    assert result.agreement is None


def test_an_observation_that_repeats_a_cue_supports_it() -> None:
    result = merge(clip(answer("a", "The person smiles with raised cheeks")))
    first = result.statements[0]
    assert rows(result, "visual") == [(CUES[0].statement, "measured")]
    assert [x.annotator for x in first.origins] == [MEASURED, "a"]
    assert first.origins[1].call and first.origins[1].prompt == "visual.en@1"


def test_it_repeats_no_cue_of_another_time() -> None:
    text = "The person smiles with raised cheeks"
    at = {text: (5.0, 6.0)}
    assert len(rows(merge(clip(answer("a", text, times=at))), "visual")) == 2


def test_statements_are_checked_against_what_was_measured_and_what_was_not_there() -> None:
    said = ("The person grins at the camera", "The person frowns", "A lamp stands in the corner")
    result = merge(clip(answer("a", *said)))
    assert rows(result, "visual")[1:] == [
        ("A lamp stands in the corner.", "unchecked"),
        ("The person frowns.", "contradicted"),
        ("The person grins at the camera.", "supported"),
    ]
    assert [x.cues for x in result.statements[1:4]] == [(), ("v3",), ("v1",)]


def test_the_same_words_of_two_annotators_are_one_statement() -> None:
    result = merge(clip(answer("a", "A lamp."), answer("b", "a  lamp"), answer("c", "A dog")))
    lamp = next(x for x in result.statements if x.text == "A lamp.")
    assert [x.annotator for x in lamp.origins] == ["a", "b"]
    assert [x.text for x in lamp.origins] == ["A lamp.", "a  lamp"]
    assert lamp.agreement == pytest.approx(2 / 3, abs=1e-4)


def test_agreement_counts_those_who_were_asked_about_the_modality() -> None:
    result = merge(clip(answer("a", "A lamp"), answer("b", "A lamp", task="auditory")))
    assert {x.agreement for x in result.statements if "lamp" in x.text} == {1.0}


def test_near_wordings_are_joined_by_an_encoder_and_named_by_the_closest() -> None:
    said = (
        "one big red lamp stands there",
        "one red lamp stands there",
        "red lamp stands there now",
    )
    result = merge(
        clip(*(answer(*pair) for pair in zip("abc", said, strict=True))),
        encoder=Letters(),
        same=0.7,
    )
    assert rows(result, "visual")[1:] == [("one red lamp stands there.", "unchecked")]
    assert len(rows(merge(clip(answer("a", *said)), same=0.7), "visual")) == 4


def test_the_wording_that_more_annotators_chose_weighs_more() -> None:
    short, long = "one red lamp", "one red lamp there"
    answers = [answer("a", short), answer("b", long), answer("c", long)]
    result = merge(clip(*answers), encoder=Letters(), same=0.5)
    assert rows(result, "visual")[1:] == [("one red lamp there.", "unchecked")]


def test_statements_come_in_the_order_of_their_times() -> None:
    times = {"A lamp": (1.0, 2.0), "A shelf": (0.0, 1.0)}
    result = merge(clip(answer("a", "A dog", "A lamp", "A shelf", times=times)))
    assert [text for text, _ in rows(result, "visual")[1:]] == ["A shelf.", "A lamp.", "A dog."]


def test_a_label_is_traced_to_where_an_annotator_first_gave_it() -> None:
    given_twice = [
        answer("a", emotions=(("glad", ""),)),
        answer("a", task="auditory", emotions=(("happy", ""),)),
    ]
    (origin, measured) = merge(clip(*given_twice)).statements[-1].origins
    assert (origin.text, origin.prompt) == ("glad", "visual.en@1")
    assert (measured.annotator, measured.cue) == (MEASURED, "v1")


def test_opposites_stay_apart_however_close_their_vectors() -> None:
    class One(Letters):
        def encode(self, texts: Any, progress: Any = None) -> Any:
            return super().encode(["x"] * len(texts))

    said = ("The pitch is high", "The pitch is low", "The pitch is not high")
    result = merge(clip(answer("a", *said, task="auditory")), encoder=One())
    assert len(rows(result, "auditory")) == 1 + 3


def test_votes_are_needed_but_what_was_measured_stays() -> None:
    answers = (
        answer("a", "A lamp", "A dog", "A lamp stands", emotions=(("sad", ""), ("happy", ""))),
        answer("b", "A lamp", emotions=(("curious", ""),)),
    )
    result = merge(clip(*answers), votes=2)
    assert [text for text, _ in rows(result, "visual")] == [CUES[0].statement, "A lamp."]
    assert [x.en for x in result.emotions] == ["happy"]


def reading(words: str, en: str, **more: Any) -> Reading:
    return Reading(words=words, emotion=NamedEmotion(en=en), **more)


def judged(name: str, *found: Reading) -> Answer:
    return answer(name, task="disambiguate").model_copy(update={"readings": found})


def test_readings_become_emotional_statements() -> None:
    seen = clip().observed
    assert seen is not None
    segments = (SubtitleSegment(start=0.2, end=1.1, text="See you then."),)
    subtitle = seen.subtitle.model_copy(update={"segments": segments})
    one = clip(
        judged("a", reading("See you", "happy", because="The smile fits"), reading("then", "sad")),
        judged("b", reading("see you", "glad")),
        observed=seen.model_copy(update={"subtitle": subtitle}),
    )
    result = merge(one)
    told = [x for x in result.statements if "words" in x.text and x.modality == "emotional"]
    assert told[0].text == "With the words “See you”, the person appears happy."
    assert (told[0].start, told[0].end) == (0.2, 1.1)
    assert [x.annotator for x in told[0].origins] == ["a", "b"]
    assert told[0].origins[0].text == "The smile fits"
    assert [x.status for x in told] == ["supported", "contradicted"]
    assert told[1].cues == ("v1",)
    assert result.agreement == pytest.approx(0.5)


def test_quoted_words_are_no_claim() -> None:
    one = clip(judged("a", reading("I am so sad", "odd")))
    assert merge(one).statements[-1].status == "unchecked"


def test_answers_that_are_missing_say_nothing() -> None:
    lost = answer("a", "A lamp", emotions=(("sad", ""),)).model_copy(update={"missing": "refused"})
    assert merge(clip(lost)).statements == merge(clip()).statements


def test_without_an_observation_nothing_can_be_checked() -> None:
    result = merge(clip(answer("a", "The person smiles"), observed=None))
    assert [x.status for x in result.statements] == ["unchecked"]


def test_chinese() -> None:
    cues = (cue("v1", "smile_genuine", statement="此人明显微笑，脸颊抬高。"),)
    seen = explanation(
        cues=cues, language="zh", emotions=[Emotion(label="喜悦", confidence=0.6, cues=("v1",))]
    )
    given = answer("a", "嘴角上扬", "此人明显微笑，脸颊抬高", emotions=(("", "高兴"),))
    result = merge(clip(given, observed=seen))
    assert [(x.text, x.status) for x in result.statements] == [
        ("此人明显微笑，脸颊抬高。", "measured"),
        ("嘴角上扬。", "supported"),
        ("此人似乎表达了高兴的情绪。", "supported"),
    ]
    assert [(x.en, x.zh) for x in result.emotions] == [("happy", "高兴")]


TEXTS = ("A lamp", "a lamp.", "The person smiles", "The person frowns", "one red lamp", "one lamp")
EMOTIONS = (("happy", ""), ("glad", "高兴"), ("", "悲伤"), ("sad", ""), ("odd", ""))
TASKS = st.sampled_from(["visual", "auditory", "textual"])


@st.composite
def answers(draw: st.DrawFn) -> list[Answer]:
    return [
        answer(
            name,
            *draw(st.lists(st.sampled_from(TEXTS), max_size=4, unique=True)),
            task=draw(TASKS),
            emotions=tuple(draw(st.lists(st.sampled_from(EMOTIONS), max_size=3))),
        )
        for name in "abc"
    ]


@settings(max_examples=40, deadline=None)
@given(answers(), st.integers(1, 3), st.booleans())
def test_whoever_answers_first_the_result_is_the_same(
    given_answers: list[Answer], votes: int, encoded: bool
) -> None:
    encoder = Letters() if encoded else None
    results = [
        merge(clip(*order), encoder=encoder, votes=votes) for order in permutations(given_answers)
    ]
    assert len({(x.statements, x.emotions, x.agreement) for x in results}) == 1
    first = results[0]
    assert all(x.origins for x in first.statements)
    assert [x.id for x in first.statements] == [f"s{n + 1}" for n in range(len(first.statements))]
    assert merge(first, encoder=encoder, votes=votes) == first
    known = {x.id for x in CUES}
    assert all(set(x.cues) <= known for x in first.statements)


@settings(max_examples=20, deadline=None)
@given(answers())
def test_the_order_of_the_plan_changes_wordings_at_most(given_answers: list[Answer]) -> None:
    found = [
        merge(clip(*given_answers), names=names, encoder=Letters()) for names in ("abc", "cab")
    ]
    shapes = [
        sorted(
            (x.modality, sorted(o.annotator + o.text for o in x.origins)) for x in one.statements
        )
        for one in found
    ]
    assert shapes[0] == shapes[1]


def test_settings_hold_what_changes_the_statements() -> None:
    def of(names: str = "ab", encoder: Any = None, **fields: Any) -> dict[str, Any]:
        return Merge(Settings(**fields), [annotator(x) for x in names], encoder).settings()

    others = [of(votes=2), of(same=0.9), of(encoder=Letters()), of(names="ba")]
    assert all(other != of() for other in others)
    assert of(missing="go-on") == of()


def test_what_has_no_name_in_the_language_is_not_said() -> None:
    readings = (
        Reading(words="See you then", emotion=NamedEmotion(zh="再见")),
        Reading(words="See you", emotion=NamedEmotion(zh="喜悦")),
    )
    told = answer("a", task="disambiguate").model_copy(update={"readings": readings})
    result = merge(clip(told, answer("b", emotions=(("", "再见"),))), names="ab")
    said = [text for text, _ in rows(result, "emotional")]
    assert said == [
        "The person appears joyful.",
        "With the words “See you”, the person appears joyful.",
    ]
