import struct

import numpy as np
import pytest

from emer.errors import AssetError
from emer.models.parts.ctranslate2_file import read_ctranslate2


def text(value: str) -> bytes:
    return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"


def variable(name, values, *, size=None, kind=0) -> bytes:
    head = text(name) + struct.pack("<B", values.ndim)
    head += struct.pack(f"<{values.ndim}I", *values.shape)
    size = values.nbytes if size is None else size
    return head + struct.pack("<BI", kind, size) + values.tobytes()


def model(*variables, version=6, aliases=(), count=None) -> bytes:
    data = struct.pack("<I", version) + text("ToySpec") + struct.pack("<I", 1)
    data += struct.pack("<I", len(variables) if count is None else count) + b"".join(variables)
    data += struct.pack("<I", len(aliases))
    return data + b"".join(text(alias) + text(name) for alias, name in aliases)


NUMBERS = np.arange(6, dtype=np.float32).reshape(2, 3)
GOOD = model(variable("a", NUMBERS), aliases=[("b", "a")])


@pytest.fixture
def read(tmp_path):
    def read(data: bytes):
        path = tmp_path / "model.bin"
        path.write_bytes(data)
        return read_ctranslate2(path)

    return read


def test_reads_values_and_aliases(read):
    file = read(GOOD)
    assert (file.spec, file.revision) == ("ToySpec", 1)
    assert file.names() == {"a", "b"}
    for name in "ab":
        assert np.array_equal(file.floats(name, (2, 3)), NUMBERS)


def test_divides_integers_by_their_scale(read):
    rows = np.array([[127, -64, 0], [1, 2, 3]], np.int8)
    scale = np.array([2.0, 0.5], np.float32)
    whole = np.array([[100, -50]], np.int16)
    file = read(
        model(
            variable("w", rows, kind=1),
            variable("w_scale", scale),
            variable("v", whole, kind=2),
            variable("v_scale", np.array(10.0, np.float32)),
        )
    )
    assert np.allclose(file.floats("w", (2, 3)), [[63.5, -32, 0], [2, 4, 6]])
    assert np.allclose(file.floats("v", (1, 2)), [[10, -5]])


def test_widens_bfloat16(read):
    upper = (np.array([1.5, -2.0], np.float32).view(np.uint32) >> 16).astype(np.uint16)
    assert read(model(variable("h", upper, kind=5))).floats("h", (2,)).tolist() == [1.5, -2.0]


def test_every_cut_is_noticed(read):
    for length in range(len(GOOD)):
        with pytest.raises(AssetError, match="not a usable CTranslate2 model"):
            read(GOOD[:length])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (GOOD + b"x", "bytes follow its end"),
        (model(variable("a", NUMBERS), version=7), "version is 7"),
        (model(count=2**32 - 1), "4294967295 variables"),
        (model(variable("a", NUMBERS), variable("a", NUMBERS)), "comes twice"),
        (model(variable("a", NUMBERS, size=4)), "stored in 4 bytes"),
        (model(variable("a", NUMBERS, kind=9)), "unknown type 9"),
        (model(variable("a", np.zeros((1,) * 9, np.float32))), "9 dimensions"),
        (model(variable("a", NUMBERS), aliases=[("b", "c")]), "which is absent"),
        (b"PK\x03\x04" + bytes(64), "version is"),
    ],
)
def test_names_what_is_wrong(read, data, why):
    with pytest.raises(AssetError, match=why):
        read(data)


def test_sizes_that_overflow_are_refused(read):
    head = text("a") + struct.pack("<B", 4) + struct.pack("<4I", *[2**31] * 4)
    with pytest.raises(AssetError, match="stored in 0 bytes"):
        read(model(head + struct.pack("<BI", 0, 0)))


@pytest.mark.parametrize(
    ("name", "shape", "why"),
    [
        ("a", (3, 2), "has shape"),
        ("c", (1,), "no variable 'c'"),
        ("nan", (1,), "not finite"),
        ("bare", (1,), "no variable 'bare_scale'"),
        ("zero", (1,), "does not fit"),
    ],
)
def test_checks_tensors(read, name, shape, why):
    byte = np.ones(1, np.int8)
    file = read(
        model(
            variable("a", NUMBERS),
            variable("nan", np.array([np.nan], np.float32)),
            variable("bare", byte, kind=1),
            variable("zero", byte, kind=1),
            variable("zero_scale", np.zeros(1, np.float32)),
        )
    )
    with pytest.raises(AssetError, match=why):
        file.floats(name, shape)


def test_numbers(read):
    file = read(model(variable("n", np.array(8, np.int16), kind=2), variable("a", NUMBERS)))
    assert file.number("n") == 8
    with pytest.raises(AssetError, match="not a single integer"):
        file.number("a")


def test_absent_and_empty(tmp_path):
    with pytest.raises(AssetError, match="cannot be read"):
        read_ctranslate2(tmp_path / "model.bin")
    (tmp_path / "model.bin").touch()
    with pytest.raises(AssetError, match="cannot be read"):
        read_ctranslate2(tmp_path / "model.bin")
