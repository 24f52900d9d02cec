"""The order task of stage 1: have the frames of this clip been exchanged?

XEmoGPT, arXiv 2602.05496, stage 1, task 2. In the authors' code frames are permuted after position
embeddings were added and are then pooled by a pooling that does not see order, so that shuffled
and ordered clips have the same embedding and nothing can be learned. Here the permutation comes
first, and each clip has its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from emer.errors import UsageError
from emer.models.xemogpt.bridges import VideoEmotionalCueBridge
from emer.models.xemogpt.heads import VideoHead

SHARE = 0.5  # of the clips that are shuffled, so that always guessing one way gains nothing


@dataclass(frozen=True, eq=False)
class OrderTask:
    """What came of the order task.

    Attributes:
        loss: Mean binary cross-entropy.
        accuracy: Share of clips judged rightly, without gradient.
        embeddings: `[B, e]` of the clips as they were shown.
        shuffled: `[B]`, True where the frames were exchanged.
    """

    loss: Tensor
    accuracy: Tensor
    embeddings: Tensor
    shuffled: Tensor


def order_task(
    bridge: VideoEmotionalCueBridge,
    head: VideoHead,
    frames: Tensor,
    *,
    official: bool = False,
    generator: torch.Generator | None = None,
) -> OrderTask:
    """Shuffle about half of the clips and have the order head tell which.

    Args:
        bridge: The video bridge.
        head: Its head, with an order head.
        frames: `[B, T, d]` features of the frozen encoder, in order; T at least 2.
        official: Do as the authors' code does: one permutation for the batch, after positions
            were added. It cannot be learned and is here to show that.
        generator: Source of chance, on the CPU; torch's own if None.

    Raises:
        UsageError: The head has no order head, or there is only one frame.
    """
    if head.order is None:
        raise UsageError("The video head has no order head.", "Set order_head in the config.")
    batch, count = frames.shape[:2]
    shuffled = torch.rand(batch, generator=generator) < SHARE
    orders = permutations(1 if official else batch, count, generator=generator).expand(batch, -1)
    orders = torch.where(shuffled.unsqueeze(1), orders, torch.arange(count)).to(frames.device)
    tokens = after_positions(bridge, frames, orders) if official else bridge(frames, order=orders)
    embeddings = head(tokens)
    logits, wanted = head.order(embeddings).squeeze(1), shuffled.to(frames.device)
    loss = F.binary_cross_entropy_with_logits(logits, wanted.to(logits.dtype))
    accuracy = ((logits.detach() > 0) == wanted).float().mean()
    return OrderTask(loss, accuracy, embeddings, wanted)


def permutations(batch: int, count: int, *, generator: torch.Generator | None = None) -> Tensor:
    """Return `[batch, count]` permutations, uniform over all but the identity.

    Args:
        batch: How many.
        count: Places in each, at least 2.
        generator: Source of chance, on the CPU.

    Raises:
        UsageError: Fewer than 2 places, which can only be left as they are.
    """
    if count < 2:
        raise UsageError(f"{count} frames have no order.", "Give clips of 2 frames or more.")
    same = torch.arange(count)
    orders = same.repeat(batch, 1)
    while (left := (orders == same).all(dim=1)).any():
        drawn = torch.rand(int(left.sum()), count, generator=generator)
        orders[left] = drawn.argsort(dim=1)
    return orders


def after_positions(bridge: VideoEmotionalCueBridge, frames: Tensor, orders: Tensor) -> Tensor:
    """Return bridge tokens `[B, T, d]` of frames permuted once they carry their positions.

    This is the official formulation: a permutation of the tokens, and no more.
    """
    placed = frames + bridge.position_embedding[:, : frames.shape[1]]
    tokens = placed.gather(1, orders.unsqueeze(-1).expand_as(placed))
    for layer in bridge.layers:
        tokens = layer(tokens)
    return tokens
