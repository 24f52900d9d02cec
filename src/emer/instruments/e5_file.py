"""Reader of the 4-bit multilingual-E5 weight file ("E5S1").

The file is one little-endian block: a header, the Unigram vocabulary (offsets, scores and
UTF-8 text of each piece), a code-point normalisation map, a directory of named tensors and
the tensors. Matrices are stored in blocks of 32 weights (``Q4_0``): a half-precision scale
followed by 16 bytes, whose low nibbles hold weights 0 to 15 and whose high nibbles hold
weights 16 to 31, each as ``code - 8`` times the scale. Vectors are 32-bit floats.

The file comes from a package index, so nothing in it is trusted: every count, offset, name
and shape is checked before use, and whatever is wrong is named in an `AssetError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_DTYPE = np.dtype([("scale", "<f2"), ("codes", "u1", BLOCK // 2)])
_F32, _Q4 = 0, 1
_MAX_PIECES = 1_000_000
_HINT = "Delete the file and fetch the asset again."

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class E5Config:
    """Sizes of the encoder: widths in floats, lengths in tokens."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    max_tokens: int
    token_types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces with their log-probabilities, special ids and normalisation map.

    Attributes:
        pieces: text of each piece, in id order.
        scores: log-probability of each piece, float32 of shape [pieces].
        bos: id put before a text.
        eos: id put after a text.
        pad: padding id (never produced by the tokenizer).
        unknown: id of text that no piece covers.
        normalisation: replacement text per code point; absent code points stand for themselves.
    """

    pieces: list[str]
    scores: Floats
    bos: int
    eos: int
    pad: int
    unknown: int
    normalisation: dict[int, str]


@dataclass(frozen=True)
class E5File:
    """The checked content of a weight file; tensors are views into the mapped file.

    Attributes:
        config: sizes of the encoder.
        vocabulary: tokenizer tables.
        tensors: by name, float32 arrays of the vectors, or `BLOCK_DTYPE` arrays of shape
            [rows, columns / 32] of the matrices (see `dequantise`).
    """

    config: E5Config
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[Any]]


def dequantise(blocks: NDArray[Any]) -> Floats:
    """Turn 4-bit blocks into floats.

    Args:
        blocks: `BLOCK_DTYPE` array of shape [..., n].

    Returns:
        float32 array of shape [..., 32 n].
    """
    codes = blocks["codes"]
    half = BLOCK // 2
    out = np.empty((*blocks.shape, BLOCK), dtype=np.float32)
    out[..., :half] = codes & 0x0F
    out[..., half:] = codes >> 4
    out -= 8.0
    out *= blocks["scale"][..., None].astype(np.float32)
    return out.reshape(*blocks.shape[:-1], -1)


class _Cursor:
    """Reads consecutive fields and refuses to step outside the file."""

    def __init__(self, data: Bytes, path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0

    def fail(self, what: str) -> NoReturn:
        raise AssetError(f"{self.path} is not a usable E5 weight file: {what}.", hint=_HINT)

    def array(self, dtype: str | np.dtype[Any], count: int, what: str) -> NDArray[Any]:
        """Read `count` items; `what` names them in an error."""
        return self.at(self.position, dtype, count, what, advance=True)

    def at(
        self, start: int, dtype: str | np.dtype[Any], count: int, what: str, advance: bool = False
    ) -> NDArray[Any]:
        """View `count` items from byte `start`."""
        kind = np.dtype(dtype)
        end = start + count * kind.itemsize
        if count < 0 or start < 0 or end > self.data.size:
            self.fail(f"{what} spans bytes {start} to {end}, the file has {self.data.size}")
        if advance:
            self.position = end
        return self.data[start:end].view(kind)

    def integer(self, dtype: str, what: str) -> int:
        return int(self.array(dtype, 1, what)[0])


def read_e5_file(path: Path) -> E5File:
    """Map a weight file and check everything in it.

    Args:
        path: the file.

    Returns:
        Its sizes, tokenizer tables and tensors.

    Raises:
        AssetError: the file is missing, truncated or malformed; the message says where.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise AssetError(f"Cannot read the E5 weight file {path}: {error}.", hint=_HINT) from error
    cursor = _Cursor(data.view(np.ndarray), path)
    if cursor.array("u1", 4, "the magic").tobytes() != MAGIC:
        cursor.fail(f"it does not begin with {MAGIC.decode()}")
    config = _read_config(cursor)
    vocabulary = _read_vocabulary(cursor, config)
    return E5File(config, vocabulary, _read_tensors(cursor, config))


def _read_config(cursor: _Cursor) -> E5Config:
    version = cursor.integer("<u4", "the version")
    if version != 1:
        cursor.fail(f"its format version is {version}, only version 1 is known")
    names = ("hidden", "layers", "heads", "inner", "vocabulary", "max_tokens", "token_types")
    sizes = {name: cursor.integer("<i4", "the header") for name in names}
    epsilon = float(cursor.array("<f4", 1, "the header")[0])
    block = cursor.integer("<i4", "the header")
    config = E5Config(**sizes, epsilon=epsilon)
    limits = {"hidden": 8192, "layers": 128, "heads": 256, "inner": 65536}
    limits |= {"vocabulary": _MAX_PIECES, "max_tokens": 65536, "token_types": 16}
    for name, limit in limits.items():
        value = getattr(config, name)
        if not 1 <= value <= limit:
            cursor.fail(f"header field '{name}' is {value}, expected 1 to {limit}")
    if config.max_tokens < 3:
        cursor.fail(f"header field 'max_tokens' is {config.max_tokens}, expected at least 3")
    if block != BLOCK or config.hidden % BLOCK or config.inner % BLOCK:
        cursor.fail(f"its matrices are not in blocks of {BLOCK}")
    if config.hidden % config.heads:
        cursor.fail(f"{config.heads} heads do not divide a width of {config.hidden}")
    if not 0 < epsilon < 1:
        cursor.fail(f"header field 'epsilon' is {epsilon}, expected 0 to 1")
    return config


