import ctranslate2
import numpy as np
import pytest
import torch

from emer.errors import AssetError, UsageError
from emer.models.parts.log_mel import LogMel
from emer.models.parts.whisper_file import read_whisper_encoder

POSITIONS = 40  # of the fixture `tiny_whisper`


def frames(positions, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 80, 2 * positions, generator=generator)


def independent(folder, features, compute_type="float32"):
    """Encode with CTranslate2 itself."""
    whisper = ctranslate2.models.Whisper(str(folder), compute_type=compute_type)
    return np.array(whisper.encode(ctranslate2.StorageView.from_array(features.numpy())))


@torch.no_grad()
def test_float32_file_gives_the_very_weights(tiny_whisper, write_ctranslate2):
    encoder = read_whisper_encoder(write_ctranslate2("float32"))
    original = tiny_whisper.get_encoder()
    assert not encoder.training
    for name, value in original.state_dict().items():
        assert torch.equal(encoder.state_dict()[name], value), name
    features = frames(POSITIONS)
    assert torch.equal(encoder(features)[0], original(features)[0])


@torch.no_grad()
@pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16"])
def test_equals_ctranslate2(write_ctranslate2, kind):
    folder = write_ctranslate2(kind)
    features = frames(POSITIONS)
    ours = read_whisper_encoder(folder)(features)[0].numpy()
    assert np.allclose(ours, independent(folder, features), atol=1e-4)


def test_int8_lies_within_half_a_step(tiny_whisper, write_ctranslate2):
    encoder = read_whisper_encoder(write_ctranslate2("int8"))
    matrices = [
        name for name in encoder.state_dict() if name.endswith(("proj.weight", "fc1.weight"))
    ]
    for name in matrices:
        value, found = tiny_whisper.get_encoder().state_dict()[name], encoder.state_dict()[name]
        step = value.abs().amax(dim=1, keepdim=True) / 127
        assert not torch.equal(found, value)
        assert ((found - value).abs() <= 0.501 * step).all(), name


def test_int16_lies_within_a_thousandth(tiny_whisper, write_ctranslate2):
    encoder = read_whisper_encoder(write_ctranslate2("int16"))
    for name, value in tiny_whisper.get_encoder().state_dict().items():
        assert torch.allclose(encoder.state_dict()[name], value, atol=1e-3), name


@torch.no_grad()
def test_a_shorter_window(write_ctranslate2, tiny_whisper):
    encoder = read_whisper_encoder(write_ctranslate2("float32"), max_positions=12)
    assert encoder.config.max_source_positions == 12
    assert encoder(frames(12))[0].shape == (2, 12, 32)
    whole = tiny_whisper.get_encoder().embed_positions.weight
    assert torch.equal(encoder.embed_positions.weight, whole[:12])
    with pytest.raises(ValueError, match="length 24"):
        encoder(frames(POSITIONS))


def test_saved_and_loaded(write_ctranslate2, tmp_path):
    encoder = read_whisper_encoder(write_ctranslate2("float32"), max_positions=12)
    encoder.save_pretrained(tmp_path)
    again = type(encoder).from_pretrained(tmp_path)
    assert torch.equal(again(frames(12))[0], encoder(frames(12))[0])


@pytest.mark.parametrize("positions", [0, POSITIONS + 1])
def test_refuses_a_window_that_is_not_there(write_ctranslate2, positions):
    with pytest.raises(UsageError, match=f"within 1 and {POSITIONS}"):
        read_whisper_encoder(write_ctranslate2("float32"), max_positions=positions)


def damage(folder, name, what):
    """Change the first byte of a string in the file, which hides a variable."""
    path = folder / "model.bin"
    data = path.read_bytes()
    assert name in data
    path.write_bytes(data.replace(name, what))


@pytest.mark.parametrize(
    ("name", "what", "why"),
    [
        (b"WhisperSpec", b"WhisparSpec", "not a Whisper model"),
        (b"encoder/conv1/weight", b"encoder/conv9/weight", "no encoder of Whisper's form"),
        (b"encoder/conv2/weight", b"encoder/conv9/weight", "no variable 'encoder/conv2/weight'"),
        (b"encoder/layer_norm/beta", b"encoder/layer_norm/bEta", "no variable"),
        (b"encoder/position_enc", b"encoder/pasition_enc", "no position vectors"),
    ],
)
def test_names_what_is_missing(write_ctranslate2, name, what, why):
    folder = write_ctranslate2("float32")
    damage(folder, name, what)
    with pytest.raises(AssetError, match=why):
        read_whisper_encoder(folder)


def test_cut_off(write_ctranslate2):
    folder = write_ctranslate2("float16")
    data = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(data[: len(data) // 2])
    with pytest.raises(AssetError, match="cut off"):
        read_whisper_encoder(folder)


@torch.no_grad()
def test_the_asset_equals_ctranslate2(assets):
    folder = assets("whisper-base")
    time = np.arange(30 * 16000) / 16000
    tone = np.sin(2 * np.pi * (200 + 50 * np.sin(3 * time)) * time) * (np.sin(7 * time) > 0)
    noise = np.random.default_rng(0).standard_normal(len(time))
    sound = (0.3 * tone + 0.01 * noise).astype(np.float32)
    features = LogMel()(torch.from_numpy(sound[None]))
    ours = read_whisper_encoder(folder)(features)[0].numpy()
    theirs = independent(folder, features)
    assert ours.shape == (1, 1500, 512)
    # Both compute in float32 from the float16 of the file; sums are added in another order,
    # which shows most in the few channels that reach 24.
    assert np.abs(ours - theirs).max() < 5e-3
    assert np.abs(ours - theirs).mean() < 1e-5
