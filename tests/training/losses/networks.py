"""Small video bridges with their heads, and clips in which something moves."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from emer.models.xemogpt.base import XEmoGPTModel
from emer.models.xemogpt.bridges import VideoEmotionalCueBridge
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.heads import VideoHead

WIDTH, FRAMES = 16, 16


def network(seed: int = 0, **fields: object) -> tuple[VideoEmotionalCueBridge, VideoHead]:
    """Return an untrained bridge and its head."""
    torch.manual_seed(seed)
    vision = {
        "model_type": "clip_vision_model",
        "hidden_size": WIDTH,
        "intermediate_size": 4 * WIDTH,
        "num_hidden_layers": 1,
        "num_attention_heads": 4,
        "image_size": 8,
        "patch_size": 8,
    }
    sizes = {"num_frames": FRAMES, "video_embedding_size": WIDTH, "video_text_size": WIDTH}
    config = XEmoGPTConfig(vision_config=vision, **(sizes | fields))
    model = XEmoGPTModel(config).train()
    assert model.video_bridge is not None and model.video_head is not None
    return model.video_bridge, model.video_head


def moving(clips: int, generator: torch.Generator) -> Tensor:
    """Return `[clips, FRAMES, WIDTH]`: features that drift, each clip along its own direction."""
    start = 0.3 * torch.randn(clips, 1, WIDTH, generator=generator)
    direction = F.normalize(torch.randn(clips, 1, WIDTH, generator=generator), dim=-1)
    way = torch.linspace(-4, 4, FRAMES).view(1, FRAMES, 1)
    noise = 0.05 * torch.randn(clips, FRAMES, WIDTH, generator=generator)
    return start + way * direction + noise
