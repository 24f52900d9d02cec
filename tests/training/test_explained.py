"""Texts composed from explanations: each of their words stands for a cue."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.cues.face_words import WORDS, say, say_change
from emer.emotions import LABELS
from emer.emotions.votes import VOTES
from emer.errors import UsageError
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    Modality,
    ModalityReading,
    Person,
    Provenance,
    Subtitle,
)
from emer.training.captions import KINDS
from emer.training.explained import SAID, SEEN, said, texts

PERSON = re.compile(r"\b(s?he|his|hers?|him|(wo)?m[ae]n|(fe)?male|boy|girl|old|young|p\d)\b", re.I)


def cue(kind: str, modality: Modality, statement: str = "", **fields: Any) -> Cue:
    piece = Evidence(measure="voice.rate", value=1.0, unit="syllables/s", source="test")
    if kind in WORDS and not statement:
        statement = say(kind, "en", person="p1", start=0.0, end=1.0, seconds=3.0, level=2)
    values = {"id": f"{modality[0]}1", "start": 0.0, "end": 1.0, "confidence": 0.5} | fields
    return Cue(
        modality=modality,
        kind=kind,
        statement=statement or "It is so.",
        evidence=(piece,),
        **values,
    )


def explanation(
    *cues: Cue, emotions: tuple[tuple[str, float], ...] = (("happy", 0.6),), **fields: Any
) -> Explanation:
    named = tuple(Emotion(label=a, confidence=b, cues=()) for a, b in emotions)
    readings = tuple(
        ModalityReading(modality=m, reliability=1, emotions=named, valence=0, arousal=0)
        for m in sorted({each.modality for each in cues})
    )
    values: dict[str, Any] = {
        "language": "en",
        "clip": ClipInfo(name="a.mp4", sha256="0" * 64, seconds=3, modalities=()),
        "subtitle": Subtitle(text="", source="none"),
        "people": (Person(id="p1", start=0, end=3, visible_share=1),),
        "emotions": named,
        "valence": 0,
        "arousal": 0,
        "conflict": Conflict(score=0, readings=readings),
        "timeline": (),
        "explanation": "",
        "provenance": Provenance(version="1", explainer="composed"),
    }
    return Explanation(cues=cues, **(values | fields))


SMILE = cue("smile_genuine", "visual", person="p1", confidence=0.9)
NOD = cue("head_nod", "visual", person="p1", start=2.0, end=3.0)
HIGH = cue("pitch_high", "auditory")


def test_golden() -> None:
    thanks = cue("thanks", "textual", 'The words give thanks: "Thanks, old girl".')
    neutral = cue("text_neutral", "textual", confidence=1.0)
    told = explanation(
        NOD,
        SMILE,
        HIGH,
        thanks,
        neutral,
        emotions=(("joyful", 0.6), ("grateful", 0.3), ("sad", 0.1)),
    )
    assert texts(told)._asdict() == {
        "vecb": "The person smiles strongly with raised cheeks and nods, and appears joyful.",
        "aecb": "The speaker appears joyful: the pitch is high.",
        "instruct": "In the video, the person smiles strongly with raised cheeks and nods. "
        "In the audio, the pitch is high. In the text, the words give thanks. "
        "Based on these cues, the person appears joyful and grateful.",
    }
    assert texts(told, variant=1).vecb == (
        "A person who appears joyful smiles strongly with raised cheeks and nods."
    )


def test_a_change_comes_last_and_is_not_said_twice() -> None:
    change = cue(
        "expression_change",
        "visual",
        say_change("smile_genuine", "brow_lowered", "en", "p1"),
        person="p1",
        confidence=0.3,
    )
    assert texts(explanation(SMILE, NOD, change), variant=3).vecb == (
        "The person nods and first smiles with raised cheeks, then lowers the brows; "
        "the expression appears happy."
    )


def test_only_the_speaker_is_told_of() -> None:
    other = cue("brow_lowered", "visual", person="p2", confidence=1.0)
    people = tuple(Person(id=f"p{n}", start=0, end=3, visible_share=1) for n in (1, 2))
    assert "brows" not in str(texts(explanation(SMILE, other, people=people)).vecb)
    speaks = (people[0], people[1].model_copy(update={"speaks": 0.9}))
    found = texts(explanation(SMILE, other, people=speaks)).vecb
    assert "brows" in str(found) and "smile" not in str(found)


def test_what_was_not_measured_is_not_worded() -> None:
    unseen = cue("face_absent", "visual", person=None)
    unheard = cue("voice_absent", "auditory")
    assert texts(explanation(unseen, unheard)) == (None, None, None)
    assert texts(explanation(HIGH)).vecb is None
    assert texts(explanation(HIGH)).instruct == (
        "In the audio, the pitch is high. Based on these cues, the person appears happy."
    )
    # Cues that speak for no emotion: seen, but nothing to conclude.
    bare = texts(explanation(cue("head_tilted", "visual", person="p1"), HIGH, emotions=()))
    assert bare == ("The person tilts the head strongly to one side.", None, None)
    # Words alone are no answer about a clip.
    assert texts(explanation(cue("thanks", "textual"))) == (None, None, None)


def test_every_kind_that_votes_can_be_worded() -> None:
    worded = SEEN | KINDS | SAID
    assert set(VOTES) <= worded | {"words_to_program"}
    for kind in SAID:
        clause = said(kind)
        assert re.fullmatch(r"[a-z][a-z ]+", clause), clause


def cues() -> st.SearchStrategy[list[Cue]]:
    faces = st.sampled_from(sorted(SEEN - {"expression_change"}))
    return st.lists(
        st.one_of(
            faces.map(lambda kind: cue(kind, "visual", person="p1")),
            st.sampled_from(sorted(KINDS)).map(lambda kind: cue(kind, "auditory")),
            st.sampled_from(sorted(SAID)).map(lambda kind: cue(kind, "textual")),
        ),
        max_size=9,
    )


@given(cues(), st.sampled_from(sorted(LABELS)), st.integers(0, 2**32))
def test_sentences_without_times_numbers_or_people(
    found: list[Cue], label: str, variant: int
) -> None:
    told = explanation(*found, emotions=((label, 0.5),))
    made = texts(told, variant=variant)
    assert made == texts(told, variant=variant)
    for text in filter(None, made):
        assert text[0].isupper() and text.endswith(".")
        assert f"appears {label}" in text
        assert not PERSON.search(text) and not re.search(r"\d|[{}]|\s\s| ,|\.\.", text), text
    if made.instruct:
        assert ("In the video, " in made.instruct) == bool(made.vecb)


def test_bad_calls() -> None:
    with pytest.raises(UsageError, match="in English"):
        texts(explanation(SMILE, language="zh"))
    with pytest.raises(UsageError, match="no variant -1"):
        texts(explanation(SMILE), variant=-1)
    strange = cue("expression_change", "visual", "Something happens.", person="p1")
    with pytest.raises(UsageError, match="cannot be worded"):
        texts(explanation(strange))
