"""Real clips of the development data, where they are at hand."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from emer.media import audio, frames, probe


def test_real_clips_decode_whole(shared: Path) -> None:
    for clip in sorted((shared / "data" / "clips").glob("*.mp4"))[:4]:
        info = probe(clip)
        pictures, sound = frames(clip), audio(clip)
        count = len(list(pictures))
        seconds = sum(len(block.samples) for block in sound) / 16000
        assert info.has_video and info.has_audio
        assert not (info.notes or pictures.notes or sound.notes)
        assert abs(count - info.seconds * 10) <= 2 and abs(seconds - info.seconds) < 0.1


def test_sound_equals_the_reference_decoding(shared: Path) -> None:
    folder = shared / "data" / "clips"
    with wave.open(str(folder / "sample_00000007.wav")) as file:
        assert (file.getframerate(), file.getnchannels()) == (16000, 1)
        want = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    got = np.concatenate([b.samples for b in audio(folder / "sample_00000007.mp4")])
    assert len(got) == len(want)
    assert np.abs(got - want).max() < 1.5 / 32768
