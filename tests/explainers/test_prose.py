"""The composed text: every sentence cites existing cues, reads back, and varies only by seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import cue
from emer.emotions import infer
from emer.explainers.prose import compose
from emer.explainers.sentences import Sentence, read, write

SURE = {"visual": 1.0, "auditory": 1.0, "textual": 1.0}
CUES = [
    cue("v1", "lip_corners_down", 0, 4, statement="The person's lip corners are pulled down."),
    cue("v2", "smile_genuine", 4, 8, statement="The person smiles broadly."),
    cue("a1", "shouting", 5, 6, statement="A voice shouts."),
    cue("t1", "says", 0, 2, statement='The subtitle says: "We won [v9]. Really!"'),
    cue("t2", "text_joy", 0, 2, statement="The words suggest joy (80 %)."),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sentence_cites_existing_cues(language: str) -> None:
    text = compose(CUES, infer(CUES, 8, SURE, language=language), "seed", language)  # type: ignore[arg-type]
    ids = {item.id for item in CUES}
    sentences = read(text)
    assert len(sentences) >= 5
    assert all(set(sentence.cues) <= ids for sentence in sentences)


def test_it_has_the_form_of_the_field() -> None:
    text = compose(CUES, infer(CUES, 8, SURE), "seed", "en")
    for opening in ("In the video, the person's", "In the audio, a voice", "In the text, ", "[v1"):
        assert opening in text
    chinese = compose(CUES, infer(CUES, 8, SURE, language="zh"), "seed", "zh")
    assert "视频中，" in chinese and "音频中，" in chinese and "文本中，" in chinese


def test_the_turn_is_told() -> None:
    assert "to turn from sad to joyful" in compose(CUES[:2], infer(CUES[:2], 8, SURE), "s", "en")


def test_disagreement_is_told_only_where_there_is_one() -> None:
    quarrel = [CUES[1], cue("a1", "shouting", 4, 8), cue("a2", "voice_sharp", 4, 8)]
    assert "disagree" in compose(quarrel, infer(quarrel, 8, SURE), "s", "en")
    peace = [CUES[1], cue("a1", "laughter", 4, 8)]
    assert "disagree" not in compose(peace, infer(peace, 8, SURE), "s", "en")


def test_same_seed_same_text_and_seeds_vary() -> None:
    inference = infer(CUES, 8, SURE)
    texts = {compose(CUES, inference, str(seed), "en") for seed in range(20)}
    assert compose(CUES, inference, "3", "en") in texts
    assert len(texts) > 3


def test_no_cue_no_claim() -> None:
    assert compose([], infer([], 5, SURE), "s", "en") == ""


def test_a_sentence_without_a_cue_is_refused() -> None:
    with pytest.raises(ValueError, match="without a cue"):
        write([Sentence("They seem happy", ())], "en")


def test_text_without_ids_does_not_read() -> None:
    with pytest.raises(ValueError, match="no cue ids"):
        read("They seem happy. Truly [v1].extra")


words = st.text(
    alphabet=st.characters(blacklist_characters="[]", blacklist_categories=("Cs", "Cc")), min_size=1
).map(lambda text: text.strip())


@given(
    st.lists(st.tuples(words.filter(bool), st.lists(st.integers(1, 30), min_size=1)), min_size=1)
)
def test_write_and_read_are_inverse(parts: list[tuple[str, list[int]]]) -> None:
    sentences = [Sentence(text, tuple(dict.fromkeys(f"v{n}" for n in ids))) for text, ids in parts]
    for language in ("en", "zh"):
        assert read(write(sentences, language)) == sentences  # type: ignore[arg-type]
