"""Tiny random models of each family, made by the libraries that define their formats."""

from __future__ import annotations

import copy
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from ctranslate2.converters.transformers import WhisperLoader
from transformers import WhisperConfig, WhisperForConditionalGeneration

POSITIONS = 40


@pytest.fixture(scope="session")
def tiny_whisper() -> WhisperForConditionalGeneration:
    torch.manual_seed(0)
    config = WhisperConfig(
        vocab_size=64,
        num_mel_bins=80,
        d_model=32,
        encoder_layers=2,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        max_source_positions=POSITIONS,
        max_target_positions=16,
        decoder_start_token_id=1,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        begin_suppress_tokens=[3],
        init_std=0.3,
    )
    model = WhisperForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith("bias"):
                value.normal_(std=0.1)
    return model


@pytest.fixture(scope="session")
def write_ctranslate2(tiny_whisper, tmp_path_factory):
    """Return a function from a type of weights to a folder that CTranslate2 itself wrote."""

    def write(kind: str) -> Path:
        folder = tmp_path_factory.mktemp(kind)
        # Quantizing writes into the model it is given.
        spec = WhisperLoader().get_model_spec(copy.deepcopy(tiny_whisper))
        spec.register_vocabulary([f"w{index}" for index in range(64)])
        spec.validate()
        spec.optimize(quantization=kind)
        spec.save(str(folder))
        return folder

    return write


@pytest.fixture(scope="session")
def decoded_faces(assets) -> list[np.ndarray]:
    """Two pictures of the sample clip, which shows a face."""
    from emer.media import frames

    with frames(assets("sample-clip"), fps=1.0) as pictures:
        return [frame.image for frame in itertools.islice(pictures, 2)]
