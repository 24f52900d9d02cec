"""Tiny random parts and models, built on the spot: no test needs a download."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    CLIPConfig,
    CLIPImageProcessor,
    CLIPModel,
    HubertConfig,
    HubertModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Wav2Vec2FeatureExtractor,
)

from emer.models.xemogpt import (
    XEmoGPTConfig,
    XEmoGPTForConditionalGeneration,
    XEmoGPTProcessor,
)

WORDS = (
    "In the video a person smiles. In the audio the voice is loud and high, low and quiet. "
    "The speaker appears happy, sad, angry or calm. Please describe the emotional state."
)


def tiny_clip(folder: Path, *, width: int = 32) -> Path:
    """Write a random CLIP model with its image processor."""
    torch.manual_seed(0)
    side = {"hidden_size": width, "intermediate_size": 64, "num_hidden_layers": 2}
    config = CLIPConfig(
        vision_config={**side, "num_attention_heads": 4, "image_size": 32, "patch_size": 8},
        text_config={**side, "num_attention_heads": 2, "vocab_size": 300, "eos_token_id": 1},
        projection_dim=24,
    )
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessor(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    ).save_pretrained(folder)
    return folder


def tiny_hubert(folder: Path, *, norm: str = "layer") -> Path:
    """Write a random HuBERT whose dropout and SpecAugment would show if they were left on."""
    torch.manual_seed(1)
    HubertModel(hubert_config(norm)).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(return_attention_mask=True).save_pretrained(folder)
    return folder


def hubert_config(norm: str = "layer") -> HubertConfig:
    """Return the shape of the tiny HuBERT."""
    return HubertConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        conv_dim=[16] * 7,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=4,
        feat_extract_norm=norm,
        do_stable_layer_norm=norm == "layer",
        conv_bias=norm == "layer",
        hidden_dropout=0.1,
        mask_time_prob=0.3,
    )


def tiny_tokenizer(folder: Path) -> Path:
    """Write a byte-level BPE tokenizer with an end and a pad token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|endoftext|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([WORDS], trainer)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<|endoftext|>", eos_token="<|im_end|>"
    ).save_pretrained(folder)
    return folder


def tiny_llm(folder: Path) -> Path:
    """Write a random Qwen3 with its tokenizer."""
    torch.manual_seed(2)
    AutoModelForCausalLM.from_config(llm_config()).save_pretrained(folder)
    return tiny_tokenizer(folder)


def llm_config() -> Qwen3Config:
    """Return the shape of the tiny language model."""
    return Qwen3Config(
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=12,
        vocab_size=600,
        tie_word_embeddings=True,
        bos_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )


def tiny_processor(folder: Path, **fields: object) -> XEmoGPTProcessor:
    """Return a processor of tiny parts, which are written below `folder`."""
    clip, hubert = tiny_clip(folder / "clip"), tiny_hubert(folder / "hubert")
    llm = tiny_llm(folder / "llm")
    parts = {
        "vision_config": CLIPConfig.from_pretrained(clip),
        "audio_config": HubertConfig.from_pretrained(hubert),
        "text_config": Qwen3Config.from_pretrained(llm),
    }
    config = XEmoGPTConfig(**parts | {"num_frames": 4, "video_text_size": 24} | fields)
    return XEmoGPTProcessor(
        CLIPImageProcessor.from_pretrained(clip) if config.vision_config else None,
        Wav2Vec2FeatureExtractor.from_pretrained(hubert),
        PreTrainedTokenizerFast.from_pretrained(llm),
        config=config,
    )


def tiny_model(folder: Path, **fields: object) -> Path:
    """Write a whole random XEmoGPT with its processor, as `from_pretrained` reads it."""
    processor = tiny_processor(folder / "parts", **fields)
    torch.manual_seed(3)
    model = XEmoGPTForConditionalGeneration(processor.config).eval()
    model.save_pretrained(folder / "model")
    processor.save_pretrained(folder / "model")
    return folder / "model"


def noise_frames(count: int, seed: int, side: int = 40) -> list[NDArray[np.uint8]]:
    """Return pictures of noise, none like another."""
    rng = np.random.default_rng(seed)
    return list(rng.integers(0, 256, (count, side, side, 3), dtype=np.uint8))


def tone(seconds: float, hertz: float = 220.0, rate: int = 16000) -> NDArray[np.float32]:
    """Return a tone with a little noise."""
    time = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(int(hertz)).normal(0, 0.01, len(time))
    return (0.3 * np.sin(2 * np.pi * hertz * time) + noise).astype(np.float32)
