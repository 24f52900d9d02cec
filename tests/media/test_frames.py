"""Pictures: which are taken, how they are turned, scaled and coloured."""

from __future__ import annotations

import struct
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits, frames, probe
from emer.media.child.pictures import Grid
from media.media_files import Sound, corners, levels, plain, quarters, resident, tone, write


def expected(times: list[float], fps: float) -> list[float]:
    """The first time at or after each multiple of 1 / fps, each once."""
    chosen = []
    for step in range(int((max(times) + 6e-4) * fps) + 1):
        later = [time for time in times if time >= step / fps - 6e-4]
        if later and later[0] not in chosen:
            chosen.append(later[0])
    return chosen


@given(
    gaps=st.lists(st.integers(1, 900), min_size=1, max_size=60),
    fps=st.sampled_from([0.5, 1, 3, 10, 24, 29.97, 30, 60]),
)
def test_grid_takes_the_first_picture_at_or_after_each_multiple(
    gaps: list[int], fps: float
) -> None:
    times = [float(time) for time in np.cumsum([0, *gaps]) / 1000]
    grid = Grid(fps)
    assert [time for time in times if grid.take(time)] == expected(times, fps)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
@pytest.mark.parametrize("fps", [2, 10, 25])
def test_pictures_are_chosen_by_their_timestamps(tmp_path: Path, suffix: str, fps: float) -> None:
    pictures = levels(40)
    codec = "libvpx-vp9" if suffix == "webm" else "libx264"
    path = write(tmp_path / f"clip.{suffix}", pictures, codec=codec)
    found = list(frames(path, fps=fps))
    assert [f.time for f in found] == pytest.approx(
        expected([time for time, _ in pictures], fps), abs=1e-3
    )
    shade = {round(time, 3): image[0, 0, 0] for time, image in pictures}
    for frame in found:
        assert abs(frame.image.mean() - shade[round(frame.time, 3)]) < 4


@pytest.mark.parametrize("rate", [1, 3, 1000])
def test_a_wrong_frame_rate_in_the_metadata_does_not_matter(tmp_path: Path, rate: int) -> None:
    path = write(tmp_path / "clip.mkv", levels(40), rate=rate)
    assert len(list(frames(path))) == 16


def test_a_variable_frame_rate_yields_each_picture_once(tmp_path: Path) -> None:
    times = [0.0, 0.01, 0.02, 0.5, 0.55, 2.0, 2.01, 2.3]
    path = write(tmp_path / "clip.mp4", [(t, plain(30 * i)) for i, t in enumerate(times)])
    found = list(frames(path))
    assert [f.time for f in found] == pytest.approx([0.0, 0.5, 2.0, 2.3], abs=1e-3)
    assert [f.image.mean() for f in found] == pytest.approx([0, 90, 150, 210], abs=5)


@pytest.mark.parametrize(
    ("matrix", "seen", "rotation"),
    [
        ((1, 0, 0, 1), "rgbw", 0),
        ((0, 1, -1, 0), "brwg", 270),  # a telephone held upright
        ((-1, 0, 0, -1), "wbgr", 180),
        ((0, -1, 1, 0), "gwrb", 90),
        ((-1, 0, 0, 1), "grwb", None),  # mirrored
        ((1, 0, 0, -1), "bwrg", None),
        ((0, 1, 1, 0), "rbgw", None),
        ((0, -1, -1, 0), "wgbr", None),
    ],
)
def test_display_matrix_sets_pictures_upright(
    tmp_path: Path, matrix: tuple[int, ...], seen: str, rotation: int | None
) -> None:
    path = write(tmp_path / "clip.mp4", [(0.0, quarters()), (0.1, quarters())])
    data = bytearray(path.read_bytes())
    a, b, c, d = (value << 16 for value in matrix)
    at = data.index(b"tkhd") + 44  # ISO 14496-12: (x, y) is shown at (ax + cy, bx + dy)
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    info = probe(path)
    image = next(iter(frames(path))).image
    assert corners(image) == seen
    assert (info.height, info.width) == image.shape[:2]
    assert image.flags["C_CONTIGUOUS"]
    assert rotation is None or info.rotation == rotation


