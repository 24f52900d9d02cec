"""What is written is read by `datasets` and by the trainers, with no step between."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dataset.composed import entry
from dataset.export.folders import SPLITS, clip, entries, written
from emer.dataset.compose import Compose
from emer.dataset.entry import Entry
from emer.dataset.export.columns import CONFIGS, columns
from emer.training.data.records import open_records
from emer.training.data.rows import Row, Rows
from emer.training.data.survey import survey
from training.data.shard_files import shard

LOAD = """
import json, sys
import datasets
folder, splits, configs = sys.argv[1], sys.argv[2].split(","), sys.argv[3].split(",")
found = {}
for config in configs:
    for split in splits:
        data = datasets.load_dataset(folder, config, split=split)
        found[f"{config} {split}"] = [list(data.features), data.to_list()]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    return entries([clip(tmp_path_factory.mktemp("clips") / "a.mkv")])


def loaded(folder: Path, cache: Path) -> dict[str, Any]:
    """Read all tables and splits offline, in a process of its own: settings are read on import."""
    quiet = {
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_DATASETS_CACHE": str(cache),
        "HF_HOME": str(cache),
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder), ",".join(SPLITS), ",".join(CONFIGS)],
        env={**os.environ, **quiet}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_datasets_reads_every_table_and_split(
    tmp_path: Path, given: list[Entry], format: str
) -> None:
    pytest.importorskip("datasets")
    made = written(tmp_path / "d", given, formats=[format, "webdataset"])
    found = loaded(tmp_path / "d", tmp_path / "cache")
    for config in CONFIGS:
        for split in SPLITS:
            names, rows = found[f"{config} {split}"]
            assert names == [column.name for column in columns(config, made.labels)]
            assert len(rows) == made.rows(config, split)
    _, cues = found["cues train"]
    assert [row["id"] for row in cues] == ["show/a.1.mp4", "show/b", "show/c", "show/e"]
    assert cues[0]["statements"][0]["origins"][0]["annotator"] == "measured"
    assert cues[0]["measured"][0]["evidence"][0]["measure"] == "face.AU12.peak"
    assert cues[3]["description"] is None and cues[3]["statements"] == []
    _, pairs = found["instruct train"]
    kept = {"actor": "07", "emotion": None, "form": "explain", "group": "speaker 1"}
    assert {**kept, "source": "show"} in [row["labels"] for row in pairs]


@pytest.mark.parametrize("format", ["jsonl", "parquet", "webdataset"])
@pytest.mark.parametrize("media", ["reference", "copy"])
def test_the_trainers_read_captions_and_pairs(
    tmp_path: Path, given: list[Entry], format: str, media: str
) -> None:
    made = written(tmp_path / "d", given, formats=[format], media=media)
    for config in CONFIGS[1:]:
        for split in SPLITS:
            records = open_records(tmp_path / "d" / format / config / split)
            rows = list(Rows(records))
            assert len(rows) == made.rows(config, split)
            assert all(record.keys() <= Row.model_fields.keys() for record in records)
            assert {row.labels["source"] for row in rows} == {"show"}
            found = survey(
                records, need={"video", "audio", "subtitle"}, cache=tmp_path / "probes.sqlite"
            )
            assert len(found.usable) == len(rows) and not found.skipped
    pairs = open_records(tmp_path / "d" / format / "instruct" / "train")
    first = Rows(pairs)[0]
    texts = given[0].texts
    assert texts is not None
    assert first.id == "show/a.1.mp4#1"
    assert (first.instruction, first.text) == (texts.pairs[0].instruction, texts.pairs[0].answer)
    assert first.labels == {
        "emotion": "happy", "form": "explain", "group": "speaker 1", "source": "show",
    }  # fmt: skip


def test_json_rows_have_all_keys_of_a_row(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given, formats=["jsonl"])
    for config in CONFIGS[1:]:
        for row in open_records(tmp_path / "d/jsonl" / config / "train"):
            assert list(row) == list(Row.model_fields)


@pytest.mark.parametrize(("video", "audio"), [(True, False), (False, True)])
@pytest.mark.parametrize("format", ["jsonl", "parquet", "webdataset"])
def test_a_clip_without_sound_or_pictures_is_said_to_have_none(
    tmp_path: Path, video: bool, audio: bool, format: str
) -> None:
    media = clip(tmp_path / "a.mkv", video, audio)
    made = entries([media])
    written(tmp_path / "d", made, formats=[format])
    records = open_records(tmp_path / "d" / format / "instruct/train")
    found = survey(records, need=set(), use={"video", "audio"}, cache=tmp_path / "probes.sqlite")
    assert set(found.present) == {frozenset({"video"} if video else {"audio"})}
    assert (Rows(records)[0].video is not None) == video


def test_a_clip_is_in_a_shard_once(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given, formats=["webdataset"])
    records = open_records(tmp_path / "d/webdataset/instruct/validation")
    assert len(records) > 4
    assert len({row.video for row in Rows(records)}) == 1
    size = (tmp_path / "d/webdataset/instruct/validation/00000.tar").stat().st_size
    assert size < 2 * given[0].media.size + 4096 * len(records)


def test_a_clip_that_is_in_a_shard_of_a_source(tmp_path: Path) -> None:
    """A reference such as a.tar@512+1024.mkv is read, copied and surveyed like a file."""
    media = clip(tmp_path / "a.mkv")
    data = Path(media.reference).read_bytes()
    source = shard(tmp_path / "source.tar", [("a.mkv", data)])
    inside = media.model_copy(update={"reference": f"{source}@512+{len(data)}.mkv"})
    made = Compose("en")(entry("a", media=inside))
    for number, how in enumerate(({"media": "reference"}, {"media": "copy"})):
        folder = tmp_path / str(number)
        written(folder, [made], formats=["jsonl", "webdataset"], **how)
        for format in ("jsonl", "webdataset"):
            records = open_records(folder / format / "captions-audio" / "train")
            found = survey(records, need={"audio"}, cache=tmp_path / "probes.sqlite")
            assert len(found.usable) == 1
