import hashlib
import json

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoImageProcessor

from emer import assets as asset_store
from emer.assets import catalog
from emer.errors import AssetError, UsageError
from emer.models.parts import loading
from emer.models.parts.face_track import FaceTrackModel, FaceTrackProcessor
from emer.models.parts.loading import load_audio, load_llm, load_vision, obtain

SMALL = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
}
VISION = {**SMALL, "image_size": 16, "patch_size": 8}
TEXT = {**SMALL, "vocab_size": 50, "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
SPEECH = {**SMALL, "conv_dim": (16, 16), "conv_kernel": (10, 3), "conv_stride": (5, 2)}
SPEECH |= {"num_feat_extract_layers": 2, "num_conv_pos_embeddings": 8}
SPEECH |= {"num_conv_pos_embedding_groups": 2}


def made(family, tmp_path, **config):
    """Save a tiny random model and return it with its folder."""
    torch.manual_seed(0)
    settings = family.config_class(**config)
    model = family(settings).eval()
    model.save_pretrained(tmp_path)
    return model, tmp_path


def pixels():
    return torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
@pytest.mark.parametrize("name", ["CLIP", "Siglip"])
def test_vision_half_alone_or_out_of_the_whole(name, tmp_path):
    whole_family = getattr(transformers, f"{name}Model")
    whole, folder = made(whole_family, tmp_path / "w", vision_config=VISION, text_config=TEXT)
    part = load_vision(folder)
    assert type(part).__name__ == f"{name}VisionModel" and not part.training
    expected = whole.vision_model(pixels()).last_hidden_state
    assert torch.equal(part(pixels()).last_hidden_state, expected)
    part.save_pretrained(tmp_path / "half")
    again = load_vision(tmp_path / "half")
    assert type(again) is type(part)
    assert torch.equal(again(pixels()).last_hidden_state, expected)


@torch.no_grad()
@pytest.mark.parametrize("name", ["Hubert", "Wav2Vec2"])
@pytest.mark.parametrize("head", ["Model", "ForCTC"])
def test_audio_of_wave_families(name, head, tmp_path):
    family = getattr(transformers, f"{name}{head}")
    model, folder = made(family, tmp_path, **SPEECH)
    part = load_audio(folder)
    assert type(part).__name__ == f"{name}Model" and not part.training
    inner = model if head == "Model" else getattr(model, model.base_model_prefix)
    wave = torch.randn(2, 400, generator=torch.Generator().manual_seed(0))
    assert torch.equal(part(wave).last_hidden_state, inner(wave).last_hidden_state)


@torch.no_grad()
@pytest.mark.parametrize("form", ["ForConditionalGeneration", "Model", "Encoder"])
def test_whisper_in_every_form(form, tiny_whisper, tmp_path):
    forms = {"Model": tiny_whisper.model, "Encoder": tiny_whisper.get_encoder()}
    forms.get(form, tiny_whisper).save_pretrained(tmp_path)
    part = load_audio(tmp_path)
    assert type(part).__name__ == "WhisperEncoder" and not part.training
    frames = torch.randn(1, 80, 80, generator=torch.Generator().manual_seed(0))
    assert torch.equal(part(frames)[0], tiny_whisper.get_encoder()(frames)[0])


@torch.no_grad()
@pytest.mark.parametrize(
    ("name", "more"), [("Qwen3", {"head_dim": 8}), ("Llama", {"tie_word_embeddings": True})]
)
def test_language_models(name, more, tmp_path):
    config = {**TEXT, "num_key_value_heads": 2, **more}
    model, folder = made(getattr(transformers, f"{name}ForCausalLM"), tmp_path, **config)
    part = load_llm(folder)
    assert type(part) is type(model) and not part.training
    ids = torch.tensor([[3, 4, 5]])
    assert torch.equal(part(ids).logits, model(ids).logits)


def test_only_the_training_embedding_may_be_missing(tmp_path):
    _, folder = made(transformers.HubertModel, tmp_path, **SPEECH)
    weights = load_file(folder / "model.safetensors")
    del weights["masked_spec_embed"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    load_audio(folder)
    del weights["encoder.layers.1.attention.q_proj.weight"]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(AssetError, match=r"lack 1 tensors of a HubertModel: encoder\.layers\.1"):
        load_audio(folder)


def test_refuses_pickles(tmp_path):
    model, folder = made(transformers.LlamaForCausalLM, tmp_path, **TEXT)
    (folder / "model.safetensors").unlink()
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    with pytest.raises(AssetError, match="safetensors"):
        load_llm(folder)


@pytest.mark.parametrize("load", [load_vision, load_audio, load_llm])
def test_damage(load, tmp_path):
    with pytest.raises(AssetError, match="cannot be read"):
        load(tmp_path / "absent")
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(AssetError, match="not an object"):
        load(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(AssetError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "nonsense"}))
    with pytest.raises(AssetError, match="can be loaded"):
        load(tmp_path)


def test_truncated_weights(tmp_path):
    _, folder = made(transformers.LlamaForCausalLM, tmp_path, **TEXT)
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-100])
    with pytest.raises(AssetError, match="can be loaded"):
        load_llm(folder)


