"""WebDataset shards."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from emer.dataset.plan import Source
from emer.dataset.sources import Found, SourceError, open_source
from emer.errors import UsageError
from emer.training.data.members import media_digest, media_file


def shard(path: Path, **members: bytes) -> Path:
    return pack(path, {name.replace("__", "."): data for name, data in members.items()})


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def found(path: Path, **more: Any) -> list[Found]:
    return list(open_source(Source(name="own", path=str(path), licence="x", **more), path.parent))


def test_members_by_key(tmp_path: Path) -> None:
    data = {
        "x/a.mp4": b"video",
        "x/a.json": b'{"mood": "sad", "actor": 7, "subtitle": "from json"}',
        "x/a.txt": b"from text",
        "b.json": b'{"actor": "8", "mood": null}',
        "b.seg.wav": b"sound",
        "b.txt": b"\xef\xbb\xbf words.srt ",
        "c.cls": b"3",
    }
    path = pack(tmp_path / "s.tar", data)
    one, two = found(path, labels=("mood",), columns={"group": "actor"}, group="column")
    assert (one.id, one.subtitle, one.group) == ("own/x/a", "from json", "own/7")
    assert (two.id, two.subtitle, two.labels) == ("own/b", "words.srt", {})
    assert two.subtitle_file == ""  # a shard names no file
    with media_file(two.reference, Path("/")) as file:
        assert file.read_bytes() == b"sound"
        assert file.suffix == ".wav"
    assert one.stamp.split("@")[0] == two.stamp.split("@")[0] != one.stamp
    assert [each.group for each in found(path, group="folder")] == ["own/x", "own"]


def test_the_video_comes_before_the_sound(tmp_path: Path) -> None:
    path = shard(tmp_path / "s.tar", a__jpg=b"picture", a__wav=b"sound", a__webm=b"video")
    (only,) = found(path)
    assert only.reference.endswith(".webm")
    assert len(media_digest(only.reference, Path("/"))) == 64


def test_brace_patterns_and_ids_across_shards(tmp_path: Path) -> None:
    shard(tmp_path / "s-0.tar", a__mp4=b"1")
    shard(tmp_path / "s-1.tar", b__mp4=b"2")
    assert [each.id for each in found(tmp_path / "s-{0..1}.tar")] == ["own/a", "own/b"]
    shard(tmp_path / "s-1.tar", a__mp4=b"2")
    with pytest.raises(SourceError, match=r"twice: 'a' of .*s-0\.tar and 'a' of .*s-1\.tar"):
        found(tmp_path / "s-{0..1}.tar")
    with pytest.raises(UsageError, match="1 of 3 files are missing"):
        found(tmp_path / "s-{0..2}.tar")


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"a.mp4": b"1", "a.mkv": b"2"}, "of which only one"),
        ({"a.mp4": b"1", "a.json": b"{"}, "is not JSON"),
        ({"a.mp4": b"1", "a.json": b"[]"}, "should be an object"),
        ({"a.mp4": b"1", "a.txt": b"\xff\xfe"}, "not UTF-8"),
        ({"a.mp4": b"1", "a.x.txt": b"", "a.y.txt": b""}, "twice"),
        ({"../a.mp4": b"1"}, "leads out"),
        ({"/etc/a.mp4": b"1"}, "leads out"),
        ({"a.json": b"{}"}, "holds no clip"),
    ],
)
def test_broken_shards(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        found(pack(tmp_path / "s.tar", members))


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"'a' of .*no 'mood'"):
        found(shard(tmp_path / "s.tar", a__mp4=b"1"), labels=("mood",))


def test_links_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "s.tar"
    with tarfile.open(path, "w") as archive:
        for name, kind in (("a.mp4", tarfile.SYMTYPE), ("b.mp4", tarfile.LNKTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        archive.addfile(tarfile.TarInfo("c.mp4"))
    assert [each.id for each in found(path)] == ["own/c"]


@pytest.mark.parametrize("cut", [0, 100, 700, 1500])
def test_truncated_and_other_files(tmp_path: Path, cut: int) -> None:
    path = shard(tmp_path / "s.tar", a__mp4=b"1" * 600, b__mp4=b"2")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UsageError, match=r"s\.tar"):
        found(path)
