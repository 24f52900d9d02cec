from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from e5_writer import PIECES, SPECIAL, Draft, draft, quantise
from emer.errors import AssetError
from emer.instruments.e5_file import BLOCK_DTYPE, dequantise, read_e5_file


def test_reads_back_what_was_written(tmp_path: Path) -> None:
    made = draft()
    found = read_e5_file(made.write(tmp_path / "small.bin"))
    assert (found.config.hidden, found.config.layers, found.config.heads) == (64, 2, 4)
    assert found.config.max_tokens == 24
    assert found.vocabulary.pieces == SPECIAL + PIECES
    assert found.vocabulary.scores == pytest.approx(made.scores)
    assert (found.vocabulary.bos, found.vocabulary.eos, found.vocabulary.unknown) == (0, 2, 3)
    assert found.vocabulary.normalisation == made.normalisation
    assert found.tensors.keys() == made.tensors.keys()
    for name, (_, values) in made.tensors.items():
        assert found.tensors[name].tobytes() == values.tobytes(), name


def test_dequantise_follows_the_format_weight_by_weight() -> None:
    packed = quantise(np.random.default_rng(1).normal(size=(3, 64)))
    blocks = packed.reshape(-1).view(BLOCK_DTYPE).reshape(3, 2)
    expected = np.empty((3, 64))
    for row in range(3):
        for block in range(2):
            raw = packed[2 * row + block]
            scale = float(raw[:2].copy().view("<f2")[0])
            for j in range(16):
                expected[row, 32 * block + j] = (int(raw[2 + j]) % 16 - 8) * scale
                expected[row, 32 * block + 16 + j] = (int(raw[2 + j]) // 16 - 8) * scale
    assert np.array_equal(dequantise(blocks), expected.astype(np.float32))


def test_quantised_weights_come_back_within_half_a_step() -> None:
    values = np.random.default_rng(2).normal(size=(8, 32))
    back = dequantise(quantise(values).reshape(-1).view(BLOCK_DTYPE).reshape(8, 1))
    step = np.abs(values).max(axis=1, keepdims=True) / 7
    assert (np.abs(back - values) <= 0.51 * step).all()


def _set(name: str, value: object) -> Callable[[Draft], None]:
    return lambda made: setattr(made, name, value)


def _header(index: int, value: int) -> Callable[[Draft], None]:
    return lambda made: made.header.__setitem__(index, value)


def _tensor(name: str, values: np.ndarray, items: int) -> Callable[[Draft], None]:
    return lambda made: made.tensors.__setitem__(name, (items, values))


NAN = np.full(64, np.nan, dtype="<f4")
BAD_SCALES = np.full((128, 18), 0x7C, dtype=np.uint8)  # 0x7C7C is not a number


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_set("magic", b"GGUF"), "does not begin with E5S1"),
        (_set("version", 2), "format version is 2"),
        (_set("block", 64), "blocks of 32"),
        (_set("epsilon", float("nan")), "'epsilon' is nan"),
        (_header(0, 0), "'hidden' is 0"),
        (_header(1, 2_000_000), "'layers' is 2000000"),
        (_header(2, 5), "5 heads do not divide a width of 64"),
        (_header(3, 100), "blocks of 32"),
        (_header(4, 10), "24 pieces for 10 embedding rows"),
        (_header(5, 2), "'max_tokens' is 2"),
        (_header(1, 3), r"lacks l2\.aln\.b"),
        (_header(1, 1), r"unknown or repeated tensor 'l1\.q\.w'"),
        (_set("specials", [0, 2, 1, 99]), "outside 0 to 23"),
        (_set("specials", [-1, 2, 1, 3]), "outside 0 to 23"),
        (_set("offsets", [3, 0, *range(4, 27)]), "do not ascend"),
        (_set("offsets", [*range(24), 4_000_000]), "do not ascend within"),
        (lambda made: made.pieces.__setitem__(5, b"\xff\xfe"), "not UTF-8"),
        (lambda made: made.scores.__setitem__(5, float("inf")), "score is not finite"),
        (_tensor("l0.q.w", np.zeros((64, 18), np.uint8), 2048), r"'l0\.q\.w' has 2048 items"),
        (_tensor("l0.q.b", np.zeros((2, 18), np.uint8), 64), "of kind 1"),
        (_tensor("emb.ln.w", NAN, 64), r"'emb\.ln\.w' holds a number that is not finite"),
        (_tensor("l1.v.w", BAD_SCALES, 4096), r"'l1\.v\.w' holds a number that is not finite"),
        (lambda made: made.shift.__setitem__("emb.pos", 1 << 40), r"'emb\.pos' spans bytes"),
        (lambda made: made.shift.__setitem__("l1.oln.b", 4), r"'l1\.oln\.b' spans bytes"),
        (lambda made: made.tensors.pop("emb.type"), r"lacks emb\.type"),
    ],
)
def test_damage_is_named(tmp_path: Path, damage: Callable[[Draft], None], says: str) -> None:
    made = draft()
    damage(made)
    path = made.write(tmp_path / "bad.bin")
    with pytest.raises(AssetError, match=says) as caught:
        read_e5_file(path)
    assert re.search(r"bad\.bin", str(caught.value))


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"none\.bin"):
        read_e5_file(tmp_path / "none.bin")
    empty = tmp_path / "empty.bin"
    empty.touch()
    with pytest.raises(AssetError, match=r"empty\.bin"):
        read_e5_file(empty)


WHOLE = draft().content()


@settings(max_examples=60, deadline=None)
@given(size=st.integers(0, len(WHOLE) - 1))
def test_every_truncation_is_refused(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    path = tmp_path_factory.mktemp("cut") / "cut.bin"
    path.write_bytes(WHOLE[:size])
    with pytest.raises(AssetError):
        read_e5_file(path)


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 4000), value=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, place: int, value: int
) -> None:
    content = bytearray(WHOLE)
    content[place] = value
    path = tmp_path_factory.mktemp("changed") / "changed.bin"
    path.write_bytes(content)
    try:
        found = read_e5_file(path)
    except AssetError:
        return
    assert len(found.vocabulary.pieces) <= found.config.vocabulary
    assert found.tensors["emb.word"].shape == (40, 2)
