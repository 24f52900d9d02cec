"""Pictures by number: the indices of NumPy, the pixels of PyAV, and what damage does."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from emer.errors import LimitError, MediaError, UsageError
from emer.media import Limits, sampled_frames
from emer.media.child import sampling as child
from emer.media.sampling import MAX_COUNT
from media.media_files import Sound, corners, levels, plain, quarters, resident, tone, write


def decoded(path: Path) -> list[np.ndarray]:
    """Every picture, as PyAV gives it."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def noise(count: int, width: int = 66, height: int = 50) -> list[tuple[float, np.ndarray]]:
    """Pictures without two pixels alike, so that any other rounding would show."""
    random = np.random.default_rng(5)
    return [
        (i / 25, random.integers(0, 256, (height, width, 3)).astype(np.uint8)) for i in range(count)
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 32, 999])
def test_numbers_are_those_of_numpy(count: int) -> None:
    for total in [*range(1, 700), 89_999, 90_000, 14_400_000]:
        want = np.linspace(0, total - 1, count, dtype=int).tolist()
        assert child.spread(total, count) == want


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.mp4", "libx264", "yuv420p"), ("a.mkv", "libx264", "yuv444p"),
     ("a.webm", "libvpx-vp9", "yuv420p"), ("a.avi", "mpeg4", "yuv420p"),
     ("a.ts", "mpeg2video", "yuv422p"), ("a.png", "png", "rgb24"), ("a.gif", "gif", "rgb8")],
)  # fmt: skip
def test_pixels_are_those_of_pyav(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    pictures = noise(1 if name.endswith("png") else 23)
    container = "image2" if name.endswith("png") else None
    path = write(
        tmp_path / name, pictures, codec=codec, pix_fmt=pix_fmt, container=container, ticks=25
    )
    want = decoded(path)
    got = sampled_frames(path, count=9)
    assert got.total == len(want) and len(got.images) == len(got.times) == 9
    assert got.indices == tuple(np.linspace(0, len(want) - 1, 9, dtype=int))
    for index, image in zip(got.indices, got.images, strict=True):
        assert np.array_equal(image, want[index])
    assert got.notes == ()


def test_the_golden_clip_gives_the_expected_pixel_values(shared: Path) -> None:
    transformers = pytest.importorskip("transformers")
    from safetensors.numpy import load_file

    golden = shared / "golden" / "xemogpt_tiny"
    expected = json.loads((golden / "expected.json").read_text())
    got = sampled_frames(shared / "data" / "clips" / "sample_00000007.mp4")
    assert list(got.indices) == expected["frame_indices"]
    assert got.total == expected["total_frames"]
    processor = transformers.CLIPImageProcessor.from_pretrained(golden / "clip")
    values = np.asarray(processor(images=got.images, return_tensors="np")["pixel_values"])
    want = load_file(golden / "expected.safetensors")["pixel_values"]
    assert np.abs(values - want).max() == 0.0


def test_a_short_clip_repeats_pictures_as_linspace_does(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(3))
    got = sampled_frames(path, count=8)
    assert got.indices == (0, 0, 0, 0, 1, 1, 1, 2) and got.total == 3
    assert got.images[0] is got.images[3]
    assert got.times == pytest.approx([0, 0, 0, 0, 0.04, 0.04, 0.04, 0.08], abs=1e-3)


def test_a_still_image_gives_its_picture_each_time(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jpg", [(0.0, quarters())], codec="mjpeg", pix_fmt="yuvj444p",
        container="image2",
    )  # fmt: skip
    got = sampled_frames(path)
    assert (got.total, got.indices, got.times) == (1, (0,) * 16, (0.0,) * 16)
    assert corners(got.images[15]) == "rgbw"


def test_pictures_are_set_upright_and_shrunk(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [(0.0, quarters()), (0.1, quarters())])
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44  # ISO 14496-12: (x, y) is shown at (ax + cy, bx + dy)
    data[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    whole, small = sampled_frames(path, count=2), sampled_frames(path, count=2, max_side=32)
    assert corners(whole.images[0]) == "brwg" and whole.images[0].shape == (64, 48, 3)
    assert corners(small.images[0]) == "brwg" and small.images[0].shape == (32, 24, 3)


def test_what_the_container_claims_does_not_count(tmp_path: Path) -> None:
    """Packets without a picture: the clip is decoded a second time, at the right numbers."""
    path = write(tmp_path / "clip.mp4", levels(50), options={"g": "5", "bf": "0"})
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
        for packet in packets[20:30]:  # their first bytes tell the length of a unit
            data[packet.pos : packet.pos + packet.size] = b"\xff" * packet.size
    path.write_bytes(data)
    got = sampled_frames(path, count=5)
    assert got.total < 50 and got.indices == tuple(np.linspace(0, got.total - 1, 5, dtype=int))
    assert got.images[-1].mean() > 200
    assert any("damage" in note for note in got.notes)


def test_a_truncated_video_gives_what_is_left(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mkv", noise(50))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    got = sampled_frames(path, count=4)
    assert 5 < got.total < 45 and got.indices[-1] == got.total - 1
    assert any("breaks off" in note for note in got.notes)


def test_no_picture_is_an_error(tmp_path: Path) -> None:
    sound = write(tmp_path / "a.wav", sound=Sound(tone(0.5), codec="pcm_s16le"))
    with pytest.raises(MediaError, match=r"a\.wav has no picture"):
        sampled_frames(sound)
    with pytest.raises(MediaError, match=r"There is no file .*gone\.mp4"):
        sampled_frames(tmp_path / "gone.mp4")


@pytest.mark.parametrize(
    "wrong", [{"count": 0}, {"count": MAX_COUNT + 1}, {"max_side": 0}, {"max_side": 1 << 20}]
)
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    path = write(tmp_path / "clip.mp4", levels(2))
    with pytest.raises(UsageError, match=next(iter(wrong))):
        sampled_frames(path, **wrong)  # type: ignore[arg-type]


def test_limits_hold(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", levels(50))
    with pytest.raises(LimitError, match=r"--max-pixels"):
        sampled_frames(path, Limits(max_pixels=1000))
    with pytest.raises(LimitError, match=r"--max-seconds"):
        sampled_frames(path, Limits(max_seconds=1))
    got = sampled_frames(path, Limits(max_pixels=64 * 48), count=MAX_COUNT)
    assert len(got.images) == MAX_COUNT and len({id(image) for image in got.images}) == 50


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_does_not_grow_with_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from emer.media import sampling

    sizes = []
    read = sampling._read

    def watched(message: sampling.wire.Message) -> object:
        sizes.append(resident()[1])
        return read(message)

    monkeypatch.setattr(sampling, "_read", watched)
    pictures = [(i / 25, plain(i % 200, 320, 240)) for i in range(800)]
    path = write(tmp_path / "long.mkv", pictures, codec="mpeg4", ticks=25)
    assert sampled_frames(path, count=32).total == 800
    assert max(sizes) - sizes[2] < 8  # MiB; all pictures would take 175
