"""Retrieval between clips and captions: recall at k, median rank, and what chance gives.

Several clips may share a caption. A caption is then asked for once and any of its clips is right;
a clip asks among the distinct captions, of which one is right. Where scores tie, the values are
expectations over the order of what ties: embeddings that are all the same score exactly chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.errors import UsageError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
KS = (1, 5)


@dataclass(frozen=True)
class Retrieval:
    """How well one direction retrieves.

    Attributes:
        recall: From k to the share of queries with a right answer among the first k.
        chance: From k to the same, expected of a random order.
        median_rank: Of the first right answer; 1 is best.
        queries: How many there were.
        gallery: Among how many each looked.
    """

    recall: dict[int, float]
    chance: dict[int, float]
    median_rank: float
    queries: int
    gallery: int


@dataclass(frozen=True)
class BothWays:
    """Retrieval in both directions.

    Attributes:
        text_to_media: A caption looks for a clip.
        media_to_text: A clip looks for its caption.
    """

    text_to_media: Retrieval
    media_to_text: Retrieval

    def flat(self, media: str) -> dict[str, float]:
        """Return the recalls under names such as "text_to_audio_recall_at_1".

        Args:
            media: What clips are called, "audio" or "video".
        """
        ways = {f"text_to_{media}": self.text_to_media, f"{media}_to_text": self.media_to_text}
        values = {
            f"{way}_recall_at_{k}": value
            for way, found in ways.items()
            for k, value in found.recall.items()
        }
        return values | {f"{way}_median_rank": found.median_rank for way, found in ways.items()}


def retrieve_both_ways(
    media: NDArray[np.float32],
    texts: NDArray[np.float32],
    captions: Sequence[str],
    ks: Sequence[int] = KS,
) -> BothWays:
    """Score clips against their captions by cosine, both ways.

    Args:
        media: `[n, e]` embeddings of clips.
        texts: `[n, e]` embeddings of their captions, equal where captions are.
        captions: The n captions.
        ks: At which ranks recall is taken, each at least 1.

    Raises:
        UsageError: Shapes differ, nothing is given, a number is not finite, or a k is below 1.
    """
    if media.ndim != 2 or media.shape != texts.shape or len(media) != len(captions):
        raise UsageError(
            f"Retrieval takes clips and captions [n, e] with n captions, but got "
            f"{list(media.shape)}, {list(texts.shape)} and {len(captions)} captions."
        )
    if not len(captions):
        raise UsageError("There is nothing to retrieve.", "Give at least one clip.")
    distinct, first, which = np.unique(
        np.array(captions, dtype=object).astype(str), return_index=True, return_inverse=True
    )
    scores = _unit(texts)[first] @ _unit(media).T
    relevant = which[None, :] == np.arange(len(distinct))[:, None]
    return BothWays(retrieval(scores, relevant, ks), retrieval(scores.T, relevant.T, ks))


def retrieval(
    scores: NDArray[np.floating], relevant: NDArray[np.bool_], ks: Sequence[int] = KS
) -> Retrieval:
    """Score a matrix of queries and answers.

    Args:
        scores: `[q, n]`, higher is nearer.
        relevant: `[q, n]`, True where an answer is right; at least one for each query.
        ks: At which ranks recall is taken, each at least 1.

    Raises:
        UsageError: Shapes differ, a query has no right answer, a score is not finite, or a k is
            below 1.
    """
    _check(scores, relevant, ks)
    best = np.where(relevant, scores, -np.inf).max(axis=1, keepdims=True)
    tied = scores == best
    ahead = (scores > best).sum(axis=1)
    right, wrong = (tied & relevant).sum(axis=1), (tied & ~relevant).sum(axis=1)
    every = relevant.sum(axis=1)
    rest = relevant.shape[1] - every
    return Retrieval(
        recall={k: float(_within(k - ahead, right, wrong).mean()) for k in ks},
        chance={k: float(_within(np.full(len(every), k), every, rest).mean()) for k in ks},
        median_rank=float(np.median(ahead + 1 + wrong / (right + 1))),
        queries=len(scores),
        gallery=relevant.shape[1],
    )


def _within(places: Integers, right: Integers, wrong: Integers) -> Floats:
    """Return the chance that one of `right` is among the first places of a random order.

    1 - C(wrong, places) / C(right + wrong, places), as a product of at most `places` factors.
    """
    none = np.ones(len(places))
    for taken in range(int(places.max(initial=0))):
        left = np.maximum(wrong - taken, 0) / np.maximum(right + wrong - taken, 1)
        none = np.where(taken < places, none * left, none)
    return 1.0 - none


def _unit(rows: NDArray[np.float32]) -> Floats:
    wide = rows.astype(np.float64)
    lengths: Floats = np.linalg.norm(wide, axis=1, keepdims=True)
    return wide / np.where(lengths == 0, 1.0, lengths)


def _check(scores: NDArray[np.floating], relevant: NDArray[np.bool_], ks: Sequence[int]) -> None:
    if scores.ndim != 2 or scores.shape != relevant.shape:
        raise UsageError(
            f"scores and relevant must be [q, n] both, but are {list(scores.shape)} and "
            f"{list(relevant.shape)}."
        )
    if not np.isfinite(scores).all():
        raise UsageError(
            "Embeddings hold NaN or infinity.", "Training has diverged, or an input is broken."
        )
    without = np.flatnonzero(~relevant.any(axis=1))
    if len(without):
        raise UsageError(f"Query {without[0]} has no right answer.", "Leave such queries out.")
    if not ks or min(ks) < 1:
        raise UsageError(f"Recall is taken at ranks of 1 or more, but ks is {list(ks)}.")
