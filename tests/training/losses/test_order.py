from __future__ import annotations

from collections import Counter
from itertools import permutations as every_permutation

import pytest
import torch

from emer.errors import UsageError
from emer.training.losses.order import OrderTask, order_task, permutations
from training.losses.networks import FRAMES, WIDTH, moving, network

STEPS, RATE, BATCH, HELD = 200, 5e-3, 64, 2000


@pytest.mark.parametrize("seed", range(5))
def test_the_official_formulation_gives_shuffled_and_ordered_clips_one_embedding(
    seed: int,
) -> None:
    bridge, head = network(seed)
    with torch.no_grad():
        for weight in [*bridge.parameters(), *head.parameters()]:
            weight.normal_(std=0.3)
        frames = moving(64, torch.Generator().manual_seed(seed))
        plain = head(bridge(frames))
        task = order_task(bridge, head, frames, official=True)
        ours = order_task(bridge, head, frames)
    assert 10 < task.shuffled.sum() < 54
    assert ours.embeddings.std() > 0.1
    difference = float((task.embeddings - plain).abs().max())
    print(f"official, seed {seed}: shuffled and ordered differ by {difference:.1e} at most")
    assert difference < 1e-5
    assert (ours.embeddings - plain)[ours.shuffled].abs().max() > 0.1


def test_ours_learns_a_moving_pattern_and_cannot_without_positions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    accuracy = {
        name: _held_out(**settings)
        for name, settings in {
            "ours": {},
            "ours without positions": {"positions": False},
            "official": {"official": True},
        }.items()
    }
    with capsys.disabled():
        shown = ", ".join(f"{name} {value:.3f}" for name, value in accuracy.items())
        print(f"\norder task, held-out accuracy after {STEPS} steps: {shown}")
    assert accuracy["ours"] > 0.95
    assert 0.45 < accuracy["ours without positions"] < 0.55
    assert 0.45 < accuracy["official"] < 0.55


def _held_out(*, positions: bool = True, official: bool = False) -> float:
    bridge, head = network()
    if not positions:
        torch.nn.init.zeros_(bridge.position_embedding)
        bridge.position_embedding.requires_grad_(False)
    chance = torch.Generator().manual_seed(0)
    weights = [w for w in [*bridge.parameters(), *head.parameters()] if w.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS, pct_start=0.1)
    for _ in range(STEPS):
        task = order_task(bridge, head, moving(BATCH, chance), official=official, generator=chance)
        optimizer.zero_grad()
        task.loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        held = moving(HELD, torch.Generator().manual_seed(99))
        return float(order_task(bridge, head, held, official=official).accuracy)


def test_a_clip_that_is_not_shuffled_is_itself_and_one_that_is_holds_the_same_frames() -> None:
    seen: list[torch.Tensor] = []
    bridge, head = network()
    frames = moving(200, torch.Generator().manual_seed(1))
    bridge.layers[0].register_forward_hook(lambda _, inputs, __: seen.append(inputs[0]))
    task = order_task(bridge, head, frames)
    shown = seen[0] - bridge.position_embedding
    same = (shown - frames).abs().amax(dim=(1, 2)) < 1e-5
    assert torch.equal(same, ~task.shuffled)
    assert 60 < task.shuffled.sum() < 140
    assert torch.allclose(shown.sort(dim=1).values, frames.sort(dim=1).values, atol=1e-5)


def test_the_loss_is_binary_cross_entropy_of_the_order_head() -> None:
    bridge, head = network()
    task: OrderTask = order_task(bridge, head, moving(32, torch.Generator().manual_seed(2)))
    chances = torch.sigmoid(head.order(task.embeddings).squeeze(1))
    wanted = task.shuffled.float()
    expected = -(wanted * chances.log() + (1 - wanted) * (1 - chances).log()).mean()
    assert task.loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert task.accuracy.item() == pytest.approx(
        float(((chances > 0.5) == wanted.bool()).sum()) / 32
    )


def test_permutations_are_uniform_over_all_but_the_identity() -> None:
    found = Counter(map(tuple, permutations(11500, 4, generator=torch.Generator()).tolist()))
    assert set(found) == set(every_permutation(range(4))) - {(0, 1, 2, 3)}
    assert max(found.values()) < 620 and min(found.values()) > 390  # 500 each, 5 deviations


def test_each_clip_has_its_own_permutation() -> None:
    assert len(set(map(tuple, permutations(50, FRAMES).tolist()))) == 50


def test_two_frames_can_only_be_exchanged() -> None:
    assert permutations(20, 2).tolist() == [[1, 0]] * 20


def test_the_generator_decides() -> None:
    bridge, head = network()
    frames = moving(8, torch.Generator().manual_seed(3))
    once, again = (
        order_task(bridge, head, frames, generator=torch.Generator().manual_seed(7))
        for _ in range(2)
    )
    assert torch.equal(once.embeddings, again.embeddings)


def test_refusals() -> None:
    bridge, head = network()
    with pytest.raises(UsageError, match="1 frames have no order"):
        order_task(bridge, head, torch.zeros(2, 1, WIDTH))
    bridge, head = network(order_head=False)
    with pytest.raises(UsageError, match="no order head"):
        order_task(bridge, head, torch.zeros(2, FRAMES, WIDTH))
