"""The two Emotional Cue Bridges: small transformers between a frozen encoder and the LLM.

Their layers are written here rather than borrowed from CLIP and HuBERT, whose private layer
signatures change between releases of transformers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers.activations import ACT2FN
from transformers.modeling_layers import GradientCheckpointingLayer

from emer.errors import UsageError
from emer.models.xemogpt.configuration import BridgeConfig


class BridgeLayer(GradientCheckpointingLayer):
    """One bidirectional transformer layer.

    Args:
        config: Shape of the bridge.
        norm_first: True for layer norm before attention and feed-forward (CLIP's kind), False
            for after (HuBERT's kind).
    """

    def __init__(self, config: BridgeConfig, *, norm_first: bool) -> None:
        super().__init__()
        width = config.hidden_size
        self.heads = config.num_attention_heads
        self.norm_first = norm_first
        self.attention_dropout = config.attention_dropout
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)
        self.attention_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.fc1 = nn.Linear(width, config.intermediate_size)
        self.activation = ACT2FN[config.hidden_act]
        self.fc2 = nn.Linear(config.intermediate_size, width)
        self.output_norm = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.inner_dropout = nn.Dropout(config.activation_dropout)
        self.dropout = nn.Dropout(config.hidden_dropout)

    def forward(self, tokens: Tensor, attend: Tensor | None = None) -> Tensor:
        """Return tokens of the same shape.

        Args:
            tokens: `[B, n, d]`.
            attend: `[B, 1, 1, n]`, True at tokens that may be attended to; None for all.
        """
        tokens = tokens.to(self.attention_norm.weight.dtype)
        if self.norm_first:
            tokens = tokens + self._attention(self.attention_norm(tokens), attend)
            return tokens + self._feed_forward(self.output_norm(tokens))
        tokens = self.attention_norm(tokens + self._attention(tokens, attend))
        return self.output_norm(tokens + self._feed_forward(tokens))

    def _attention(self, tokens: Tensor, attend: Tensor | None) -> Tensor:
        batch, count, width = tokens.shape
        query, key, value = (
            project(tokens).view(batch, count, self.heads, -1).transpose(1, 2)
            for project in (self.q_proj, self.k_proj, self.v_proj)
        )
        dropout = self.attention_dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, attend, dropout)
        mixed = mixed.transpose(1, 2).reshape(batch, count, width)
        return self.dropout(self.out_proj(mixed))

    def _feed_forward(self, tokens: Tensor) -> Tensor:
        return self.dropout(self.fc2(self.inner_dropout(self.activation(self.fc1(tokens)))))


class VideoEmotionalCueBridge(nn.Module):
    """Position embeddings and pre-LN layers over the frames of a clip (VECB).

    Args:
        config: Shape of the layers.
        num_frames: Positions that are learned.
    """

    def __init__(self, config: BridgeConfig, num_frames: int) -> None:
        super().__init__()
        self.num_frames = num_frames
        self.position_embedding = nn.Parameter(torch.empty(1, num_frames, config.hidden_size))
        # Stands for a masked frame; the official code uses zeros, which is its value at first.
        self.mask_token = nn.Parameter(torch.empty(config.hidden_size))
        self.layers = nn.ModuleList(
            BridgeLayer(config, norm_first=True) for _ in range(config.num_hidden_layers)
        )

    def forward(
        self, frames: Tensor, masked: Tensor | None = None, order: Tensor | None = None
    ) -> Tensor:
        """Return `[B, T, d]`, frames that know of one another and of their place in time.

        Args:
            frames: `[B, T, d]` features of the frozen encoder, T up to `num_frames`.
            masked: `[B, T]`, True where a frame is replaced by the mask token.
            order: `[B, T]`, for each place in time the index of the frame put there. The
                permutation happens before positions are added: after it, as in the official code,
                pooling could not tell it from the original.

        Raises:
            UsageError: More frames than positions, or a wrong shape.
        """
        if frames.dim() != 3 or frames.shape[1] > self.num_frames:
            raise UsageError(
                f"The video bridge takes [B, T, d] with T up to {self.num_frames}, "
                f"but got {list(frames.shape)}."
            )
        frames = frames.to(self.position_embedding.dtype)
        if masked is not None:
            frames = torch.where(masked.unsqueeze(-1), self.mask_token, frames)
        if order is not None:
            frames = frames.gather(1, order.unsqueeze(-1).expand_as(frames))
        tokens = frames + self.position_embedding[:, : frames.shape[1]]
        for layer in self.layers:
            tokens = layer(tokens)
        return tokens


class AudioEmotionalCueBridge(nn.Module):
    """Post-LN layers over the frames of the audio encoder (AECB)."""

    def __init__(self, config: BridgeConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            BridgeLayer(config, norm_first=False) for _ in range(config.num_hidden_layers)
        )

    def forward(self, frames: Tensor, mask: Tensor) -> Tensor:
        """Return `[B, n, d]`, zero where there is no sound.

        Args:
            frames: `[B, n, d]` features of the frozen encoder.
            mask: `[B, n]`, True at frames of the clip, False at padding.
        """
        tokens = frames.masked_fill(~mask.unsqueeze(-1), 0.0)
        for layer in self.layers:
            tokens = layer(tokens, mask[:, None, None, :])
        return tokens.masked_fill(~mask.unsqueeze(-1), 0.0)
