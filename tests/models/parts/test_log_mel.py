import numpy as np
import pytest
import torch
from transformers import WhisperFeatureExtractor

from emer.errors import UsageError
from emer.models.parts.log_mel import LogMel


def sound(seconds=2.0, clips=3, seed=0):
    """Tones that fade, noise and a stretch of silence, each clip at another level."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * 16000)) / 16000
    waves = [
        0.9 / 10**clip * np.sin(2 * np.pi * (150 + 400 * clip) * time) * np.exp(-time)
        + 1e-3 * random.standard_normal(len(time))
        for clip in range(clips)
    ]
    waves[0][:8000] = 0.0
    return np.stack(waves).astype(np.float32)


@pytest.mark.parametrize("n_mels", [80, 128])
@pytest.mark.parametrize("samples", [32000, 31999, 480])
def test_equals_whisper_feature_extractor(n_mels, samples):
    waves = sound()[:, :samples]
    reference = WhisperFeatureExtractor(feature_size=n_mels)
    ours = LogMel(n_mels)(torch.from_numpy(waves))
    assert ours.shape == (3, n_mels, samples // 160) and ours.dtype == torch.float32
    for wave, got in zip(waves, ours, strict=True):
        expected = reference(
            wave, sampling_rate=16000, padding="do_not_pad", return_tensors="pt"
        ).input_features[0]
        assert torch.allclose(got, expected[:, : samples // 160], atol=1e-4, rtol=0)


def test_batch_equals_singles():
    waves = torch.from_numpy(sound())
    mel = LogMel()
    singles = torch.cat([mel(wave[None]) for wave in waves])
    assert torch.allclose(mel(waves), singles, atol=1e-6, rtol=0)
    # Clamping to the loudest of the batch instead of the clip would lift the quiet one.
    assert mel(waves)[2].min() < mel(waves)[0].max() - 2.0


def test_stays_float32_in_a_half_model():
    waves = torch.from_numpy(sound())
    expected = LogMel()(waves)
    model = torch.nn.Sequential(LogMel()).to(torch.bfloat16)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(model(waves), expected)


def test_has_nothing_to_save_and_survives_meta():
    with torch.device("meta"):
        mel = LogMel()
    assert not mel.state_dict()
    waves = torch.from_numpy(sound())
    assert torch.equal(mel(waves), LogMel()(waves))


@pytest.mark.parametrize("shape", [(100,), (1, 200), (2, 1, 4000)])
def test_refuses_other_shapes(shape):
    with pytest.raises(UsageError, match="shape"):
        LogMel()(torch.zeros(shape))
