"""Pictures and sound of a clip as a chat message carries them; made only when a call is sent."""

from __future__ import annotations

import base64
import io
import wave
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emer.dataset.calls.base import FramesPart, Part, TextPart
from emer.dataset.calls.messages import Content
from emer.errors import MediaError, MissingExtra
from emer.media import Limits, audio, sampled_frames

QUALITY = 90
"""Of JPEG."""

SOUND_RATE = 16000
"""Samples per second, one channel."""

SOUND_SECONDS = 60
"""Longer sound is cut there."""


def render(part: Part, limits: Limits = Limits()) -> Content:  # noqa: B008 (frozen)
    """Return pictures or sound of a clip as contents of a message.

    Args:
        part: Frames or sound.
        limits: What decoding may cost.

    Raises:
        MediaError: The clip cannot be decoded, or has no sound.
        MissingExtra: Pillow is not installed.
    """
    from emer.training.data.members import media_file

    if isinstance(part, TextPart):
        raise TypeError("text is rendered as it is")
    with media_file(part.reference, Path(), limits) as path:
        if isinstance(part, FramesPart):
            return [_picture(image) for image in _images(path, part, limits)]
        return [_sound(path, part.reference, limits)]


def _images(path: Path, part: FramesPart, limits: Limits) -> list[NDArray[np.uint8]]:
    found = sampled_frames(path, limits, count=part.count, max_side=part.side)
    # A still, or a clip of fewer pictures than asked for, repeats some: each is sent once.
    return list(dict(zip(found.indices, found.images, strict=True)).values())


def _picture(image: NDArray[np.uint8]) -> dict[str, object]:
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtra("Showing pictures to an annotator", "PIL", "build") from error
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    url = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return {"type": "image_url", "image_url": {"url": url}}


def _sound(path: Path, name: str, limits: Limits) -> dict[str, object]:
    samples = np.concatenate([np.zeros(0, np.float32), *_blocks(path, limits)])
    if not samples.size:
        raise MediaError(f"{name} has no sound.", "Do not give 'audio' to annotators.")
    data = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SOUND_RATE)
        file.writeframes(data)
    encoded = base64.b64encode(buffer.getvalue()).decode()
    return {"type": "input_audio", "input_audio": {"data": encoded, "format": "wav"}}


def _blocks(path: Path, limits: Limits) -> list[NDArray[np.float32]]:
    """Return the sound up to `SOUND_SECONDS`."""
    found: list[NDArray[np.float32]] = []
    left = SOUND_SECONDS * SOUND_RATE
    with closing(audio(path, limits, rate=SOUND_RATE)) as blocks:
        for block in blocks:
            found.append(block.samples[:left])
            left -= len(found[-1])
            if left <= 0:
                break
    return found
