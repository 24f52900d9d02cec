"""The model itself: batches, missing modalities, frozen parts, saving."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from emer.errors import AssetError, UsageError
from emer.models.xemogpt import (
    ClipMedia,
    XEmoGPTConfig,
    XEmoGPTForConditionalGeneration,
    XEmoGPTModel,
    XEmoGPTProcessor,
)
from models.xemogpt.builders import noise_frames, tiny_model, tone

MIXED = [
    ClipMedia(noise_frames(4, 1), tone(0.5), "Hello."),
    ClipMedia(noise_frames(4, 2), None, "Oh no, it is late already."),
    ClipMedia(None, tone(0.9, 330.0), None),
    ClipMedia(None, None, "Only words."),
    ClipMedia(noise_frames(4, 3), tone(0.2, 110.0), ""),
    ClipMedia(None, None, None),
]


@torch.no_grad()
def test_a_mixed_batch_equals_its_singles(model, processor) -> None:
    batch = processor(MIXED)
    logits = model(**batch).logits
    for row, clip in enumerate(MIXED):
        single = processor(clip)
        alone = model(**single).logits[0]
        length = alone.shape[0]
        assert int(batch["attention_mask"][row].sum()) == length
        torch.testing.assert_close(logits[row, -length:], alone, atol=1e-5, rtol=0)


def test_generation_in_a_batch_equals_generation_alone(model, processor) -> None:
    options = {"max_new_tokens": 8, "do_sample": False}
    together = model.generate(**processor(MIXED), **options)
    for row, clip in enumerate(MIXED):
        alone = model.generate(**processor(clip), **options)[0]
        assert together[row, : len(alone)].tolist() == alone.tolist()


@pytest.mark.parametrize("norm", ["layer", "group"])
def test_padded_sound_gives_the_tokens_of_the_clip_alone(tmp_path: Path, norm: str) -> None:
    from transformers import Wav2Vec2FeatureExtractor

    from models.xemogpt.builders import hubert_config

    torch.manual_seed(0)
    config = XEmoGPTConfig(audio_config=hubert_config(norm), audio_downsampling=3)
    model = XEmoGPTModel(config).eval()
    extract = Wav2Vec2FeatureExtractor(return_attention_mask=True)
    sounds = [tone(0.5), tone(1.3, 300.0)]
    both = extract(sounds, sampling_rate=16000, padding=True, return_tensors="pt")
    frames, mask = model.hear(both["input_values"], both["attention_mask"])
    for row, sound in enumerate(sounds):
        single = extract([sound], sampling_rate=16000, return_tensors="pt")
        alone, _ = model.hear(single["input_values"], None)
        assert int(mask[row].sum()) == alone.shape[1] == config.audio_tokens(len(sound))
        torch.testing.assert_close(frames[row][mask[row]], alone[0], atol=1e-5, rtol=0)


@torch.no_grad()
def test_features_are_the_tokens_the_language_model_sees(model, processor) -> None:
    batch = processor(MIXED[:1])
    embeds = model.embed_prompt(**{k: v for k, v in batch.items() if k != "attention_mask"})
    kinds = batch["token_type_ids"][0]
    video = model.get_video_features(batch["pixel_values"])
    audio, mask = model.get_audio_features(batch["input_values"], batch["audio_attention_mask"])
    assert video.shape == (1, 4, 48)
    assert torch.equal(embeds[0][kinds == 2], video[0])
    assert torch.equal(embeds[0][kinds == 1], audio[mask])


@torch.no_grad()
def test_features_of_the_encoders_may_be_given_instead_of_media(model, processor) -> None:
    batch = processor(MIXED[:1])
    sound, mask = model.model.encode_sound(batch["input_values"], batch["audio_attention_mask"])
    text = {k: batch[k] for k in ("input_ids", "attention_mask", "token_type_ids")}
    cached = model(
        **text,
        frame_features=model.model.encode_frames(batch["pixel_values"]),
        sound_features=sound,
        sound_mask=mask,
    )
    assert torch.equal(cached.logits, model(**batch).logits)


def test_frozen_parts_stay_as_they_are_through_a_training_step(model, processor) -> None:
    model.requires_grad_(False)
    model.add_lora(4, dropout=0.5)
    for part in (model.model.video_bridge, model.video_projection):
        part.requires_grad_(True)
    model.train()
    assert not model.model.audio_tower.training
    assert not model.model.audio_bridge.training
    assert model.model.video_bridge.training
    assert model.language_model.training
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2)
    model(**processor(MIXED[:2], answers=["She smiles.", "He appears sad."])).loss.backward()
    optimizer.step()
    changed = {n for n, v in model.state_dict().items() if not torch.equal(v, before[n])}
    allowed = ("model.video_bridge.", "video_projection.", "language_model")
    assert all(name.startswith(allowed) for name in changed)
    assert all(".lora_" in name for name in changed if name.startswith("language_model"))
    assert any(name.startswith("model.video_bridge.layers") for name in changed)
    assert any(".lora_B." in name for name in changed)


def test_training_mode_does_not_touch_what_frozen_encoders_give(model, processor) -> None:
    batch = processor(MIXED[:1])
    sound = (batch["input_values"], batch["audio_attention_mask"])
    model.eval()
    quiet = model.model.encode_sound(*sound)[0]
    model.train()
    assert torch.equal(model.model.encode_sound(*sound)[0], quiet)


def test_the_loss_is_taken_on_the_answer_and_the_end_token(model, processor) -> None:
    answer = "He appears calm."
    batch = processor(MIXED[:1], answers=[answer])
    kept = batch["labels"][0] != -100
    assert processor.decode(batch["labels"][0][kept]) == answer + "<|im_end|>"
    logits = model(**batch).logits[0]
    ids = batch["labels"][0][kept]
    places = kept.nonzero().flatten() - 1
    expected = torch.nn.functional.cross_entropy(logits[places], ids)
    torch.testing.assert_close(model(**batch).loss, expected)


def test_gradient_checkpointing_gives_the_same_gradients(model, processor) -> None:
    batch = processor(MIXED[:1], answers=["Calm."])
    gradients = []
    for checkpointing in (False, True):
        model.zero_grad()
        if checkpointing:
            model.gradient_checkpointing_enable()
        model.train()
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        model(**batch).loss.backward()
        weight = model.model.video_bridge.layers[0].fc1.weight
        gradients.append(weight.grad.clone())
    assert model.model.video_bridge.layers[0].gradient_checkpointing
    torch.testing.assert_close(*gradients)


@torch.no_grad()
def test_saved_loaded_and_merged_give_the_same_logits(model, processor, tmp_path: Path) -> None:
    batch = processor(MIXED[:2])
    plain = model(**batch).logits
    model.add_lora(4)
    for name, value in model.named_parameters():
        if ".lora_B." in name:
            torch.nn.init.normal_(value, std=0.1)
    model.eval()
    adapted = model(**batch).logits
    assert not torch.allclose(adapted, plain, atol=1e-3)
    model.save_pretrained(tmp_path / "a")
    assert {f.name for f in (tmp_path / "a" / "adapter").iterdir()} >= {
        "adapter_config.json",
        "adapter_model.safetensors",
    }
    loaded = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "a")
    assert torch.equal(loaded(**batch).logits, adapted)
    loaded.merge_adapter()
    torch.testing.assert_close(loaded(**batch).logits, adapted, atol=1e-5, rtol=0)
    loaded.save_pretrained(tmp_path / "b")
    merged = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "b")
    assert torch.equal(merged(**batch).logits, loaded(**batch).logits)
    assert not (tmp_path / "b" / "adapter").exists()


def test_a_saved_model_is_safetensors_with_a_card_and_no_path(model_folder: Path) -> None:
    assert (model_folder / "model.safetensors").is_file()
    assert "EU AI Act" in (model_folder / "README.md").read_text(encoding="utf-8")
    config = (model_folder / "config.json").read_text(encoding="utf-8")
    assert str(model_folder.parent) not in config


def test_auto_classes_find_it(model_folder: Path) -> None:
    from transformers import AutoConfig, AutoModelForMultimodalLM, AutoProcessor

    assert isinstance(AutoConfig.from_pretrained(model_folder), XEmoGPTConfig)
    assert isinstance(AutoProcessor.from_pretrained(model_folder), XEmoGPTProcessor)
    model = AutoModelForMultimodalLM.from_pretrained(model_folder)
    assert isinstance(model, XEmoGPTForConditionalGeneration)


def test_the_encoders_alone_load_from_the_whole_model(model, model_folder: Path) -> None:
    alone = XEmoGPTModel.from_pretrained(model_folder)
    for name, value in alone.state_dict().items():
        assert torch.equal(value, model.model.state_dict()[name]), name


def test_pickled_weights_are_refused(model, model_folder: Path, tmp_path: Path) -> None:
    torch.save(model.state_dict(), tmp_path / "pytorch_model.bin")
    (tmp_path / "config.json").write_text((model_folder / "config.json").read_text())
    with pytest.raises(OSError, match="safetensors"):
        XEmoGPTForConditionalGeneration.from_pretrained(tmp_path)
    folder = tmp_path / "adapted"
    model.add_lora(2)
    model.save_pretrained(folder)
    (folder / "adapter" / "adapter_model.safetensors").unlink()
    with pytest.raises(AssetError, match=r"adapter_model\.safetensors"):
        XEmoGPTForConditionalGeneration.from_pretrained(folder)


def test_bfloat16_runs(model_folder: Path, processor) -> None:
    model = XEmoGPTForConditionalGeneration.from_pretrained(model_folder, dtype=torch.bfloat16)
    batch = processor(MIXED[:2])
    ids = model.generate(**batch, max_new_tokens=3, do_sample=False)
    assert ids.shape == (2, 3)
    assert model.video_projection.weight.dtype == torch.bfloat16


def test_beams_and_sampling_run(model, processor) -> None:
    torch.manual_seed(0)
    options = {"num_beams": 3, "do_sample": True, "temperature": 0.3, "top_p": 0.9}
    assert model.generate(**processor(MIXED[:2]), max_new_tokens=4, **options).shape == (2, 4)


def test_beams_read_the_prompt_once_and_find_what_they_would_have_found(model, processor) -> None:
    batch = processor(MIXED)
    options = {"max_new_tokens": 12, "num_beams": 4, "do_sample": False, "num_return_sequences": 2}
    found = model.generate(**batch, **options)
    embeds = model.embed_prompt(**{k: v for k, v in batch.items() if k != "attention_mask"})
    plain = model.language_model.generate(
        inputs_embeds=embeds, attention_mask=batch["attention_mask"], **options
    )
    assert found.tolist() == plain.tolist()
    reads = []
    hook = model.language_model.register_forward_hook(
        lambda module, args, kwargs, output: reads.append(kwargs.get("inputs_embeds")),
        with_kwargs=True,
    )
    model.generate(**batch, **options)
    hook.remove()
    rows = [each.shape[0] for each in reads if each is not None and each.shape[1] > 1]
    assert rows == [len(MIXED)]


@pytest.mark.parametrize(
    "option",
    [{"repetition_penalty": 1.3}, {"cache_implementation": "static"}, {"use_cache": False}],
)
def test_options_that_forbid_reading_ahead_still_work(model, processor, option) -> None:
    batch = processor(MIXED[:2])
    found = model.generate(**batch, max_new_tokens=4, num_beams=2, do_sample=False, **option)
    assert found.shape == (2, 4)


def test_logits_of_the_answer_alone_give_the_same_loss(model, processor) -> None:
    answers = ["Calm.", "He appears happy, it seems."]
    batch = processor(MIXED[:2], answers=answers)
    keep = int((batch["labels"] != -100).sum(dim=1).max()) + 1
    short = model(**batch, logits_to_keep=keep)
    whole = model(**batch)
    assert short.logits.shape[1] == keep
    torch.testing.assert_close(short.loss, whole.loss)
    torch.testing.assert_close(short.logits, whole.logits[:, -keep:])


def test_a_model_without_vision_takes_sound_and_words(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path, vision_config=None, video_bridge=None)
    model = XEmoGPTForConditionalGeneration.from_pretrained(folder)
    processor = XEmoGPTProcessor.from_pretrained(folder)
    assert model(**processor(MIXED[2])).logits.isfinite().all()
    with pytest.raises(UsageError, match="no video part"):
        model.get_video_features(torch.zeros(1, 4, 3, 32, 32))
    with pytest.raises(UsageError, match="no vision part"):
        processor(MIXED[0])


def test_wrong_shapes_are_named(model, processor) -> None:
    with pytest.raises(UsageError, match=r"\[B, T, 3, H, W\]"):
        model.get_video_features(torch.zeros(4, 32))
    with pytest.raises(UsageError, match="up to 4"):
        model.get_video_features(torch.zeros(1, 5, 3, 32, 32))
    with pytest.raises(UsageError, match=r"\[B, L\]"):
        model.get_audio_features(torch.zeros(1, 2, 100))
    with pytest.raises(UsageError, match="too short"):
        model.get_audio_features(torch.zeros(1, 100))
    batch = processor(MIXED[0])
    batch["pixel_values"] = batch["pixel_values"].repeat(2, 1, 1, 1, 1)
    with pytest.raises(UsageError, match="4 places for video, but the clips give 8"):
        model(**batch)


def test_a_model_needs_a_language_model() -> None:
    with pytest.raises(UsageError, match="text_config"):
        XEmoGPTForConditionalGeneration(XEmoGPTConfig())


def test_missing_weights_are_not_made_up(model_folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(model_folder / "model.safetensors")
    del weights["audio_projection.bias"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    (tmp_path / "config.json").write_text((model_folder / "config.json").read_text())
    with pytest.raises(AssetError, match=r"lack 1 tensors.*audio_projection\.bias"):
        XEmoGPTForConditionalGeneration.from_pretrained(tmp_path)
