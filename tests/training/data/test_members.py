"""Media of rows: files, and members of shards."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from emer.errors import LimitError, MediaError
from emer.media import Limits, audio, sampled_frames
from emer.training.data.members import Member, find_media, media_digest, media_file
from emer.training.data.records import open_records
from media.media_files import Sound, levels, tone, write
from training.data.shard_files import shard


def test_a_clip_in_a_shard_decodes_like_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(12), Sound(tone(0.5)))
    shard(tmp_path / "in" / "s.tar", [("a.mp4", path.read_bytes()), ("a.txt", b"Grey.")])
    records = open_records(tmp_path / "in" / "s.tar")
    reference = records[0]["video"]
    with media_file(reference, records.root) as copy:
        got, want = sampled_frames(copy), sampled_frames(path)
        assert all((a == b).all() for a, b in zip(got.images, want.images, strict=True))
        assert next(iter(audio(copy))).samples.tolist() == next(iter(audio(path))).samples.tolist()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert media_digest(reference, records.root) == digest
    assert media_digest("clip.mp4", tmp_path) == media_digest(str(path), Path("/")) == digest


def test_references_are_told_from_paths(tmp_path: Path) -> None:
    assert find_media("a/b.mp4", tmp_path) == tmp_path / "a/b.mp4"
    assert find_media("/a/b.mp4", tmp_path) == Path("/a/b.mp4")
    assert find_media("s.tar@5+7.mp4", tmp_path) == Member(tmp_path / "s.tar", 5, 7, ".mp4")
    assert find_media("/x/s.tar@5+7", tmp_path) == Member(Path("/x/s.tar"), 5, 7, "")
    for path in ("s.tar@5+7.a/b", "s.tar@5", "s.tar@-5+7.mp4", "s@5+7.mp4"):
        assert find_media(path, tmp_path) == tmp_path / path


def test_members_that_are_not_there(tmp_path: Path) -> None:
    shard(tmp_path / "s.tar", [("a.txt", b"t")])
    for reference, reason in (
        ("s.tar@512+99999999.mp4", "beyond the end"),
        ("gone.tar@0+5.mp4", "cannot be read"),
    ):
        with pytest.raises(MediaError, match=reason), media_file(reference, tmp_path):
            pass
        with pytest.raises(MediaError, match=reason):
            media_digest(reference, tmp_path)
    with (
        pytest.raises(LimitError, match="--max-bytes"),
        media_file("s.tar@0+999999999999999999.mp4", tmp_path, Limits(max_bytes=1000)),
    ):
        pass
