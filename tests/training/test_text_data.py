from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from e5_writer import draft
from emer.errors import UsageError
from emer.instruments.sentences import SentenceEncoder
from emer.instruments.text_emotion import script_of
from emer.training.text_data import cached_features, read_comments, read_pairs


def test_reads_comments(tmp_path: Path) -> None:
    path = tmp_path / "comments.tsv"
    path.write_text('Yes!\t4,17\tid1\na "quoted\u2028 one\t27\tid2\n', encoding="utf-8")
    found = read_comments(path)
    assert found.texts == ["Yes!", 'a "quoted\u2028 one']
    assert found.targets.shape == (2, 28)
    assert [np.flatnonzero(row).tolist() for row in found.targets] == [[4, 17], [27]]


@pytest.mark.parametrize("line", ["no tab", "text\t28\tid", "text\t-1\tid", "text\t\tid", "t\tjoy"])
def test_a_malformed_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "comments.tsv"
    path.write_text(f"fine\t0\tid\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Line 2 of"):
        read_comments(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.tsv"):
        read_comments(tmp_path / "gone.tsv")


def test_pairs_are_chinese_and_english() -> None:
    chinese, english = read_pairs()
    assert len(chinese) == len(english) == len(set(chinese)) == len(set(english)) == 64
    assert {script_of(text) for text in chinese} == {"han"}
    assert {script_of(text) for text in english} == {"other"}


def test_pairs_are_not_among_the_sentences_measured_on() -> None:
    chinese, english = read_pairs()
    measured = (Path(__file__).parents[1] / "data" / "emotion_sentences.json").read_text("utf-8")
    assert not [text for text in chinese + english if text in measured]


def test_features_are_kept_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = SentenceEncoder(draft().write(tmp_path / "small.bin"))
    texts, cache = ["ab", "happy day"], tmp_path / "cache"
    first = cached_features(encoder, "hash", texts, (0, 2), cache)
    assert first == pytest.approx(encoder.encode_features(texts, (0, 2)), abs=2e-3)
    other = cached_features(encoder, "hash", texts[::-1], (0, 2), cache)
    assert np.array_equal(other, first[::-1])
    assert len(list(cache.iterdir())) == 2

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("encoded again")

    monkeypatch.setattr(SentenceEncoder, "encode_features", refuse)
    assert np.array_equal(cached_features(encoder, "hash", texts, (0, 2), cache), first)
    with pytest.raises(AssertionError, match="encoded again"):
        cached_features(encoder, "another", texts, (0, 2), cache)
