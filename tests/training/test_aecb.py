from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from emer.errors import OutputError, UsageError
from emer.models.xemogpt.assembly import Encoders, assemble
from emer.training.aecb import thinned
from emer.training.retrieval import retrieve_both_ways
from emer.training.sampling import Place
from models.xemogpt.builders import tiny_llm
from training.caption_corpus import CAPTIONS, make_corpus, settings, trainer, write_rows
from training.forked import forks


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


def test_it_learns_which_caption_is_whose_and_writes_what_stage_three_reads(
    corpus: Path, tmp_path: Path
) -> None:
    stage = trainer("aecb", corpus, tmp_path / "out", epochs=40, evaluate_every=40)
    before = {name: value.clone() for name, value in stage.objective().state_dict().items()}
    done = stage.run()
    losses = [log["loss"] for log in done["history"] if "loss" in log]
    assert losses[-1] < losses[0] / 4
    last = [log for log in done["history"] if "eval_recall" in log][-1]
    assert last["eval_recall"] > 0.9
    moved = {
        name.split(".")[1]
        for name, value in stage.objective().state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert moved == {"audio_bridge", "audio_head", "log_scale"}
    written = tmp_path / "out"
    assert json.loads((written / "captions.json").read_text()) == {
        "encoder": str(corpus / "captions")
    }
    loaded = Encoders.load(written)
    for name, value in stage.parts.model.state_dict().items():
        assert torch.equal(loaded.model.state_dict()[name], value), name
    whole = assemble(llm=str(tiny_llm(tmp_path / "llm")), audio_from=written)
    bridge = stage.parts.model.audio_bridge.state_dict()
    for name, value in whole.model.model.audio_bridge.state_dict().items():
        assert torch.equal(value, bridge[name]), name


def test_what_each_variant_trains(corpus: Path, tmp_path: Path) -> None:
    for variant, trained, layers in (
        ("trained", True, 1),
        ("random", False, 1),
        ("none", False, 0),
    ):
        stage = trainer("aecb", corpus, tmp_path / variant, bridge=variant)
        model = stage.parts.model
        weights = list(model.audio_bridge.parameters())
        assert len(model.audio_bridge.layers) == layers
        assert bool(weights) == bool(layers)
        assert all(weight.requires_grad is trained for weight in weights)
        assert all(weight.requires_grad for weight in model.audio_head.parameters())
        assert not any(weight.requires_grad for weight in model.audio_tower.parameters())
        stage.objective().train()
        assert not model.audio_tower.training
        assert all(layer.training is trained for layer in model.audio_bridge.layers)


def test_random_and_trained_start_from_one_bridge(corpus: Path, tmp_path: Path) -> None:
    one, other = (
        trainer("aecb", corpus, tmp_path / kind, bridge=kind).parts.model.audio_bridge.state_dict()
        for kind in ("random", "trained")
    )
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_without_a_bridge_the_encoder_is_averaged(corpus: Path, tmp_path: Path) -> None:
    stage = trainer("aecb", corpus, tmp_path, bridge="none")
    item = stage.validation[Place(0, 2)]
    batch = stage.validation.collate([item])
    features, mask = stage.parts.model.encode_sound(batch["input_values"], batch["attention_mask"])
    stage.objective().eval()
    found = stage.objective().pooled(
        input_values=batch["input_values"], attention_mask=batch["attention_mask"]
    )
    assert torch.allclose(found, features[mask].mean(dim=0, keepdim=True), atol=1e-6)


def test_kept_features_give_what_encoding_anew_gives(corpus: Path, tmp_path: Path) -> None:
    plain = trainer("aecb", corpus, tmp_path / "plain")
    kept = trainer("aecb", corpus, tmp_path / "kept", cache=str(tmp_path / "cache"))
    with torch.no_grad():
        for one, other in zip(plain.embed(), kept.embed(), strict=True):
            assert torch.allclose(one, other, atol=1e-5)
    assert len(list((tmp_path / "cache").rglob("*.safetensors"))) == 6
    again = trainer("aecb", corpus, tmp_path / "again", cache=str(tmp_path / "cache"))
    assert torch.equal(again.train_dataset[Place(0, 1)][0], kept.train_dataset[Place(0, 1)][0])
    first = next((tmp_path / "cache").rglob("*.safetensors"))
    first.unlink()
    with pytest.raises(OutputError, match=r"gone from .*--resume"):
        [kept.train_dataset[Place(0, index)] for index in range(6)]


def test_validation_says_what_the_pieces_say(corpus: Path, tmp_path: Path) -> None:
    stage = trainer("aecb", corpus, tmp_path, probe="emotion", probe_group="actor")
    with torch.no_grad():
        stage.objective().eval()
        figures = stage.validate()
        _, clips, captions = stage.embed()
    found = retrieve_both_ways(clips.numpy(), captions.numpy(), CAPTIONS[:5])
    assert found.text_to_media.queries == 4 and found.media_to_text.queries == 5
    assert figures["text_to_audio_recall_at_1"] == found.text_to_media.recall[1]
    assert figures["audio_to_text_recall_at_5"] == 1.0
    recalls = [
        figures[f"{w}_recall_at_{k}"] for w in ("text_to_audio", "audio_to_text") for k in (1, 5)
    ]
    assert figures["recall"] == pytest.approx(sum(recalls) / 4)
    assert figures["temperature"] == pytest.approx(0.07)
    assert 0 <= figures["probe_accuracy"] <= 1


@pytest.mark.slow
def test_two_processes_train_as_one_with_the_joined_batch(corpus: Path, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in (corpus / "train.jsonl").read_text().splitlines()]
    train = str(write_rows(corpus / "even.jsonl", rows[:4]))
    data = {"train": train, "validation": str(corpus / "validation.jsonl")}
    options: dict[str, Any] = {"data": data, "epochs": 4, "warmup": 0.0, "learning_rate": 1e-3}
    whole = trainer("aecb", corpus, tmp_path / "one", batch_size=4, **options).run()
    config = settings("aecb", corpus, tmp_path / "two", batch_size=2, **options)
    with forks("training.caption_corpus", tmp_path) as run:
        done = run(processes=2, stage="aecb", config=config)
    assert done.returncode == 0, done.stderr
    other = json.loads((tmp_path / "two" / "training.json").read_text())
    for name in ("loss", "grad_norm", "eval_loss", "eval_recall"):
        one, two = (
            [log[name] for log in each["history"] if name in log] for each in (whole, other)
        )
        assert one and one == pytest.approx(two, rel=0.01), name


def test_a_resumed_run_ends_with_the_same_bits(corpus: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"token_dropout": 0.3, "bridge_dropout": 0.1, "keep": 9}
    trainer("aecb", corpus, tmp_path / "whole", **options).run()
    shutil.copytree(tmp_path / "whole", tmp_path / "part")
    shutil.rmtree(tmp_path / "part" / "checkpoint-4")
    trainer("aecb", corpus, tmp_path / "part", **options).run(resume=True)
    one, two = (load_file(tmp_path / n / "model.safetensors") for n in ("whole", "part"))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_bridge_may_start_quietly_and_learn_at_its_own_rate(
    corpus: Path, tmp_path: Path
) -> None:
    rates = {"learning_rate": 1e-3, "bridge_learning_rate": 1e-4, "warmup": 0.0}
    stage = trainer("aecb", corpus, tmp_path, quiet_start=True, schedule="constant", **rates)
    bridge = stage.parts.model.audio_bridge
    norm = bridge.layers[0].attention_norm
    features, mask = torch.randn(2, 5, 32), torch.ones(2, 5, dtype=torch.bool)
    twice = norm(norm(features))
    stage.objective().eval()
    assert torch.allclose(bridge(features, mask), twice, atol=1e-5)
    before = {name: w.detach().clone() for name, w in stage.objective().named_parameters()}
    optimizer = stage.create_optimizer()
    assert {id(w) for group in optimizer.param_groups for w in group["params"]} == {
        id(w) for w in stage.objective().parameters() if w.requires_grad
    }
    batch = stage.train_dataset.collate([stage.train_dataset[Place(0, i)] for i in range(4)])
    stage.objective()(**batch)["loss"].backward()
    optimizer.step()
    for name, weight in stage.objective().named_parameters():
        # Adam's first step is the learning rate, and AdamW shrinks by less than that.
        moved = (weight - before[name]).abs().max().item()
        most = 1e-4 if "audio_bridge" in name else 1e-3
        assert moved <= 1.2 * most, name
        if "head" in name or name.endswith("fc2.weight"):
            assert moved > 0.8 * most, name


def test_hidden_tokens() -> None:
    mask = torch.arange(40) < torch.tensor([[40], [1], [20], [5]])
    kept = thinned(mask, 0.5)
    assert not (kept & ~mask).any()
    assert kept.any(dim=1).all()
    many = thinned(torch.ones(100, 100, dtype=torch.bool), 0.3)
    assert many.float().mean().item() == pytest.approx(0.7, abs=0.02)
    assert thinned(mask, 1.0).sum(dim=1).tolist() == [1, 1, 1, 1]
    assert torch.equal(thinned(mask, 0.0), mask)


def test_refusals(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"probe: 5 rows.*label 'mood'.*Valid: actor, emotion"):
        trainer("aecb", corpus, tmp_path / "a", probe="mood")
    with pytest.raises(UsageError, match="bridge cannot be 'frozen'"):
        trainer("aecb", corpus, tmp_path / "b", bridge="frozen")
    with pytest.raises(UsageError, match=r"no validation figure.*Valid: .*recall"):
        trainer("aecb", corpus, tmp_path / "c", monitor="accuracy").run()


def test_sharding_is_refused(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    with pytest.raises(UsageError, match="without FSDP and DeepSpeed"):
        trainer("aecb", corpus, tmp_path)
