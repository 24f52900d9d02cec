"""Stage 2: the Audio Emotional Cue Bridge learns from short captions of voices.

XEmoGPT, arXiv 2602.05496: contrast of sound and captions. Trained are the bridge and the two
projections; the audio encoder and the caption encoder are frozen. Rates, sizes of batches and
temperature are not published and are our choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import torch
from torch import Tensor, nn
from transformers import AutoConfig

from emer.models.parts.loading import obtain
from emer.models.xemogpt.assembly import Encoders, encoders
from emer.models.xemogpt.configuration import BridgeConfig
from emer.training.caption_encoders import load_caption_encoder
from emer.training.config import Count, Positive, Share
from emer.training.contrast_stage import (
    ContrastConfig,
    ContrastObjective,
    ContrastTrainer,
    begin_quietly,
)
from emer.training.losses.contrastive import ContrastiveLoss
from emer.training.splits import about, open_splits
from emer.training.stage_data import SoundMedia, captioned_splits
from emer.training.weights import train_only


@dataclass(kw_only=True)
class AECBConfig(ContrastConfig):
    """Settings of stage 2, `emer train aecb`.

    Attributes:
        audio: Frozen audio encoder: "asset:whisper-base", a folder, or owner/name on the hub.
        audio_seconds: Sound beyond this is not heard; 12 is published.
        audio_downsampling: Frames of the encoder averaged into one; 1 is published.
        bridge: "trained"; "random" leaves it as it was drawn and "none" pools the encoder's
            output, to see what training it buys. The projections are trained in any case.
        token_dropout: Share of the sound's tokens that are hidden from the bridge in a training
            step; keeps few clips from being learnt by heart.
    """

    audio: str
    audio_seconds: Positive = 12.0
    audio_downsampling: Count = 1
    bridge: Literal["trained", "random", "none"] = "trained"
    token_dropout: Share = 0.0


class AudioContrast(ContrastObjective):
    """Audio bridge and head with their loss.

    Args:
        parts: Encoders with a caption projection for sound.
        loss: Contrast.
        token_dropout: Share of tokens hidden in training.
    """

    def __init__(self, parts: Encoders, loss: ContrastiveLoss, token_dropout: float = 0.0) -> None:
        super().__init__(parts, loss)
        self.token_dropout = token_dropout

    def projections(self) -> tuple[nn.Module, nn.Module]:
        """Return the projections of sound and of captions."""
        head: Any = self.model.audio_head
        return head.projection, head.text_projection

    def pooled(self, **media: Tensor) -> Tensor:
        """Return `[B, d]`, the mean of the bridge's output over time.

        Args:
            media: `input_values` and `attention_mask` `[B, L]`; or what the audio encoder makes of
                them, `sound_features` `[B, n, d]` and `sound_mask` `[B, n]`.
        """
        bridge: Any = self.model.audio_bridge
        if "sound_features" in media:
            features, mask = media["sound_features"], media["sound_mask"]
        else:
            features, mask = self.model.encode_sound(**media)
        if self.training and self.token_dropout:
            mask = thinned(mask, self.token_dropout)
        tokens: Tensor = bridge(features, mask)
        return tokens.sum(dim=1) / mask.sum(dim=1, keepdim=True)


def thinned(mask: Tensor, share: float) -> Tensor:
    """Return a mask of which a random share is taken out, but never all of a clip.

    Args:
        mask: `[B, n]`, True at tokens of the clip.
        share: From 0 to 1.
    """
    chance = torch.rand(mask.shape).to(mask.device).masked_fill(~mask, -1.0)
    kept = (chance >= share) | (chance == chance.max(dim=1, keepdim=True).values)
    return mask & kept


class AECBTrainer(ContrastTrainer):
    """Trains stage 2; what it writes is `audio_from` of `emer.models.xemogpt.assembly`."""

    stage = "aecb"
    config_class = AECBConfig
    media = "audio"

    @classmethod
    def from_config(cls, config: AECBConfig) -> Self:
        """Open data, assemble the model and return the trainer, ready to `run`.

        Raises:
            RecordError: No row can be used.
            AssetError: A part cannot be had.
        """
        splits = open_splits(config, need=["audio"])
        captions = load_caption_encoder(config.captions)
        parts = _parts(config, captions.dimension)
        data = captioned_splits(splits, SoundMedia(parts), captions, config.cache, config.device)
        model: Any = parts.model
        if config.quiet_start:
            begin_quietly(model.audio_bridge)
        bridge = [model.audio_bridge] if config.bridge == "trained" else []
        train_only(model, [model.audio_head, *bridge])
        loss = ContrastiveLoss(
            temperature=config.temperature, spare_identical=config.spare_identical
        )
        return cls(
            config,
            AudioContrast(parts, loss, config.token_dropout),
            parts,
            train=data["train"],
            validation=data.get("validation"),
            about_data=about(splits),
        )


def _parts(config: AECBConfig, caption_size: int) -> Encoders:
    folder = obtain(config.audio, "audio", seconds=config.audio_seconds)
    shape = BridgeConfig.behind(
        AutoConfig.from_pretrained(folder), 0 if config.bridge == "none" else config.bridge_layers
    )
    shape.update(config.bridge_changes())
    torch.manual_seed(config.seed)
    return encoders(
        audio=config.audio,
        audio_bridge=shape,
        audio_seconds=config.audio_seconds,
        audio_downsampling=config.audio_downsampling,
        audio_embedding_size=config.embedding_size,
        audio_text_size=caption_size,
    )
