"""The trainer that the stages share: exact resuming, and what happens when a run is cut short."""

import json
import math
import os
import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from emer.errors import MissingExtra, OutputError, UsageError
from emer.training.checkpoints import damage
from emer.training.errors import DivergedError
from training.forked import forks
from training.toy_stage import ToyModel, ToyTrainer, toy_config


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Return a function that runs the toy in a process of its own."""
    with forks("training.toy_stage", tmp_path_factory.mktemp("forks")) as run:
        yield run


def final(output):
    return load_file(Path(output) / "model.safetensors")


def assert_same_bits(one, other):
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """Return the final weights and the record of a run that nothing disturbed."""
    torch.set_num_threads(1)
    output = tmp_path_factory.mktemp("whole")
    done = ToyTrainer.from_config(toy_config(output, accumulate=2)).run()
    return final(output), done


def test_the_loss_goes_down_and_the_record_says_so(tmp_path):
    done = ToyTrainer.from_config(toy_config(tmp_path, epochs=30, log_every=10)).run()
    losses = [log["loss"] for log in done["history"] if "loss" in log]
    assert losses[-1] < losses[0] / 3
    assert done == json.loads((tmp_path / "training.json").read_text("utf-8"))
    assert (tmp_path / "curves.png").read_bytes()[:4] == b"\x89PNG"
    assert done["steps"] == 180 and done["versions"]["torch"] == torch.__version__
    assert all(log["samples_per_second"] > 0 for log in done["history"] if "loss" in log)


def test_the_best_checkpoint_by_validation_is_what_is_left(tmp_path):
    # The rate is so high at first that the best step is not the last.
    config = toy_config(
        tmp_path, epochs=10, learning_rate=0.3, schedule="constant", keep=1, evaluate_every=3
    )
    done = ToyTrainer.from_config(config).run()
    figures = {log["step"]: log["eval_loss"] for log in done["history"] if "eval_loss" in log}
    best = min(figures, key=figures.get)
    assert best != max(figures), "this test needs a run whose end is not its best"
    assert done["best"] == {"step": best, "value": figures[best], "monitor": "loss"}
    kept = sorted(path.name for path in tmp_path.glob("checkpoint-*"))
    assert kept == sorted({f"checkpoint-{best}", f"checkpoint-{done['steps']}"})
    saved = load_file(tmp_path / f"checkpoint-{best}" / "trained.safetensors")
    exported = final(tmp_path)
    assert_same_bits(saved, {name: exported[name] for name in saved})


@pytest.mark.parametrize("kind", ["kill_at", "term_at"])
def test_a_run_that_was_cut_short_ends_with_the_same_bits(tmp_path, uninterrupted, start, kind):
    weights, done = uninterrupted
    output = tmp_path / "run"
    config = toy_config(output, accumulate=2).as_dict()
    step = random.Random(os.urandom(8)).randrange(1, done["steps"])
    first = start(config=config, **{kind: step})
    assert first.returncode == (-9 if kind == "kill_at" else 130), first.stderr
    assert not (output / "model.safetensors").exists()
    if kind == "term_at":
        assert f"SIGTERM came at step {step + 1}" in first.stderr
        assert damage(output / f"checkpoint-{step + 1}") is None
    second = start(config=config, resume=True)
    assert second.returncode == 0, second.stderr
    assert_same_bits(weights, final(output))


def test_resuming_passes_over_a_damaged_checkpoint_and_says_so(tmp_path, uninterrupted, caplog):
    weights, _ = uninterrupted
    config = toy_config(tmp_path, accumulate=2, keep=9)
    ToyTrainer.from_config(config).run()
    newest = ToyTrainer.from_config(config).checkpoints.newest()
    (newest / "optimizer.pt").write_bytes(b"cut")
    ToyTrainer.from_config(config).run(resume=True)
    assert f"{newest} is ignored: optimizer.pt has 3 bytes" in caplog.text
    assert_same_bits(weights, final(tmp_path))


def test_a_run_may_be_moved_and_a_lost_best_checkpoint_is_told(tmp_path, caplog):
    options = {"epochs": 10, "learning_rate": 0.3, "schedule": "constant", "evaluate_every": 3}
    done = ToyTrainer.from_config(toy_config(tmp_path / "old", **options)).run()
    weights = final(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    config = toy_config(tmp_path / "new", **options)
    moved = ToyTrainer.from_config(config).run(resume=True)
    assert moved["best"] == done["best"] and done["best"]["step"] < done["steps"]
    assert_same_bits(weights, final(tmp_path / "new"))
    (tmp_path / "new" / f"checkpoint-{done['best']['step']}" / "trained.safetensors").unlink()
    assert ToyTrainer.from_config(config).run(resume=True)["best"] is None
    assert "is lost: trained.safetensors is missing" in caplog.text


def test_other_settings_or_data_cannot_be_resumed(tmp_path):
    ToyTrainer.from_config(toy_config(tmp_path)).run()
    with pytest.raises(UsageError, match="holds checkpoints of an earlier run"):
        ToyTrainer.from_config(toy_config(tmp_path)).run()
    with pytest.raises(UsageError, match=r"learning_rate was 0\.01, is 0\.02"):
        ToyTrainer.from_config(toy_config(tmp_path, learning_rate=0.02)).run(resume=True)
    other = toy_config(tmp_path, data={"train": "other rows", "validation": "rows"})
    with pytest.raises(UsageError, match=r"data\.digest was 'rows', is 'other rows'"):
        ToyTrainer.from_config(other).run(resume=True)


def test_frozen_parts_stay_bit_for_bit_and_are_not_in_checkpoints(tmp_path):
    trainer = ToyTrainer.from_config(toy_config(tmp_path, max_steps=3))
    before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
    trainer.train()
    after = trainer.model.state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and not any(name.startswith("frozen") for name in changed)
    saved = load_file(tmp_path / "checkpoint-3" / "trained.safetensors")
    assert not any(name.startswith("frozen") for name in saved)


def test_a_loss_that_is_no_number_stops_before_it_spoils_the_weights(tmp_path):
    trainer = ToyTrainer.from_config(toy_config(tmp_path, nan_at=5, save_every=1, keep=99))
    with pytest.raises(DivergedError, match=r"not finite at step (\d+), learning rate") as caught:
        trainer.run()
    step = trainer.state.global_step
    assert f"step {step + 1}," in str(caught.value)
    if step:
        assert f"checkpoint-{step}" in str(caught.value)
    assert all(torch.isfinite(value).all() for value in trainer.model.state_dict().values())
    assert all(damage(path) is None for path in tmp_path.glob("checkpoint-*"))
    assert not (tmp_path / "model.safetensors").exists()


@pytest.mark.parametrize("size", [990, 3000, 9000])
def test_a_full_disk_leaves_the_last_good_checkpoint(tmp_path, start, size):
    # 990 bytes stop the weights (safetensors), 3000 the optimizer, 9000 the random state (torch).
    output = tmp_path / "run"
    config = toy_config(output, save_every=3, evaluate_every=50).as_dict()
    done = start(config=config, file_limit=[3, size])
    assert done.returncode == 1, done.stderr
    assert "OutputError: The checkpoint of step 6 cannot be written" in done.stderr
    assert f"last good one is {output / 'checkpoint-3'}" in done.stderr
    assert [path.name for path in output.glob("*checkpoint*")] == ["checkpoint-3"]
    assert damage(output / "checkpoint-3") is None
    again = start(config=config, resume=True)
    assert again.returncode == 0, again.stderr


def test_two_processes_hold_equal_weights_and_resume(tmp_path, start):
    output = tmp_path / "run"
    config = toy_config(output, epochs=2, batch_size=2).as_dict()
    first = start(processes=2, config=config, term_at=4)
    assert "came at step 5" in first.stderr, first.stderr
    assert damage(output / "checkpoint-5") is None
    second = start(processes=2, config=config, resume=True)
    assert second.returncode == 0, second.stderr
    whole = tmp_path / "whole"
    config["output"] = str(whole)
    third = start(processes=2, config=config)
    assert third.returncode == 0, third.stderr
    assert all(torch.isfinite(value).all() for value in final(output).values())
    assert_same_bits(final(whole), final(output))
    losses = [json.loads((path / "training.json").read_text())["best"] for path in (output, whole)]
    assert losses[0] == losses[1] and math.isfinite(losses[0]["value"])


def test_validation_counts_every_row_once(tmp_path):
    trainer = ToyTrainer.from_config(toy_config(tmp_path, batch_size=3))
    assert [real for _, real in trainer.validation_batches()] == [3, 3, 3, 1]


def test_validating_draws_no_number_of_training(tmp_path):
    torch.manual_seed(3)
    trainer = ToyTrainer.from_config(toy_config(tmp_path))
    state = torch.get_rng_state()
    trainer.evaluate()
    assert torch.equal(state, torch.get_rng_state())


def test_a_figure_that_is_not_measured_cannot_choose_the_best(tmp_path):
    with pytest.raises(UsageError, match=r"'f1' is no validation figure .*Valid: loss"):
        ToyTrainer.from_config(toy_config(tmp_path, monitor="f1")).run()


def test_an_output_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutputError, match="output folder"):
        ToyTrainer.from_config(toy_config(tmp_path / "file" / "run"))


def test_a_model_without_a_trained_part_is_refused(tmp_path):
    model = ToyModel().requires_grad_(False)
    with pytest.raises(UsageError, match="every part of the model is frozen"):
        ToyTrainer(toy_config(tmp_path), model, train=[1], validation=None, collate=list)


def test_a_reporter_that_is_not_installed_is_named(tmp_path):
    pytest.importorskip("tensorboard")
    try:
        import wandb  # noqa: F401
    except ModuleNotFoundError:
        with pytest.raises(MissingExtra, match="wandb"):
            ToyTrainer.from_config(toy_config(tmp_path, report_to=["wandb"]))


def test_figures_go_to_tensorboard(tmp_path):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    ToyTrainer.from_config(toy_config(tmp_path, report_to=["tensorboard"])).run()
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert {"train/loss", "validation/loss"} <= set(events.Tags()["scalars"])
    assert [event.step for event in events.Scalars("validation/loss")] == [4, 8, 12, 16, 18]