def _read_vocabulary(cursor: _Cursor, config: E5Config) -> Vocabulary:
    count = cursor.integer("<i4", "the vocabulary")
    if not 1 <= count <= config.vocabulary:
        cursor.fail(f"it lists {count} pieces for {config.vocabulary} embedding rows")
    names = ("bos", "eos", "pad", "unknown")
    specials = {name: cursor.integer("<i4", "the special ids") for name in names}
    if any(not 0 <= value < count for value in specials.values()):
        cursor.fail(f"its special ids {specials} are outside 0 to {count - 1}")
    text_size = cursor.integer("<u8", "the vocabulary")
    offsets = cursor.array("<u4", count + 1, "the piece offsets")
    scores = cursor.array("<f4", count, "the piece scores").astype(np.float32)
    if not np.isfinite(scores).all():
        cursor.fail("a piece score is not finite")
    text = cursor.array("u1", text_size, "the piece text").tobytes()
    if np.any(np.diff(offsets.astype(np.int64)) < 0) or offsets[-1] > text_size:
        cursor.fail("its piece offsets do not ascend within the piece text")
    bounds = offsets.tolist()
    try:
        pieces = [text[a:b].decode() for a, b in pairwise(bounds)]
    except UnicodeDecodeError as error:
        cursor.fail(f"a piece is not UTF-8 ({error.reason})")
    return Vocabulary(pieces, scores, normalisation=_read_normalisation(cursor), **specials)


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    count = cursor.integer("<i4", "the normalisation map")
    size = cursor.integer("<u4", "the normalisation map")
    if not 0 <= count <= size // 5:
        cursor.fail(f"its normalisation map has {count} entries in {size} bytes")
    end = cursor.position + size
    table: dict[int, str] = {}
    for _ in range(count):
        source = cursor.integer("<u4", "the normalisation map")
        length = cursor.integer("u1", "the normalisation map")
        target = cursor.array("<u4", length, "the normalisation map").tolist()
        try:
            table[source] = "".join(map(chr, target))
        except (ValueError, OverflowError):
            cursor.fail(f"its normalisation map sends U+{source:04X} outside Unicode")
    if cursor.position != end:
        cursor.fail(f"its normalisation map ends at byte {cursor.position}, declared {end}")
    return table


def _read_tensors(cursor: _Cursor, config: E5Config) -> dict[str, NDArray[Any]]:
    expected = _expected_shapes(config)
    found: dict[str, NDArray[Any]] = {}
    count = cursor.integer("<i4", "the tensor directory")
    for _ in range(count):
        length = cursor.integer("<u2", "a tensor name")
        raw = cursor.array("u1", length, "a tensor name").tobytes()
        name = raw.decode("ascii", errors="replace")
        kind = cursor.integer("u1", f"tensor '{name}'")
        items = cursor.integer("<u4", f"tensor '{name}'")
        start, size = (int(v) for v in cursor.array("<u8", 2, f"tensor '{name}'"))
        if name not in expected or name in found:
            cursor.fail(f"its directory holds an unknown or repeated tensor '{name}'")
        shape = expected[name]
        wanted_kind = _F32 if len(shape) == 1 else _Q4
        dtype = np.dtype("<f4") if wanted_kind == _F32 else BLOCK_DTYPE
        stored = items if wanted_kind == _F32 else items // BLOCK
        if kind != wanted_kind or items != np.prod(shape) or size != stored * dtype.itemsize:
            cursor.fail(f"tensor '{name}' has {items} items of kind {kind}, expected {shape}")
        values = cursor.at(start, dtype, stored, f"tensor '{name}'")
        found[name] = values if wanted_kind == _F32 else values.reshape(shape[0], -1)
        if name != "emb.word":  # 250,000 rows: checked as they are used
            _check_finite(cursor, name, found[name])
    missing = sorted(expected.keys() - found.keys())
    if missing:
        cursor.fail(f"its directory lacks {', '.join(missing[:5])}")
    return found


def _check_finite(cursor: _Cursor, name: str, values: NDArray[Any]) -> None:
    numbers = values if values.dtype.names is None else values["scale"]
    if not np.isfinite(numbers).all():
        cursor.fail(f"tensor '{name}' holds a number that is not finite")


def _expected_shapes(config: E5Config) -> dict[str, tuple[int, ...]]:
    """Name the tensors of a BERT encoder; two dimensions mean a 4-bit matrix."""
    width, inner = config.hidden, config.inner
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (config.vocabulary, width),
        "emb.pos": (config.max_tokens * width,),
        "emb.type": (config.token_types * width,),
        "emb.ln.w": (width,),
        "emb.ln.b": (width,),
    }
    for index in range(config.layers):
        layer = f"l{index}"
        for name in ("q", "k", "v", "ao"):
            shapes |= {f"{layer}.{name}.w": (width, width), f"{layer}.{name}.b": (width,)}
        shapes |= {f"{layer}.fi.w": (inner, width), f"{layer}.fi.b": (inner,)}
        shapes |= {f"{layer}.fo.w": (width, inner), f"{layer}.fo.b": (width,)}
        for name in ("aln", "oln"):
            shapes |= {f"{layer}.{name}.w": (width,), f"{layer}.{name}.b": (width,)}
    return shapes
