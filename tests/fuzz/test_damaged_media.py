"""Damaged files yield results or a plain error: never a hang, a crash or another exception."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from emer.errors import EmerError
from emer.media import Limits, audio, frames, probe
from media.media_files import Sound, levels, plain, tone, write

COPIES = 32
SECONDS_PER_FILE = 10.0
# Crashes of FFmpeg are an error of the file, as any other; recent versions have none here.
OLD_FFMPEG = int(av.__version__.split(".")[0]) < 18
LIMITS = Limits(
    max_bytes=10_000_000,
    max_seconds=30.0,
    max_pixels=1_000_000,
    max_memory=2 * 1024**3,
    timeout_seconds=5.0,
)


def _mp4(path: Path) -> None:
    write(path, levels(12), Sound(tone(0.5)))


def _webm(path: Path) -> None:
    sound = Sound(tone(0.5, 48000), rate=48000, codec="libopus")
    write(path, levels(12), sound, codec="libvpx-vp9")


def _avi(path: Path) -> None:
    write(path, levels(12), Sound(tone(0.5), codec="pcm_s16le"), codec="mjpeg", pix_fmt="yuvj420p")


def _image(codec: str, pix_fmt: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        picture = plain(90)
        picture[::3, ::5] = (200, 30, 60)
        write(path, [(0.0, picture)], codec=codec, pix_fmt=pix_fmt, container="image2")

    return make


SEEDS: dict[str, Callable[[Path], None]] = {
    "mp4": _mp4,
    "webm": _webm,
    "mkv": lambda path: write(path, levels(12), Sound(tone(0.5), codec="flac")) and None,
    "avi": _avi,
    "mov": lambda path: write(path, levels(12), Sound(tone(0.5), codec="pcm_s16le")) and None,
    "ts": _mp4,
    "mp3": lambda path: write(path, sound=Sound(tone(0.5), codec="libmp3lame")) and None,
    "wav": lambda path: write(path, sound=Sound(tone(0.5), codec="pcm_s16le")) and None,
    "flac": lambda path: write(path, sound=Sound(tone(0.5), codec="flac")) and None,
    "gif": lambda path: write(path, levels(8), codec="gif", pix_fmt="rgb8") and None,
    "png": _image("png", "rgb24"),
    "jpg": _image("mjpeg", "yuvj420p"),
}


def _flip(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 16, 64))):
        data[chance.randrange(len(data))] = chance.randrange(256)


def _flip_head(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 16))):
        data[chance.randrange(min(len(data), 512))] ^= 1 << chance.randrange(8)


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def _zero(data: bytearray, chance: random.Random) -> None:
    start, size = chance.randrange(len(data)), chance.randrange(1, 4096)
    data[start : start + size] = bytes(len(data[start : start + size]))


def _duplicate(data: bytearray, chance: random.Random) -> None:
    start, size = chance.randrange(len(data)), chance.randrange(1, 4096)
    data[start:start] = data[start : start + size]


def _huge_number(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start : start + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"))


DAMAGES = (_flip, _flip_head, _truncate, _zero, _duplicate, _huge_number)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("seeds")
    for kind, make in SEEDS.items():
        make(folder / f"seed.{kind}")
    return {kind: (folder / f"seed.{kind}").read_bytes() for kind in SEEDS}


def _use(path: Path) -> int:
    """Probe and decode a file, check what comes back, and count what was refused."""
    refused = 0
    try:
        info = probe(path, LIMITS)
        assert info.has_video or info.has_audio
        assert 0 <= info.seconds <= LIMITS.max_seconds + 1
    except EmerError as error:
        refused += _plain(error, path)
    before = -1.0
    try:
        for frame in frames(path, LIMITS, fps=5, max_side=64):
            assert frame.time > before
            assert frame.image.dtype == np.uint8 and frame.image.shape[2] == 3
            assert 0 < max(frame.image.shape) <= 64
            before = frame.time
    except EmerError as error:
        refused += _plain(error, path)
    heard = 0
    try:
        for block in audio(path, LIMITS, rate=8000, block_seconds=2):
            assert block.time * 8000 == pytest.approx(heard)
            assert np.isfinite(block.samples).all()
            heard += len(block.samples)
    except EmerError as error:
        refused += _plain(error, path)
    return refused


def _plain(error: EmerError, path: Path) -> int:
    assert path.name in error.message
    assert "no progress" not in error.message
    assert "was ended by" not in error.message or OLD_FFMPEG
    assert "exit code" not in error.message
    return 1


@pytest.mark.parametrize("kind", SEEDS)
def test_sound_seed_is_read(kind: str, seeds: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / f"clip.{kind}"
    path.write_bytes(seeds[kind])
    info = probe(path, LIMITS)
    assert _use(path) == (not info.has_video) + (not info.has_audio)


@pytest.mark.parametrize("kind", SEEDS)
def test_damaged_files(kind: str, seeds: dict[str, bytes], tmp_path: Path) -> None:
    refused = 0
    for copy in range(COPIES):
        chance = random.Random(f"{kind}-{copy}")
        data = bytearray(seeds[kind])
        DAMAGES[copy % len(DAMAGES)](data, chance)
        if copy % 5 == 0:  # the head of one kind on the body of another
            data[:64] = seeds[chance.choice(list(SEEDS))][:64]
        path = tmp_path / f"clip{copy}.{kind}"
        path.write_bytes(data)
        began = time.monotonic()
        refused += _use(path)
        assert time.monotonic() - began < SECONDS_PER_FILE, f"{kind} {copy} hangs"
    assert refused > 0
