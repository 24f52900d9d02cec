"""Photographs as cameras and editors write them: EXIF, transparency, progressive JPEG."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest

from emer.media import frames, probe

EXIF = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%s\0\0\0\0\0\0\0"


def jpeg(path: Path, orientation: int, named: str = "photo.jpg") -> Path:
    """Write a JPEG, left half black, with an EXIF orientation."""
    picture = np.zeros((64, 96, 3), np.uint8)
    picture[:, 48:] = 255
    with av.open(str(path / "plain.mjpeg"), "w", format="mjpeg") as out:
        stream = out.add_stream("mjpeg", rate=1, width=96, height=64)
        stream.pix_fmt = "yuvj420p"
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        for packet in (*stream.encode(frame), *stream.encode()):
            out.mux(packet)
    plain = (path / "plain.mjpeg").read_bytes()
    body = EXIF % struct.pack("<H", orientation)
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    target = path / named
    target.write_bytes(plain[:2] + segment + plain[2:])
    return target


def png_with_exif(path: Path) -> Path:
    """Write a PNG with transparency and an EXIF chunk."""
    rows = b"".join(b"\0" + bytes((200, 10, 10, 128)) * 40 for _ in range(30))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 40, 30, 8, 6, 0, 0, 0)
    exif = (EXIF % struct.pack("<H", 1))[6:]
    target = path / "picture.png"
    target.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"eXIf", exif)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return target


@pytest.mark.parametrize("named", ["photo.jpg", "photo.JPEG", "photo", "photo.mp4"])
def test_a_jpeg_is_read_whatever_its_name(tmp_path: Path, named: str) -> None:
    photo = jpeg(tmp_path, 1, named)
    info = probe(photo)
    assert info.still and (info.width, info.height) == (96, 64)
    (frame,) = frames(photo)
    assert frame.image[:, :40].mean() < 20 < 235 < frame.image[:, 56:].mean()


@pytest.mark.parametrize(("orientation", "bright"), [(3, "left"), (6, "bottom"), (8, "top")])
def test_exif_orientation_is_undone(tmp_path: Path, orientation: int, bright: str) -> None:
    (frame,) = frames(jpeg(tmp_path, orientation))
    image = frame.image.mean(axis=2)
    height, width = image.shape
    parts = {
        "left": image[:, : width // 3],
        "top": image[: height // 3],
        "bottom": image[-(height // 3) :],
    }
    assert parts[bright].mean() > 235
    assert (width < height) == (orientation in (6, 8))


def test_a_transparent_png_with_exif_does_not_end_the_decoder(tmp_path: Path) -> None:
    picture = png_with_exif(tmp_path)
    for _ in range(3):
        assert probe(picture).still
        (frame,) = frames(picture)
        assert frame.image.shape == (30, 40, 3)
