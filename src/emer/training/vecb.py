"""Stage 1: the Video Emotional Cue Bridge learns from short captions of videos.

XEmoGPT, arXiv 2602.05496: contrast of pictures and captions, telling whether frames were exchanged,
and reconstructing masked frames. Trained are the bridge, its pooling, the two projections and the
heads; the vision and the caption encoder are frozen. Weights of the losses, rates and temperature
are not published and are our choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor, nn
from transformers import AutoConfig

from emer.errors import UsageError
from emer.models.parts.loading import obtain
from emer.models.xemogpt.assembly import Encoders, encoders
from emer.models.xemogpt.configuration import BridgeConfig
from emer.training.caption_encoders import load_caption_encoder
from emer.training.config import Count, NotNegative
from emer.training.contrast_stage import (
    ContrastConfig,
    ContrastObjective,
    ContrastTrainer,
    begin_quietly,
)
from emer.training.losses.contrastive import ContrastiveLoss
from emer.training.losses.order import order_task
from emer.training.losses.reconstruction import reconstruction_loss
from emer.training.splits import about, open_splits
from emer.training.stage_data import FrameMedia, captioned_splits
from emer.training.weights import train_only


@dataclass(kw_only=True)
class VECBConfig(ContrastConfig):
    """Settings of stage 1, `emer train vecb`.

    Attributes:
        vision: Frozen vision encoder: "face-track", a folder, or owner/name on the hub.
        num_frames: Pictures taken from a clip; 16 is published.
        contrast_weight: Of the contrast with captions; our choice, as the other two weights.
        order_weight: Of telling whether frames were exchanged; 0 leaves the task out.
        reconstruction_weight: Of reconstructing masked frames; 0 leaves the task out.
        official: Do order and reconstruction as the authors' code does, to compare: order then
            cannot be learned.
    """

    vision: str
    num_frames: Count = 16
    contrast_weight: NotNegative = 1.0
    order_weight: NotNegative = 1.0
    reconstruction_weight: NotNegative = 1.0
    official: bool = False

    def check(self) -> None:
        """Refuse weights that leave nothing to learn."""
        if not self.contrast_weight + self.order_weight + self.reconstruction_weight > 0:
            raise UsageError("Every loss has the weight 0.", "Give one of them a weight above 0.")


class VideoObjective(ContrastObjective):
    """Video bridge and heads with the three losses.

    Args:
        parts: Encoders with a caption projection for video.
        loss: Contrast.
        config: Weights of the losses.
    """

    def __init__(self, parts: Encoders, loss: ContrastiveLoss, config: VECBConfig) -> None:
        super().__init__(parts, loss)
        self.config = config

    def projections(self) -> tuple[nn.Module, nn.Module]:
        """Return the projections of pictures and of captions."""
        head: Any = self.model.video_head
        return head.projection, head.text_projection

    def frames(self, **media: Tensor) -> Tensor:
        """Return frame features `[B, T, d]` of `pixel_values` or `frame_features`."""
        if "frame_features" in media:
            return media["frame_features"]
        return self.model.encode_frames(media["pixel_values"])

    def pooled(self, **media: Tensor) -> Tensor:
        """Return `[B, d]`, the bridge's output pooled over time.

        Args:
            media: `pixel_values` `[B, T, ...]`, or `frame_features` `[B, T, d]`.
        """
        model: Any = self.model
        tokens: Tensor = model.video_bridge(self.frames(**media))
        pooling = model.video_head.pooling
        pooled: Tensor = tokens.mean(dim=1) if pooling is None else pooling(tokens)
        return pooled

    def forward(self, captions: Tensor, keys: Tensor, **media: Tensor) -> dict[str, Tensor]:
        """Return the weighted sum of the losses; arguments as in `ContrastObjective`."""
        model: Any = self.model
        config = self.config
        frames = self.frames(**media)
        official = config.official
        loss = frames.new_zeros(())
        if config.contrast_weight:
            both = super().forward(captions, keys, frame_features=frames)
            loss = loss + config.contrast_weight * both["loss"]
        if config.order_weight:
            task = order_task(model.video_bridge, model.video_head, frames, official=official)
            loss = loss + config.order_weight * task.loss
        if config.reconstruction_weight:
            error = reconstruction_loss(
                model.video_bridge, model.video_head, frames, official=official
            )
            loss = loss + config.reconstruction_weight * error
        return {"loss": loss}


class VECBTrainer(ContrastTrainer):
    """Trains stage 1; what it writes is `video_from` of `emer.models.xemogpt.assembly`."""

    stage = "vecb"
    config_class = VECBConfig
    media = "video"

    @classmethod
    def from_config(cls, config: VECBConfig) -> Self:
        """Open data, assemble the model and return the trainer, ready to `run`.

        Raises:
            RecordError: No row can be used.
            AssetError: A part cannot be had.
        """
        splits = open_splits(config, need=["video"])
        captions = load_caption_encoder(config.captions)
        parts = _parts(config, captions.dimension)
        data = captioned_splits(splits, FrameMedia(parts), captions, config.cache, config.device)
        loss = ContrastiveLoss(
            temperature=config.temperature, spare_identical=config.spare_identical
        )
        objective = VideoObjective(parts, loss, config)
        if config.quiet_start:
            begin_quietly(parts.model.video_bridge)
        _train_what_learns(objective, config)
        return cls(
            config,
            objective,
            parts,
            train=data["train"],
            validation=data.get("validation"),
            about_data=about(splits),
        )

    def validate(self) -> dict[str, float]:
        """Return the figures of contrast, accuracy of the order task, reconstruction error."""
        # The same frames every time, and what training draws next stays as it is.
        self._chance = torch.Generator().manual_seed(0)
        self._sums = torch.zeros(3, device=self.args.device)
        figures = super().validate()
        right, error, count = self.total(self._sums).tolist()
        if self.objective().config.order_weight:
            figures["order_accuracy"] = right / count
        if self.objective().config.reconstruction_weight:
            figures["reconstruction"] = error / count
        return figures

    def observe(self, media: dict[str, Tensor]) -> None:
        """Score order and reconstruction on a batch."""
        objective = self.objective()
        config, model = objective.config, objective.model
        frames = objective.frames(**media)
        options = {"official": config.official, "generator": self._chance}
        right = error = torch.zeros((), device=frames.device)
        if config.order_weight:
            right = order_task(model.video_bridge, model.video_head, frames, **options).accuracy
        if config.reconstruction_weight:
            error = reconstruction_loss(model.video_bridge, model.video_head, frames, **options)
        self._sums += len(frames) * torch.stack([right, error, torch.ones_like(right)])


def _train_what_learns(objective: VideoObjective, config: VECBConfig) -> None:
    """Freeze the model but for what the losses in use reach."""
    model: Any = objective.model
    train_only(model, [model.video_bridge, model.video_head])
    if not config.reconstruction_weight or config.official:
        model.video_bridge.mask_token.requires_grad_(False)
    if not config.contrast_weight:
        model.video_head.text_projection.requires_grad_(False)
        objective.loss.requires_grad_(False)
        if not config.order_weight:
            model.video_head.projection.requires_grad_(False)
            if model.video_head.pooling is not None:
                model.video_head.pooling.requires_grad_(False)


def _parts(config: VECBConfig, caption_size: int) -> Encoders:
    vision = AutoConfig.from_pretrained(obtain(config.vision, "vision"))
    shape = BridgeConfig.behind(getattr(vision, "vision_config", vision), config.bridge_layers)
    shape.update(config.bridge_changes())
    torch.manual_seed(config.seed)
    return encoders(
        vision=config.vision,
        video_bridge=shape,
        num_frames=config.num_frames,
        video_embedding_size=config.embedding_size,
        video_text_size=caption_size,
        order_head=config.order_weight > 0,
        reconstruction_head=config.reconstruction_weight > 0,
    )
