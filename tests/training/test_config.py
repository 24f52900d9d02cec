"""Settings: what is read, what is refused and how it is said."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from emer.errors import UsageError
from emer.training.config import (
    DataConfig,
    StageConfig,
    field_notes,
    from_mapping,
    load_config,
)
from emer.training.instruct_config import InstructConfig

SMALL = "output: out\ndata:\n  train: rows.jsonl\nllm: folder\n"


@pytest.fixture
def read(tmp_path):
    def call(text, *overrides, kind=InstructConfig, **options):
        path = tmp_path / "config.yaml"
        path.write_text(text, "utf-8")
        return load_config(path, kind, overrides, **options)

    return call


def test_yaml_and_overrides_become_settings(read):
    config = read(SMALL + "learning_rate: 3e-4\nlora: {r: 8}\n", "data.train=a.jsonl", "lora.r=0")
    assert config.learning_rate == 3e-4  # YAML 1.1 takes 3e-4 for a text
    assert config.data == DataConfig(train="a.jsonl")
    assert config.lora.r == 0 and config.lora.targets == ["q_proj", "k_proj", "v_proj"]
    assert config.batch_size == 8


def test_settings_survive_being_written_down(read):
    config = read(SMALL)
    assert from_mapping(InstructConfig, config.as_dict()) == config


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lerning_rate: 1\n", r"no key 'lerning_rate'\. Valid: output, data, .*learning_rate"),
        ("data: {train: a, tets: b}\n", r"group 'data' has no key 'tets'\. Valid: train, valid"),
        ("data: {validation: b}\n", "group 'data' lacks 'train'"),
        ("data: rows.jsonl\n", "data has to be a group of settings, but is 'rows.jsonl'"),
        ("lora: {rank: 8}\n", "group 'lora' has no key 'rank'"),
        ("batch_size: 0\n", "batch_size cannot be 0: .*greater than or equal to 1"),
        ("batch_size: many\n", "batch_size cannot be 'many'"),
        ("learning_rate: -1\n", "learning_rate cannot be -1"),
        ("learning_rate: .inf\n", "learning_rate cannot be inf"),
        ("learning_rate: .nan\n", "learning_rate cannot be nan"),
        ("precision: fp16\n", "precision cannot be 'fp16': .*'fp32' or 'bf16'"),
        ("train: [video_bridge, brain]\n", "train cannot be .*vision_tower"),
        ("modalities: {V: 0, A: 0}\n", "modalities gives no choice a weight above 0"),
        ("modalities: {W: 1}\n", "modalities cannot be"),
        ("modalities: {V: -1}\n", "modalities cannot be"),
        ("generate: 5\n", "generate answers validation clips"),
        ("model: other\n", "model is a whole XEmoGPT"),
        ("llm: null\n", "There is no language model"),
        ("seed: -1\n", "seed cannot be -1"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_valid(read, text, message):
    with pytest.raises(UsageError, match=message):
        read(SMALL.replace("llm: folder\n", "llm: folder\n" * ("llm:" not in text)) + text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no mapping"),
        ("- a\n", "holds no mapping"),
        ("a: [\n", "is not YAML"),
        ("output: !!python/object/apply:os.system [true]\n", "is not YAML"),
    ],
)
def test_what_is_no_configuration(read, text, message):
    with pytest.raises(UsageError, match=message):
        read(text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="Cannot read the configuration"):
        load_config(tmp_path / "absent.yaml", StageConfig)


@pytest.mark.parametrize("override", ["learning_rate", "=3", "output.a=1", "seed=[", "data.a=1"])
def test_overrides_that_are_none(read, override):
    with pytest.raises(UsageError, match=r"--set|no key"):
        read(SMALL, override)


def test_a_recipe_of_all_stages(read):
    text = f"instruct:\n{''.join(f'  {line}' + chr(10) for line in SMALL.splitlines())}aecb: {{}}\n"
    assert read(text, "seed=4", stage="instruct").seed == 4
    with pytest.raises(UsageError, match=r"no group for the stage 'vecb'.*aecb, instruct"):
        read(text, stage="vecb")


def test_every_setting_is_documented():
    notes = field_notes(InstructConfig)
    assert all(note.meaning for note in notes), [n.name for n in notes if not n.meaning]
    names = {note.name for note in notes}
    assert {"data.train", "lora.r", "learning_rate", "modalities"} <= names
    assert {note.name for note in notes if note.default == "required"} == {"output", "data.train"}
    top = {name.partition(".")[0] for name in names}
    assert top == {each.name for each in fields(InstructConfig)}


def test_python_is_checked_as_yaml_is():
    with pytest.raises(UsageError, match="epochs cannot be 0"):
        StageConfig(output="out", data=DataConfig(train="a"), epochs=0)


PAGE = Path(__file__).parents[2] / "docs" / "training.md"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Stage 1", "vecb:VECBConfig"),
        ("Stage 2", "aecb:AECBConfig"),
        ("Stage 3", "instruct:InstructConfig"),
    ],
)
def test_the_examples_of_the_page_are_settings(read, heading, name):
    text = PAGE.read_text("utf-8").partition(f"### {heading}\n")[2]
    example = text.partition("```yaml\n")[2].partition("```")[0]
    module, _, kind = name.partition(":")
    config = getattr(import_module(f"emer.training.{module}"), kind)
    assert read(example, kind=config).output == f"runs/{module}"


def test_the_page_lists_every_setting():
    page = PAGE.read_text("utf-8")
    for note in field_notes(InstructConfig):
        assert f"\n{note.name} [{note.default}]: {note.meaning}\n" in page
