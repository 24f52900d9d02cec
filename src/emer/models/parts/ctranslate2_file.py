"""Reader of CTranslate2's `model.bin`: names and arrays, every size checked, nothing executed.

The layout is that of CTranslate2's model specification, version 6: a header, then for each
variable its name, rank, sizes, type, number of bytes and values, then names that stand for other
names. Integers are little-endian; strings end with a zero byte that their length counts.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError

VERSION = 6
_BFLOAT16 = 5
_TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2", _BFLOAT16: "<u2"}
_MAX_VARIABLES, _MAX_RANK = 100_000, 8

Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class CTranslate2File:
    """The variables of a model, still on disk until they are asked for.

    Attributes:
        path: The file.
        spec: Kind of model, such as "WhisperSpec".
        revision: Revision of that kind's layout.
        stored: Values as stored, by name; bfloat16 as 16-bit integers.
        halves: Names of the variables in bfloat16.
        aliases: Names that stand for other names.
    """

    path: Path
    spec: str
    revision: int
    stored: dict[str, NDArray[Any]] = field(repr=False)
    halves: frozenset[str] = field(repr=False)
    aliases: dict[str, str] = field(repr=False)

    def fail(self, what: str) -> NoReturn:
        """Raise the error of a file that cannot be used."""
        raise damaged(self.path, what)

    def names(self) -> frozenset[str]:
        """Return every name, those that stand for others included."""
        return frozenset(self.stored) | frozenset(self.aliases)

    def number(self, name: str) -> int:
        """Return a single integer.

        Raises:
            AssetError: There is none of that name.
        """
        values = self.stored[self._home(name)]
        if values.size != 1 or values.dtype.kind != "i":
            self.fail(f"the variable {name!r} is not a single integer")
        return int(values.reshape(-1)[0])

    def floats(self, name: str, shape: tuple[int, ...]) -> Floats32:
        """Return a tensor in float32; values stored as integers are divided by their scale.

        Args:
            name: Its name.
            shape: The shape it must have.

        Raises:
            AssetError: There is none of that name, it has another shape, or a value is not finite.
        """
        home = self._home(name)
        stored = self.stored[home]
        if stored.shape != shape:
            self.fail(f"the variable {name!r} has shape {list(stored.shape)}, not {list(shape)}")
        if home in self.halves:
            values = (stored.astype(np.uint32) << 16).view(np.float32)
        elif stored.dtype.kind == "i":
            values = stored.astype(np.float32) / self._scale(home, stored)
        else:
            values = stored.astype(np.float32)
        if not np.isfinite(values).all():
            self.fail(f"the variable {name!r} holds a number that is not finite")
        return values

    def _scale(self, home: str, stored: NDArray[Any]) -> Floats32:
        """Return what integers are divided by: one number, or one for each row."""
        scale = self.stored[self._home(f"{home}_scale")]
        rows = scale.size == stored.shape[0] if stored.ndim else False
        if scale.dtype != np.float32 or not (scale.size == 1 or rows) or not (scale > 0).all():
            self.fail(f"the scale of {home!r} does not fit its shape {list(stored.shape)}")
        return scale.reshape(-1, *[1] * (stored.ndim - 1))

    def _home(self, name: str) -> str:
        home = self.aliases.get(name, name)
        if home not in self.stored:
            self.fail(f"it has no variable {name!r}")
        return home


def damaged(path: Path, what: str) -> AssetError:
    """Return the error for a file that is not a usable CTranslate2 model."""
    return AssetError(
        f"{path} is not a usable CTranslate2 model: {what}.",
        "Fetch it again, or convert the model anew with a current CTranslate2.",
    )


def read_ctranslate2(path: Path) -> CTranslate2File:
    """Map a `model.bin` and read its directory.

    Args:
        path: The file.

    Returns:
        Its variables.

    Raises:
        AssetError: The file is missing, cut off, of another version, or contradicts itself.
    """
    try:
        data = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise damaged(path, f"it cannot be read ({error})") from error
    reader = _Reader(data.view(np.ndarray), path)
    version = reader.integer("<I", "the version")
    if version != VERSION:
        raise damaged(path, f"its format version is {version}, only {VERSION} is known")
    spec = reader.text("the kind of model")
    revision = reader.integer("<I", "the revision")
    stored, halves = _variables(reader)
    aliases = _aliases(reader, stored)
    if reader.position != len(reader.data):
        raise damaged(path, f"{len(reader.data) - reader.position} bytes follow its end")
    return CTranslate2File(path, spec, revision, stored, halves, aliases)


class _Reader:
    """Reads one field after the other and refuses to step outside the file."""

    def __init__(self, data: NDArray[np.uint8], path: Path) -> None:
        self.data = data
        self.path = path
        self.position = 0

    def take(self, count: int, what: str) -> NDArray[np.uint8]:
        end = self.position + count
        if end > len(self.data):
            raise damaged(
                self.path, f"{what} ends at byte {end}, the file has {len(self.data)} (cut off?)"
            )
        found = self.data[self.position : end]
        self.position = end
        return found

    def integer(self, layout: str, what: str) -> int:
        value: int = struct.unpack(layout, self.take(struct.calcsize(layout), what).tobytes())[0]
        return value

    def text(self, what: str) -> str:
        raw = self.take(self.integer("<H", what), what).tobytes()
        try:
            return raw.removesuffix(b"\0").decode("ascii")
        except UnicodeDecodeError as error:
            raise damaged(self.path, f"{what} is not plain text") from error


def _variables(reader: _Reader) -> tuple[dict[str, NDArray[Any]], frozenset[str]]:
    count = reader.integer("<I", "the number of variables")
    if count > _MAX_VARIABLES:
        raise damaged(reader.path, f"it announces {count} variables, over {_MAX_VARIABLES}")
    stored: dict[str, NDArray[Any]] = {}
    halves = set()
    for index in range(count):
        name = reader.text(f"the name of variable {index}")
        if name in stored:
            raise damaged(reader.path, f"the variable {name!r} comes twice")
        kind, stored[name] = _values(reader, name)
        if kind == _BFLOAT16:
            halves.add(name)
    return stored, frozenset(halves)


def _values(reader: _Reader, name: str) -> tuple[int, NDArray[Any]]:
    what = f"the variable {name!r}"
    rank = reader.integer("<B", what)
    if rank > _MAX_RANK:
        raise damaged(reader.path, f"{what} has {rank} dimensions, over {_MAX_RANK}")
    shape = tuple(reader.integer("<I", what) for _ in range(rank))
    kind, size = reader.integer("<B", what), reader.integer("<I", what)
    if kind not in _TYPES:
        raise damaged(reader.path, f"{what} is of the unknown type {kind}")
    dtype = np.dtype(_TYPES[kind])
    if size != math.prod(shape) * dtype.itemsize:
        raise damaged(reader.path, f"{what} of shape {list(shape)} is stored in {size} bytes")
    return kind, reader.take(size, what).view(dtype).reshape(shape)


def _aliases(reader: _Reader, stored: dict[str, NDArray[Any]]) -> dict[str, str]:
    count = reader.integer("<I", "the number of aliases")
    if count > _MAX_VARIABLES:
        raise damaged(reader.path, f"it announces {count} aliases, over {_MAX_VARIABLES}")
    aliases = {}
    for index in range(count):
        alias, name = (reader.text(f"alias {index}") for _ in range(2))
        if name not in stored:
            raise damaged(reader.path, f"the alias {alias!r} stands for {name!r}, which is absent")
        aliases[alias] = name
    return aliases
