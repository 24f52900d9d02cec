"""The reconstruction task of stage 1: what was the frame that is masked?

XEmoGPT, arXiv 2602.05496, stage 1, task 3. The authors' code masks frames with zeros and has the
bridge give back frames with their position embeddings, which it holds itself. Here a learned token
stands for a masked frame, and the target is what the frozen encoder saw. The distance is not
published; mean squared error is our choice.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from emer.errors import UsageError
from emer.models.xemogpt.bridges import VideoEmotionalCueBridge
from emer.models.xemogpt.heads import VideoHead

SHARE = 0.5  # of the frames that are masked, as in the authors' code


def reconstruction_loss(
    bridge: VideoEmotionalCueBridge,
    head: VideoHead,
    frames: Tensor,
    *,
    official: bool = False,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Mask each frame with probability 0.5 and return the error at masked frames.

    Args:
        bridge: The video bridge.
        head: Its head, with a reconstruction head.
        frames: `[B, T, d]` features of the frozen encoder.
        official: Mask with zeros, and let the target hold the position embeddings.
        generator: Source of chance, on the CPU; torch's own if None.

    Returns:
        Mean squared error over the masked frames and their numbers; 0 if none was masked.

    Raises:
        UsageError: The head has no reconstruction head.
    """
    if head.reconstruction is None:
        raise UsageError(
            "The video head has no reconstruction head.", "Set reconstruction_head in the config."
        )
    masked = (torch.rand(frames.shape[:2], generator=generator) < SHARE).to(frames.device)
    if official:
        tokens = bridge(frames.masked_fill(masked.unsqueeze(-1), 0.0))
        target = frames + bridge.position_embedding[:, : frames.shape[1]]
    else:
        tokens, target = bridge(frames, masked=masked), frames
    errors = F.mse_loss(head.reconstruction(tokens), target, reduction="none").mean(dim=-1)
    return (errors * masked).sum() / masked.sum().clamp(min=1)
