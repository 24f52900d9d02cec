"""Conversion is strict: every tensor finds its place, or the key is named."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from emer.errors import AssetError, UsageError
from emer.models.xemogpt import XEmoGPTForConditionalGeneration, XEmoGPTProcessor
from emer.models.xemogpt.conversion import convert, read_tensors
from models.xemogpt.builders import noise_frames, tiny_model, tone
from models.xemogpt.official import official_state, save


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model without the projection that the authors' audio checkpoint lacks."""
    return tiny_model(tmp_path_factory.mktemp("source"), audio_text_size=None)


@pytest.fixture
def state(source: Path) -> dict[str, torch.Tensor]:
    return official_state(source)


@pytest.fixture
def parts(source: Path) -> dict[str, Path]:
    folder = source.parent / "parts"
    return {"vision": folder / "clip", "audio": folder / "hubert", "llm": folder / "llm"}


def test_a_converted_checkpoint_is_the_model_it_was_made_of(source, state, parts, tmp_path):
    path = save({"state_dict": state}, tmp_path / "official.ckpt")
    result = convert(path, **parts, out=tmp_path / "out")
    assert (result.lora_rank, result.captions) == (0, False)
    expected = XEmoGPTForConditionalGeneration.from_pretrained(source)
    found = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "out")
    assert found.state_dict().keys() == expected.state_dict().keys()
    for name, value in expected.state_dict().items():
        assert torch.equal(found.state_dict()[name], value), name
    processor = XEmoGPTProcessor.from_pretrained(tmp_path / "out")
    from emer.models.xemogpt import ClipMedia

    batch = processor(ClipMedia(noise_frames(4, 1), tone(0.4), "Hello"))
    assert torch.equal(found(**batch).logits, expected(**batch).logits)


def test_weights_of_the_checkpoint_win_over_those_of_the_folders(state, parts, tmp_path):
    changed = "visual_encoder.clip.vision_model.post_layernorm.bias"
    state[changed] = torch.full_like(state[changed], 7.0)
    convert(save(state, tmp_path / "o.ckpt"), **parts, out=tmp_path / "out")
    model = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "out")
    assert (model.model.vision_tower.encoder.post_layernorm.bias == 7.0).all()


def test_an_adapter_is_kept_beside_or_merged(state, parts, tmp_path):
    adapted = {}
    for name, value in state.items():
        if name.startswith("llm_model."):
            name = name.replace("llm_model.", "llm_model.base_model.model.")
            if name.endswith("q_proj.weight"):
                stem = name.removesuffix(".weight")
                adapted[f"{stem}.lora_A.default.weight"] = torch.randn(3, value.shape[1])
                adapted[f"{stem}.lora_B.default.weight"] = torch.randn(value.shape[0], 3)
                name = f"{stem}.base_layer.weight"
        adapted[name] = value
    path = save(adapted, tmp_path / "o.ckpt")
    result = convert(path, **parts, out=tmp_path / "out", lora_alpha=6.0)
    assert result.lora_rank == 3
    model = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "out")
    attention = model.language_model.base_model.model.model.layers[0].self_attn
    assert attention.q_proj.scaling["default"] == 2.0
    assert not hasattr(attention.k_proj, "lora_A")
    convert(path, **parts, out=tmp_path / "merged", lora_alpha=6.0, merge=True)
    merged = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "merged")
    ids = torch.arange(2, 12)[None]
    torch.testing.assert_close(merged(ids).logits, model(ids).logits, atol=1e-5, rtol=1e-5)


def test_missing_unknown_and_misshapen_keys_are_named(state, parts, tmp_path):
    del state["visual_llm_project.bias"]
    state["visual_llm_project.weight"] = state["visual_llm_project.weight"][:, :5]
    state["audio_encoder.audio_project.scale"] = torch.zeros(1)
    state["optimizer.step"] = torch.zeros(1)
    path = save(state, tmp_path / "o.ckpt")
    with pytest.raises(AssetError) as error:
        convert(path, **parts, out=tmp_path / "out")
    told = str(error.value)
    assert "1 missing: video_projection.bias" in told
    assert "2 unknown: " in told
    assert "optimizer.step" in told
    assert "model.audio_head.projection.scale" in told
    assert "video_projection.weight [48, 5] instead of [48, 32]" in told
    assert not (tmp_path / "out").exists()


def test_names_of_older_libraries_are_understood(state, parts, tmp_path):
    for name in list(state):
        for old, new in (("original0", "weight_g"), ("original1", "weight_v")):
            if name.endswith(f"parametrizations.weight.{old}"):
                key = name.replace(f"parametrizations.weight.{old}", new)
                state[key] = state.pop(name)
    state["visual_encoder.clip.vision_model.embeddings.position_ids"] = torch.arange(17)[None]
    result = convert(save(state, tmp_path / "o.ckpt"), **parts, out=tmp_path / "out")
    assert result.unused == ("visual_encoder.clip.vision_model.embeddings.position_ids",)


class Trap:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> Any:
        return (Path.touch, (Path("trapped"),))


def test_nothing_but_tensors_is_unpickled(state, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = save({"state_dict": state, "hyper_parameters": Trap()}, tmp_path / "o.ckpt")
    with pytest.raises(AssetError, match="could run code"):
        convert(path, **parts, out=tmp_path / "out")
    assert not Path("trapped").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "damaged"), (b"PK\x03\x04 no zip", "damaged"), (b"\x80\x02K\x01.", "damaged|no state")],
)
def test_files_that_are_no_checkpoint(tmp_path, content, told):
    path = tmp_path / "o.ckpt"
    path.write_bytes(content)
    with pytest.raises(AssetError, match=told):
        read_tensors(path)


def test_truncated_files(state, tmp_path):
    from safetensors.torch import save_file

    for path in (save(state, tmp_path / "o.ckpt"), tmp_path / "o.safetensors"):
        if path.suffix == ".safetensors":
            save_file(state, path)
        path.write_bytes(path.read_bytes()[:-1000])
        with pytest.raises(AssetError, match="damaged"):
            read_tensors(path)


def test_something_that_is_no_tensor_is_named(tmp_path):
    path = save({"a": torch.zeros(1), "epoch": 3}, tmp_path / "o.ckpt")
    with pytest.raises(AssetError, match="not a tensor: epoch"):
        read_tensors(path)
    with pytest.raises(AssetError, match="no checkpoint"):
        read_tensors(tmp_path / "absent.ckpt")


def test_a_folder_without_configuration(state, parts, tmp_path):
    (tmp_path / "empty").mkdir()
    path = save(state, tmp_path / "o.ckpt")
    with pytest.raises(UsageError, match="LLM folder"):
        convert(path, **parts | {"llm": tmp_path / "empty"}, out=tmp_path / "out")


def test_truncated_weights_of_a_converted_model(source, tmp_path):
    shutil.copytree(source, tmp_path / "m")
    weights = tmp_path / "m" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(AssetError, match="damaged"):
        XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "m")


def test_the_toy_checkpoint_keeps_its_caption_encoder(converted: Path) -> None:
    from transformers import CLIPTextModelWithProjection

    model = CLIPTextModelWithProjection.from_pretrained(converted / "video_caption_encoder")
    assert model(torch.tensor([[5, 6, 599]])).text_embeds.shape == (1, 24)
