"""The scripts that measure XEmoGPT run end to end at toy size, and their comparisons can fail."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from emer.models.xemogpt.modeling import AUDIO, VIDEO

SCRIPTS = Path(__file__).parents[3] / "perf"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module


@pytest.fixture
def generate(scripts: Any) -> Any:
    return scripts("xemogpt_generate")


@pytest.fixture
def train(scripts: Any) -> Any:
    return scripts("xemogpt_train")


@pytest.fixture
def setup(scripts: Any) -> Any:
    return scripts("xemogpt_setup")


def chosen(**changes: Any) -> Any:
    values = {"size": "tiny", "device": "cpu", "batch": 2, "answer": 6, "steps": 1, "rounds": 1}
    return type("Options", (), values | changes)()


@pytest.mark.slow
def test_the_published_size_has_the_published_parts(setup):
    model = setup.build("published", "meta")
    # q, k and v of 36 layers: r times (in + out) each.
    assert setup.described(model, "published", "cpu")["of_which_lora"] == (
        36 * 512 * ((2560 + 4096) + 2 * (2560 + 1024))
    )
    assert sum(p.numel() for p in model.language_model.parameters()) == pytest.approx(
        4.022e9 + 0.255e9, rel=1e-3
    )
    clips = setup.made_up(model.config, 2)
    batch = setup.inputs_of(model.config, clips)
    assert (batch["token_type_ids"] == AUDIO).sum(1).tolist() == [599, 599]
    assert (batch["token_type_ids"] == VIDEO).sum(1).tolist() == [16, 16]
    assert batch["pixel_values"].shape == (2, 16, 3, 224, 224)


def test_a_made_up_batch_is_padded_on_the_left(setup):
    config = setup.tiny_config()
    clips = setup.made_up(config, 3, answer=5)
    batch = setup.inputs_of(config, clips)
    lengths = batch["attention_mask"].sum(1)
    assert lengths.unique().numel() > 1 and lengths.max() == batch["input_ids"].shape[1]
    assert bool((batch["attention_mask"].diff(dim=1) >= 0).all())
    assert (batch["labels"] != setup.IGNORED).sum(1).tolist() == [5, 5, 5]
    assert batch["labels"][:, -1].tolist() == [setup.END] * 3


def test_parameters_change_their_type_and_buffers_do_not(setup):
    model = setup.build("tiny", dtype="bf16")
    assert {each.dtype for each in model.parameters()} == {torch.bfloat16}
    assert torch.bfloat16 not in {each.dtype for each in model.buffers()}


def test_generation_is_measured(generate, capsys):
    sizes, caches = ["--batch", "1", "2", "--new-tokens", "3"], ["--cache", "dynamic", "static"]
    generate.main([*sizes, *caches, "--rounds", "1", "--json"])
    report = json.loads(capsys.readouterr().out)
    for parity in report["parity"].values():
        assert parity["greedy_ids_agreeing"] == parity["greedy_ids_compared"]
    assert len(report["rows"]) == 2 * (1 + 2**4)  # types; the reference; lora, cache, beams, batch
    for row in report["rows"]:
        assert row["tokens_per_second"] == pytest.approx(row["batch"] * 3 / row["seconds"])
        assert row["side"] != "reference" or row["times_reference"] == 1
        assert row["peak_gib"] > 0


def test_a_table_has_a_line_for_every_row(generate):
    row = {"dtype": "fp32", "side": "reference", "tokens_per_second": 3.0, "seconds": 2.0}
    rows = [row, {**row, "side": "emer", "tokens_per_second": 12.0}]
    generate.add_ratios(rows)
    lines = generate.table({"size": "tiny", "rows": rows}).splitlines()
    assert len(lines) == 3 + 2 and json.loads(lines[0]) == {"size": "tiny"}
    assert "| 4 |" in lines[-1]


@pytest.fixture
def toy(setup) -> Any:
    model = setup.build("tiny")
    return model, setup.made_up(model.config, 2)


def test_a_prompt_in_another_order_is_no_parity(generate, toy, monkeypatch):
    model, clips = toy
    right = generate.official_prompt

    def swapped(model: Any, clip: Any) -> Any:
        before, between, after = clip.texts
        return right(model, type(clip)((between, before, after), clip.sound, clip.pictures,
                                       clip.answer))  # fmt: skip

    assert generate.parity(model, clips, "fp32")["first_logits"] < 1e-4
    monkeypatch.setattr(generate, "official_prompt", swapped)
    with pytest.raises(AssertionError, match="first logits differ"):
        generate.parity(model, clips, "fp32")


def test_other_ids_are_no_parity(generate, toy, monkeypatch):
    model, clips = toy
    right = generate.one_by_one

    def others(*given: Any, **how: Any) -> Any:
        return [(each + 1) % 500 for each in right(*given, **how)]

    monkeypatch.setattr(generate, "one_by_one", others)
    with pytest.raises(AssertionError, match="Greedy ids part"):
        generate.parity(model, clips, "fp32")


def test_the_adapter_beside_and_merged_agree_because_it_is_taken_off_again(generate, toy):
    model, _ = toy
    before = [each.detach().clone() for each in model.parameters()]
    with generate.merged(model):
        assert any(not torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))
    for a, b in zip(before, model.parameters(), strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=0)


def test_training_steps_are_the_same_with_checkpointing(train):
    plain, kept = (train.steps(chosen(), "fp32", checkpointing=on) for on in (False, True))
    assert plain["losses"] == pytest.approx(kept["losses"], rel=1e-6)
    assert plain["losses"][0] != plain["losses"][1]
    assert plain["clips_per_second"] == pytest.approx(2 * plain["steps_per_second"])


def test_our_trainer_and_a_bare_loop_learn_the_same(train):
    found = train.against_bare_loop(chosen(steps=3), "fp32")
    assert found["largest_relative_difference_of_losses"] < 1e-5
    assert len(found["losses"]) == 4 and found["losses"][0] != found["losses"][-1]


def test_a_bare_loop_with_another_optimizer_is_no_parity(train, monkeypatch):
    right = train.optimizer_of

    def faster(model: Any) -> Any:
        optimizer = right(model)
        optimizer.param_groups[0]["lr"] = 1e-2
        return optimizer

    monkeypatch.setattr(train, "optimizer_of", faster)
    with pytest.raises(AssertionError):
        train.against_bare_loop(chosen(steps=3), "fp32")


def test_the_wrapping_of_bf16_does_not_stay_on_the_model(train):
    model = train.prepared(chosen(), "bf16", dropout=False)
    before = model.forward.__func__
    clips = train.made_up(model.config, 2, answer=6)
    train.our_trainer(model, clips, chosen(), "bf16")
    assert model.forward.__func__ is before


def test_features_from_disk_give_the_same_loss(train):
    found = train.cached(chosen())
    for stage in ("stage 2 (audio)", "stage 3"):
        first, second = found[stage]["losses"].values()
        assert first == pytest.approx(second, rel=1e-6)
    assert found["megabytes_a_clip"] > 0


def test_other_features_are_noticed(train, monkeypatch):
    right = train.from_disk

    def wrong(*given: Any) -> Any:
        batch = right(*given)
        batch["sound_features"] = -batch["sound_features"]
        return batch

    monkeypatch.setattr(train, "from_disk", wrong)
    with pytest.raises(AssertionError):
        train.cached(chosen())


@pytest.mark.slow
def test_training_is_measured_in_a_process_of_its_own(train):
    found = train.in_process(chosen(threads=1), "fp32", "on")
    assert found["checkpointing"] and found["peak_gib"] > 0
    assert found["model"]["size"] == "tiny"
