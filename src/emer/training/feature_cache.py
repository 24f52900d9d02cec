"""Features of frozen encoders, kept on disk the first time they are computed.

Nothing is computed beforehand: a batch holds kept features of the clips that have them and the
media of the others, which are encoded on the way into the model and kept then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emer.models.xemogpt.base import XEmoGPTModel
from emer.training.data.features import FeatureStore
from emer.training.data.members import media_digest
from emer.training.fingerprints import Part, encoder_fingerprint, tower_of

FRAMES: Part = "frames"
SOUND: Part = "sound"


@dataclass
class FeatureCache:
    """Kept features of the encoders that are frozen; may be copied to other processes.

    Attributes:
        stores: By part, "frames" and "sound"; an encoder that is trained or absent has none.
    """

    stores: Mapping[str, FeatureStore]
    _keys: dict[tuple[str, str, Path], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        folder: str | Path,
        model: XEmoGPTModel,
        *,
        image_processor: Any,
        feature_extractor: Any,
    ) -> FeatureCache:
        """Return the cache of a model's frozen encoders.

        Args:
            folder: Where features are kept.
            model: The encoders; their weights and settings are part of every key.
            image_processor: Of the vision part, or None; likewise.
            feature_extractor: Of the audio part, or None; likewise.
        """
        processors: dict[Part, Any] = {"frames": image_processor, "sound": feature_extractor}
        stores: dict[str, FeatureStore] = {}
        for part, processor in processors.items():
            tower = tower_of(model, part)
            if tower is not None and not any(each.requires_grad for each in tower.parameters()):
                known = encoder_fingerprint(model, part, processor)
                stores[part] = FeatureStore(Path(folder), known)
        return cls(stores)

    def key(self, part: str, reference: str, root: Path) -> str:
        """Return the key of a part of a media file, which is hashed once.

        Args:
            part: "frames" or "sound".
            reference: As in a row.
            root: Folder that it is relative to.
        """
        known = (part, reference, root)
        if known not in self._keys:
            self._keys[known] = self.stores[part].key(media_digest(reference, root), part)
        return self._keys[known]

    def get(self, part: str, key: str) -> Tensor | None:
        """Return kept features `[n, d]`, or None."""
        found = self.stores[part].get(key)
        return None if found is None else torch.from_numpy(found)

    def put(self, part: str, key: str, features: Tensor) -> None:
        """Keep features `[n, d]`."""
        self.stores[part].put(key, features.detach().float().cpu().numpy())


@dataclass(frozen=True)
class Kept:
    """What a batch carries of one part, for every clip that has it, in the order of the batch.

    Attributes:
        keys: Where features of each clip are kept, or are to be.
        features: Those that are there, by position.
    """

    keys: Sequence[str]
    features: Mapping[int, Tensor]


def encode(model: XEmoGPTModel, batch: dict[str, Any], cache: FeatureCache) -> dict[str, Any]:
    """Return a batch with features instead of media, and keep those that are new.

    Args:
        model: The encoders.
        batch: With "kept_frames" or "kept_sound", and the media of clips without kept features.
        cache: Where to keep them.
    """
    kept = batch.pop(f"kept_{FRAMES}", None)
    if kept is not None:
        pixels = batch.pop("pixel_values", None)
        fresh = [] if pixels is None else list(model.encode_frames(pixels).float())
        batch["frame_features"] = torch.stack(_merged(FRAMES, kept, fresh, cache, model.device))
    kept = batch.pop(f"kept_{SOUND}", None)
    if kept is not None:
        sound, mask = batch.pop("input_values", None), batch.pop("audio_attention_mask", None)
        fresh = []
        if sound is not None:
            features, real = model.encode_sound(sound, mask)
            fresh = [each[here].float() for each, here in zip(features, real, strict=True)]
        clips = _merged(SOUND, kept, fresh, cache, model.device)
        batch["sound_features"] = nn.utils.rnn.pad_sequence(clips, batch_first=True)
        lengths = torch.tensor([len(clip) for clip in clips], device=clips[0].device)
        steps = torch.arange(int(lengths.max()), device=clips[0].device)
        batch["sound_mask"] = steps < lengths.unsqueeze(1)
    return batch


def _merged(
    part: str, kept: Kept, fresh: list[Tensor], cache: FeatureCache, device: torch.device
) -> list[Tensor]:
    """Return the features of every clip in the order of the batch."""
    coming = iter(fresh)
    clips = []
    for position, key in enumerate(kept.keys):
        if position in kept.features:
            clips.append(kept.features[position].to(device))
            continue
        clips.append(next(coming))
        cache.put(part, key, clips[-1])
    return clips
