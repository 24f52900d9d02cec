"""What a clip looks like: perceptual hashes of pictures spread over it.

The hash is the pHash of the library ImageHash: the signs, about their median, of the 64 lowest
frequencies of the cosine transform of a small grey picture (Zauner, "Implementation and
Benchmarking of Perceptual Image Hash Functions", 2010).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emer.dataset.entry import Prints
from emer.dataset.sound_print import sound_print
from emer.errors import MissingExtra
from emer.media import Limits, MediaInfo, sampled_frames
from emer.media.decoding import PathLike

FRAMES = 8
FLAT = "0" * 16
"""Stands for a picture without content, such as a black one; no pHash is it."""

_SIDE = 256
_LEAST_CONTRAST = 3.0  # standard deviation of grey levels, of 255


def prints_of(path: PathLike, info: MediaInfo, limits: Limits) -> Prints:
    """Return what a clip looks and sounds like.

    Args:
        path: The clip.
        info: What the probe found in it.
        limits: What it may cost.

    Raises:
        MediaError: It cannot be decoded.
        LimitError: It is above one of the limits.
        MissingExtra: ImageHash is not installed.
    """
    return Prints(
        frames=frame_prints(path, limits, 1 if info.still else FRAMES) if info.has_video else (),
        sound=sound_print(path, limits) if info.has_audio else "",
    )


def frame_prints(path: PathLike, limits: Limits, count: int = FRAMES) -> tuple[str, ...]:
    """Return the hashes of pictures spread over a clip, 16 hexadecimal digits each.

    Args:
        path: The clip.
        limits: What it may cost.
        count: How many pictures; a clip with fewer repeats some.

    Raises:
        MediaError: There is no picture that can be decoded.
        LimitError: The clip is above one of the limits.
        MissingExtra: ImageHash is not installed.
    """
    images = sampled_frames(path, limits, count=count, max_side=_SIDE).images
    return tuple(picture_print(image) for image in images)


def picture_print(image: NDArray[np.uint8]) -> str:
    """Return the hash of a picture `[H, W, 3]`, RGB: 16 hexadecimal digits, or `FLAT`.

    Raises:
        MissingExtra: ImageHash is not installed.
    """
    hashing, pictures = _libraries()
    grey = pictures.fromarray(image).convert("L")
    if np.asarray(grey).std() < _LEAST_CONTRAST:
        return FLAT
    return str(hashing.phash(grey))


def _libraries() -> tuple[Any, Any]:
    try:
        import imagehash
        from PIL import Image
    except ImportError as error:
        raise MissingExtra("Finding copies by look", error.name or "imagehash", "build") from error
    return imagehash, Image
