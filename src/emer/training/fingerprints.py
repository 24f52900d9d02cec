"""What features of a frozen encoder depend on, as one hash: the same in every stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from torch import nn

from emer import __version__
from emer.models.xemogpt.base import XEmoGPTModel
from emer.training.data.features import fingerprint_of

Part = Literal["frames", "sound"]

_SETTINGS: dict[Part, tuple[str, ...]] = {
    "frames": ("num_frames", "frame_feature"),
    "sound": ("sampling_rate", "audio_seconds", "audio_downsampling"),
}


def tower_of(model: XEmoGPTModel, part: Part) -> nn.Module | None:
    """Return the encoder of a part, None if the model has none."""
    return model.vision_tower if part == "frames" else model.audio_tower


def encoder_fingerprint(model: XEmoGPTModel, part: Part, processor: Any) -> str:
    """Return a hash of an encoder's weights, its processor and the settings features depend on.

    Args:
        model: Holds the encoder.
        part: "frames" or "sound".
        processor: Image processor or feature extractor of the part.
    """
    tower = tower_of(model, part)
    assert tower is not None
    known = {name: getattr(model.config, name) for name in _SETTINGS[part]}
    known |= {"processor": _plain(processor.to_dict()), "emer": __version__}
    return fingerprint_of(tower, known)


def _plain(value: Any) -> Any:
    """Return settings as what JSON holds; what it cannot hold by its text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
