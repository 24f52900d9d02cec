"""Texts: said by statements alone, the most telling first, the same each time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.composed import CUES, entry, measured, observed, told
from emer.dataset.compose import Compose
from emer.dataset.compose.labels import appears
from emer.dataset.compose.pairs import FORMS
from emer.dataset.compose.wording import requoted
from emer.dataset.entry import Entry, Label, Pair, Removal, Texts
from emer.explanation import Cue, Language


def texts(given: Entry, language: str = "en") -> Texts:
    made = Compose(language)(given).texts  # type: ignore[arg-type]
    assert made is not None
    return made


def forms(given: Entry, form: str) -> list[Pair]:
    return [pair for pair in texts(given).pairs if pair.form == form]


def test_the_description_has_the_form_of_emer() -> None:
    said = texts(entry()).description
    assert said.startswith(
        "In the video, the person smiles strongly with raised cheeks and keeps the eyes closed; "
        "the head leans towards someone. In the audio, the pitch is high. In the text, the words "
        "“See you (2) soon” suggest joy. The person seems glad to meet again. "
    )
    assert re.search(r"the person appears joyful, and to express excitement\.$", said)


def test_what_is_measured_is_told_once() -> None:
    """The grin of a model rests on the same cue as the measured smile."""
    assert "grins" not in texts(entry()).description
    only = [each for each in entry().statements if each.id != "s1"]
    assert "the person grins" in texts(entry(statements=tuple(only))).description


def test_what_the_labels_say_is_not_said_twice() -> None:
    felt = told(8, "emotional", "The person appears joyful.", "supported", cues=("v1", "a1"))
    assert texts(entry(statements=(*entry().statements, felt))) == texts(entry())


def test_a_synonym_of_the_measured_emotion_rests_on_the_same_cues() -> None:
    glad = Label(en="joyous", zh="", annotators=("qwen",), confidence=1.0)
    given = entry(emotions=(glad,))
    (why,) = forms(given, "evidence")
    assert set(why.statements) == {"s1", "s3"} and "appears joyous" in why.answer
    assert "joyous" in (texts(given).video_caption or "")


def test_words_are_quoted_once() -> None:
    said = {
        "text_joy": "The words “No.” suggest joy (40 %, where 3 % is usual).",
        "negation": "The words deny something: “No.”.",
        "says": "The words heard are “No.”.",
    }
    cues = tuple(
        CUES[3].model_copy(update={"id": f"t{n}", "kind": kind, "statement": text})
        for n, (kind, text) in enumerate(said.items())
    )
    given = entry(
        observed=observed(cues=cues),
        statements=tuple(measured(n, cue) for n, cue in enumerate(cues, 1)),
        emotions=(),
    )
    assert texts(given).description == (
        "In the text, the words heard are “No.”; the words suggest joy; the words deny something."
    )


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("the words heard are “a”", "en", ""),
        ("the subtitle reads “a”", "en", ""),
        ("the words “a” suggest joy", "en", "the words suggest joy"),
        ("the words voice doubt: “a”", "en", "the words voice doubt"),
        ("the words voice doubt: “b”", "en", "the words voice doubt: “b”"),
        ("听到的话是“a”", "zh", ""),
        ("“a”这句话的措辞不带明显的情绪", "zh", "这句话的措辞不带明显的情绪"),
        ("话里在道别：“a”", "zh", "话里在道别"),
        ("someone shouts “a” twice", "en", "someone shouts “a” twice"),
    ],
)
def test_a_quotation_that_was_given_goes(text: str, language: Language, left: str) -> None:
    assert requoted(text, {"a"}, language) == left


def test_a_change_is_not_told_beside_its_parts() -> None:
    change = CUES[1].model_copy(
        update={
            "id": "v3",
            "kind": "expression_change",
            "statement": "The person first keeps the eyes closed, then smiles.",
        }
    )
    statements = (measured(1, CUES[1]), measured(2, change))
    given = entry(observed=observed(cues=(CUES[1], change)), statements=statements)
    assert texts(given).description.startswith("In the video, the person keeps the eyes closed. ")


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["joyful"], "appears joyful"),
        (["joyful", "calm"], "appears joyful and calm"),
        (["anger"], "appears to express anger"),
        (["anger", "joyful", "sadness"], "appears joyful, and to express anger and sadness"),
        (["homesickness"], "appears to express homesickness"),
    ],
)
def test_labels_are_adjectives_or_nouns(labels: list[str], said: str) -> None:
    assert appears(labels, "en") == said


def test_captions_tell_their_own_modality_and_its_own_label() -> None:
    made = texts(entry())
    seen, heard = made.video_caption or "", made.audio_caption or ""
    assert "smiles" in seen and "pitch" not in seen
    assert "joyful" in seen and "excitement" not in seen
    assert "pitch is high" in heard and "smiles" not in heard
    assert "excitement" in heard and "joyful" not in heard
    assert seen.count(".") == heard.count(".") == 1


def test_a_caption_names_no_emotion_that_only_another_modality_suggests() -> None:
    assert texts(entry(answers=())).audio_caption == "The pitch is high."


def test_every_form_is_there_and_rests_on_statements_of_the_entry() -> None:
    made = texts(entry())
    assert {pair.form for pair in made.pairs} == set(FORMS)
    known = {each.id for each in entry().statements}
    assert {one for pair in made.pairs for one in pair.statements} <= known
    (labels,) = forms(entry(), "labels")
    assert labels.answer == "joyful, excitement"
    (visual,) = forms(entry(), "visual")
    assert "pitch" not in visual.answer and "joyful" not in visual.answer
    (why,) = forms(entry(), "evidence")
    assert set(why.statements) == {"s1", "s3"}
    assert "excitement" not in why.answer and "head leans" not in why.answer


def test_statements_known_to_be_false_are_judged_no_and_others_yes() -> None:
    true, false = forms(entry(), "judge")
    assert true.answer.startswith("Yes: ") and true.statements
    assert "The person frowns deeply" in false.instruction
    assert false.answer == "No: the person smiles strongly with raised cheeks."


@pytest.mark.parametrize(
    "changes",
    [
        {"filter": "unsafe"},
        {"reason": "Nothing that was measured tells for or against it."},
        {"modality": "emotional"},
        {"text": " "},
        {"what": "record"},
    ],
)
def test_nothing_else_is_judged_false(changes: dict[str, str]) -> None:
    (removal,) = entry().removed
    other = removal.model_copy(update=changes)
    if other.what == "record":
        assert Compose("en")(entry(removed=(other,))).texts is None
        return
    answers = [pair.answer for pair in forms(entry(removed=(other,)), "judge")]
    assert not [answer for answer in answers if answer.startswith("No")]


def test_one_clip_in_four_without_a_false_statement_is_judged() -> None:
    judged = [bool(forms(entry(f"e{n}", removed=()), "judge")) for n in range(400)]
    assert 70 < sum(judged) < 130


def test_what_is_contradicted_is_not_told_and_what_is_out_has_no_texts() -> None:
    wrong = told(8, "visual", "The person weeps.", "contradicted", cues=("v1",))
    made = texts(entry(statements=(*entry().statements, wrong)))
    assert "weep" not in made.model_dump_json()
    out = entry(removed=(Removal(filter="length", what="record", reason="Too long."),))
    assert Compose("en")(out) is out
    assert Compose("en")(entry(statements=(), emotions=())).texts is None


def test_labels_alone_make_a_description_and_no_caption() -> None:
    made = texts(entry(statements=()))
    assert made.description == "The person appears joyful, and to express excitement."
    assert made.video_caption is None and made.audio_caption is None
    assert [pair.form for pair in made.pairs if pair.form != "judge"] == ["labels"]


def test_chinese() -> None:
    smile = CUES[0].model_copy(update={"statement": "自始至终，画面中的人明显微笑，双颊上提。"})
    pitch = CUES[2].model_copy(update={"statement": "声音升高到 399 赫兹，比最低音高 12 个半音。"})
    given = entry(
        observed=observed(language="zh", cues=(smile, pitch)),
        statements=(measured(1, smile), measured(2, pitch), told(3, "visual", "头部前倾。")),
    )
    made = texts(given, "zh")
    assert made.description.startswith(
        "视频中，画面中的人明显微笑，双颊上提；头部前倾。音频中，音调较高。"
    )
    assert made.description.endswith("画面中的人似乎流露出喜悦、兴奋的情绪。")
    answers = {pair.form: pair.answer for pair in made.pairs}
    assert answers["labels"] == "喜悦，兴奋"
    assert answers["auditory"] == "音调较高。"


def test_the_person_is_numbered_only_where_the_cue_does_so() -> None:
    one = CUES[0].model_copy(update={"person": "p1"})
    two = one.model_copy(update={"statement": "Person p1 smiles strongly with raised cheeks."})

    def caption(cue: Cue) -> str:
        given = entry(observed=observed(cues=(cue,)), statements=(measured(1, cue),), emotions=())
        return texts(given).video_caption or ""

    assert caption(one) == "The person smiles strongly with raised cheeks."
    assert caption(two) == "Person p1 smiles strongly with raised cheeks."


def test_wordings_vary_with_the_id_and_are_the_same_each_time() -> None:
    asked = {forms(entry(f"e{n}"), "explain")[0].instruction for n in range(40)}
    assert len(asked) == 4
    shuffled = entry(statements=tuple(reversed(entry().statements)))
    assert texts(shuffled) == texts(entry())


@given(st.lists(st.text(max_size=300), max_size=12), st.text(max_size=40), st.text(max_size=40))
def test_any_text_of_a_model_gives_short_texts_on_one_line(
    said: list[str], en: str, zh: str
) -> None:
    statements = tuple(told(n, "visual", text) for n, text in enumerate(said, 1))
    label = Label(en=en, zh=zh, annotators=("m",), confidence=1.0)
    made = Compose("en")(entry(statements=statements, emotions=(label,))).texts
    if made is None:
        return
    assert len(made.description) < 1200
    parts = [made.description, made.video_caption or ".", *(pair.answer for pair in made.pairs)]
    assert all(part.strip() and "\n" not in part and "\x1b" not in part for part in parts)


def test_settings_name_language_and_version() -> None:
    assert Compose("zh").settings() == {"version": 1, "language": "zh"}
    assert Compose("zh").name == "compose"


def test_the_reason_may_be_that_something_is_absent() -> None:
    absent = CUES[0].model_copy(
        update={
            "id": "v9",
            "kind": "brow_lowered_absent",
            "statement": "The brows are never lowered (AU4 reaches 0.12 at most).",
        }
    )
    (removal,) = entry().removed
    told_so = removal.model_copy(
        update={"reason": f"The measurements contradict it: {absent.statement}"}
    )
    given = entry(observed=observed(cues=(*CUES, absent)), removed=(told_so,))
    assert forms(given, "judge")[-1].answer == "No: the brows are never lowered."
