"""`emer train`: settings, exit codes, what is printed."""

import json

import pytest
import torch
import yaml
from typer.testing import CliRunner

from emer.cli.main import app
from emer.errors import MissingExtra, UsageError
from emer.training.config import field_notes
from emer.training.errors import TrainingInterrupted
from emer.training.instruct import InstructConfig, InstructTrainer
from training.instruct_corpus import make_corpus, settings, write_rows


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return make_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path_factory.getbasetemp() / "assets"))
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def config(corpus, tmp_path):
    """Return a function that writes a configuration and returns its path."""

    def write(**changes):
        path = tmp_path / "config.yaml"
        values = settings(corpus, tmp_path / "run", epochs=1, **changes)
        path.write_text(yaml.safe_dump(values), "utf-8")
        return str(path)

    return write


def run(*words):
    return CliRunner().invoke(app, ["train", *map(str, words)])


def test_a_stage_is_trained_and_json_is_all_that_is_on_standard_output(config, tmp_path):
    done = run("instruct", config(), "--json", "--set", "seed=3", "--output", tmp_path / "there")
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["config"]["seed"] == 3 and record["output"] == str(tmp_path / "there")
    assert record == json.loads((tmp_path / "there" / "training.json").read_text("utf-8"))
    assert "step 2/2" in done.stderr and "the last, step 2" in done.stderr


def test_rows_that_were_skipped_are_told_and_make_the_exit_code_one(config, corpus, tmp_path):
    rows = [
        {"id": "good", "video": "clip0.mkv", "text": "Calm."},
        {"id": "gone", "video": "nowhere.mkv", "text": "Calm."},
    ]
    write_rows(corpus / "some.jsonl", rows)
    done = run("instruct", config(data={"train": str(corpus / "some.jsonl")}))
    assert done.exit_code == 1
    assert "1 rows were skipped" in done.stderr and "skipped-train.jsonl" in done.stderr
    assert (tmp_path / "run" / "training.json").exists()


def test_earlier_checkpoints_are_not_overwritten_unasked(config, tmp_path):
    assert run("instruct", config()).exit_code == 0
    again = run("instruct", config())
    assert isinstance(again.exception, UsageError) and "--resume" in str(again.exception)
    assert run("instruct", config(), "--resume").exit_code == 0


def test_a_signal_makes_the_exit_code_130_and_says_how_to_go_on(config, monkeypatch):
    def stopped(self, *, resume):
        raise TrainingInterrupted("SIGTERM came at step 3; go on with --resume from x.")

    monkeypatch.setattr(InstructTrainer, "run", stopped)
    done = run("instruct", config())
    assert done.exit_code == 130 and "go on with --resume from x" in done.stderr


def test_wrong_settings_are_refused(config):
    assert isinstance(run("instruct", config(), "--set", "sed=1").exception, UsageError)
    assert isinstance(run("instruct").exception, UsageError)
    assert run("fourth", config()).exit_code == 2


def test_every_setting_can_be_listed():
    done = run("instruct", "--fields")
    assert done.exit_code == 0
    for note in field_notes(InstructConfig):
        assert f"{note.name} [{note.default}]: " in done.stdout


def test_a_missing_dependency_is_named(config, monkeypatch):
    real = __import__("importlib.util").util.find_spec
    monkeypatch.setattr(
        "emer.cli.train.find_spec", lambda name: None if name == "peft" else real(name)
    )
    failed = run("instruct", config()).exception
    assert isinstance(failed, MissingExtra) and "pip install 'emer[train]'" in str(failed)