def test_another_kind_of_model(tmp_path):
    _, folder = made(transformers.HubertModel, tmp_path, **SPEECH)
    with pytest.raises(AssetError, match="AutoModelForCausalLM can be loaded"):
        load_llm(folder)


def test_folders_and_names(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match=r"no config\.json"):
        obtain(str(tmp_path), "llm")
    (tmp_path / "config.json").write_text("{}")
    assert obtain(str(tmp_path), "llm") == tmp_path
    with pytest.raises(UsageError, match=r"asset:smollm2-135m is no audio part.*whisper-base"):
        obtain("asset:smollm2-135m", "audio")
    for spec in ("asset:nothing", "/absent/folder", "word"):
        with pytest.raises(UsageError, match=r"no vision part.*\"face-track\""):
            obtain(spec, "vision")
    monkeypatch.setattr(loading, "fetch_from_hub", lambda spec: tmp_path / spec)
    assert obtain("owner/name", "llm") == tmp_path / "owner/name"


def test_face_track(tmp_path):
    folder = obtain("face-track", "vision", store=tmp_path)
    assert folder.parent == tmp_path and folder == obtain("face-track", "vision", store=tmp_path)
    assert isinstance(load_vision(folder), FaceTrackModel)
    assert isinstance(AutoImageProcessor.from_pretrained(folder), FaceTrackProcessor)


@pytest.fixture
def whisper_asset(write_ctranslate2, monkeypatch, tmp_path):
    """Put a tiny model in place of the asset."""
    written = write_ctranslate2("float16")
    data = (written / "model.bin").read_bytes()
    name = "whisper-base"
    file = catalog.AssetFile("model.bin", hashlib.sha256(data).hexdigest(), len(data), ())
    side = catalog.AssetFile("config.json", hashlib.sha256(b"{}").hexdigest(), 2, ())
    asset = catalog.Asset(name, "tiny", "MIT", (file, side))
    monkeypatch.setattr(catalog, "CATALOG", (asset,))
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path))
    (tmp_path / name).mkdir()
    (tmp_path / name / "model.bin").write_bytes(data)
    (tmp_path / name / "config.json").write_bytes(b"{}")
    return asset_store.find(name)


def test_whisper_of_a_chosen_length(whisper_asset, tmp_path):
    folder = obtain("asset:whisper-base", "audio", seconds=0.58)
    assert folder.parent == tmp_path / "compiled" and whisper_asset.sha256[:16] in folder.name
    assert load_audio(folder).config.max_source_positions == 29
    whole = load_audio(obtain("asset:whisper-base", "audio"))
    assert whole.config.max_source_positions == 40
    for seconds in (0.0, -1.0, 31.0):
        with pytest.raises(UsageError, match="max_positions"):
            obtain("asset:whisper-base", "audio", seconds=seconds)


def test_a_damaged_asset(whisper_asset, tmp_path):
    (tmp_path / "whisper-base" / "model.bin").write_bytes(b"other")
    with pytest.raises(AssetError, match="SHA-256"):
        obtain("asset:whisper-base", "audio")
    assert not (tmp_path / "compiled").exists()


def test_absent_asset(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path))
    with pytest.raises(AssetError, match="emer assets get smollm2-135m"):
        obtain("asset:smollm2-135m", "llm")
