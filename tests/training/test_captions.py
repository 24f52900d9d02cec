from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer import extraction
from emer.cues.events import EVENTS
from emer.cues.voice_words import WORDS
from emer.errors import UsageError
from emer.explanation import Cue, Evidence, Modality
from emer.training.captions import EMOTIONS, INTENSITIES, KINDS, voice_answer, voice_caption
from emer.training.own_voice import own_kinds

OWN_KINDS = own_kinds()
PERSON = re.compile(r"\b(s?he|his|hers?|him|(wo)?m[ae]n|(fe)?male|boy|girl|old|young)\b", re.I)


def cue(kind: str, modality: Modality = "auditory") -> Cue:
    piece = Evidence(measure="voice.rate", value=1.0, unit="syllables/s", source="test")
    return Cue(
        id="",
        modality=modality,
        kind=kind,
        statement="Her pitch is 231 Hz.",
        start=0.0,
        end=1.0,
        confidence=0.5,
        evidence=(piece,),
    )


FEW = st.lists(st.sampled_from([*sorted(KINDS), *OWN_KINDS]), max_size=6, unique=True)
ANY = {
    "emotion": st.sampled_from(sorted(EMOTIONS)),
    "intensity": st.sampled_from(INTENSITIES),
    "variant": st.integers(0, 2**40),
}


def test_golden() -> None:
    cues = [cue("own_pitch_high_much"), cue("voice_trembling"), cue("own_voice_loud")]
    assert voice_caption("angry", "strong", cues) == (
        "The speaker appears very angry: the pitch is very high and the speech is loud "
        "for this voice, and the voice trembles."
    )
    assert voice_caption("sad", "normal", cues, variant=1, most=1) == (
        "A voice that appears sad, with a very high pitch for this voice."
    )
    assert voice_answer("angry", "strong", [*cues, cue("own_speech_fast")]) == (
        "In the audio, the pitch is very high and the speech is loud for this voice, and the "
        "voice trembles. The pace is fast for this voice. "
        "Based on these cues, the speaker appears very angry."
    )
    assert voice_answer("calm", "normal", []) == (
        "In the audio, nothing in the voice stands out. "
        "Based on these cues, the speaker appears calm."
    )


def test_every_kind_that_the_observers_give_can_be_worded() -> None:
    observed = {kind.split(":")[0] for kind in WORDS} | {event.kind for event in EVENTS}
    assert observed == KINDS


@given(kinds=FEW, **ANY)
def test_captions_are_one_sentence_that_names_what_was_given(
    kinds: list[str], emotion: str, intensity: str, variant: int
) -> None:
    cues = [cue(kind) for kind in kinds]
    caption = voice_caption(emotion, intensity, cues, variant=variant)
    assert caption == voice_caption(emotion, intensity, cues, variant=variant)
    assert re.fullmatch(r"[A-Z][^.{}]*\.", caption) and "  " not in caption
    assert EMOTIONS[emotion] in caption and "appears" in caption
    told = any(kind.startswith("own_") for kind in kinds[:3])
    assert caption.count("for this voice") == told
    assert ("nothing" in caption.lower()) == (not kinds)


@given(kinds=FEW, **ANY)
def test_answers_say_what_is_heard_then_infer(
    kinds: list[str], emotion: str, intensity: str, variant: int
) -> None:
    answer = voice_answer(emotion, intensity, [cue(kind) for kind in kinds], variant=variant)
    sentences = re.findall(r"[A-Z][^.]*\.", answer)
    assert " ".join(sentences) == answer and len(sentences) == (3 if len(kinds) > 3 else 2)
    assert answer.startswith("In the audio, ")
    assert EMOTIONS[emotion] in sentences[-1] and "appears" in sentences[-1]


@given(kinds=FEW, **ANY)
def test_neither_numbers_nor_the_person_are_named(
    kinds: list[str], emotion: str, intensity: str, variant: int
) -> None:
    cues = [cue(kind) for kind in kinds]
    for text in (
        voice_caption(emotion, intensity, cues, variant=variant),
        voice_answer(emotion, intensity, cues, variant=variant),
    ):
        assert not PERSON.search(text) and not re.search(r"\d", text)


@pytest.mark.parametrize("kind", [*sorted(KINDS), *OWN_KINDS])
def test_the_score_reads_each_cue_and_the_emotion_out_of_an_answer(kind: str) -> None:
    answer = voice_answer("fearful", "strong", [cue(kind)], variant=3)
    lists = extraction.load("rules").extract(answer, "clip")
    assert len(lists.auditory) == 1 and not lists.visual
    (felt,) = lists.emotional
    assert "fearful" in felt


def test_what_stands_out_by_far_is_said_so() -> None:
    for kind in OWN_KINDS:
        said = voice_answer("sad", "normal", [cue(kind)])
        assert ("very" in said) == kind.endswith("_much")


def test_strong_intensity_is_said() -> None:
    for emotion in EMOTIONS:
        for variant in range(40):
            normal, strong = (
                voice_caption(emotion, intensity, [], variant=variant) for intensity in INTENSITIES
            )
            assert normal != strong
            assert re.sub("(very|intensely) ", "", strong) == normal


def test_opposite_facts_never_share_a_text() -> None:
    pairs = [("own_pitch_high", "own_pitch_low"), ("voice_loud", "own_voice_loud")]
    for one, other in pairs:
        for variant in range(20):
            assert voice_caption("sad", "normal", [cue(one)], variant=variant) != voice_caption(
                "sad", "normal", [cue(other)], variant=variant
            )


def test_variants_give_several_wordings() -> None:
    cues = [cue("own_pitch_high_much"), cue("sighing")]
    captions = {voice_caption("happy", "strong", cues, variant=v) for v in range(100)}
    answers = {voice_answer("happy", "strong", cues, variant=v) for v in range(100)}
    assert (len(captions), len(answers)) == (20, 16)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"emotion": "bored"}, "no words for 'bored'.*surprised"),
        ({"intensity": "weak"}, "no intensity 'weak'.*normal and strong"),
        ({"variant": -1}, "no variant -1"),
        ({"most": 0}, "cannot name 0 cues"),
        ({"cues": [cue("smile")]}, "no words for the auditory cue 'smile'.*pitch_high"),
        ({"cues": [cue("pitch_high", "visual")]}, "visual cue 'pitch_high'"),
    ],
)
def test_bad_input_is_refused(wrong: dict[str, object], message: str) -> None:
    given: dict[str, object] = {"emotion": "sad", "intensity": "normal", "cues": []}
    with pytest.raises(UsageError, match=message):
        voice_caption(**(given | wrong))  # type: ignore[arg-type]
    if "most" not in wrong:
        with pytest.raises(UsageError, match=message):
            voice_answer(**(given | wrong))  # type: ignore[arg-type]
