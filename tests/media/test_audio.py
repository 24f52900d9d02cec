"""Sound: level, time line, blocks, and what is refused."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits, audio, frames, probe
from media.media_files import Sound, levels, resident, tone, write

CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}


def heard(path: Path, **options: float) -> NDArray[np.float32]:
    return np.concatenate([block.samples for block in audio(path, **options)])  # type: ignore[arg-type]


def wav(path: Path, samples: NDArray[np.generic], rate: int, claim: int | None = None) -> Path:
    """Write a WAV file of float32 or int16 mono samples, with a data size that may lie."""
    data = samples.tobytes()
    code, width = (3, 4) if samples.dtype == np.float32 else (1, 2)
    form = struct.pack("<HHIIHH", code, 1, rate, rate * width, width, 8 * width)
    size = len(data) if claim is None else claim
    head = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", size)
    path.write_bytes(b"RIFF" + struct.pack("<I", min(len(head) + size, 2**32 - 1)) + head + data)
    return path


@pytest.mark.parametrize("layout", CHANNELS)
@pytest.mark.parametrize("rate", [8000, 22050, 48000])
def test_channels_are_averaged_without_clipping(tmp_path: Path, layout: str, rate: int) -> None:
    one = tone(1.0, rate, hertz=300.0, level=1.0)
    same = np.tile(one, (CHANNELS[layout], 1))
    path = write(
        tmp_path / "clip.wav", sound=Sound(same, rate=rate, layout=layout, codec="pcm_s16le")
    )
    got = heard(path)
    want = tone(1.0, 16000, hertz=300.0, level=1.0)
    middle = slice(800, 15000)
    assert len(got) == 16000 and got.dtype == np.float32
    assert np.abs(got[middle] - want[middle]).max() < 0.01
    assert np.abs(got).max() < 1.05  # a resampler rings by some percent at a hard edge


def test_each_channel_counts_the_same_except_bass_effects(tmp_path: Path) -> None:
    for channel in range(6):
        samples = np.zeros((6, 16000), np.float32)
        samples[channel] = tone(1.0, 16000, level=0.9)
        path = write(
            tmp_path / f"{channel}.wav",
            sound=Sound(samples, rate=16000, layout="5.1", codec="pcm_s16le"),
        )
        peak = np.abs(heard(path)).max()
        assert peak == pytest.approx(0.0 if channel == 3 else 0.9 / 5, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [("a.m4a", "aac", 44100), ("a.mp3", "libmp3lame", 44100), ("a.ogg", "libopus", 48000),
     ("a.flac", "flac", 44100), ("a.mkv", "pcm_s24le", 96000), ("a.wav", "pcm_u8", 11025),
     ("a.mov", "alac", 44100), ("a.ac3", "ac3", 48000)],
)  # fmt: skip
def test_codecs_keep_pitch_level_and_time(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    click = tone(1.0, rate, hertz=1000.0, level=0.5)
    click[: rate // 2] = 0
    path = write(tmp_path / name, sound=Sound(click, rate=rate, codec=codec))
    got = heard(path)
    assert probe(path).audio_codec == codec.removeprefix("lib").removesuffix("lame")
    assert 1.0 <= len(got) / 16000 < 1.1
    onset = np.argmax(np.abs(got) > 0.2) / 16000
    # Raw AC-3 has no timestamps that tell its coder's delay of 256 samples.
    assert onset == pytest.approx(0.5, abs=0.008)
    part = got[10000:14096]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    assert np.argmax(spectrum) * 16000 / len(part) == pytest.approx(1000, abs=5)
    assert np.sqrt(np.mean(part**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_a_late_start_of_sound_is_silence(tmp_path: Path) -> None:
    sound = Sound(tone(1.0, 16000), rate=16000, codec="pcm_s16le", start=0.75)
    path = write(tmp_path / "clip.mkv", levels(50), sound)
    got = heard(path)
    assert not got[: int(0.745 * 16000)].any()
    assert np.abs(got[int(0.755 * 16000) :][:200]).max() > 0.3
    assert len(got) == pytest.approx(1.75 * 16000, abs=20)
    assert next(iter(frames(path))).time == 0


def test_a_late_start_of_pictures_leaves_the_sound_at_zero(tmp_path: Path) -> None:
    pictures = [(time + 0.5, image) for time, image in levels(25)]
    path = write(tmp_path / "clip.mkv", pictures, Sound(tone(2.0), codec="flac"))
    assert next(iter(frames(path))).time == pytest.approx(0.5, abs=0.002)
    assert np.abs(heard(path)[:200]).max() > 0.3


def test_both_clocks_begin_where_the_container_does(tmp_path: Path) -> None:
    pictures = [(time + 100, image) for time, image in levels(25)]
    sound = Sound(tone(1.0), codec="flac", start=100.2)
    path = write(tmp_path / "clip.mkv", pictures, sound)
    assert next(iter(frames(path))).time == pytest.approx(0.0, abs=0.002)
    got = heard(path)
    assert np.argmax(np.abs(got) > 0.1) / 16000 == pytest.approx(0.2, abs=0.005)
    assert probe(path).seconds == pytest.approx(1.2, abs=0.1)


def test_a_hole_becomes_silence_of_its_length(tmp_path: Path) -> None:
    sound = Sound(tone(2.0, 16000), rate=16000, codec="pcm_s16le", hole=(1.0, 1.5))
    path = write(tmp_path / "clip.mkv", sound=sound)
    got = heard(path)
    assert len(got) == pytest.approx(3.5 * 16000, abs=20)
    silent = np.flatnonzero(np.abs(got) < 1e-4)
    run = silent[(silent > 1.1 * 16000) & (silent < 2.4 * 16000)]
    assert len(run) > 1.29 * 16000
    assert np.abs(got[int(2.6 * 16000) :]).max() > 0.4


def test_blocks_follow_one_another(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.wav", sound=Sound(tone(2.5), codec="pcm_s16le"))
    blocks = list(audio(path, rate=8000, block_seconds=1.0))
    assert [len(block.samples) for block in blocks] == [8000, 8000, 4000]
    assert [block.time for block in blocks] == [0.0, 1.0, 2.0]
    whole = heard(path, rate=8000)
    assert np.array_equal(whole, np.concatenate([block.samples for block in blocks]))


def test_samples_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    samples = tone(1.0, 16000)
    samples[8000:8010] = [np.nan, np.inf, -np.inf, 1e30, -1e30] * 2
    path = wav(tmp_path / "clip.wav", samples, 16000)
    run = audio(path)
    got = np.concatenate([block.samples for block in run])
    assert np.isfinite(got).all() and np.abs(got).max() < 1
    assert np.array_equal(got[:8000], samples[:8000])
    assert any("10 samples" in note for note in run.notes)


def test_no_samples_is_an_error(tmp_path: Path) -> None:
    path = wav(tmp_path / "clip.wav", np.zeros(0, np.int16), 16000)
    for use in (probe, lambda clip: list(audio(clip))):
        with pytest.raises(MediaError, match=r"clip\.wav"):
            use(path)


def test_a_claim_of_twelve_hours_is_refused(tmp_path: Path) -> None:
    size = 12 * 3600 * 16000
    path = wav(tmp_path / "long.wav", np.zeros(0, np.int16), 8000, size)
    os.truncate(path, path.stat().st_size + size)  # zeros that take no room on the disk
    with pytest.raises(LimitError, match=r"long\.wav is 43,200 seconds.* 14,400.*--max-seconds"):
        probe(path)
    with pytest.raises(LimitError, match="max_seconds"):
        next(iter(audio(path)))


def test_length_is_limited_while_decoding_too(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", sound=Sound(tone(5.0), codec="flac"))
    data = path.read_bytes()
    at = data.index(b"\x44\x89\x88") + 3  # the duration in the header, in milliseconds
    path.write_bytes(data[:at] + struct.pack(">d", 1000.0) + data[at + 8 :])
    info = probe(path)
    assert info.seconds == pytest.approx(5.0, abs=0.1)
    assert any("claims 1.00 s but holds 5.00 s" in note for note in info.notes)
    limits = Limits(max_seconds=3.0)
    for use in (lambda: probe(path, limits), lambda: list(audio(path, limits))):
        with pytest.raises(LimitError, match="max_seconds"):
            use()


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"rate": 10**7}, {"block_seconds": 0}])
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    path = wav(tmp_path / "clip.wav", np.zeros(100, np.int16), 8000)
    with pytest.raises(UsageError, match=next(iter(wrong))):
        audio(path, **wrong)  # type: ignore[arg-type]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(-9000, 9000, 16000 * 60, dtype=np.int16)
    path = wav(tmp_path / "long.wav", np.tile(noise, 40), 16000)  # 40 minutes, 77 MB
    sizes = []
    with audio(path) as run:
        for number, _ in enumerate(run):
            if number % 20 == 2:
                sizes.append(resident())
    own, child = zip(*sizes, strict=True)
    assert len(sizes) == 4
    assert max(own) - own[1] < 8 and max(child) - child[1] < 8  # the first may be warming up