@pytest.mark.parametrize(("value", "seen"), [(1, "rgbw"), (3, "wbgr"), (6, "brwg"), (8, "gwrb")])
def test_exif_orientation_of_a_photograph(tmp_path: Path, value: int, seen: str) -> None:
    path = write(
        tmp_path / "photo.jpg",
        [(0.0, quarters())],
        codec="mjpeg",
        pix_fmt="yuvj444p",
        container="image2",
    )
    tiff = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", 0x0112, 3, 1, value, 0) + bytes(4)
    exif = b"Exif\0\0" + tiff
    data = path.read_bytes()
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    path.write_bytes(data[:2] + segment + data[2:])
    (frame,) = frames(path)
    assert corners(frame.image) == seen
    assert probe(path).still


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", levels(3), aspect=Fraction(2, 1))
    info = probe(path)
    frame = next(iter(frames(path)))
    assert (info.width, info.height) == (128, 48)
    assert frame.image.shape == (48, 128, 3) and frame.scale == 1.0


def test_max_side_shrinks_and_never_enlarges(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [(0.0, quarters(320, 200))])
    small = next(iter(frames(path, max_side=80)))
    assert small.image.shape == (50, 80, 3) and small.scale == 0.25
    assert corners(small.image) == "rgbw"
    large = next(iter(frames(path, max_side=4000)))
    assert large.image.shape == (200, 320, 3) and large.scale == 1.0


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("odd.mkv", "ffv1", "yuv420p"),
        ("ten.mp4", "libx264", "yuv420p10le"),
        ("ten.mkv", "ffv1", "yuv422p10le"),
        ("full.mp4", "libx264", "yuvj444p"),
        ("grey.mkv", "ffv1", "gray"),
        ("rgb.mkv", "ffv1", "bgr0"),
        ("sixteen.png", "png", "rgb48be"),
        ("lossy.webp", "libwebp", "yuv420p"),
        ("film.mov", "prores_ks", "yuva444p10le"),
    ],
)
def test_pixel_formats(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    size = (65, 49) if name.startswith("odd") else (64, 48)
    container = "image2" if name.endswith(("png", "webp")) else None
    path = write(
        tmp_path / name,
        [(0.0, quarters(*size))],
        codec=codec,
        pix_fmt=pix_fmt,
        container=container,
    )
    image = next(iter(frames(path))).image
    assert image.shape == (size[1], size[0], 3)
    want = quarters(*size)[5, 5] if pix_fmt != "gray" else [76, 76, 76]
    assert np.abs(image[5, 5].astype(int) - want).max() < 14
    assert np.abs(image[-5, -5].astype(int) - 255).max() < 8


def test_untagged_hd_is_taken_for_bt709(tmp_path: Path) -> None:
    small = write(tmp_path / "small.mkv", [(0.0, quarters(320, 240))], codec="ffv1")
    data = [(0.0, quarters(1280, 720))]
    large = write(tmp_path / "large.mkv", data, codec="ffv1")  # written as BT.601, untagged
    exact = next(iter(frames(small))).image[60, 80]
    shifted = next(iter(frames(large))).image[180, 320]
    assert np.abs(exact.astype(int) - (255, 0, 0)).max() < 5
    # A BT.601 red (Y 81, Cb 90, Cr 240) read as BT.709.
    luma, blue, red = (81 - 16) * 255 / 219, (90 - 128) * 255 / 224, (240 - 128) * 255 / 224
    green = luma - 0.1873 * blue - 0.4681 * red
    want = np.clip([luma + 1.5748 * red, green, luma + 1.8556 * blue], 0, 255)
    assert np.abs(shifted - want).max() < 5


def test_transparency_is_shown_on_black(tmp_path: Path) -> None:
    image = np.dstack([plain(200), np.full((48, 64), 255, np.uint8)])
    image[:, 32:, 3] = 128
    image[:24, :, 3] = 0
    path = write(
        tmp_path / "cut.png", [(0.0, image)], codec="png", pix_fmt="rgba", container="image2"
    )
    (frame,) = frames(path)
    assert frame.image[40, 10, 0] == 200
    assert abs(int(frame.image[40, 50, 0]) - 100) <= 1
    assert frame.image[:24].max() == 0


def test_interlaced_pictures_show_one_moment(tmp_path: Path) -> None:
    woven = np.zeros((96, 128, 3), np.uint8)
    woven[0::2, :64] = 255  # the first field shows white on the left,
    woven[1::2, 64:] = 255  # the second on the right
    path = write(
        tmp_path / "clip.mp4",
        [(i / 25, woven) for i in range(3)],
        options={"x264-params": "tff=1:qp=10"},
    )
    image = next(iter(frames(path))).image
    assert image.shape == (96, 128, 3)
    assert image[10:-10, 10:54].min() > 200 and image[10:-10, 74:118].max() < 55


def test_resolution_and_clock_may_change_in_the_middle(tmp_path: Path) -> None:
    first = write(tmp_path / "a.ts", levels(25, width=64, height=48), Sound(tone(1.0)))
    second = write(tmp_path / "b.ts", levels(25, width=96, height=80), Sound(tone(1.0)))
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    run = frames(both)
    found = list(run)
    assert {f.image.shape[:2] for f in found} == {(48, 64), (80, 96)}
    assert 18 <= len(found) <= 21 and 1.8 < found[-1].time < 2.1
    assert any("jump" in note for note in run.notes)


def test_cover_art_is_not_video(tmp_path: Path) -> None:
    cover = write(
        tmp_path / "c.jpg", [(0.0, quarters())], codec="mjpeg", pix_fmt="yuvj420p",
        container="image2",
    ).read_bytes()  # fmt: skip
    song = write(tmp_path / "song.mp3", sound=Sound(tone(1.0), codec="libmp3lame"))
    picture = b"\0image/jpeg\0\x03\0" + cover
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = len(frame)
    seven = bytes((size >> shift) & 127 for shift in (21, 14, 7, 0))
    song.write_bytes(b"ID3\x03\0\0" + seven + frame + song.read_bytes())
    info = probe(song)
    assert info.has_audio and not info.has_video and info.width is None
    with pytest.raises(MediaError, match="no picture"):
        list(frames(song))


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.png", "png", "rgb24"), ("a.jpg", "mjpeg", "yuvj420p"), ("a.webp", "libwebp", "yuv420p"),
     ("a.bmp", "bmp", "bgr24"), ("a.tiff", "tiff", "rgb24"), ("a.gif", "gif", "rgb8")],
)  # fmt: skip
def test_a_single_image_is_one_picture_at_zero(
    tmp_path: Path, name: str, codec: str, pix_fmt: str
) -> None:
    container = None if name.endswith("gif") else "image2"
    path = write(
        tmp_path / name, [(0.0, quarters())], codec=codec, pix_fmt=pix_fmt, container=container
    )
    info = probe(path)
    (frame,) = frames(path)
    assert info.still and info.seconds == 0 and not info.has_audio
    assert frame.time == 0 and corners(frame.image) == "rgbw"


