"""A dataset on disk: the same bytes, whole or not at all, and the right errors."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.composed import entry
from dataset.export.folders import clip, entries, plan, split_of, tree, written
from emer.dataset.entry import Entry, Removal
from emer.dataset.export import swap, write
from emer.dataset.export.columns import CUES
from emer.errors import EmerError, MediaError, OutputError, UsageError

ALL = {"formats": ["jsonl", "parquet", "webdataset"], "media": "copy"}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    return entries([clip(tmp_path_factory.mktemp("clips") / "a.mkv")])


def test_the_same_entries_give_the_same_bytes(tmp_path: Path, given: list[Entry]) -> None:
    first = written(tmp_path / "one", given, **ALL)
    again = written(
        tmp_path / "two", [Entry.model_validate_json(e.model_dump_json()) for e in given], **ALL
    )
    assert first == again
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_the_record_tells_what_there_is(tmp_path: Path, given: list[Entry]) -> None:
    made = written(tmp_path / "d", given, **ALL)
    found = tree(tmp_path / "d")
    for file in made.files:
        data = found[file.path]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.bytes, file.sha256)
    others = {f"media/{given[0].media.sha256[:2]}/{given[0].media.sha256}.mkv"}
    assert found.keys() - {file.path for file in made.files} - others == {"README.md", "build.json"}
    assert made.clips == {"train": 4, "validation": 1}
    assert (made.media, made.media_bytes) == (1, given[0].media.size)
    assert made.rows("cues") == 5 and made.rows("captions-video", "train") == 3
    assert made.bytes == sum(len(found[file.path]) for file in made.files)
    record = json.loads(found["build.json"])
    assert record["schema"] == "emer.dataset/1"
    assert len(record["files"]) == len(made.files)


def test_a_file_has_so_many_clips(tmp_path: Path, given: list[Entry]) -> None:
    made = written(tmp_path / "d", given, formats=["jsonl"])
    rows = {file.path: file.rows for file in made.files if file.config != "instruct"}
    assert rows == {
        "jsonl/captions-audio/train/00000.jsonl": 2,
        "jsonl/captions-audio/train/00001.jsonl": 1,
        "jsonl/captions-audio/validation/00000.jsonl": 1,
        "jsonl/captions-video/train/00000.jsonl": 2,
        "jsonl/captions-video/train/00001.jsonl": 1,
        "jsonl/captions-video/validation/00000.jsonl": 1,
        "jsonl/cues/train/00000.jsonl": 2,
        "jsonl/cues/train/00001.jsonl": 2,
        "jsonl/cues/validation/00000.jsonl": 1,
    }


def test_every_statement_keeps_its_provenance(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given, formats=["jsonl"])
    line = (tmp_path / "d/jsonl/cues/train/00000.jsonl").read_bytes().splitlines()[0]
    row = json.loads(line)
    assert list(row) == [column.name for column in CUES]
    assert len(row["statements"]) == len(given[0].statements)
    for made, statement in zip(row["statements"], given[0].statements, strict=True):
        assert made == statement.model_dump(mode="json")
    known = {cue["id"]: cue for cue in row["measured"]}
    assert {c for each in row["statements"] for c in each["cues"]} <= known.keys()
    assert known["v1"]["evidence"][0]["value"] == 0.81
    assert row["removed"][0]["text"] == "The person frowns deeply."
    assert row["media"] == given[0].media.reference
    assert row["subtitle"] == "See you (2) soon" and row["subtitle_from"] == "recognised"


def test_a_copy_of_the_folder_can_be_moved(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given, **ALL)
    moved = (tmp_path / "d").rename(tmp_path / "elsewhere")
    row = json.loads((moved / "jsonl/instruct/train/00000.jsonl").read_bytes().splitlines()[0])
    media = moved / "jsonl/instruct/train" / row["video"]
    assert media.read_bytes() == Path(given[0].media.reference).read_bytes()
    assert str(tmp_path) not in "".join(
        data.decode("utf-8", "ignore") for data in tree(moved).values()
    )


def test_what_is_out_is_not_written(tmp_path: Path) -> None:
    out = entry("z", removed=(Removal(filter="length", what="record", reason="Long."),))
    assert written(tmp_path / "d", [entry("a"), out]).clips["train"] == 1


def test_a_clip_that_has_changed_is_an_error(tmp_path: Path) -> None:
    media = clip(tmp_path / "a.mkv")
    changed = entry("a", media=media.model_copy(update={"sha256": "0" * 64}))
    with pytest.raises(MediaError, match="has changed since it was collected"):
        written(tmp_path / "d", [changed], media="copy")
    gone = entry("a", media=media.model_copy(update={"reference": "/no/such.mkv"}))
    with pytest.raises(MediaError, match="cannot be read"):
        written(tmp_path / "d", [gone], formats=["webdataset"])
    assert [each.name for each in tmp_path.iterdir()] == ["a.mkv"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([entry("b"), entry("a")], "sorted"),
        ([entry("a"), entry("a")], "sorted"),
        ([entry("a", labels={"mood": "x"})], "no source keeps"),
    ],
)
def test_entries_that_cannot_be_written(tmp_path: Path, given: list[Entry], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        written(tmp_path / "d", given)
    assert not list(tmp_path.iterdir())


def test_a_split_that_the_plan_does_not_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="train, validation"):
        write(lambda: iter([entry()]), lambda _: "test", plan(), tmp_path / "d")


@pytest.mark.parametrize("name", ["../x.md", "/x.md"])
def test_pages_stay_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="outside"):
        write(lambda: iter([entry()]), split_of, plan(), tmp_path / "d", pages=lambda _: {name: ""})


def test_pages_are_part_of_the_folder(tmp_path: Path) -> None:
    pages = {"README.md": "# Card\n", "prompts/visual.md": "Look.\n"}
    write(lambda: iter([entry()]), split_of, plan(), tmp_path / "d", pages=lambda _: pages)
    assert (tmp_path / "d/README.md").read_text() == "# Card\n"
    assert (tmp_path / "d/prompts/visual.md").read_text() == "Look.\n"


def test_an_error_leaves_what_was_there(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given)
    before = tree(tmp_path / "d")

    def breaks() -> Iterator[Entry]:
        yield given[0]
        raise EmerError("lost")

    with pytest.raises(EmerError, match="lost"):
        write(breaks, split_of, plan(formats=["jsonl", "parquet", "webdataset"]), tmp_path / "d")
    assert tree(tmp_path) == {f"d/{name}": data for name, data in before.items()}


def test_a_new_dataset_replaces_all_of_the_old_one(tmp_path: Path, given: list[Entry]) -> None:
    written(tmp_path / "d", given, **ALL)
    written(tmp_path / "d", given[:1], formats=["jsonl"])
    written(tmp_path / "fresh", given[:1], formats=["jsonl"])
    assert tree(tmp_path / "d") == tree(tmp_path / "fresh")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["d", "fresh"]


def test_without_an_exchange_of_folders(
    tmp_path: Path, given: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchanged", lambda one, other: False)
    written(tmp_path / "d", given)
    written(tmp_path / "d", given[:1])
    assert [each.name for each in tmp_path.iterdir()] == ["d"]
    # Killed between the two steps: the next run finds the old one again.
    (tmp_path / "d").rename(tmp_path / "d.old")
    with pytest.raises(EmerError), swap.replaced(tmp_path / "d", "build.json"):
        raise EmerError("lost")
    assert (tmp_path / "d/build.json").is_file()


def test_a_kill_leaves_the_old_dataset(tmp_path: Path, given: list[Entry]) -> None:
    """The process kills itself in the middle of writing, after the first files are closed."""
    written(tmp_path / "d", given)
    before = tree(tmp_path / "d")
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from emer.dataset.export import write\n"
        "from dataset.composed import entry\n"
        "from dataset.export.folders import plan\n"
        "def entries():\n"
        "    for n in range(99):\n"
        "        if n == 50: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        yield entry(f'e{n:02d}')\n"
        "write(entries, lambda _: 'train', plan(), Path(sys.argv[1]))\n"
    )
    tests = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "d")],
        env={**os.environ, "PYTHONPATH": tests}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert tree(tmp_path / "d") == before
    assert (tmp_path / ".d.new/jsonl/cues/train/00024.jsonl").is_file()
    written(tmp_path / "d", given[:1])
    assert [each.name for each in tmp_path.iterdir()] == ["d"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        written(tmp_path / "file" / "d", [entry()])


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    written(tmp_path / "d", [entry()])  # an empty one may be used
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.tex").write_text("years")
    with pytest.raises(OutputError, match="no dataset"):
        written(tmp_path / "home", [entry()])
    assert tree(tmp_path / "home") == {"thesis.tex": b"years"}
