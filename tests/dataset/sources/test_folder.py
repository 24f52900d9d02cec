"""Folders of clips."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from emer.dataset.plan import Source
from emer.dataset.sources import Found, SourceError, open_source
from emer.dataset.sources.base import LONGEST_ID, clip_id
from emer.media import find_clips


def source(path: object, **more: Any) -> Source:
    return Source(name="own", path=str(path), licence="CC0", **more)


def found(path: Path, **more: Any) -> list[Found]:
    return list(open_source(source(path, **more), path.parent))


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    for name in ("b.mp4", "a/1.wav", "a/2.MKV", "a/b/3.png", ".hidden.mp4", ".git/x.mp4", "n.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def test_finds_what_find_clips_finds(clips: Path) -> None:
    assert {each.reference for each in found(clips)} == set(map(str, find_clips(clips)))
    assert [each.id for each in found(clips)] == [
        "own/b.mp4",
        "own/a/1.wav",
        "own/a/2.MKV",
        "own/a/b/3.png",
    ]


def test_paths_are_relative_to_the_plan_but_references_absolute(clips: Path) -> None:
    (first, *_) = open_source(source("clips"), clips.parent)
    assert first.reference == str(clips / "b.mp4")


def test_a_subtitle_beside_is_taken_in_order_of_kinds(clips: Path) -> None:
    (clips / "b.txt").write_text("words")
    assert found(clips)[0].subtitle_file == str(clips / "b.txt")
    before = found(clips)[0].stamp
    (clips / "b.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nHi\n")
    assert found(clips)[0].subtitle_file == str(clips / "b.srt")
    assert found(clips)[0].stamp != before
    assert found(clips)[1].subtitle_file == ""


def test_the_stamp_changes_with_the_file(clips: Path) -> None:
    before = found(clips)
    assert found(clips) == before
    os.utime(clips / "b.mp4", ns=(1, 1))
    after = found(clips)
    assert after[0].stamp != before[0].stamp
    assert after[1:] == before[1:]


def test_groups(clips: Path) -> None:
    assert [each.group for each in found(clips)] == [each.id for each in found(clips)]
    assert [each.group for each in found(clips, group="folder")] == [
        "own",
        "own/a",
        "own/a",
        "own/a/b",
    ]


@pytest.mark.parametrize(
    "more", [{"group": "column"}, {"labels": ("x",)}, {"columns": {"id": "x"}}]
)
def test_a_folder_has_no_columns(clips: Path, more: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match="has no columns"):
        found(clips, **more)


def test_an_empty_or_absent_source_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="holds no clip"):
        found(tmp_path / "empty")
    with pytest.raises(SourceError, match="neither a folder nor"):
        found(tmp_path / "absent")
    with pytest.raises(SourceError, match=r"no manifest .*absent\.csv"):
        found(tmp_path / "absent.csv")


def test_links_to_files_are_followed_but_not_to_folders(clips: Path) -> None:
    (clips / "link.mp4").symlink_to(clips / "b.mp4")
    (clips / "gone.mp4").symlink_to(clips / "nothing")
    (clips / "loop").symlink_to(clips)
    assert {each.id for each in found(clips)} == {
        "own/b.mp4", "own/link.mp4", "own/a/1.wav", "own/a/2.MKV", "own/a/b/3.png",
    }  # fmt: skip


def test_exclusion_by_id(clips: Path) -> None:
    (clips.parent / "not.txt").write_text(f"\ufeff# not these\nb.mp4\n\nown/a/1.wav\n{'AB' * 32}\n")
    assert [each.id for each in found(clips, exclude="not.txt")] == ["own/a/2.MKV", "own/a/b/3.png"]
    with pytest.raises(SourceError, match=r"none\.txt cannot be read"):
        found(clips, exclude="none.txt")


def test_exclusion_of_everything_is_no_empty_source(clips: Path) -> None:
    names = [each.id for each in found(clips)]
    (clips.parent / "not.txt").write_text("\n".join(names))
    assert found(clips, exclude="not.txt") == []


@pytest.mark.parametrize(
    "name", ["a\nb.mp4", "a\x1b[2Jb", "\u202egpj.exe", "\udcff.mp4", "x" * 300, "汉" * 201]
)
def test_unfit_names_become_fit_ids_and_stay_apart(name: str) -> None:
    one, other = clip_id("own", name), clip_id("own", name + "'")
    assert one != other
    assert len(one) <= LONGEST_ID
    assert one.isprintable()
    one.encode()


@pytest.mark.parametrize("name", ["a b.mp4", "愤怒/01.mp4", "é.mp4", "😀.mp4"])
def test_fit_names_stay(name: str) -> None:
    assert clip_id("own", name) == f"own/{name}"
