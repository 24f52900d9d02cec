"""Writing: kinds by suffix, whole files or none, errors that say how to mend them."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from emer.errors import MediaError, OutputError, UsageError
from emer.explanation import Explanation
from emer.report import KINDS, render, write

MAGIC = {
    "json": '{\n  "schema": "emer.explanation/1"',
    "md": "# What the clip appears to express\n",
    "html": "<!DOCTYPE html>\n",
    "eaf": '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT ',
    "TextGrid": 'File type = "ooTextFile"\nObject class = "TextGrid"\n',
    "vtt": "WEBVTT - What the clip appears to express\n\n",
    "csv": "id,modality,kind,person,start,end,confidence,statement,measure,value,",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", [str, str.lower, str.upper])
def test_the_suffix_chooses_the_kind(
    english: Explanation, tmp_path: Path, kind: str, case: type[str]
) -> None:
    path = tmp_path / f"report.{case(kind)}"
    assert write(english, path) == path
    text = path.read_bytes().decode("utf-8")
    assert text.startswith(MAGIC[kind])
    assert text.endswith("\n")
    assert "\r" not in text
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_json_reads_back(english: Explanation, chinese: Explanation, tmp_path: Path) -> None:
    for one in (english, chinese):
        path = one.save(tmp_path / "one.json")
        assert Explanation.from_json(path.read_bytes()) == one


@pytest.mark.parametrize("name", ["report.docx", "report", "report.", "json", ".html"])
def test_an_unknown_suffix_names_the_valid_ones(
    english: Explanation, tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError) as caught:
        write(english, tmp_path / name)
    assert all(f".{kind}" in str(caught.value) for kind in KINDS)
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_names_the_valid_ones(english: Explanation) -> None:
    with pytest.raises(UsageError, match="json, md, html, eaf, TextGrid, vtt, csv"):
        render(english, "pdf")


@pytest.mark.parametrize("kind", ["eaf", "TextGrid", "vtt"])
def test_a_still_image_has_no_time_line(still_image: Explanation, kind: str) -> None:
    with pytest.raises(UsageError, match=r"no duration.*\.json, \.md, \.html or \.csv"):
        render(still_image, kind)


@pytest.mark.parametrize("kind", ["json", "md", "html", "csv"])
def test_a_still_image_has_the_other_reports(still_image: Explanation, kind: str) -> None:
    assert "p1 raises the lip corners" in render(still_image, kind)


def test_a_missing_folder_is_named(english: Explanation, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="nowhere"):
        write(english, tmp_path / "nowhere" / "report.md")


def test_a_file_in_place_of_a_folder(english: Explanation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write(english, tmp_path / "file" / "report.md")


def test_a_folder_in_place_of_the_report(english: Explanation, tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write(english, tmp_path / "report.md")
    assert [one.name for one in tmp_path.iterdir()] == ["report.md"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_permission(english: Explanation, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        write(english, tmp_path / "report.md")


def test_a_full_disk_leaves_the_old_report(
    english: Explanation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.md"
    path.write_text("old")
    whole = Path.write_text

    def half(self: Path, data: str, *args: object, **kwargs: object) -> int:
        whole(self, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OutputError, match="No space left on device"):
        write(english, path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["report.md"]


def test_a_link_stays_a_link(english: Explanation, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "report.md"
    link.symlink_to(tmp_path / "real" / "report.md")
    write(english, link)
    assert link.is_symlink()
    assert (tmp_path / "real" / "report.md").read_text(encoding="utf-8").startswith("# ")


def test_the_file_has_ordinary_permissions(english: Explanation, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    path = write(english, tmp_path / "report.md")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_missing_clip_is_named(english: Explanation, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.mp4"):
        write(english, tmp_path / "report.html", clip=tmp_path / "gone.mp4")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "eaf"])
def test_rendering_twice_gives_the_same(english: Explanation, kind: str) -> None:
    assert render(english, kind) == render(english, kind)
