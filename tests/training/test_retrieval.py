from __future__ import annotations

from itertools import permutations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.errors import UsageError
from emer.training.retrieval import retrieval, retrieve_both_ways


def reference(scores: np.ndarray, relevant: np.ndarray, k: int) -> float:
    """Recall where nothing ties: sort, then look."""
    order = np.argsort(-scores, axis=1)[:, :k]
    return float(np.take_along_axis(relevant, order, axis=1).any(axis=1).mean())


def by_every_order(scores: np.ndarray, relevant: np.ndarray, k: int) -> float:
    """Recall over every order of the answers, ties broken by it."""
    found = []
    for order in map(list, permutations(range(scores.shape[1]))):
        ranked = np.argsort(-scores[:, order], axis=1, kind="stable")[:, :k]
        found.append(np.take_along_axis(relevant[:, order], ranked, axis=1).any(axis=1).mean())
    return float(np.mean(found))


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_equals_sorting_where_nothing_ties(queries: int, answers: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.permuted(np.tile(np.arange(answers, dtype=float), (queries, 1)), axis=1)
    relevant = chance.random((queries, answers)) < 0.4
    relevant[np.arange(queries), chance.integers(answers, size=queries)] = True
    ks = (1, 2, 5, 20)
    found = retrieval(scores, relevant, ks)
    ranks = 1 + (scores > np.where(relevant, scores, -1).max(axis=1, keepdims=True)).sum(axis=1)
    assert found.median_rank == np.median(ranks)
    for k in ks:
        assert found.recall[k] == pytest.approx(reference(scores, relevant, k))
        expected = [
            1 - comb(answers - r, k) / comb(answers, k) if k <= answers else 1
            for r in relevant.sum(axis=1)
        ]
        assert found.chance[k] == pytest.approx(np.mean(expected))
    assert list(found.recall.values()) == sorted(found.recall.values())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_ties_are_expectations_over_every_order(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.integers(3, size=(3, 5)).astype(float)
    relevant = chance.random((3, 5)) < 0.4
    relevant[:, 2] = True
    found = retrieval(scores, relevant, (1, 2, 4))
    for k in (1, 2, 4):
        assert found.recall[k] == pytest.approx(by_every_order(scores, relevant, k))


def test_embeddings_that_are_all_the_same_score_exactly_chance() -> None:
    same, captions = np.ones((6, 4), np.float32), ["a", "b", "a", "c", "a", "b"]
    found = retrieve_both_ways(same, same, captions)
    for way in (found.text_to_media, found.media_to_text):
        assert way.recall == pytest.approx(way.chance)
    assert found.text_to_media.chance[1] == pytest.approx((3 / 6 + 2 / 6 + 1 / 6) / 3)
    assert found.media_to_text.chance[1] == pytest.approx(1 / 3)
    assert found.media_to_text.median_rank == 2


def test_random_embeddings_score_about_chance() -> None:
    random = np.random.default_rng(0)
    captions = [f"{i % 50}" for i in range(400)]
    texts = random.normal(size=(50, 64)).astype(np.float32)[np.arange(400) % 50]
    media = random.normal(size=(400, 64)).astype(np.float32)
    found = retrieve_both_ways(media, texts, captions, ks=(5,))
    assert found.media_to_text.recall[5] == pytest.approx(0.1, abs=0.05)
    assert found.text_to_media.recall[5] == pytest.approx(found.text_to_media.chance[5], abs=0.2)


def test_a_caption_is_asked_for_once_and_any_of_its_clips_is_right() -> None:
    captions = ["sad", "sad", "glad", "sad"]
    texts = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    media = np.array([[0, 3], [5, 0], [0, 7], [2, 2.1]], np.float32)
    found = retrieve_both_ways(media, texts, captions)
    assert (found.text_to_media.queries, found.text_to_media.gallery) == (2, 4)
    assert (found.media_to_text.queries, found.media_to_text.gallery) == (4, 2)
    assert found.text_to_media.recall[1] == 0.75  # "glad" ties between a wrong clip and its own
    assert found.media_to_text.recall[1] == 0.5
    assert found.flat("audio")["text_to_audio_recall_at_1"] == 0.75
    assert set(found.flat("video")) == {
        f"{way}_{what}"
        for way in ("text_to_video", "video_to_text")
        for what in ("recall_at_1", "recall_at_5", "median_rank")
    }


def test_lengths_of_embeddings_do_not_matter() -> None:
    random = np.random.default_rng(1)
    media, texts = random.normal(size=(2, 20, 8)).astype(np.float32)
    captions = [str(i) for i in range(20)]
    scaled = media * random.uniform(0.1, 9, size=(20, 1)).astype(np.float32)
    assert retrieve_both_ways(media, texts, captions) == retrieve_both_ways(scaled, texts, captions)


def test_refusals() -> None:
    rows = np.ones((2, 3), np.float32)
    with pytest.raises(UsageError, match=r"\[2, 3\], \[2, 3\] and 1 captions"):
        retrieve_both_ways(rows, rows, ["a"])
    with pytest.raises(UsageError, match="nothing to retrieve"):
        retrieve_both_ways(rows[:0], rows[:0], [])
    with pytest.raises(UsageError, match="NaN or infinity"):
        retrieve_both_ways(rows * np.nan, rows, ["a", "b"])
    with pytest.raises(UsageError, match="1 or more"):
        retrieve_both_ways(rows, rows, ["a", "b"], ks=(0,))
    with pytest.raises(UsageError, match="Query 1 has no right answer"):
        retrieval(np.ones((2, 2)), np.array([[True, False], [False, False]]))
    with pytest.raises(UsageError, match=r"\[q, n\] both"):
        retrieval(np.ones((2, 2)), np.ones((2, 3), bool))
