"""Real clips of the development data, where they are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from emer.media import audio, frames, probe

_SHARED = Path(os.environ.get("EMER_SHARED", Path(__file__).parents[3] / "shared"))
CLIPS = sorted((_SHARED / "data" / "clips").glob("*.mp4"))


@pytest.mark.skipif(not CLIPS, reason="the development clips are not here (EMER_SHARED)")
def test_real_clips_decode_whole() -> None:
    for clip in CLIPS[:4]:
        info = probe(clip)
        pictures = list(frames(clip))
        sound = np.concatenate([block.samples for block in audio(clip)])
        assert info.has_video and info.has_audio and not info.notes
        assert abs(len(pictures) - info.seconds * 10) <= 2
        assert abs(len(sound) / 16000 - info.seconds) < 0.1
