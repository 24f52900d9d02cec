"""What a plan names has to be there, and is missed with the line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emer.dataset.errors import PlanError
from emer.dataset.plan_check import check_plan
from emer.dataset.plan_file import load_plan

PLAN = """\
name: build
out: ./out
store: sqlite:///calls.sqlite
sources:
  - name: clips
    path: clips
    licence: mine
    exclude: ids.txt
  - name: shards
    path: s-{0..1}.tar
    licence: mine
evaluation:
  - name: test
    ids: ids.txt
    clips: clips
observe:
  measured: ids.txt
annotators:
  - name: one
    url: http://127.0.0.1:8080/v1
    model: qwen
    prompts:
      visual: ids.txt
filters:
  - unsafe
  - length: {longest: 300}
  - name: length
    options:
      longest: 30
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "clips").mkdir()
    for name in ("ids.txt", "s-0.tar", "s-1.tar"):
        (tmp_path / name).touch()
    return tmp_path


def check(folder: Path, text: str) -> None:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    check_plan(load_plan(path))


def test_a_plan_whose_files_are_there_passes(folder: Path) -> None:
    check(folder, PLAN)
    assert sorted(each.name for each in folder.iterdir()) == [
        "clips", "ids.txt", "plan.yaml", "s-0.tar", "s-1.tar"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "line", "parts"),
    [
        ("store: sqlite:///calls.sqlite", "store: mysql://me:secret@h/b", 3, ["store", "sqlite:"]),
        ("path: clips", "path: clip", 6, ["sources[0].path names 'clip'", ".parquet"]),
        ("path: clips", "path: ids.txt", 6, ["neither a manifest nor a shard"]),
        ("path: clips", "path: clips\n    group: column", 7, ["sources[0].group", "folder"]),
        ("exclude: ids.txt", "exclude: id.txt", 8, ["sources[0].exclude", "'id.txt'"]),
        ("s-{0..1}.tar", "s-{0..2}.tar", 10, ["sources[1].path", "'s-2.tar'"]),
        ("s-{0..1}.tar", "s-{2..0}.tar", 10, ["sources[1].path", "backwards"]),
        ("    ids: ids.txt", "    ids: id.txt", 14, ["evaluation[0].ids"]),
        ("clips: clips", "clips: ids.txt", 15, ["evaluation[0].clips", "folder"]),
        ("measured: ids.txt", "measured: clips", 17, ["observe.measured"]),
        ("visual: ids.txt", "visual: id.txt", 23, ["annotators[0].prompts.visual"]),
        ("- unsafe", "- unsave", 25, ["filters[0]", "'unsave'", "unsafe"]),
        ("{longest: 300}", "{longst: 3}", 26, ["filters[1].length.longst", "Valid:"]),
        ("longest: 30\n", "longest: many\n", 29, ["filters[2].options.longest", "'many'"]),
    ],
)
def test_what_is_missing_is_told_with_line_and_key(
    before: str, after: str, line: int, parts: list[str], folder: Path
) -> None:
    assert before in PLAN
    with pytest.raises(PlanError) as caught:
        check(folder, PLAN.replace(before, after, 1))
    message = str(caught.value)
    assert f"plan.yaml, line {line}: " in message and "secret" not in message
    for part in parts:
        assert part in message


def test_several_are_told_at_once(folder: Path) -> None:
    with pytest.raises(PlanError, match="has 2 errors"):
        check(folder, PLAN.replace("path: clips", "path: none").replace("- unsafe", "- nothing"))
