"""Every bad file is refused with one sentence that names it; no other file is ever opened."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from emer.errors import LimitError, MediaError
from emer.media import Limits, audio, frames, probe
from media.media_files import Sound, levels, plain, tone, write

USES: list[Callable[[Path], object]] = [
    probe,
    lambda path: list(frames(path)),
    lambda path: list(audio(path)),
]


def refused(path: Path | str, match: str) -> None:
    """All three ways to use a file raise the same kind of error, which names the file."""
    for use in USES:
        with pytest.raises(MediaError, match=match) as caught:
            use(path)  # type: ignore[arg-type]
        assert os.fspath(path) in caught.value.message
        assert caught.value.hint


def test_no_such_file(tmp_path: Path) -> None:
    refused(tmp_path / "absent.mp4", "There is no file")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/clip.mp4", "concat:a.mp4|b.mp4", "file:///etc/hostname", "pipe:0",
     "data:video/mp4;base64,AAAA", "lavfi:testsrc", "subfile,,start,0,end,9,,:/etc/hostname"],
)  # fmt: skip
def test_an_address_is_only_a_missing_file(address: str) -> None:
    refused(address, "There is no file")


def test_directory(tmp_path: Path) -> None:
    refused(tmp_path, "is a directory")


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    refused(tmp_path / "pipe.mp4", "not a regular file")


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    refused(tmp_path / "clip.mp4", "is empty")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_without_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(3))
    path.chmod(0)
    with pytest.raises(MediaError, match="Permission denied"):
        probe(path)


@pytest.mark.parametrize("text", ["Dear diary,\n", "今天天气很好。\n", "WEBVTT\n\n00:01.000 --> "])
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mp3", "clip.txt", "clip"])
def test_text_under_another_name(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text * 600, encoding="utf-8")
    refused(path, "holds text")


def test_other_files(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40)
    refused(path, "damaged or not a kind of media")


def test_truncated_mp4(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.mp4", levels(50), Sound(tone(2.0))).read_bytes()
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    refused(path, "has no index .*cut off")


def test_neither_pictures_nor_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(3))
    path.write_bytes(path.read_bytes().replace(b"trak", b"free"))
    refused(path, r"neither pictures nor sound \(its streams: none\)")


def test_nothing_that_can_be_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", levels(20))
    data = bytearray(path.read_bytes())
    start = data.index(b"\x1f\x43\xb6\x75") + 60  # in the first cluster
    data[start:] = bytes(len(data) - start)
    path.write_bytes(data)
    for use in USES[:2]:
        with pytest.raises(MediaError, match=r"No picture of .*clip\.mkv can be decoded"):
            use(path)


def test_a_missing_track_is_named(tmp_path: Path) -> None:
    mute = write(tmp_path / "mute.mp4", levels(3))
    with pytest.raises(MediaError, match=r"mute\.mp4 has no sound"):
        list(audio(mute))
    voice = write(tmp_path / "voice.wav", sound=Sound(tone(0.1), codec="pcm_s16le"))
    with pytest.raises(MediaError, match=r"voice\.wav has no picture"):
        list(frames(voice))


@pytest.mark.parametrize("name", ["list.m3u8", "clip.mp4", "clip.png"])
def test_playlists_reach_nothing(tmp_path: Path, name: str) -> None:
    secret = write(tmp_path / "secret.ts", levels(10))
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]

        def listen() -> None:
            try:
                calls.append(server.accept()[0])
            except TimeoutError:
                return

        address = f"http://127.0.0.1:{port}/a.ts"
        texts = [
            f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n",
            f"#EXTM3U\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
            f"ffconcat version 1.0\nfile '{secret}'\nfile '{address}'\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=video 5004 RTP/AVP 96\n",
            f'<?xml version="1.0"?><MPD><Period><BaseURL>{address}</BaseURL></Period></MPD>',
            f"[playlist]\nFile1={address}\n",
        ]
        thread = threading.Thread(target=listen)
        thread.start()
        for text in texts:
            (tmp_path / name).write_text(text)
            refused(tmp_path / name, "playlist that refers to other files")
        thread.join()
    assert not calls


def test_a_movie_that_refers_to_another_file_shows_nothing_of_it(tmp_path: Path) -> None:
    inside = write(tmp_path / "inside.mov", levels(10), codec="mjpeg", pix_fmt="yuvj420p")
    data = inside.read_bytes()
    outside = tmp_path / "clip.mov"
    # A data reference of kind "url " with flags 0: the samples are in the file it names.
    reference = struct.pack(">I4sI", 12, b"url ", 1)
    name = f"file://{inside}".encode() + b"\0"
    at = data.index(reference)
    head = data[data.index(b"moov") - 4 :]
    changed = struct.pack(">I4sI", 12 + len(name), b"url ", 0) + name
    moved = head.replace(reference, changed)
    for box in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        where = moved.index(box) - 4
        size = struct.unpack(">I", moved[where : where + 4])[0]
        moved = moved[:where] + struct.pack(">I", size + len(name)) + moved[where + 4 :]
    assert at > 0
    outside.write_bytes(data[:32] + moved)
    with pytest.raises(MediaError):
        list(frames(outside))


@pytest.mark.parametrize(
    "name",
    [
        "img%03d.png",
        "with space.png",
        "新闻 *?.png",
        "new\nline.png",
        "-i.png",
        "a:b.png",
        "a|b.png",
    ],
)
def test_strange_names_are_only_names(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "img001.png", [(0.0, plain(250))], codec="png", pix_fmt="rgb24",
          container="image2")  # fmt: skip
    data = (tmp_path / "img001.png").read_bytes()
    dark = write(tmp_path / "dark.png", [(0.0, plain(3))], codec="png", pix_fmt="rgb24",
                 container="image2").read_bytes()  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(dark)
    assert data != dark
    (frame,) = frames(name)
    assert frame.image.max() < 10


def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(3))
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.mp4"))
    path.rename(strange)
    assert probe(strange).has_video
    with pytest.raises(MediaError):
        list(audio(strange))


def test_limits_on_bytes_and_streams(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(3), Sound(tone(0.1)))
    with pytest.raises(LimitError, match=r"has [\d,]+ bytes.* 100\. .*--max-bytes"):
        probe(path, Limits(max_bytes=100))
    with pytest.raises(LimitError, match=r"has 2 streams.* 1\. .*--max-streams"):
        probe(path, Limits(max_streams=1))


def test_a_damaged_middle_yields_the_rest_and_a_note(tmp_path: Path) -> None:
    path = write(
        tmp_path / "clip.mkv",
        levels(100, width=128, height=96),
        Sound(tone(4.0), codec="flac"),
        codec="mpeg4",
        ticks=25,
    )
    data = bytearray(path.read_bytes())
    start = len(data) // 2
    data[start : start + 3000] = bytes(byte ^ 0x5A for byte in data[start : start + 3000])
    path.write_bytes(data)
    run = frames(path)
    found = list(run)
    assert len(found) >= 30 and found[-1].time > 3.5
    sound = audio(path)
    assert sum(len(block.samples) for block in sound) > 3.5 * 16000
    assert run.notes or sound.notes


def test_a_cut_end_is_noted(tmp_path: Path) -> None:
    path = write(
        tmp_path / "clip.mp4",
        levels(250),
        Sound(tone(10.0)),
        container_options={"movflags": "faststart"},
    )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    info = probe(path)
    run, sound = frames(path), audio(path)
    assert 3 < list(run)[-1].time < 8
    assert 3 < sum(len(block.samples) for block in sound) / 16000 < 8
    assert 3 < info.seconds < 8 and any("claims 10" in note for note in info.notes)
    assert any("picture: the file breaks off" in note for note in run.notes)
    assert any("sound: the file breaks off" in note for note in sound.notes)
