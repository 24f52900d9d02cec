"""Contrast of clips and captions: symmetric InfoNCE over all processes.

The stages of XEmoGPT (arXiv 2602.05496) pull a clip and its caption together and push other
captions away. Temperature and its learning are not published; ours are those of CLIP (Radford et
al. 2021, section 2.3).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn import functional as F

from emer.errors import UsageError


class ContrastiveLoss(nn.Module):
    """Symmetric InfoNCE with a learned temperature.

    Args:
        temperature: Where it starts; 0.07 is our choice, as in CLIP.
        learned: Whether it is trained.
        most_scale: 1 / temperature is held at or below this; 100 is our choice, as in CLIP.
        spare_identical: Whether a clip with the very same caption is no negative. Short captions
            repeat, and to push apart what is equal teaches nothing.

    Attributes:
        log_scale: Parameter, log(1 / temperature).

    Raises:
        UsageError: A temperature or scale that is not above 0.
    """

    def __init__(
        self,
        *,
        temperature: float = 0.07,
        learned: bool = True,
        most_scale: float = 100.0,
        spare_identical: bool = True,
    ) -> None:
        super().__init__()
        for name, value in (("temperature", temperature), ("most_scale", most_scale)):
            if not (math.isfinite(value) and value > 0):
                raise UsageError(f"{name} must be above 0, but is {value}.")
        self.log_scale = nn.Parameter(torch.tensor(-math.log(temperature)), requires_grad=learned)
        self.most_scale = most_scale
        self.spare_identical = spare_identical

    @property
    def temperature(self) -> float:
        """The temperature now."""
        return float((-self.log_scale.detach()).exp())

    def forward(self, media: Tensor, captions: Tensor, keys: Tensor | None = None) -> Tensor:
        """Return the loss of this process's part of the batch; see `info_nce`."""
        # The parameter itself is held, as in CLIP: a bound on its use alone would end its gradient
        # and leave it there for good.
        with torch.no_grad():
            self.log_scale.clamp_(max=math.log(self.most_scale))
        return info_nce(
            media, captions, self.log_scale.exp(), keys if self.spare_identical else None
        )


def info_nce(
    media: Tensor,
    captions: Tensor,
    scale: Tensor | float,
    keys: Tensor | None = None,
    *,
    joined: bool = True,
) -> Tensor:
    """Return the symmetric InfoNCE loss, with the clips of every process as negatives.

    Each process scores its own rows against all columns. The mean of what the processes return is
    the loss of the joined batch, and the mean of their gradients, which is what
    DistributedDataParallel takes, its gradient: also if their parts differ in size.

    Args:
        media: `[B, e]` embeddings of this process's clips, of any length above 0.
        captions: `[B, e]` embeddings of their captions.
        scale: 1 / temperature.
        keys: `[B]` int64, equal where captions are identical (`caption_keys`): these are not
            negatives of one another. None to make everything else a negative.
        joined: Whether clips of other processes are negatives, too; all must then call this.

    Raises:
        UsageError: The shapes differ.
    """
    if media.dim() != 2 or media.shape != captions.shape or not len(media):
        raise UsageError(
            f"Contrast takes two sets of embeddings [B, e], but got {list(media.shape)} and "
            f"{list(captions.shape)}."
        )
    media, captions = F.normalize(media.float(), dim=1), F.normalize(captions.float(), dim=1)
    sizes = _sizes(len(media), media.device) if joined else [len(media)]
    first = sum(sizes[: distributed.get_rank()]) if len(sizes) > 1 else 0
    own = torch.arange(len(media), device=media.device) + first
    spared = None
    if keys is not None:
        spared = keys[:, None] == _gathered(keys, sizes)[None, :]
        spared[torch.arange(len(media)), own] = False
    media_to_text, text_to_media = (
        _cross_entropy(scale * mine @ _gathered(others, sizes).T, own, spared)
        for mine, others in ((media, captions), (captions, media))
    )
    return (media_to_text + text_to_media) * (len(sizes) / (2 * sum(sizes)))


def caption_keys(captions: Sequence[str]) -> Tensor:
    """Return `[n]` int64 that are equal where captions are identical, in every process."""
    digests = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in captions)
    return torch.tensor([int.from_bytes(d, "big", signed=True) for d in digests])


def _cross_entropy(logits: Tensor, own: Tensor, spared: Tensor | None) -> Tensor:
    if spared is not None:
        logits = logits.masked_fill(spared, -torch.inf)
    return F.cross_entropy(logits, own, reduction="sum")


def _sizes(count: int, device: torch.device) -> list[int]:
    """Return how many rows each process has."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return [count]
    counts = torch.zeros(distributed.get_world_size(), dtype=torch.long, device=device)
    distributed.all_gather_into_tensor(counts, torch.tensor([count], device=device))
    return counts.tolist()


def _gathered(rows: Tensor, sizes: list[int]) -> Tensor:
    if len(sizes) == 1:
        return rows
    gathered: Tensor = _Gather.apply(rows, sizes)  # type: ignore[no-untyped-call]
    return gathered


class _Gather(torch.autograd.Function):
    """Rows of all processes, one after the other; gradients go back to where rows came from."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, sizes: list[int]) -> Tensor:
        ctx.sizes = sizes
        # Parts must be equally large to be gathered; the last batch of an epoch need not be.
        padded = F.pad(rows, [0, 0] * (rows.dim() - 1) + [0, max(sizes) - len(rows)])
        parts = [torch.empty_like(padded) for _ in sizes]
        distributed.all_gather(parts, padded.contiguous())
        return torch.cat([part[:size] for part, size in zip(parts, sizes, strict=True)])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        total = gradient.contiguous().clone()
        distributed.all_reduce(total)
        return torch.split(total, ctx.sizes)[distributed.get_rank()], None
