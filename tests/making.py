"""Make clips out of pictures and sound, with real encoders."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16000
Pictures = list[NDArray[np.uint8]]


def pictures(path: Path, start: float = 0.0, end: float = 1e9, fps: float = 10.0) -> Pictures:
    """Decode pictures at a steady pace."""
    found: Pictures = []
    with av.open(str(path)) as clip:
        for frame in clip.decode(video=0):
            at = float(frame.time or 0)
            if at >= end:
                break
            if at >= start + len(found) / fps:
                found.append(frame.to_ndarray(format="rgb24"))
    return found


def sound(path: Path) -> NDArray[np.float32]:
    """Decode the sound as mono at 16 kHz, shape [n]."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    blocks = []
    with av.open(str(path)) as clip:
        for frame in clip.decode(audio=0):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        blocks += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(blocks)


def write(
    path: Path,
    images: Iterable[NDArray[np.uint8]],
    audio: NDArray[np.float32] | None,
    fps: int = 10,
) -> Path:
    """Write pictures (H.264, nearly lossless) and, if given, sound (lossless) to a .mkv or .mp4."""
    with av.open(str(path), "w") as out:
        video = tone = None
        for image in images:
            if video is None:
                height, width = (side - side % 2 for side in image.shape[:2])
                video = out.add_stream("libx264", rate=fps, width=width, height=height)
                video.pix_fmt = "yuv420p"
                video.options = {"crf": "12", "preset": "ultrafast"}
                if audio is not None:
                    tone = out.add_stream("pcm_s16le", rate=RATE, layout="mono")
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]))
            for packet in video.encode(frame):
                out.mux(packet)
        if video is not None:
            for packet in video.encode():
                out.mux(packet)
        if audio is not None and tone is not None:
            samples = (np.clip(audio, -1, 1) * 32767).astype(np.int16)[None, :]
            block = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            block.sample_rate, block.pts, block.time_base = RATE, 0, Fraction(1, RATE)
            for packet in (*tone.encode(block), *tone.encode()):
                out.mux(packet)
    return path
