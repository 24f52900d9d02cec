"""Unigram tokenizer: the most probable segmentation of a text into known pieces.

Follows Kudo 2018, "Subword Regularization", section 3.1 (inference only). It is written out
here, not taken from a library, because building the library's model of 250,000 pieces takes
longer than everything else the encoder does at start-up; the tests hold the two equal.
"""

from __future__ import annotations

import re
import unicodedata

from emer.instruments.e5_file import Vocabulary

_SPACE = "\u2581"  # stands for a word boundary inside pieces
_UNKNOWN_PENALTY = 10.0  # an unknown character costs more than the rarest piece by this
_SPACES = re.compile(" +")


class UnigramTokenizer:
    """Splits text into piece ids.

    Args:
        vocabulary: pieces, scores, special ids and normalisation map.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        pieces = vocabulary.pieces
        scores = vocabulary.scores.tolist()
        controls = {vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unknown}
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        for index in controls:  # a text that spells "</s>" must not end the sequence
            self._ids.pop(pieces[index], None)
        self._ids.pop("<mask>", None)
        self._ids.pop("", None)
        self._scores = scores
        self._longest = max((len(piece) for piece in self._ids), default=1)
        self._unknown_score = min(scores) - _UNKNOWN_PENALTY
        self._vocabulary = vocabulary

    def normalise(self, text: str) -> str:
        """Compose, fold compatibility characters and spaces, and mark word boundaries.

        Args:
            text: any text.

        Returns:
            Text with a boundary mark before every word; empty if nothing is left of `text`.
        """
        composed = unicodedata.normalize("NFC", text)
        folded = composed.translate(self._vocabulary.normalisation)
        words = _SPACES.sub(" ", folded).strip(" ")
        return _SPACE + words.replace(" ", _SPACE) if words else ""

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Give the ids of a text between its begin and end marks.

        Args:
            text: any text.
            max_tokens: the most ids to return, marks included; at least 2.

        Returns:
            2 to `max_tokens` ids. A longer text keeps its beginning.
        """
        room = max_tokens - 2
        # No piece is longer than `_longest`, so what is cut here could not have been reached.
        marked = self.normalise(text)[: room * self._longest]
        ids = self._segment(marked)[:room]
        return [self._vocabulary.bos, *ids, self._vocabulary.eos]

    def _segment(self, text: str) -> list[int]:
        """Viterbi: the best score of every prefix, then the path back."""
        unknown = self._vocabulary.unknown
        best = [0.0] + [-float("inf")] * len(text)
        step: list[tuple[int, int]] = [(0, unknown)] * (len(text) + 1)
        for start in range(len(text)):
            score = best[start]
            if score + self._unknown_score > best[start + 1]:
                best[start + 1] = score + self._unknown_score
                step[start + 1] = (start, unknown)
            for end in range(start + 1, min(start + self._longest, len(text)) + 1):
                index = self._ids.get(text[start:end])
                if index is not None and score + self._scores[index] > best[end]:
                    best[end] = score + self._scores[index]
                    step[end] = (start, index)
        return self._walk_back(step)

    def _walk_back(self, step: list[tuple[int, int]]) -> list[int]:
        unknown = self._vocabulary.unknown
        ids: list[int] = []
        end = len(step) - 1
        while end > 0:
            end, index = step[end]
            if index != unknown or not ids or ids[-1] != unknown:  # a run of unknowns is one
                ids.append(index)
        return ids[::-1]
