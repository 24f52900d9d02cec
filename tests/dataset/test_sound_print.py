"""Fingerprints of sound."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from dataset.scenes import squeezed, voice
from emer.dataset.alike import sound_difference
from emer.dataset.sound_print import (
    BANDS,
    HOP,
    LONGEST,
    RATE,
    WINDOW,
    Steps,
    fingerprint,
    from_text,
    sound_print,
    to_text,
)
from emer.media import Limits, audio


def resampled(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 16 kHz to the rate of the prints, by the spectrum."""
    count = round(len(samples) * RATE / 16000)
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count).astype(np.float32)


def best(one: Steps, other: Steps) -> float:
    return min(sound_difference(one, other, lag) for lag in range(-60, 61))


def test_a_step_is_what_the_paper_says() -> None:
    samples = resampled(voice(1, 1.0))
    steps = fingerprint(samples)
    edges = [300 * (2000 / 300) ** (i / BANDS) for i in range(BANDS + 1)]
    window = np.hanning(WINDOW)

    def energies(start: int) -> list[float]:
        power = np.abs(np.fft.fft(samples[start : start + WINDOW] * window)[: WINDOW // 2 + 1]) ** 2
        hertz = [i * RATE / WINDOW for i in range(len(power))]
        return [
            sum(p for p, f in zip(power, hertz, strict=True) if low <= f < high)
            for low, high in pairwise(edges)
        ]

    for n in (0, 7, len(steps) - 1):
        before, now = energies(n * HOP), energies((n + 1) * HOP)
        bits = "".join(
            str(int((now[m] - now[m + 1]) - (before[m] - before[m + 1]) > 0)) for m in range(32)
        )
        assert f"{steps[n]:032b}" == bits


def test_every_band_has_a_frequency() -> None:
    noise = np.random.default_rng(0).standard_normal(RATE * 2).astype(np.float32)
    bits = np.unpackbits(fingerprint(noise).astype(">u4").view(np.uint8)).reshape(-1, 32)
    assert ((bits.mean(axis=0) > 0.2) & (bits.mean(axis=0) < 0.8)).all()


def test_streaming_in_blocks_changes_nothing(tmp_path: Path) -> None:
    path = squeezed(tmp_path / "long.m4a", voice(2, 23.0), 64_000)
    whole = np.concatenate([block.samples for block in audio(path, rate=RATE)])
    assert sound_print(path, Limits()) == to_text(fingerprint(whole))


def test_only_the_first_two_minutes_count() -> None:
    samples = np.random.default_rng(0).standard_normal(int(RATE * (LONGEST + 5)))
    steps = fingerprint(samples.astype(np.float32))
    assert len(steps) == (LONGEST * RATE - WINDOW) // HOP


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_a_copy_is_known_again(tmp_path: Path, seed: int) -> None:
    samples = voice(seed)
    plain = fingerprint(resampled(samples))
    quiet = fingerprint(resampled(samples * np.float32(0.05)))
    trimmed = fingerprint(resampled(samples[4801:-2000]))
    coded = from_text(sound_print(squeezed(tmp_path / "a.m4a", samples), Limits()))
    noisy = samples + 0.02 * np.random.default_rng(0).standard_normal(len(samples))
    assert best(plain, quiet) < 0.02
    assert best(plain, trimmed) < 0.15
    assert best(plain, coded) < 0.2
    assert best(plain, fingerprint(resampled(noisy.astype(np.float32)))) < 0.3


def test_other_voices_differ() -> None:
    prints = [fingerprint(resampled(voice(seed))) for seed in range(8)]
    assert min(best(one, other) for one, other in combinations(prints, 2)) > 0.33


def test_silence_is_no_sound() -> None:
    silent = np.zeros(RATE * 3, np.float32)
    assert not fingerprint(silent).any()
    half = np.concatenate([silent, resampled(voice(1, 2.0))])
    steps = fingerprint(half)
    assert not steps[:100].any()
    assert steps[-60:].all()
    assert sound_difference(fingerprint(silent), fingerprint(silent), 0) == 1.0
    assert fingerprint(silent[:100]).size == 0


def test_an_excerpt_is_no_copy() -> None:
    long = fingerprint(resampled(voice(1, 6.0)))
    assert sound_difference(long[:130], long, 0) == 1.0
    assert sound_difference(long[:-30], long, 0) == 0.0


@given(st.lists(st.integers(0, 2**32 - 1)))
def test_text_and_back(values: list[int]) -> None:
    steps = np.array(values, np.uint32)
    assert from_text(to_text(steps)).tolist() == values
    assert len(to_text(steps)) == 8 * len(values)
