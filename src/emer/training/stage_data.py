"""Clips with captions for the pre-training stages: media or kept features, and caption vectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from accelerate import PartialState
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from tqdm.auto import tqdm  # type: ignore[import-untyped]

from emer.errors import OutputError
from emer.models.xemogpt.assembly import Encoders
from emer.training.caption_encoders import CaptionEncoder
from emer.training.clips import ClipReader
from emer.training.data.features import FeatureStore
from emer.training.data.members import media_digest
from emer.training.data.rows import Row
from emer.training.fingerprints import Part, encoder_fingerprint
from emer.training.losses.contrastive import caption_keys
from emer.training.sampling import Place
from emer.training.splits import Split

Batch = dict[str, Tensor]
_SHORTEST = 0.025  # seconds; the encoders of sound need this much


class Media(ABC):
    """What a modality reads of a row, encodes with its frozen tower, and puts into a batch.

    Args:
        parts: Encoders with their processors.
    """

    part: ClassVar[Part]

    def __init__(self, parts: Encoders) -> None:
        self.parts = parts

    @abstractmethod
    def reference(self, row: Row) -> str:
        """Return where the media of a row are."""

    @abstractmethod
    def read(self, row: Row, root: Path) -> Tensor:
        """Decode what the tower takes of a clip whose path is relative to `root`."""

    @abstractmethod
    def batch(self, clips: Sequence[Tensor]) -> Batch:
        """Return the arguments of the model for media that were read."""

    @abstractmethod
    def encode(self, media: Tensor) -> Tensor:
        """Return features `[n, d]` of one clip."""

    @abstractmethod
    def batch_features(self, clips: Sequence[Tensor]) -> Batch:
        """Return the arguments of the model for features that were kept."""

    @property
    @abstractmethod
    def processor(self) -> Any:
        """What prepares media for the tower."""

    def fingerprint(self) -> str:
        """Return a hash of all that features depend on, the same as in stage 3."""
        return encoder_fingerprint(self.parts.model, self.part, self.processor)

    @property
    def device(self) -> torch.device:
        """Where the tower computes."""
        return self.parts.model.device


class SoundMedia(Media):
    """Sound: the first seconds of a clip."""

    part: ClassVar[Part] = "sound"

    def reference(self, row: Row) -> str:
        """Return where the sound of a row is."""
        return row.sound or ""

    def read(self, row: Row, root: Path) -> Tensor:
        """Return `[L]`, mono."""
        config = self.parts.model.config
        sound = ClipReader(config, root).sound(row)
        least = int(_SHORTEST * config.sampling_rate)
        return torch.from_numpy(np.pad(sound, (0, max(0, least - len(sound)))))

    def batch(self, clips: Sequence[Tensor]) -> Batch:
        """Return `input_values` and `attention_mask` `[B, L]`."""
        given = self.parts.feature_extractor(
            [clip.numpy() for clip in clips],
            sampling_rate=self.parts.model.config.sampling_rate,
            padding=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        return {"input_values": given["input_values"], "attention_mask": given["attention_mask"]}

    def encode(self, media: Tensor) -> Tensor:
        """Return features `[n, d]` of the audio encoder, down-sampled as the bridge takes them."""
        inputs = {name: value.to(self.device) for name, value in self.batch([media]).items()}
        features, mask = self.parts.model.encode_sound(**inputs)
        return features[mask]

    def batch_features(self, clips: Sequence[Tensor]) -> Batch:
        """Return `sound_features` `[B, n, d]` and `sound_mask` `[B, n]`."""
        counts = torch.tensor([len(clip) for clip in clips])
        features = pad_sequence(list(clips), batch_first=True)
        return {
            "sound_features": features,
            "sound_mask": torch.arange(features.shape[1]) < counts.unsqueeze(1),
        }

    @property
    def processor(self) -> Any:
        """What prepares sound for the tower."""
        return self.parts.feature_extractor


class FrameMedia(Media):
    """Pictures: some frames, evenly over a clip."""

    part: ClassVar[Part] = "frames"

    def reference(self, row: Row) -> str:
        """Return where the pictures of a row are."""
        return row.video or ""

    def read(self, row: Row, root: Path) -> Tensor:
        """Return `[T, ...]`, what the image processor makes of each frame."""
        images = ClipReader(self.parts.model.config, root).pictures(row)
        pixels: Tensor = self.parts.image_processor(images, return_tensors="pt")["pixel_values"]
        return pixels

    def batch(self, clips: Sequence[Tensor]) -> Batch:
        """Return `pixel_values` `[B, T, ...]`."""
        return {"pixel_values": torch.stack(list(clips))}

    def encode(self, media: Tensor) -> Tensor:
        """Return features `[T, d]` of the vision encoder."""
        return self.parts.model.encode_frames(media.unsqueeze(0).to(self.device))[0]

    def batch_features(self, clips: Sequence[Tensor]) -> Batch:
        """Return `frame_features` `[B, T, d]`."""
        return {"frame_features": torch.stack(list(clips))}

    @property
    def processor(self) -> Any:
        """What prepares pictures for the tower."""
        return self.parts.image_processor


class Captioned:
    """The rows of a split, each its media and its caption.

    Indexed by `Place`. Caption vectors are held in memory, one for each distinct caption; media are
    decoded when a row is read, or its features are read from `cache`, where this class puts those
    that are missing when it is made: every process its share.

    Args:
        split: The rows.
        media: The modality.
        captions: Encodes the captions, once.
        cache: Folder for features; None encodes in every epoch.

    Attributes:
        texts: The caption of every row.
        labels: What is known of every row.
        ids: The id of every row.
        keys: `[n]`, equal where captions are.
    """

    def __init__(
        self, split: Split, media: Media, captions: CaptionEncoder, cache: str | None = None
    ) -> None:
        self._split, self._media = split, media
        rows = list(split.rows)
        self.texts = [row.text for row in rows]
        self.labels = [row.labels for row in rows]
        self.ids = [row.id for row in rows]
        self.keys = caption_keys(self.texts)
        distinct = sorted(set(self.texts))
        place = {text: index for index, text in enumerate(distinct)}
        self._vectors = torch.from_numpy(np.array(captions.encode(distinct), dtype=np.float32))
        self._which = [place[text] for text in self.texts]
        self._store: FeatureStore | None = None
        if cache is not None:
            store = self._store = FeatureStore(Path(cache), media.fingerprint())
            digests = (media_digest(media.reference(row), split.root) for row in rows)
            self._kept = [store.key(digest, media.part) for digest in digests]
            self._fill(store)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, place: Place) -> tuple[Tensor, Tensor, Tensor]:
        """Return media (or features), caption vector and caption key of a row."""
        index = place.index
        if self._store is None:
            media = self._read(index)
        else:
            media = self._kept_features(self._store, index)
        return media, self._vectors[self._which[index]], self.keys[index]

    def collate(self, items: Sequence[tuple[Tensor, Tensor, Tensor]]) -> Batch:
        """Return a batch: `captions` `[B, t]`, `keys` `[B]` and the arguments for the media."""
        media, captions, keys = zip(*items, strict=True)
        make = self._media.batch if self._store is None else self._media.batch_features
        return {"captions": torch.stack(captions), "keys": torch.stack(keys), **make(media)}

    def _read(self, index: int) -> Tensor:
        return self._media.read(self._split.rows[index], self._split.root)

    def _kept_features(self, store: FeatureStore, index: int) -> Tensor:
        features = store.get(self._kept[index])
        if features is None:
            raise OutputError(
                f"The features of {self.ids[index]!r} are gone from {store.folder}, or damaged.",
                "Go on with --resume: what is missing is computed at the start.",
            )
        return torch.from_numpy(features.astype(np.float32))

    def _fill(self, store: FeatureStore) -> None:
        """Compute the features that are not kept yet, one clip at a time."""
        state = PartialState()
        missing = [index for index, key in enumerate(self._kept) if store.get(key) is None]
        state.wait_for_everyone()  # all must see the same, or a clip would be nobody's
        mine = missing[state.process_index :: state.num_processes]
        shown = {"desc": f"Encoding {self._media.part}", "disable": not state.is_main_process}
        for index in tqdm(mine, leave=False, **shown):
            with torch.inference_mode():
                features = self._media.encode(self._read(index))
            store.put(self._kept[index], features.float().cpu().numpy())
        state.wait_for_everyone()


def captioned_splits(
    splits: Mapping[str, Split],
    media: Media,
    captions: CaptionEncoder,
    cache: str | None,
    device: str,
) -> dict[str, Captioned]:
    """Return the rows of every split with their captions, features kept if there is a cache.

    Args:
        splits: From `open_splits`.
        media: The modality.
        captions: Encodes the captions.
        cache: Folder for features, or None.
        device: "cpu", or "auto" to encode on an accelerator if there is one.
    """
    if cache is not None:
        media.parts.model.to(PartialState(cpu=device == "cpu").device)
    return {name: Captioned(split, media, captions, cache) for name, split in splits.items()}
