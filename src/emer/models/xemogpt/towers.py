"""The frozen encoders in front of the bridges, whatever their family."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, PreTrainedConfig, PreTrainedModel

from emer.errors import UsageError
from emer.models.parts.log_mel import LogMel
from emer.models.xemogpt.configuration import WHISPER_FRAME, XEmoGPTConfig

_WAVE_FAMILIES = ("hubert", "wav2vec2", "wavlm", "data2vec-audio")


class VisionTower(nn.Module):
    """One feature vector a frame.

    Args:
        config: Of the whole model.
    """

    def __init__(self, config: XEmoGPTConfig) -> None:
        super().__init__()
        self.encoder: PreTrainedModel = AutoModel.from_config(config.vision_config)
        self.frame_feature = config.frame_feature

    def forward(self, pixel_values: Tensor) -> Tensor:
        """Return `[B, T, d]`.

        Args:
            pixel_values: `[B, T, ...]`, each `[...]` what the encoder takes for one picture:
                `[3, H, W]`, or `[F]` features for a face track.

        Raises:
            UsageError: No time axis.
        """
        if pixel_values.dim() < 3:
            raise UsageError(
                f"pixel_values has to be [B, T, 3, H, W] (or [B, T, F] for a face track), "
                f"but is {list(pixel_values.shape)}."
            )
        batch, count = pixel_values.shape[:2]
        pictures = pixel_values.flatten(0, 1).to(dtype_of(self.encoder))
        states = self.encoder(pictures).last_hidden_state
        frames = states[:, 0] if self.frame_feature == "cls" else states.mean(dim=1)
        return frames.view(batch, count, -1)


class AudioTower(nn.Module):
    """Feature vectors of sound, with a mask of those that belong to the clip.

    Args:
        config: Of the whole model.
    """

    def __init__(self, config: XEmoGPTConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = audio_encoder(config.audio_config)
        self.is_whisper = config.audio_config.model_type == "whisper"
        if self.is_whisper:
            self.log_mel = LogMel(n_mels=config.audio_config.num_mel_bins)

    def forward(self, input_values: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return features `[B, n, d]`, zero at padding, and their mask `[B, n]`.

        Args:
            input_values: `[B, L]` mono sound at `sampling_rate`, as the processor gives it.
            attention_mask: `[B, L]`, 1 at samples of the clip, then 0.

        Raises:
            UsageError: Wrong shapes, or a clip too short for one frame.
        """
        if input_values.dim() != 2 or input_values.shape != attention_mask.shape:
            raise UsageError(
                f"input_values and attention_mask have to be [B, L], but are "
                f"{list(input_values.shape)} and {list(attention_mask.shape)}."
            )
        lengths = attention_mask.sum(dim=1).tolist()
        counts = [self.config.audio_frames(int(n)) for n in lengths]
        if min(counts) < 1:
            raise UsageError(
                f"A clip of {int(min(lengths))} samples is too short for the audio encoder.",
                "Pad it with silence to 25 ms, or leave its sound out.",
            )
        encode = self._whisper if self.is_whisper else self._wave
        frames = encode(input_values, attention_mask)[:, : max(counts)]
        steps = torch.arange(frames.shape[1], device=frames.device)
        mask = steps < torch.tensor(counts, device=frames.device).unsqueeze(1)
        frames, mask = self._downsampled(frames.masked_fill(~mask.unsqueeze(-1), 0.0), mask)
        return frames, mask

    def _whisper(self, input_values: Tensor, attention_mask: Tensor) -> Tensor:
        """Encode in the fixed window that Whisper's positions are made for."""
        window = self.encoder.config.max_source_positions * WHISPER_FRAME
        if input_values.shape[1] > window:
            raise UsageError(
                f"{input_values.shape[1]} samples are more than the {window} of the encoder.",
                "Set audio_seconds so that the processor cuts the sound.",
            )
        sound = F.pad(input_values * attention_mask, (0, window - input_values.shape[1]))
        mel = self.log_mel(sound.float()).to(dtype_of(self.encoder))
        return self.encoder(mel).last_hidden_state

    def _wave(self, input_values: Tensor, attention_mask: Tensor) -> Tensor:
        input_values = input_values.to(dtype_of(self.encoder))
        if self.config.audio_config.feat_extract_norm != "group":
            return self.encoder(input_values, attention_mask=attention_mask).last_hidden_state
        # Group norm averages over time, padding included: only alone does a clip stay itself.
        alone = [
            self.encoder(sound[None, : int(n)]).last_hidden_state[0]
            for sound, n in zip(input_values, attention_mask.sum(dim=1), strict=True)
        ]
        return nn.utils.rnn.pad_sequence(alone, batch_first=True)

    def _downsampled(self, frames: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Average groups of frames; the last group of a clip over the frames it has."""
        step = self.config.audio_downsampling
        if step == 1:
            return frames, mask
        extra = -frames.shape[1] % step
        frames, mask = F.pad(frames, (0, 0, 0, extra)), F.pad(mask, (0, extra))
        groups = mask.view(len(mask), -1, step).sum(dim=2)
        sums = frames.view(len(frames), -1, step, frames.shape[-1]).sum(dim=2)
        return sums / groups.clamp(min=1).unsqueeze(-1), groups > 0


def dtype_of(module: nn.Module) -> torch.dtype:
    """Return the type of a module's first floating-point parameter, or buffer if it has none."""
    tensors = (*module.parameters(), *module.buffers())
    return next((t.dtype for t in tensors if t.is_floating_point()), torch.float32)


def audio_encoder(config: PreTrainedConfig) -> PreTrainedModel:
    """Return an untrained encoder of sound of the family `config` belongs to.

    Raises:
        UsageError: It is none that takes waveforms or Whisper's.
    """
    if config.model_type == "whisper":
        from transformers.models.whisper.modeling_whisper import WhisperEncoder

        return WhisperEncoder(config)
    if config.model_type not in _WAVE_FAMILIES:
        raise UsageError(
            f"The audio part cannot be a {config.model_type!r}.",
            f"Valid: whisper, {', '.join(_WAVE_FAMILIES)}.",
        )
    return AutoModel.from_config(config)
