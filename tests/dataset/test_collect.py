"""Looking at clips."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dataset.scenes import clip, scene, squeezed, voice
from emer.dataset.collect import look
from emer.dataset.entry import Entry
from emer.dataset.plan import Source
from emer.dataset.sources import Found, open_source
from emer.errors import LimitError, MediaError, SubtitleError
from emer.media import Limits

pytest.importorskip("imagehash")
SOURCE = Source(name="own", path=".", licence="CC BY 4.0")


def seen(path: Path, **more: object) -> Entry:
    return look(Found("own/x", str(path), **more), SOURCE, Limits())  # type: ignore[arg-type]


def test_a_clip(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 1, 1, 2.0)
    entry = look(
        Found("own/a.mkv", str(path), " He said:\x07 no ", {"mood": "sad"}, "own/7"),
        SOURCE,
        Limits(),
    )
    assert (entry.id, entry.source, entry.licence) == ("own/a.mkv", "own", "CC BY 4.0")
    assert entry.media.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert entry.media.size == path.stat().st_size
    assert entry.media.has_video and entry.media.has_audio and not entry.media.still
    assert (entry.subtitle, entry.labels, entry.group) == ("He said: no", {"mood": "sad"}, "own/7")
    assert entry.prints
    assert len(entry.prints.frames) == 8
    assert len(entry.prints.sound) > 8 * 60
    assert Entry.model_validate_json(entry.model_dump_json()) == entry


def test_lengths_of_the_streams(tmp_path: Path) -> None:
    from making import write

    entry = seen(write(tmp_path / "a.mkv", scene(1, 3.0), voice(1, 2.0)))
    assert entry.media.video_seconds == pytest.approx(3.0, abs=0.11)
    assert entry.media.audio_seconds == pytest.approx(2.0, abs=0.05)
    only = seen(squeezed(tmp_path / "b.m4a", voice(1, 2.0)))
    assert only.media.video_seconds is None
    assert only.media.audio_seconds == pytest.approx(2.0, abs=0.1)
    assert only.prints
    assert only.prints.frames == ()


def test_an_image(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(scene(1, 0.1)[0]).save(path)
    entry = seen(path)
    assert entry.media.still
    assert (entry.media.seconds, entry.media.video_seconds) == (0, None)
    assert entry.prints
    assert len(entry.prints.frames) == 1


def test_a_member_of_a_shard_is_the_file(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 1, 1, 1.5)
    with tarfile.open(tmp_path / "s.tar", "w") as archive:
        archive.add(path, "a.mkv")
    source = Source(name="own", path="s.tar", licence="CC0")
    (found,) = open_source(source, tmp_path)
    packed, plain = look(found, source, Limits()), seen(path)
    assert packed.media == plain.media.model_copy(update={"reference": found.reference})
    assert packed.prints == plain.prints


def test_a_subtitle_beside(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 1, None, 1.0)
    beside = tmp_path / "a.srt"
    beside.write_text("1\n00:00:00,000 --> 00:00:00,500\nNot <i>again</i>!\n")
    assert "again" in seen(path, subtitle_file=str(beside)).subtitle
    beside.write_text("nothing")
    with pytest.raises(SubtitleError, match=r"a\.srt"):
        seen(path, subtitle_file=str(beside))
    assert seen(path, subtitle="/etc/passwd.txt").subtitle == "/etc/passwd.txt"
    with pytest.raises(SubtitleError, match="above the limit"):
        seen(path, subtitle="x" * 5_000_001)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.mp4", b"", "is empty"),
        ("text.mp4", b"I am no film.\n" * 100, "text.mp4"),
        ("half.mp4", b"\0\0\0\x18ftypmp42", "half.mp4"),
    ],
)
def test_what_is_no_clip(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MediaError, match=says):
        seen(tmp_path / name)


def test_absent_remote_and_unnameable_clips(tmp_path: Path) -> None:
    for name in (tmp_path / "gone.mp4", "https://example.org/a.mp4"):
        with pytest.raises(MediaError, match="There is no file"):
            look(Found("own/x", str(name)), SOURCE, Limits())
    with pytest.raises(MediaError, match="not UTF-8"):
        look(Found("own/x", f"{tmp_path}/\udcff.mp4"), SOURCE, Limits())


def test_a_broken_member_is_called_by_its_reference(tmp_path: Path) -> None:
    (tmp_path / "s.tar").write_bytes(b"no film" * 100)
    reference = f"{tmp_path}/s.tar@0+600.mp4"
    with pytest.raises(MediaError) as error:
        look(Found("own/x", reference), SOURCE, Limits())
    assert reference in str(error.value)
    with pytest.raises(MediaError, match="ends beyond"):
        look(Found("own/x", f"{tmp_path}/s.tar@0+900.mp4"), SOURCE, Limits())


def test_limits_hold(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 1, None, 2.0)
    with pytest.raises(LimitError, match="above the limit"):
        look(Found("own/x", str(path)), SOURCE, Limits(max_seconds=1))


def test_the_same_clip_gives_the_same_entry(tmp_path: Path) -> None:
    path = clip(tmp_path / "a.mkv", 1, 1, 1.5)
    assert seen(path) == seen(path)
    assert np.isfinite(seen(path).media.seconds)
