from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from emer.errors import UsageError
from emer.training.losses.reconstruction import reconstruction_loss
from training.losses.networks import FRAMES, WIDTH, moving, network


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def masks(clips: int, seed: int) -> torch.Tensor:
    """The masks that a generator with this seed draws."""
    return torch.rand(clips, FRAMES, generator=seeded(seed)) < 0.5


def test_equals_the_formula_on_masked_frames() -> None:
    bridge, head = network()
    bridge.mask_token.data.normal_()
    frames, masked = moving(8, seeded(1)), masks(8, 5)
    shown = frames.clone()
    shown[masked] = bridge.mask_token
    expected = F.mse_loss(head.reconstruction(bridge(shown))[masked], frames[masked])
    found = reconstruction_loss(bridge, head, frames, generator=seeded(5))
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_official_masks_with_zeros_and_has_positions_in_its_target() -> None:
    bridge, head = network()
    bridge.mask_token.data.normal_()
    frames, masked = moving(8, seeded(1)), masks(8, 5)
    shown = frames * ~masked.unsqueeze(-1)
    target = (frames + bridge.position_embedding)[masked]
    expected = F.mse_loss(head.reconstruction(bridge(shown))[masked], target)
    found = reconstruction_loss(bridge, head, frames, official=True, generator=seeded(5))
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)
    found.backward()
    assert bridge.mask_token.grad is None


def test_what_is_not_masked_has_no_part_in_the_loss_and_the_token_learns() -> None:
    bridge, head = network()
    frames = moving(4, seeded(1))
    seen: list[torch.Tensor] = []
    head.reconstruction.register_forward_hook(
        lambda _, __, out: out.retain_grad() or seen.append(out)
    )
    reconstruction_loss(bridge, head, frames, generator=seeded(5)).backward()
    touched = seen[0].grad.abs().sum(dim=-1) > 0
    assert torch.equal(touched, masks(4, 5))
    assert bridge.mask_token.grad.abs().sum() > 0


def test_half_of_the_frames_are_masked() -> None:
    bridge, head = network()
    shown: list[torch.Tensor] = []
    bridge.register_forward_pre_hook(lambda _, __, kw: shown.append(kw["masked"]), with_kwargs=True)
    reconstruction_loss(bridge, head, moving(500, seeded(1)))
    assert shown[0].float().mean().item() == pytest.approx(0.5, abs=0.03)


def test_nothing_masked_is_no_loss_and_no_nan() -> None:
    bridge, head = network()
    seed = next(s for s in range(100) if not (torch.rand(1, 2, generator=seeded(s)) < 0.5).any())
    loss = reconstruction_loss(bridge, head, torch.randn(1, 2, WIDTH), generator=seeded(seed))
    loss.backward()
    assert loss.item() == 0
    assert all(w.grad is None or w.grad.isfinite().all() for w in bridge.parameters())


def test_what_other_frames_tell_is_filled_in() -> None:
    bridge, head = network()
    optimizer = torch.optim.AdamW([*bridge.parameters(), *head.parameters()], lr=5e-3)
    chance = seeded(0)
    for _ in range(150):
        still = torch.randn(32, 1, WIDTH, generator=chance).expand(-1, FRAMES, -1)
        loss = reconstruction_loss(bridge, head, still, generator=chance)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.5  # what is said without looking at other frames costs 1


def test_refuses_a_head_without_reconstruction() -> None:
    bridge, head = network(reconstruction_head=False)
    with pytest.raises(UsageError, match="no reconstruction head"):
        reconstruction_loss(bridge, head, torch.zeros(1, FRAMES, WIDTH))
