"""Files on disk: digests, finding clips, limits."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits, find_clips, sha256


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "a.bin").write_bytes(data)
    assert sha256(tmp_path / "a.bin") == hashlib.sha256(data).hexdigest()
    assert sha256(str(tmp_path / "a.bin")) == hashlib.sha256(data).hexdigest()
    for path in (tmp_path, tmp_path / "absent", tmp_path / "a\0b"):
        with pytest.raises(MediaError):
            sha256(path)


def test_find_clips_goes_into_folders_and_skips_what_is_hidden(tmp_path: Path) -> None:
    wanted = ["a.mp4", "B.MOV", "deep/er/c.wav", "deep/d.png"]
    others = [".e.mp4", ".hidden/f.mp4", "g.srt", "notes.txt", "h", "deep/.git/i.mkv"]
    for name in wanted + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "broken.mp4").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_clips(tmp_path) == sorted(tmp_path / name for name in wanted)
    assert find_clips(tmp_path / ".hidden") == [tmp_path / ".hidden" / "f.mp4"]


def test_find_clips_wants_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    for path in (tmp_path / "a.mp4", tmp_path / "absent"):
        with pytest.raises(UsageError, match="not a folder"):
            find_clips(path)


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf"), "9", None, True])
@pytest.mark.parametrize("name", ["max_bytes", "max_seconds", "timeout_seconds"])
def test_limits_must_be_positive_numbers(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


def test_a_limit_names_file_number_limit_and_option() -> None:
    with pytest.raises(LimitError) as caught:
        Limits(max_seconds=60).check("a.mp4", "max_seconds", 61.5)
    text = str(caught.value)
    for part in ("a.mp4", "61.50 seconds", "60", "Limits(max_seconds=...)", "--max-seconds"):
        assert part in text
    Limits(max_seconds=60).check("a.mp4", "max_seconds", 60)
