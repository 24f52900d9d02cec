"""The converted toy checkpoint computes what the authors' code computed, number for number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from emer.media import sampled_frames
from emer.models.xemogpt import (
    ClipMedia,
    XEmoGPTConfig,
    XEmoGPTForConditionalGeneration,
    XEmoGPTProcessor,
)

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def processor(converted: Path) -> XEmoGPTProcessor:
    return XEmoGPTProcessor.from_pretrained(converted)


@pytest.fixture(scope="module")
def model(converted: Path) -> XEmoGPTForConditionalGeneration:
    return XEmoGPTForConditionalGeneration.from_pretrained(converted)


@pytest.fixture(scope="module")
def media(golden: Any) -> ClipMedia:
    frames = sampled_frames(golden.clip)
    assert list(frames.indices) == golden.facts["frame_indices"]
    assert frames.total == golden.facts["total_frames"]
    return ClipMedia(frames.images, golden.tensors["waveform"].numpy(), golden.facts["subtitle"])


def close(golden: Any, name: str, value: torch.Tensor) -> None:
    torch.testing.assert_close(value, golden.tensors[name], atol=TOLERANCE, rtol=0)


@torch.no_grad()
def test_pictures_and_video_bridge(golden, processor, model, media) -> None:
    pixels = processor.pictures([media.frames])["pixel_values"]
    close(golden, "pixel_values", pixels[0])
    features = model.model.encode_frames(pixels)
    close(golden, "frame_features", features[0])
    close(golden, "vecb_out", model.model.video_bridge(features)[0])
    close(golden, "visual_tokens", model.get_video_features(pixels)[0])
    close(golden, "visual_embedding", model.model.embed_video(pixels)[0])


@torch.no_grad()
def test_sound_and_audio_bridge(golden, processor, model, media) -> None:
    sound = processor.sounds([media.sound])
    inputs = (sound["input_values"], sound["audio_attention_mask"])
    tokens, mask = model.get_audio_features(*inputs)
    close(golden, "audio_tokens", tokens[mask])
    close(golden, "audio_embedding", model.model.embed_audio(*inputs)[0])


def test_sound_is_read_as_librosa_read_it(golden, processor) -> None:
    read = processor.load(golden.sound).sound
    torch.testing.assert_close(torch.from_numpy(read), golden.tensors["waveform"])


def test_the_prompt_is_the_authors_word_for_word(golden) -> None:
    from emer.models.xemogpt.prompting import make_prompt

    prompt = make_prompt(XEmoGPTConfig(), audio=True, video=True, subtitle=golden.facts["subtitle"])
    audio, video = "<AudioHere>", "<VideoHere>"
    whole = prompt.texts[0] + audio + prompt.texts[1] + video + prompt.texts[2]
    assert whole == golden.facts["instruction"]


@torch.no_grad()
def test_logits_of_the_prompt(golden, processor, model, media) -> None:
    logits = model(**processor(media)).logits[0]
    close(golden, "prompt_logits_last", logits[-1])
    close(golden, "prompt_logits", logits[::16])


@torch.no_grad()
def test_loss_on_the_answer(golden, processor, model, media) -> None:
    loss = model(**processor(media, answers=[golden.facts["annotation"]])).loss
    close(golden, "loss", loss[None])


def test_greedy_answer(golden, processor, model, media) -> None:
    ids = model.generate(**processor(media), max_new_tokens=24, do_sample=False)
    assert ids[0].tolist() == golden.tensors["greedy_ids"].tolist()
    assert processor.decode(ids[0], skip_special_tokens=True) == golden.facts["greedy_text"]
