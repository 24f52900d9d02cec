"""Voice activity as a stream."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emer.errors import AssetError
from emer.instruments.vad import STEP, VoiceActivity, frame_mask, stretches
from instruments.sounds import noise, silence, tone


def heard(sound: np.ndarray, block: int) -> np.ndarray:
    detector = VoiceActivity()
    for first in range(0, len(sound), block):
        detector.feed(sound[first : first + block])
    return detector.finish()


def test_stream_equals_the_packages_own_batch() -> None:
    from faster_whisper.vad import get_vad_model

    sound = np.concatenate([noise(1.0), tone(150, 1.0), silence(0.5), tone(250, 0.7)])
    padded = np.pad(sound, (0, -len(sound) % STEP))
    batch = get_vad_model()(padded.copy()).reshape(-1)
    # The package blanks the end of its last step (it writes through a view); ours does not.
    np.testing.assert_allclose(heard(sound, 999)[:-1], batch[:-1], atol=1e-5)


@pytest.mark.parametrize("sound", [silence(2.0), noise(2.0), noise(2.0, 0.001)])
def test_silence_and_noise_are_not_speech(sound: np.ndarray) -> None:
    assert stretches(heard(sound, 4000)) == []


def test_probabilities_come_as_soon_as_they_are_known() -> None:
    detector = VoiceActivity()
    assert len(detector.feed(silence(0.02))) == 0
    assert len(detector.feed(silence(0.02))) == 1
    assert len(detector.finish()) == 2


def test_stretches_bridge_short_gaps_and_drop_clicks() -> None:
    steps = np.zeros(100, np.float32)
    steps[10:30] = steps[32:50] = 0.9  # a gap of 64 ms
    steps[70:72] = 0.9  # 64 ms of speech
    ((start, end),) = stretches(steps)
    assert (start, end) == pytest.approx((0.32, 1.6))
    mask = frame_mask(steps, 320)
    assert mask[32:160].all()
    assert mask.sum() == 128


def test_doubtful_steps_continue_but_do_not_begin_speech() -> None:
    assert stretches(np.full(50, 0.4, np.float32)) == []
    begun = np.full(50, 0.4, np.float32)
    begun[0] = 0.6
    assert len(stretches(begun)) == 1


def test_a_damaged_model_is_an_asset_error(tmp_path: Path) -> None:
    broken = tmp_path / "vad.onnx"
    broken.write_bytes(b"not a network")
    with pytest.raises(AssetError, match=r"vad\.onnx"):
        VoiceActivity(broken)
