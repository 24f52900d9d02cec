from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, distributed, multiprocessing
from torch.nn import functional as F

from emer.errors import UsageError
from emer.training.losses.contrastive import ContrastiveLoss, caption_keys, info_nce

CAPTIONS = ["a", "b", "a", "c", "d", "b", "a", "e"]


def pair(rows: int = 8, seed: int = 0) -> tuple[Tensor, Tensor]:
    chance = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(rows, 5, generator=chance) for _ in range(2))  # type: ignore[return-value]


def reference(media: Tensor, text: Tensor, scale: float, captions: list[str] | None) -> float:
    """The formula, term by term."""
    m = (media / media.norm(dim=1, keepdim=True)).double().numpy()
    t = (text / text.norm(dim=1, keepdim=True)).double().numpy()
    total, count = 0.0, len(m)
    for i in range(count):
        others = [j for j in range(count) if j == i or not captions or captions[i] != captions[j]]
        right = scale * m[i] @ t[i]
        total -= right - math.log(sum(math.exp(scale * m[i] @ t[j]) for j in others))
        total -= right - math.log(sum(math.exp(scale * m[j] @ t[i]) for j in others))
    return total / (2 * count)


@pytest.mark.parametrize("captions", [None, CAPTIONS])
@pytest.mark.parametrize("scale", [1.0, 14.3])
def test_equals_the_formula(captions: list[str] | None, scale: float) -> None:
    keys = None if captions is None else caption_keys(captions)
    found = info_nce(*pair(), scale, keys)
    assert found.item() == pytest.approx(reference(*pair(), scale, captions), rel=1e-5)


def test_equals_the_loss_of_clip_in_transformers() -> None:
    clip = pytest.importorskip("transformers.models.clip.modeling_clip")
    media, text = pair()
    loss = ContrastiveLoss()
    logits = F.normalize(text, dim=1) @ F.normalize(media, dim=1).T / 0.07
    found = loss(media, text, caption_keys(list("abcdefgh")))
    assert found.item() == pytest.approx(clip.image_text_contrastive_loss(logits).item(), rel=1e-5)


def test_matching_pairs_cost_nothing_and_equal_ones_the_logarithm() -> None:
    assert info_nce(torch.eye(4), torch.eye(4), 100.0).item() == pytest.approx(0, abs=1e-6)
    same = torch.ones(4, 5)
    assert info_nce(same, same, 100.0).item() == pytest.approx(math.log(4), rel=1e-5)
    assert info_nce(same, same, 100.0, caption_keys(["x"] * 4)).item() == pytest.approx(0, abs=1e-6)


def test_identical_captions_are_negatives_when_asked_for() -> None:
    keys = caption_keys(CAPTIONS)
    strict = ContrastiveLoss(spare_identical=False)(*pair(), keys)
    assert strict.item() == pytest.approx(reference(*pair(), 1 / 0.07, None), rel=1e-5)
    assert strict > ContrastiveLoss()(*pair(), keys)


def test_lengths_do_not_matter_and_half_precision_is_widened() -> None:
    media, text = pair()
    expected = info_nce(media, text, 10.0).item()
    assert info_nce(7 * media, text / 9, 10.0).item() == pytest.approx(expected, rel=1e-5)
    half = info_nce(media.bfloat16(), text.bfloat16(), 10.0)
    assert half.dtype == torch.float32
    assert half.item() == pytest.approx(expected, rel=0.05)


def test_the_temperature_is_learned_within_its_bound() -> None:
    loss = ContrastiveLoss()
    assert loss.temperature == pytest.approx(0.07)
    loss(*pair()).backward()
    assert loss.log_scale.grad is not None and loss.log_scale.grad != 0
    loss.log_scale.data.fill_(9.0)
    assert loss(*pair()).item() == pytest.approx(reference(*pair(), 100.0, None), rel=1e-4)
    assert loss.temperature == pytest.approx(0.01)
    loss.log_scale.grad = None
    loss(*pair()).backward()  # held at the bound, it can still come back
    assert loss.log_scale.grad != 0
    assert not ContrastiveLoss(learned=False).log_scale.requires_grad


def test_keys_are_equal_where_captions_are() -> None:
    keys = caption_keys(CAPTIONS)
    assert keys.dtype == torch.int64
    same = np.array(CAPTIONS)[:, None] == np.array(CAPTIONS)[None, :]
    assert np.array_equal((keys[:, None] == keys[None, :]).numpy(), same)
    assert torch.equal(keys, caption_keys(CAPTIONS))


@pytest.mark.parametrize("parts", [(4, 4), (5, 3)])
def test_two_processes_have_the_gradients_of_one_with_the_joined_batch(
    tmp_path: Path, parts: tuple[int, int]
) -> None:
    multiprocessing.start_processes(_process, (str(tmp_path), parts), nprocs=2, start_method="fork")
    first, second = (torch.load(tmp_path / str(rank), weights_only=True) for rank in range(2))
    whole = _gradients(*_inputs(), caption_keys(CAPTIONS))
    media, text = _inputs()
    alone = info_nce(media[: parts[0]], text[: parts[0]], 5.0)
    assert first["alone"].item() == pytest.approx(alone.item(), rel=1e-5)
    for name in ("weight", "log_scale", "loss"):
        # DistributedDataParallel takes the mean over processes.
        mean = (first[name] + second[name]) / 2
        assert torch.allclose(mean, whole[name], rtol=1e-4, atol=1e-7), name
    assert whole["weight"].abs().max() > 1e-3


def _inputs() -> tuple[Tensor, Tensor]:
    return pair(seed=4)


def _gradients(media: Tensor, text: Tensor, keys: Tensor) -> dict[str, Tensor]:
    torch.manual_seed(1)
    network, loss = torch.nn.Linear(5, 6), ContrastiveLoss()
    value = loss(network(media), network(text), keys)
    value.backward()
    assert network.weight.grad is not None and loss.log_scale.grad is not None
    return {
        "weight": network.weight.grad,
        "log_scale": loss.log_scale.grad,
        "loss": value.detach(),
    }


def _process(rank: int, folder: str, parts: tuple[int, int]) -> None:
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=2
    )
    rows = slice(0, parts[0]) if rank == 0 else slice(parts[0], None)
    media, text = _inputs()
    found = _gradients(media[rows], text[rows], caption_keys(CAPTIONS)[rows])
    found["alone"] = info_nce(media[rows], text[rows], 5.0, joined=False)
    torch.save(found, Path(folder) / str(rank))
    distributed.destroy_process_group()


def test_refusals() -> None:
    with pytest.raises(UsageError, match=r"two sets of embeddings \[B, e\].*\[8, 5\].*\[7, 5\]"):
        info_nce(pair()[0], pair(7)[1], 1.0)
    with pytest.raises(UsageError, match="two sets"):
        info_nce(torch.zeros(0, 5), torch.zeros(0, 5), 1.0)
    with pytest.raises(UsageError, match="temperature must be above 0"):
        ContrastiveLoss(temperature=0.0)
