"""The language model in 4 bits, with the real bitsandbytes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from emer.errors import UsageError
from emer.models.xemogpt import ClipMedia, XEmoGPTForConditionalGeneration, XEmoGPTProcessor
from emer.models.xemogpt.quantization import four_bit
from models.xemogpt.builders import llm_config, noise_frames, tiny_model, tone


@torch.no_grad()
def test_only_the_language_model_shrinks_and_the_answer_stays_close(tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    config = llm_config()
    config.update({"hidden_size": 64, "intermediate_size": 128, "head_dim": 32, "vocab_size": 640})
    folder = tiny_model(tmp_path, text_config=config)
    small = XEmoGPTForConditionalGeneration.from_pretrained(
        folder, quantization_config=four_bit(torch.float32), device_map="cpu"
    )
    linear = small.language_model.model.layers[0].self_attn.q_proj
    assert type(linear).__name__ == "Linear4bit"
    assert type(small.model.video_bridge.layers[0].fc1) is torch.nn.Linear
    assert small.video_projection.weight.dtype == torch.float32
    batch = XEmoGPTProcessor.from_pretrained(folder)(
        ClipMedia(noise_frames(4, 1), tone(0.5), "Hello.")
    )
    whole = XEmoGPTForConditionalGeneration.from_pretrained(folder)
    ours, exact = small(**batch).logits[0, -1], whole(**batch).logits[0, -1]
    assert torch.nn.functional.cosine_similarity(ours, exact, dim=0) > 0.95
    assert small.generate(**batch, max_new_tokens=3, do_sample=False).shape == (1, 3)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emer.models.xemogpt.quantization.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pip install bitsandbytes"):
        four_bit()
