from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from e5_writer import draft
from emer.instruments.e5_file import Vocabulary, read_e5_file
from emer.instruments.unigram import UnigramTokenizer

MARK = "\u2581"
TEXTS = [
    "",
    "   ",
    "I cannot believe you did that, get out of my house!",
    "你怎么能这样对我，我再也不想看见你了！",
    "That was 😡😡 unbelievable 🤷🏽‍♀️ 👨‍👩‍👧",
    "𓀀𓀁 unknown to every piece 𐎠𐎡",
    "Ｆｕｌｌ　ｗｉｄｔｈ №５ ﬁne ½ cafe\u0301 naïve",
    "tabs\tand\nlines \u200b and   many     spaces ",
    "</s> <s> <mask> <pad> <unk>",
    "Ağaç, Straße, здравствуйте, שלום, नमस्ते, こんにちは、안녕하세요",
    "word " * 3000,
    "很" * 5000,
    "x" * 20000,
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return read_e5_file(draft().write(tmp_path_factory.mktemp("e5") / "small.bin")).vocabulary


def segmentations(text: str, ids: dict[str, int]) -> Iterator[list[int]]:
    if not text:
        yield []
    for end in range(1, len(text) + 1):
        if text[:end] in ids:
            for rest in segmentations(text[end:], ids):
                yield [ids[text[:end]], *rest]


@settings(max_examples=200, deadline=None)
@given(text=st.text("abc ", max_size=10))
def test_finds_the_best_of_all_segmentations(small: Vocabulary, text: str) -> None:
    tokenizer = UnigramTokenizer(small)
    ids = {piece: i for i, piece in enumerate(small.pieces) if i > 3 and piece != "<mask>"}
    every = list(segmentations(tokenizer.normalise(text), ids))
    best = max(every, key=lambda path: sum(float(small.scores[i]) for i in path))
    assert tokenizer.encode(text, 100) == [small.bos, *best, small.eos]


def test_unknown_runs_are_one_and_controls_cannot_be_spelt(small: Vocabulary) -> None:
    tokenizer = UnigramTokenizer(small)
    assert tokenizer.encode("axyzb", 100).count(small.unknown) == 1
    inner = tokenizer.encode("</s><s><pad><mask>", 100)[1:-1]
    assert not {small.bos, small.eos, small.pad, small.pieces.index("<mask>")} & set(inner)


def test_normalises_spaces_and_compatibility_characters(small: Vocabulary) -> None:
    tokenizer = UnigramTokenizer(small)
    assert tokenizer.normalise("  a\t b\u3000c\uff01 ") == f"{MARK}a{MARK}b{MARK}c!"
    assert tokenizer.normalise("e\u0301") == f"{MARK}é"
    assert tokenizer.normalise(" \t ") == ""


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200), limit=st.integers(2, 30))
def test_any_text_fits_the_limit(small: Vocabulary, text: str, limit: int) -> None:
    ids = UnigramTokenizer(small).encode(text, limit)
    assert 2 <= len(ids) <= limit
    assert (ids[0], ids[-1]) == (small.bos, small.eos)
    assert all(0 <= i < len(small.pieces) for i in ids)


def test_equals_the_reference_library_on_the_full_vocabulary(
    assets: Callable[[str], Path],
) -> None:
    """Ids of `tokenizers`' Unigram model, built from the same pieces, for every text."""
    models = pytest.importorskip("tokenizers.models")
    vocabulary = read_e5_file(assets("e5-small")).vocabulary
    controls = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown}
    controls.add(vocabulary.pieces.index("<mask>"))
    listed = [
        (f"{MARK}{MARK}{i}" if i in controls else piece, score)  # cannot occur in a text
        for i, (piece, score) in enumerate(
            zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
        )
    ]
    reference = models.Unigram(listed, unk_id=vocabulary.unknown)
    tokenizer = UnigramTokenizer(vocabulary)
    for text in TEXTS:
        marked = tokenizer.normalise(text)
        expected = [token.id for token in reference.tokenize(marked)] if marked else []
        assert tokenizer.encode(text, 1_000_000)[1:-1] == expected, text[:60]
