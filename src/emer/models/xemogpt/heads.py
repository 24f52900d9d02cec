"""Heads of the pre-training stages: into the space shared with captions, order, reconstruction."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from emer.models.xemogpt.configuration import XEmoGPTConfig


class AttentionPooling(nn.Module):
    """Weighted mean over time, weights `softmax(tokens . a)` with a learned vector a."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.vector = nn.Parameter(torch.empty(width))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return `[B, d]` of `[B, T, d]`."""
        weights = torch.softmax(tokens @ self.vector, dim=1)
        return (weights.unsqueeze(-1) * tokens).sum(dim=1)


class VideoHead(nn.Module):
    """Pooling and projections of the video-text space, with the heads of the other two tasks.

    Args:
        config: Says which heads there are.
        size: Width of the space.
    """

    def __init__(self, config: XEmoGPTConfig, size: int) -> None:
        super().__init__()
        width = config.video_bridge.hidden_size
        self.pooling = AttentionPooling(width) if config.video_pooling == "attention" else None
        self.projection = nn.Linear(width, size)
        self.text_projection = (
            nn.Linear(config.video_text_size, size) if config.video_text_size else None
        )
        self.order = (
            nn.Sequential(nn.Linear(size, size), nn.ReLU(), nn.Linear(size, 1))
            if config.order_head
            else None
        )
        self.reconstruction = nn.Linear(width, width) if config.reconstruction_head else None

    def forward(self, tokens: Tensor) -> Tensor:
        """Return embeddings `[B, e]`, not normalised, of bridge tokens `[B, T, d]`."""
        pooled = self.pooling(tokens) if self.pooling is not None else tokens.mean(dim=1)
        return self.projection(pooled)


class AudioHead(nn.Module):
    """Mean over time and projections of the audio-text space; arguments as `VideoHead`."""

    def __init__(self, config: XEmoGPTConfig, size: int) -> None:
        super().__init__()
        self.projection = nn.Linear(config.audio_bridge.hidden_size, size)
        self.text_projection = (
            nn.Linear(config.audio_text_size, size) if config.audio_text_size else None
        )

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return embeddings `[B, e]`, not normalised.

        Args:
            tokens: `[B, n, d]`, zero at padding.
            mask: `[B, n]`, True at tokens of the clip.
        """
        return self.projection(tokens.sum(dim=1) / mask.sum(dim=1, keepdim=True))
