"""Log-mel spectrograms on any device, the numbers of transformers' `WhisperFeatureExtractor`."""

from __future__ import annotations

import numpy as np
import torch
from transformers.audio_utils import mel_filter_bank

from emer.errors import UsageError

_FLOOR = 1e-10  # of the power, before the logarithm
_RANGE = 8.0  # bels under the loudest value of a clip; what is quieter is lifted to that


class LogMel(torch.nn.Module):
    """Sound to log-mel frames (Radford et al. 2022, "Robust speech recognition", section 2.2).

    Slaney's mel filters over the power of a Hann-windowed short-time Fourier transform; the
    logarithm is clamped to eight bels under the loudest value of each clip, then brought to about
    -1..1.

    There are no weights. The filters are kept as a plain array, not as a buffer: so they stay
    exact in a model cast to bfloat16, and in one that `from_pretrained` builds without memory,
    which would leave an unsaved buffer unfilled. All is computed in float32, autocast or not.

    Args:
        n_mels: Mel bands: 80, or 128 for Whisper large-v3.
        n_fft: Samples in a window.
        hop: Samples between frames.
        rate: Samples a second of the sound.
    """

    def __init__(
        self, n_mels: int = 80, n_fft: int = 400, hop: int = 160, rate: int = 16000
    ) -> None:
        super().__init__()
        self.n_mels, self.n_fft, self.hop, self.rate = n_mels, n_fft, hop, rate
        filters = mel_filter_bank(
            num_frequency_bins=1 + n_fft // 2,
            num_mel_filters=n_mels,
            min_frequency=0.0,
            max_frequency=rate / 2,
            sampling_rate=rate,
            norm="slaney",
            mel_scale="slaney",
        )
        self._filters = np.ascontiguousarray(filters.T, dtype=np.float32)

    def forward(self, waveform: torch.Tensor) -> torch.Tensor:
        """Return the log-mel frames of a batch.

        Args:
            waveform: Mono sound in -1..1, float, shape [B, L]; L over `n_fft` / 2.

        Returns:
            Shape [B, n_mels, L // hop], float32, on the device of `waveform`.

        Raises:
            UsageError: Another shape, or too few samples for one window.
        """
        if waveform.ndim != 2 or waveform.shape[1] <= self.n_fft // 2:
            raise UsageError(
                f"Log-mel frames need sound of shape [B, L], but got {list(waveform.shape)}.",
                f"Pass mono sound, one row a clip, L over {self.n_fft // 2} samples.",
            )
        with torch.autocast(waveform.device.type, enabled=False):
            logs = torch.log10(self._mel(waveform.float()).clamp(min=_FLOOR))
            loudest = logs.amax(dim=(1, 2), keepdim=True)
            return (torch.maximum(logs, loudest - _RANGE) + 4.0) / 4.0

    def _mel(self, waveform: torch.Tensor) -> torch.Tensor:
        """Return the power in each mel band, shape [B, n_mels, L // hop]."""
        window = torch.hann_window(self.n_fft, device=waveform.device)
        bins = torch.stft(waveform, self.n_fft, self.hop, window=window, return_complex=True)
        # The last frame is centred on the end of the sound; Whisper leaves it out.
        power = bins[..., : waveform.shape[1] // self.hop].abs().square()
        return torch.from_numpy(self._filters).to(waveform.device) @ power

    def extra_repr(self) -> str:
        """Say the sizes in `repr(model)`."""
        return f"n_mels={self.n_mels}, n_fft={self.n_fft}, hop={self.hop}, rate={self.rate}"
