"""Sentence encoder: multilingual-E5-small in numpy, from a 4-bit weight file.

The model is a 12-layer BERT encoder trained to place sentences of like meaning, in about a
hundred languages, near each other (Wang et al. 2024, "Multilingual E5 Text Embeddings"). The
sentence vector is the mean of the last layer's token states, scaled to length one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.errors import UsageError
from emer.instruments.e5_file import E5Config, E5File, Floats, dequantise, read_e5_file
from emer.instruments.unigram import UnigramTokenizer

_TOKENS_PER_BATCH = 2048  # bounds memory: the widest activation is then 12 MB
PREFIX = "query: "
"""What the model was trained to see before a text that is not a document to be searched."""

# Abramowitz & Stegun 1964, formula 7.1.26: p, then a5 to a1.
_TAIL_SCALE = 0.3275911
_TAIL = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class _Norm:
    weight: Floats
    bias: Floats


@dataclass(frozen=True)
class _Layer:
    """Weights of one layer, matrices as [inputs, outputs]."""

    attend: Floats
    attend_bias: Floats
    mix: Floats
    mix_bias: Floats
    widen: Floats
    widen_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    attention_norm: _Norm
    output_norm: _Norm


class SentenceEncoder:
    """Turns sentences of any language into vectors.

    Args:
        path: the weight file `e5-small-q4.bin`. Its layers are expanded to float32 once
            (85 MB); the word embeddings stay in the mapped file.

    Raises:
        AssetError: the file is missing or not a valid weight file.
    """

    def __init__(self, path: Path) -> None:
        content = read_e5_file(path)
        tensors = content.tensors
        width = content.config.hidden
        self._config = content.config
        self._tokenizer = UnigramTokenizer(content.vocabulary)
        self._words = tensors["emb.word"]
        # Every token is of type 0, so that row is added to the positions once.
        types = tensors["emb.type"].reshape(-1, width)
        self._positions: Floats = tensors["emb.pos"].reshape(-1, width) + types[0]
        self._input_norm = _Norm(tensors["emb.ln.w"], tensors["emb.ln.b"])
        self._layers = [_expand_layer(content, i) for i in range(content.config.layers)]

    @property
    def dimension(self) -> int:
        """Width of a sentence vector (384 for the default file)."""
        return self._config.hidden

    @property
    def layers(self) -> int:
        """Number of transformer layers (12 for the default file)."""
        return self._config.layers

    def tokenize(self, text: str, prefix: str = PREFIX) -> list[int]:
        """Give the token ids the encoder sees for a text.

        Args:
            text: any text.
            prefix: put before the text.

        Returns:
            2 to 512 ids, begin and end marks included; a longer text keeps its beginning.
        """
        return self._tokenizer.encode(prefix + text, self._config.max_tokens)

    def encode(self, texts: Sequence[str], prefix: str = PREFIX) -> Floats:
        """Encode sentences.

        Args:
            texts: n texts of any length and language; only the first 512 tokens count.
            prefix: put before every text. E5 expects "query: " for anything compared with
                its own kind and "passage: " for documents to be searched.

        Returns:
            float32 array of shape [n, 384], each row of Euclidean length 1.

        Raises:
            UsageError: `texts` is one string, or holds something that is not a string.
        """
        features = self.encode_features(texts, layers=(self.layers,), prefix=prefix)
        return _unit_length(features)

    def encode_features(
        self,
        texts: Sequence[str],
        layers: Sequence[int],
        prefix: str = PREFIX,
        progress: Progress | None = None,
    ) -> Floats:
        """Average the token states of several layers, side by side.

        Middle layers keep what the last one drops for the sake of retrieval, so a classifier
        does better on several.

        Args:
            texts: n texts.
            layers: layer numbers, 0 (the embeddings) to 12 (the last layer).
            prefix: put before every text.
            progress: called with the number of texts done since its last call.

        Returns:
            float32 array of shape [n, 384 x len(layers)], in the order of `layers`.

        Raises:
            UsageError: a layer number is out of range, or `texts` is not a sequence of strings.
        """
        self._check(texts, layers)
        out = np.empty((len(texts), len(layers) * self.dimension), dtype=np.float32)
        for rows, ids in self._batches(texts, prefix):
            states = self._forward(ids)
            out[rows] = np.concatenate([states[i].mean(axis=1) for i in layers], axis=1)
            if progress is not None:
                progress(len(rows))
        return out

    def _check(self, texts: Sequence[str], layers: Sequence[int]) -> None:
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise UsageError(
                f"Expected argument `texts` to be a sequence of strings, but got {type(texts)}.",
                hint="Put a single text in a list: encode([text]).",
            )
        wrong = [layer for layer in layers if not 0 <= layer <= self.layers]
        if wrong or not layers:
            raise UsageError(
                f"Expected argument `layers` to hold numbers of 0 to {self.layers}, "
                f"but got {list(layers)}."
            )

    def _batches(
        self, texts: Sequence[str], prefix: str
    ) -> Iterator[tuple[list[int], NDArray[np.int64]]]:
        """Group texts of equal token count, so that no batch needs padding or a mask."""
        by_length: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for row, text in enumerate(texts):
            ids = self.tokenize(text, prefix)
            by_length[len(ids)].append((row, ids))
        for length, members in sorted(by_length.items()):
            size = max(1, _TOKENS_PER_BATCH // length)
            for first in range(0, len(members), size):
                part = members[first : first + size]
                yield [row for row, _ in part], np.array([ids for _, ids in part])

    def _forward(self, ids: NDArray[np.int64]) -> list[Floats]:
        """Run the encoder on ids [b, t]; returns the states [b, t, 384] of layers 0 to 12."""
        words = dequantise(self._words[ids])
        state = words + self._positions[: ids.shape[1]]
        state = _normalise(state, self._input_norm, self._config.epsilon)
        states = [state]
        for layer in self._layers:
            state = _apply_layer(state, layer, self._config)
            states.append(state)
        return states


def _expand_layer(content: E5File, index: int) -> _Layer:
    tensors = content.tensors

    def matrix(name: str) -> Floats:
        return np.ascontiguousarray(dequantise(tensors[f"l{index}.{name}.w"]).T)

    def vector(name: str) -> Floats:
        values: Floats = tensors[f"l{index}.{name}"]
        return values

    return _Layer(
        attend=np.concatenate([matrix("q"), matrix("k"), matrix("v")], axis=1),
        attend_bias=np.concatenate([vector("q.b"), vector("k.b"), vector("v.b")]),
        mix=matrix("ao"),
        mix_bias=vector("ao.b"),
        widen=matrix("fi"),
        widen_bias=vector("fi.b"),
        narrow=matrix("fo"),
        narrow_bias=vector("fo.b"),
        attention_norm=_Norm(vector("aln.w"), vector("aln.b")),
        output_norm=_Norm(vector("oln.w"), vector("oln.b")),
    )


def _apply_layer(state: Floats, layer: _Layer, config: E5Config) -> Floats:
    """One post-norm transformer layer (Devlin et al. 2019) on states [b, t, width]."""
    mixed = _linear(_attention(state, layer, config.heads), layer.mix, layer.mix_bias)
    state = _normalise(state + mixed, layer.attention_norm, config.epsilon)
    inner = _gelu(_linear(state, layer.widen, layer.widen_bias))
    narrowed = _linear(inner, layer.narrow, layer.narrow_bias)
    return _normalise(state + narrowed, layer.output_norm, config.epsilon)


def _linear(state: Floats, weight: Floats, bias: Floats) -> Floats:
    # One flat product: numpy would run a stack of matrices as one small product each.
    out: Floats = state.reshape(-1, state.shape[-1]) @ weight
    out += bias
    return out.reshape(*state.shape[:-1], -1)


def _attention(state: Floats, layer: _Layer, heads: int) -> Floats:
    batch, length, width = state.shape
    joint = _linear(state, layer.attend, layer.attend_bias)
    parts = joint.reshape(batch, length, 3, heads, width // heads).transpose(2, 0, 3, 1, 4)
    query, key, value = parts
    scores = query @ key.swapaxes(-1, -2)
    scores *= np.float32((width // heads) ** -0.5)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    mixed: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
    return mixed


def _gelu(values: Floats) -> Floats:
    """The exact (erf) GELU to 1e-6: max(x, 0) - |x| Q(|x|), Q the normal tail.

    Q follows Abramowitz & Stegun 7.1.26; written so, it takes half the time of scipy's erf.
    """
    size = np.abs(values)
    t = 1.0 / (1.0 + np.float32(_TAIL_SCALE * 0.5**0.5) * size)
    tail = np.full_like(t, 0.5 * _TAIL[0])
    for coefficient in _TAIL[1:]:
        tail *= t
        tail += np.float32(0.5 * coefficient)
    tail *= t
    tail *= np.exp(np.float32(-0.5) * size * size)
    tail *= size
    out: Floats = np.maximum(values, 0.0) - tail
    return out


def _normalise(values: Floats, norm: _Norm, epsilon: float) -> Floats:
    centred: Floats = values - values.mean(axis=-1, keepdims=True)
    variance = np.square(centred).mean(axis=-1, keepdims=True)
    centred /= np.sqrt(variance + np.float32(epsilon))
    centred *= norm.weight
    centred += norm.bias
    return centred


def _unit_length(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = rows / np.maximum(lengths, np.float32(1e-12))
    return unit
