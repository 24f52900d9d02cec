"""Evaluation clips among those of the dataset."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dataset.scenes import FPS, clip, scene, smaller, voice
from emer.dataset.collect import look
from emer.dataset.entry import Entry, Media
from emer.dataset.evaluation import Leak, find_leaks, leak_error, write_leaks
from emer.dataset.plan import Evaluation, Source
from emer.dataset.sources import Found, SourceError, open_source
from emer.errors import EmerError, MediaError
from emer.media import Limits
from making import write

pytest.importorskip("imagehash")


def entry(id: str, reference: str = "/data/x.mp4", sha256: str = "ab" * 32) -> Entry:
    media = Media(
        reference=reference, sha256=sha256, size=1, seconds=1, still=False, has_video=True,
        has_audio=True,
    )  # fmt: skip
    return Entry(id=id, source="own", licence="CC0", media=media, group=id)


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("own/a/b.mp4", "its id 'own/a/b.mp4'"),
        ("a/b.mp4", "its id 'a/b.mp4'"),
        ("/data/films/b1.mp4", "its path '/data/films/b1.mp4'"),
        ("b1.mp4", "its file name 'b1.mp4'"),
        ("b1", "its file name 'b1'"),
        ("AB" * 32, "the SHA-256 of its file"),
    ],
)
def test_names_and_hashes(tmp_path: Path, line: str, by: str) -> None:
    (tmp_path / "test.txt").write_text(f"nothing\n{line}\n")
    lists = [Evaluation(name="mer", ids="test.txt")]
    clips = [entry("own/a/b.mp4", "/data/films/b1.mp4"), entry("own/c.mp4", sha256="cd" * 32)]
    assert find_leaks(clips, lists, tmp_path) == [Leak("own/a/b.mp4", "mer", by)]


@pytest.mark.parametrize("line", ["films/b1.mp4", "b", "B1", "1", "mp4", "own", "# own/a/b.mp4"])
def test_parts_of_names_are_none(tmp_path: Path, line: str) -> None:
    (tmp_path / "test.txt").write_text(line)
    lists = [Evaluation(name="mer", ids="test.txt")]
    assert find_leaks([entry("own/a/b.mp4", "/data/films/b1.mp4")], lists, tmp_path) == []


def test_members_are_known_by_their_id(tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("clip_7\nx.tar@512+9.mp4\n")
    lists = [Evaluation(name="mer", ids="test.txt")]
    clips = [entry("own/a/clip_7", "/x.tar@512+9.mp4"), entry("own/b", "/x.tar@512+9.mp4")]
    assert [each.id for each in find_leaks(clips, lists, tmp_path)] == ["own/a/clip_7"]


def test_near_copies_of_a_folder(tmp_path: Path) -> None:
    for name in ("test", "own"):
        (tmp_path / name).mkdir()
    clip(tmp_path / "test/secret.mkv", 1, 1)
    clip(tmp_path / "test/unused.mkv", 2, 2)
    quiet = voice(1) * np.float32(0.4)
    write(tmp_path / "own/coded.mkv", smaller(scene(1)), quiet, fps=FPS)
    clip(tmp_path / "own/good.mkv", 3, 3)
    clip(tmp_path / "own/same_head.mkv", 1, 4)
    (tmp_path / "own/same.mkv").write_bytes((tmp_path / "test/secret.mkv").read_bytes())
    source = Source(name="own", path="own", licence="CC0")
    entries = [look(each, source, Limits()) for each in open_source(source, tmp_path)]
    lists = [Evaluation(name="mer", clips="test")]
    expected = [
        Leak("own/coded.mkv", "mer", "being a copy of 'mer/secret.mkv'"),
        Leak("own/same.mkv", "mer", "being the same file as 'mer/secret.mkv'"),
    ]
    assert find_leaks(entries, lists, tmp_path) == expected
    asked: list[str] = []

    def cached(found: Found, source: Source) -> Entry:
        asked.append(found.id)
        return look(found, source, Limits())

    assert find_leaks(reversed(entries), lists, tmp_path, look_at=cached) == expected
    assert asked == ["mer/secret.mkv", "mer/unused.mkv"]
    (tmp_path / "test/broken.mkv").write_bytes(b"x")
    with pytest.raises(MediaError, match="broken"):
        find_leaks(entries, lists, tmp_path)


def test_no_list_no_leak(tmp_path: Path) -> None:
    assert find_leaks([entry("own/a")], [], tmp_path) == []


def test_a_missing_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        find_leaks([entry("own/a")], [Evaluation(name="mer", ids="gone.txt")], tmp_path)


def test_the_error_lists_ten_and_says_how_to_mend_it(tmp_path: Path) -> None:
    leaks = [Leak(f"own/{n:02d}.mp4", "mer", "its id") for n in range(13)]
    error = leak_error(leaks)
    text = str(error)
    assert isinstance(error, EmerError)
    assert "13 clips" in text
    assert "own/09.mp4" in text
    assert "own/10.mp4" not in text
    assert "3 more" in text
    assert "exclude" in text
    assert str(leak_error(leaks[:1])).startswith("1 clip of the sources is in")


def test_what_is_written_excludes(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / "own" / name).write_bytes(b"x")
    write_leaks([Leak("own/a.mp4", "mer", "its id")], tmp_path / "not.txt")
    source = Source(name="own", path="own", licence="CC0", exclude="not.txt")
    assert [each.id for each in open_source(source, tmp_path)] == ["own/b.mp4"]
