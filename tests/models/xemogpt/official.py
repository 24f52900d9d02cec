"""A checkpoint in the authors' layout, made of a random model of ours."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from emer.models.xemogpt import XEmoGPTForConditionalGeneration

_BACK = (
    ("model.vision_tower.encoder.", "visual_encoder.clip.vision_model."),
    ("model.video_bridge.position_embedding", "visual_encoder.position_embedding"),
    ("model.video_bridge.layers.", "visual_encoder.visual_alignment_layer."),
    ("model.video_head.projection.", "visual_encoder.visual_project."),
    ("model.video_head.text_projection.", "visual_encoder.text_project."),
    ("model.video_head.pooling.vector", "visual_encoder.attention_pooling.attn_vector"),
    ("model.video_head.order.", "visual_encoder.temporal_disc_head."),
    ("model.video_head.reconstruction.", "visual_encoder.frame_reconstructor."),
    ("model.audio_tower.encoder.", "audio_encoder.audio_encoder."),
    ("model.audio_bridge.layers.", "audio_encoder.audio_alignment_layer."),
    ("model.audio_head.projection.", "audio_encoder.audio_project."),
    ("video_projection.", "visual_llm_project."),
    ("audio_projection.", "audio_llm_project."),
    ("language_model.", "llm_model."),
)
_VIDEO_LAYER = (
    ("attention_norm.", "layer_norm1."),
    ("output_norm.", "layer_norm2."),
    ("fc1.", "mlp.fc1."),
    ("fc2.", "mlp.fc2."),
)
_AUDIO_LAYER = (
    ("attention_norm.", "layer_norm."),
    ("output_norm.", "final_layer_norm."),
    ("fc1.", "feed_forward.intermediate_dense."),
    ("fc2.", "feed_forward.output_dense."),
)


def official_name(name: str) -> str | None:
    """Return what the authors call one of our tensors; None for what they do not have."""
    if name.endswith("mask_token"):
        return None
    ours, theirs = next(pair for pair in _BACK if name.startswith(pair[0]))
    rest = name.removeprefix(ours)
    if name.startswith("model.audio_head.text_projection"):
        return None
    for bridge, attention, layer in (
        ("video_bridge.layers", "self_attn.", _VIDEO_LAYER),
        ("audio_bridge.layers", "attention.", _AUDIO_LAYER),
    ):
        if bridge in name:
            number, rest = rest.split(".", 1)
            new = next((b + rest[len(a) :] for a, b in layer if rest.startswith(a)), None)
            rest = f"{number}.{new or attention + rest}"
    return theirs + rest


def official_state(folder: Path) -> dict[str, Tensor]:
    """Return the state dictionary the authors' code would save of the model in `folder`."""
    model = XEmoGPTForConditionalGeneration.from_pretrained(folder)
    named = {official_name(name): value for name, value in model.state_dict().items()}
    return {name: value.clone() for name, value in named.items() if name is not None}


def save(state: object, path: Path) -> Path:
    """Write a checkpoint as `torch.save` does."""
    torch.save(state, path)
    return path