def test_an_endless_animation_is_played_once(tmp_path: Path) -> None:
    path = write(
        tmp_path / "loop.gif", levels(12, fps=10), codec="gif", pix_fmt="rgb8",
        container_options={"loop": "0"},
    )  # fmt: skip
    assert b"NETSCAPE2.0" in path.read_bytes()
    info = probe(path)
    assert not info.still and info.seconds == pytest.approx(1.2, abs=0.11)
    assert len(list(frames(path))) == 12


@pytest.mark.parametrize(
    "wrong",
    [{"fps": 0}, {"fps": -1}, {"fps": float("nan")}, {"fps": 1e9}, {"max_side": 1},
     {"max_side": 10**6}],
)  # fmt: skip
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict[str, float]) -> None:
    path = write(tmp_path / "clip.mp4", levels(2))
    with pytest.raises(UsageError, match=next(iter(wrong))):
        frames(path, **wrong)  # type: ignore[arg-type]


def test_large_pictures_are_refused(tmp_path: Path) -> None:
    line = write(
        tmp_path / "line.png", [(0.0, plain(9, 100_000, 1))], codec="png", pix_fmt="rgb24",
        container="image2",
    )  # fmt: skip
    with pytest.raises(LimitError, match=r"line.png has pictures 100,000 pixels wide.*--max-edge"):
        list(frames(line))
    clip = write(tmp_path / "clip.mp4", levels(2))
    with pytest.raises(LimitError, match=r"pictures of 3,072 pixels.* 1,000.*--max-pixels"):
        list(frames(clip, Limits(max_pixels=1000)))
    assert len(list(frames(clip, Limits(max_pixels=64 * 48)))) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    path = write(
        tmp_path / "long.mkv", levels(1600, width=320, height=240), codec="mpeg4", ticks=25
    )
    sizes = []
    with frames(path, fps=25) as run:
        for number, _ in enumerate(run):
            if number % 400 == 100:
                sizes.append(resident())
    own, child = zip(*sizes, strict=True)
    assert len(sizes) == 4
    assert max(own) - own[1] < 8 and max(child) - child[1] < 8  # the first may be warming up
