"""The encoders, bridges and heads of XEmoGPT, and what every XEmoGPT shares."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from transformers import PreTrainedModel

from emer.errors import AssetError, UsageError
from emer.models.xemogpt.bridges import AudioEmotionalCueBridge, VideoEmotionalCueBridge
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.models.xemogpt.heads import AttentionPooling, AudioHead, VideoHead
from emer.models.xemogpt.towers import AudioTower, VisionTower

Part = TypeVar("Part", bound=nn.Module)


class XEmoGPTPreTrainedModel(PreTrainedModel):
    """Initialisation and loading that both models share."""

    config_class = XEmoGPTConfig
    base_model_prefix = "model"
    supports_gradient_checkpointing = True
    _supports_sdpa = True
    _no_split_modules: ClassVar[list[str]] = ["BridgeLayer"]
    _input_embed_layer = "embed_tokens"

    def _init_weights(self, module: nn.Module) -> None:
        super()._init_weights(module)
        if isinstance(module, VideoEmotionalCueBridge):
            nn.init.normal_(module.position_embedding, std=self.config.initializer_range)
            nn.init.zeros_(module.mask_token)
        elif isinstance(module, AttentionPooling):
            nn.init.normal_(module.vector)

    @classmethod
    def from_pretrained(cls, *args: Any, **kwargs: Any) -> Self:
        """Load from safetensors only; the encoders are frozen, as they are in a new model.

        Raises:
            AssetError: The weights are damaged, or some are missing.
        """
        options = kwargs | {"use_safetensors": True, "output_loading_info": True}
        try:
            model, told = super().from_pretrained(*args, **options)
        except SafetensorError as error:
            raise AssetError(f"The weights in {args[0]} are damaged: {error}.") from error
        # transformers would fill what is missing with random numbers and go on.
        missing = [*told["missing_keys"], *(key for key, *_ in told["mismatched_keys"])]
        if missing:
            raise AssetError(
                f"The weights in {args[0]} lack {len(missing)} tensors of {cls.__name__}: "
                f"{', '.join(sorted(missing)[:10])}."
            )
        model.encoders().freeze_towers()
        return model.eval()

    def encoders(self) -> XEmoGPTModel:
        """Return the encoders and bridges, in either model."""
        raise NotImplementedError

    def train(self, mode: bool = True) -> Self:
        """Set the mode of training; frozen parts always stay in evaluation mode.

        So neither dropout nor SpecAugment touches an encoder that is not trained.
        """
        super().train(mode)
        for part in self.parts():
            if not any(parameter.requires_grad for parameter in part.parameters()):
                part.eval()
        return self

    def parts(self) -> list[nn.Module]:
        """Return the parts that are frozen or trained as a whole."""
        raise NotImplementedError


class XEmoGPTModel(XEmoGPTPreTrainedModel):
    """The encoders, bridges and pre-training heads: all of XEmoGPT but the language model.

    Stages 1 and 2 train this model; a part whose configuration is None is absent.
    """

    def __init__(self, config: XEmoGPTConfig) -> None:
        super().__init__(config)
        self.vision_tower: VisionTower | None = None
        self.video_bridge: VideoEmotionalCueBridge | None = None
        self.video_head: VideoHead | None = None
        self.audio_tower: AudioTower | None = None
        self.audio_bridge: AudioEmotionalCueBridge | None = None
        self.audio_head: AudioHead | None = None
        if config.vision_config is not None:
            self.vision_tower = VisionTower(config)
            self.video_bridge = VideoEmotionalCueBridge(config.video_bridge, config.num_frames)
            if config.video_embedding_size:
                self.video_head = VideoHead(config, config.video_embedding_size)
        if config.audio_config is not None:
            self.audio_tower = AudioTower(config)
            self.audio_bridge = AudioEmotionalCueBridge(config.audio_bridge)
            if config.audio_embedding_size:
                self.audio_head = AudioHead(config, config.audio_embedding_size)
        self.post_init()
        self.freeze_towers()

    def encoders(self) -> XEmoGPTModel:
        """Return the model itself."""
        return self

    def freeze_towers(self) -> None:
        """Take the encoders out of training; `requires_grad_` brings them back."""
        for tower in (self.vision_tower, self.audio_tower):
            if tower is not None:
                tower.requires_grad_(False)

    def parts(self) -> list[nn.Module]:
        """Return the towers, bridges and heads that are there."""
        video = (self.vision_tower, self.video_bridge, self.video_head)
        audio = (self.audio_tower, self.audio_bridge, self.audio_head)
        return [part for part in (*video, *audio) if part is not None]

    def encode_frames(self, pixel_values: Tensor) -> Tensor:
        """Return frame features `[B, T, d]` of the vision encoder, before the bridge."""
        tower = present(self.vision_tower, "video")
        with torch.set_grad_enabled(torch.is_grad_enabled() and _trained(tower)):
            return tower(pixel_values)

    def encode_sound(self, input_values: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return features `[B, n, d]` of the audio encoder, before the bridge, and their mask."""
        tower = present(self.audio_tower, "audio")
        with torch.set_grad_enabled(torch.is_grad_enabled() and _trained(tower)):
            return tower(input_values, attention_mask)

    def embed_video(
        self, pixel_values: Tensor | None = None, *, frame_features: Tensor | None = None
    ) -> Tensor:
        """Return video embeddings `[B, e]` in the space shared with captions, not normalised."""
        bridge, head = present(self.video_bridge, "video"), present(self.video_head, "video head")
        if frame_features is None:
            frame_features = self.encode_frames(given(pixel_values, "pixel_values"))
        return head(bridge(frame_features))

    def embed_audio(
        self,
        input_values: Tensor | None = None,
        attention_mask: Tensor | None = None,
        *,
        sound_features: Tensor | None = None,
        sound_mask: Tensor | None = None,
    ) -> Tensor:
        """Return audio embeddings `[B, e]` in the space shared with captions, not normalised."""
        bridge, head = present(self.audio_bridge, "audio"), present(self.audio_head, "audio head")
        if sound_features is None or sound_mask is None:
            sound_features, sound_mask = self.hear(input_values, attention_mask)
        return head(bridge(sound_features, sound_mask), sound_mask)

    def hear(
        self, input_values: Tensor | None, attention_mask: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Return what `encode_sound` does; without a mask every sample counts."""
        sound = given(input_values, "input_values")
        if attention_mask is None:
            attention_mask = torch.ones_like(sound, dtype=torch.long)
        return self.encode_sound(sound, attention_mask)


def present(part: Part | None, name: str) -> Part:
    """Return a part of the model; raises `UsageError` if the model has none."""
    if part is None:
        raise UsageError(f"This XEmoGPT has no {name} part; its configuration says so.")
    return part


def given(tensor: Tensor | None, name: str) -> Tensor:
    """Return an input of the model; raises `UsageError` if it is missing."""
    if tensor is None:
        raise UsageError(f"{name} is missing.", "Make the inputs with XEmoGPTProcessor.")
    return tensor


def _trained(part: nn.Module) -> bool:
    return any(parameter.requires_grad for parameter in part.parameters())
