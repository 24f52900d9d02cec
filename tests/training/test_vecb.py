from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from emer.errors import UsageError
from emer.models.xemogpt.assembly import Encoders, assemble
from emer.training.losses.contrastive import info_nce
from emer.training.losses.order import order_task
from emer.training.losses.reconstruction import reconstruction_loss
from emer.training.sampling import Place
from models.xemogpt.builders import tiny_llm
from training.caption_corpus import make_corpus, trainer


@pytest.fixture(autouse=True)
def alone(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread, and nothing of what is known of the user's media."""
    monkeypatch.setenv("EMER_ASSETS", str(corpus / "assets"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def test_it_learns_and_writes_what_stage_three_reads(corpus: Path, tmp_path: Path) -> None:
    stage = trainer("vecb", corpus, tmp_path / "out", epochs=30, evaluate_every=30)
    before = {name: value.clone() for name, value in stage.objective().state_dict().items()}
    done = stage.run()
    losses = [log["loss"] for log in done["history"] if "loss" in log]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    last = [log for log in done["history"] if "eval_recall" in log][-1]
    assert last["eval_video_to_text_recall_at_1"] >= 0.6
    moved = {
        ".".join(name.split(".")[1:3])
        for name, value in stage.objective().state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert moved == {
        "log_scale",
        *(f"video_bridge.{part}" for part in ("position_embedding", "mask_token", "layers")),
        *(
            f"video_head.{part}"
            for part in ("pooling", "projection", "text_projection", "order", "reconstruction")
        ),
    }
    loaded = Encoders.load(tmp_path / "out")
    for name, value in stage.parts.model.state_dict().items():
        assert torch.equal(loaded.model.state_dict()[name], value), name
    whole = assemble(llm=str(tiny_llm(tmp_path / "llm")), video_from=tmp_path / "out")
    bridge = stage.parts.model.video_bridge.state_dict()
    for name, value in whole.model.model.video_bridge.state_dict().items():
        assert torch.equal(value, bridge[name]), name


@pytest.mark.parametrize("official", [False, True])
def test_the_loss_is_the_weighted_sum(corpus: Path, tmp_path: Path, official: bool) -> None:
    weights = {"contrast_weight": 0.5, "order_weight": 2.0, "reconstruction_weight": 3.0}
    stage = trainer("vecb", corpus, tmp_path, official=official, **weights)
    objective, model = stage.objective(), stage.parts.model
    batch = stage.train_dataset.collate([stage.train_dataset[Place(0, i)] for i in range(4)])
    torch.manual_seed(5)
    found = objective(**batch)["loss"]
    frames = model.encode_frames(batch["pixel_values"])
    bridge, head = model.video_bridge, model.video_head
    torch.manual_seed(5)
    order = order_task(bridge, head, frames, official=official).loss
    error = reconstruction_loss(bridge, head, frames, official=official)
    clips, captions = head(bridge(frames)), head.text_projection(batch["captions"])
    contrast = info_nce(clips, captions, 1 / 0.07, batch["keys"])
    assert found.item() == pytest.approx((0.5 * contrast + 2 * order + 3 * error).item(), rel=1e-5)


@pytest.mark.parametrize("only", ["contrast_weight", "order_weight", "reconstruction_weight"])
def test_a_task_alone_trains_just_what_it_reaches(corpus: Path, tmp_path: Path, only: str) -> None:
    weights = dict.fromkeys(("contrast_weight", "order_weight", "reconstruction_weight"), 0.0)
    stage = trainer("vecb", corpus, tmp_path, **weights | {only: 1.0})
    objective = stage.objective()
    objective.train()
    batch = stage.train_dataset.collate([stage.train_dataset[Place(0, i)] for i in range(4)])
    objective(**batch)["loss"].backward()
    for name, weight in objective.named_parameters():
        # A process that waits for a gradient that never comes would wait for ever.
        assert weight.requires_grad is (weight.grad is not None), name


def test_figures_are_the_same_every_time_and_leave_the_draws_of_training(
    corpus: Path, tmp_path: Path
) -> None:
    stage = trainer("vecb", corpus, tmp_path)
    stage.objective().eval()
    torch.manual_seed(3)
    state = torch.get_rng_state()
    with torch.no_grad():
        figures = stage.validate()
        assert torch.equal(torch.get_rng_state(), state)
        assert stage.validate() == figures
    assert 0 <= figures["order_accuracy"] <= 1
    assert figures["reconstruction"] > 0
    assert {"recall", "loss", "text_to_video_recall_at_1", "video_to_text_recall_at_5"} <= set(
        figures
    )


def test_kept_features_give_what_encoding_anew_gives(corpus: Path, tmp_path: Path) -> None:
    plain = trainer("vecb", corpus, tmp_path / "plain")
    kept = trainer("vecb", corpus, tmp_path / "kept", cache=str(tmp_path / "cache"))
    with torch.no_grad():
        for one, other in zip(plain.embed(), kept.embed(), strict=True):
            assert torch.allclose(one, other, atol=1e-5)
    assert kept.train_dataset[Place(0, 0)][0].shape == (4, 32)


def test_a_resumed_run_ends_with_the_same_bits(corpus: Path, tmp_path: Path) -> None:
    trainer("vecb", corpus, tmp_path / "whole", keep=9).run()
    shutil.copytree(tmp_path / "whole", tmp_path / "part")
    shutil.rmtree(tmp_path / "part" / "checkpoint-4")
    trainer("vecb", corpus, tmp_path / "part", keep=9).run(resume=True)
    one, two = (load_file(tmp_path / n / "model.safetensors") for n in ("whole", "part"))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_refusals(corpus: Path, tmp_path: Path) -> None:
    weights = dict.fromkeys(("contrast_weight", "order_weight", "reconstruction_weight"), 0.0)
    with pytest.raises(UsageError, match="Every loss has the weight 0"):
        trainer("vecb", corpus, tmp_path, **weights)
    with pytest.raises(UsageError, match="order_weight cannot be -1"):
        trainer("vecb", corpus, tmp_path, order_weight=-1)


def test_activations_computed_twice_give_the_same_run(corpus: Path, tmp_path: Path) -> None:
    plain = trainer("vecb", corpus, tmp_path / "plain").run()
    twice = trainer("vecb", corpus, tmp_path / "twice", gradient_checkpointing=True)
    layer = twice.parts.model.video_bridge.layers[0]
    done = twice.run()
    assert layer.gradient_checkpointing
    one, two = ([log["loss"] for log in each["history"] if "loss" in log] for each in (plain, done))
    assert one == pytest.approx(two, rel=1e-4)
