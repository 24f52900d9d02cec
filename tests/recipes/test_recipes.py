"""The YAML recipes: read strictly by the settings of their stage, and true to what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from emer.errors import UsageError
from emer.models.xemogpt.configuration import XEmoGPTConfig
from emer.training.aecb import AECBConfig
from emer.training.config import STAGES, StageConfig, load_config
from emer.training.data.records import open_records
from emer.training.instruct_config import InstructConfig
from emer.training.vecb import VECBConfig

yaml = pytest.importorskip("yaml")

FOLDER = Path(__file__).parents[2] / "recipes"
KINDS: dict[str, type[StageConfig]] = {
    "vecb": VECBConfig,
    "aecb": AECBConfig,
    "instruct": InstructConfig,
}
RECIPES = ("paper", "small")


def path(name: str) -> Path:
    return FOLDER / f"xemogpt-{name}.yaml"


def load(name: str, stage: str, *overrides: str) -> Any:
    return load_config(path(name), KINDS[stage], overrides, stage=stage)


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_of_a_recipe_is_valid(name: str, stage: str) -> None:
    config = load(name, stage)
    written = yaml.safe_load(path(name).read_text("utf-8"))[stage]
    assert config.output == written["output"] and config.data.validation
    assert load(name, stage, "max_steps=3", "data.train=x.jsonl").data.train == "x.jsonl"
    with pytest.raises(UsageError, match="no key 'learning_rat'"):
        load(name, stage, "learning_rat=1")


@pytest.mark.parametrize("name", RECIPES)
def test_the_last_stage_takes_over_the_first_two(name: str) -> None:
    last = load(name, "instruct")
    assert last.video_from == load(name, "vecb").output
    assert last.audio_from == load(name, "aecb").output
    shapes = {"video_bridge": None, "audio_bridge": None}
    fields = XEmoGPTConfig(**last.fields, **shapes)  # unknown ones are refused
    assert fields.max_prompt_length == last.fields["max_prompt_length"]


def test_published_values() -> None:
    """Those of spec and docs/xemogpt.md; everything else must say that it is ours."""
    vecb, aecb, last = (load("paper", stage) for stage in STAGES)
    published = XEmoGPTConfig.published()
    assert (vecb.vision, aecb.audio, aecb.captions, last.llm) == (
        "openai/clip-vit-large-patch14",
        "TencentGameMate/chinese-hubert-large",
        "sentence-transformers/LaBSE",
        "Qwen/Qwen3-4B",
    )
    assert (vecb.num_frames, aecb.audio_seconds, aecb.audio_downsampling) == (
        published.num_frames,
        published.audio_seconds,
        published.audio_downsampling,
    )
    assert vecb.bridge_layers == aecb.bridge_layers == published.video_bridge.num_hidden_layers
    assert vecb.embedding_size == aecb.embedding_size == published.video_embedding_size == 768
    assert (last.lora.r, last.lora.alpha, last.lora.dropout) == (512, 512, 0.05)
    assert last.lora.targets == ["q_proj", "k_proj", "v_proj"]
    assert last.max_new_tokens == 756
    changed = XEmoGPTConfig(**last.fields)
    for name in ("prompt", "instruction", "pseudo_bos", "max_prompt_length"):
        assert getattr(changed, name) == getattr(published, name)


def test_every_value_of_the_paper_recipe_says_where_it_comes_from() -> None:
    lines = path("paper").read_text("utf-8").splitlines()
    told = ("(C)", "(F)", "(P)", "ours: not published", "docs/xemogpt.md")
    paths = ("output", "data", "video_from", "audio_from", "fields", "lora", *STAGES)
    values = [line for line in lines if re.match(r" *[a-z_]+:", line)]
    silent = [line for line in values if not any(each in line for each in told)]
    assert len(values) > 90
    assert {line.split(":")[0].strip() for line in silent} <= set(paths)


def test_settings_that_are_not_published_do_not_pretend_to_be() -> None:
    text = path("paper").read_text("utf-8")
    for name in ("learning_rate", "epochs", "batch_size", "temperature", "warmup", "schedule"):
        found = re.findall(rf"^ +{name}: .*", text, flags=re.MULTILINE)
        assert len(found) >= 2 and all("ours: not published" in line for line in found)


def test_the_small_recipe_needs_no_hub() -> None:
    vecb, aecb, last = (load("small", stage) for stage in STAGES)
    parts = [vecb.vision, aecb.audio, last.llm, vecb.captions, aecb.captions]
    assert parts[0] == "face-track" and all(each.startswith("asset:") for each in parts[1:])
    assert {vecb.device, aecb.device, last.device} == {"cpu"}
    for config in (vecb, aecb, last):
        assert config.data.train.startswith("data/") and "test" not in config.data.validation


def test_a_file_of_one_stage_needs_no_group(tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_text("output: out\ndata: {train: a.jsonl}\naudio: asset:whisper-base\n")
    assert load_config(plain, AECBConfig, stage="aecb").output == "out"
    assert load_config(plain, AECBConfig).data.train == "a.jsonl"


def test_groups_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "groups.yaml"

    def refused(text: str, match: str, stage: str | None = "aecb") -> None:
        file.write_text(text)
        with pytest.raises(UsageError, match=match):
            load_config(file, AECBConfig, stage=stage)

    refused("vecb: {output: a}\n", "no group for the stage 'aecb'.*It has: vecb")
    refused("aecb: {output: a}\n", "no group for the stage None.*It has: aecb", stage=None)
    refused("aecb: {output: a}\nseed: 1\n", "'seed' beside the groups of stages")
    refused("aecb: 3\n", "The group 'aecb' of .* holds no mapping")


def test_rows_of_two_recipes_are_read_together(tmp_path: Path) -> None:
    """The small recipe's answers are in two folders, each with media of its own."""
    for name, media in (("ravdess", "../sound/a.flac"), ("clips", "windows/b.mkv")):
        home = tmp_path / "data" / f"{name}-captions"
        home.mkdir(parents=True)
        row = f'{{"id": "{name}", "video": "{media}", "audio": null, "text": "x"}}\n'
        (home / "instruct_train.jsonl").write_text(row)
    pattern = load("small", "instruct").data.train
    records = open_records(tmp_path / pattern)
    assert records.root == tmp_path / "data"
    assert [row["video"] for row in records] == [
        "ravdess-captions/../sound/a.flac",
        "clips-captions/windows/b.mkv",
    ]
    assert all(row["audio"] is None for row in records)
    assert [records.where(place) for place in (0, 1)] == ["line 1 of instruct_train.jsonl"] * 2
