"""Writes small weight files in the format that `emer.instruments.e5_file` reads."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

WIDTH, LAYERS, HEADS, INNER, LENGTH = 64, 2, 4, 96, 24
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
PIECES = ["\u2581", "\u2581query", ":", "a", "b", "c", "ab", "bc", "abc", "\u2581a", "\u2581ab"]
PIECES += ["你", "好", "你好", "\u2581happy", "\u2581sad", "\u2581day", "!", "?", "<mask>"]


@dataclass
class Draft:
    """The parts of a weight file, open to damage before they are written."""

    magic: bytes = b"E5S1"
    version: int = 1
    header: list[int] = field(default_factory=list)
    epsilon: float = 1e-12
    block: int = 32
    pieces: list[bytes] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    specials: list[int] = field(default_factory=lambda: [0, 2, 1, 3])
    offsets: list[int] | None = None
    normalisation: dict[int, str] = field(
        default_factory=lambda: {0x3000: " ", 0xFF01: "!", 0x200D: "", 0x9: " "}
    )
    tensors: dict[str, tuple[int, np.ndarray]] = field(default_factory=dict)
    shift: dict[str, int] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        path.write_bytes(self.content())
        return path

    def content(self) -> bytes:
        text = b"".join(self.pieces)
        offsets = self.offsets or np.cumsum([0, *map(len, self.pieces)]).tolist()
        head = self.magic + struct.pack("<I7i", self.version, *self.header)
        head += struct.pack("<fi", self.epsilon, self.block)
        head += struct.pack("<5iQ", len(self.pieces), *self.specials, len(text))
        head += struct.pack(f"<{len(offsets)}I", *offsets)
        head += struct.pack(f"<{len(self.scores)}f", *self.scores) + text
        table = b"".join(
            struct.pack(f"<IB{len(to)}I", source, len(to), *map(ord, to))
            for source, to in self.normalisation.items()
        )
        head += struct.pack("<iI", len(self.normalisation), len(table)) + table
        return head + self._directory(len(head))

    def _directory(self, before: int) -> bytes:
        entry = sum(2 + len(name) + 21 for name in self.tensors)
        start = before + 4 + entry
        directory, body = struct.pack("<i", len(self.tensors)), b""
        for name, (items, values) in self.tensors.items():
            raw = values.tobytes()
            kind = 0 if values.dtype == np.dtype("<f4") else 1
            place = start + len(body) + self.shift.get(name, 0)
            directory += struct.pack("<H", len(name)) + name.encode()
            directory += struct.pack("<BIQQ", kind, items, place, len(raw))
            body += raw
        return directory + body


def quantise(values: np.ndarray) -> np.ndarray:
    """4-bit blocks of a matrix, weight by weight, as bytes of shape [blocks, 18]."""
    blocks = values.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1) / 7).astype("<f2")
    codes = np.clip(np.rint(blocks / scale.astype(np.float64)[:, None]) + 8, 0, 15)
    codes = codes.astype(np.uint8)
    packed = codes[:, :16] | (codes[:, 16:] << 4)
    return np.concatenate([scale[:, None].view(np.uint8), packed], axis=1)


def draft(seed: int = 0, width: int = WIDTH, layers: int = LAYERS, rows: int = 40) -> Draft:
    """A valid small file with random weights."""
    random = np.random.default_rng(seed)
    made = Draft(header=[width, layers, HEADS, INNER, rows, LENGTH, 2])
    made.pieces = [piece.encode() for piece in SPECIAL + PIECES]
    made.scores = [0.0] * 4 + [-1.0 - 0.37 * i - 0.011 * i * i for i in range(len(PIECES))]

    def matrix(name: str, outputs: int, inputs: int) -> None:
        values = random.normal(size=(outputs, inputs)) * inputs**-0.5
        made.tensors[name] = (outputs * inputs, quantise(values))

    def vector(name: str, size: int, mean: float = 0.0) -> None:
        values = (mean + 0.1 * random.normal(size=size)).astype("<f4")
        made.tensors[name] = (size, values)

    matrix("emb.word", rows, width)
    vector("emb.pos", LENGTH * width)
    vector("emb.type", 2 * width)
    vector("emb.ln.w", width, 1.0)
    vector("emb.ln.b", width)
    for layer in (f"l{i}" for i in range(layers)):
        for part in ("q", "k", "v", "ao"):
            matrix(f"{layer}.{part}.w", width, width)
            vector(f"{layer}.{part}.b", width)
        matrix(f"{layer}.fi.w", INNER, width)
        vector(f"{layer}.fi.b", INNER)
        matrix(f"{layer}.fo.w", width, INNER)
        vector(f"{layer}.fo.b", width)
        for part in ("aln", "oln"):
            vector(f"{layer}.{part}.w", width, 1.0)
            vector(f"{layer}.{part}.b", width)
    return made
