"""Clips as timed pictures and sound, decoded in a child process within limits.

Importing this package loads neither PyAV nor NumPy; see docs/media.md for how decoding works.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Loaded on first use: the child process imports this package too and must start fast.
_HOMES = {
    "AudioBlock": "emer.media.decoding",
    "Decoding": "emer.media.decoding",
    "Frame": "emer.media.decoding",
    "Limits": "emer.media.limits",
    "MediaInfo": "emer.media.decoding",
    "SampledFrames": "emer.media.sampling",
    "audio": "emer.media.decoding",
    "find_clips": "emer.media.files",
    "frames": "emer.media.decoding",
    "probe": "emer.media.decoding",
    "read_subtitle": "emer.media.subtitles",
    "sampled_frames": "emer.media.sampling",
    "sha256": "emer.media.files",
}

__all__ = [
    "AudioBlock",
    "Decoding",
    "Frame",
    "Limits",
    "MediaInfo",
    "SampledFrames",
    "audio",
    "find_clips",
    "frames",
    "probe",
    "read_subtitle",
    "sampled_frames",
    "sha256",
]

if TYPE_CHECKING:
    from emer.media.decoding import AudioBlock, Decoding, Frame, MediaInfo, audio, frames, probe
    from emer.media.files import find_clips, sha256
    from emer.media.limits import Limits
    from emer.media.sampling import SampledFrames, sampled_frames
    from emer.media.subtitles import read_subtitle


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'emer.media' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
