"""Rows of stage 3 as samples and batches: what is shown of a clip, the question, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from emer.errors import UsageError
from emer.models.xemogpt.processing import IGNORED, XEmoGPTProcessor
from emer.training.clips import ClipReader
from emer.training.data.findings import Modality
from emer.training.data.rows import Row
from emer.training.feature_cache import FRAMES, SOUND, FeatureCache, Kept
from emer.training.instruct_config import Shown
from emer.training.sampling import Place, generator
from emer.training.splits import Split

SHOWN: Mapping[Shown, frozenset[Modality]] = {
    "V": frozenset({"video"}),
    "A": frozenset({"audio"}),
    "V+A": frozenset({"video", "audio"}),
}


@dataclass(frozen=True, eq=False)
class Sample:
    """One clip as the model is shown it.

    Attributes:
        row: Its row.
        shown: Which of "video" and "audio" are shown.
        frames: Pictures `[H, W, 3]`, None where not shown or kept as features.
        sound: `[L]`, likewise.
        kept: Features `[n, d]` by part, "frames" and "sound", where they are kept.
        keys: Where features are kept or to be kept, by part.
    """

    row: Row
    shown: frozenset[Modality]
    frames: Sequence[NDArray[np.uint8]] | None
    sound: NDArray[np.float32] | None
    kept: Mapping[str, Tensor]
    keys: Mapping[str, str]


def choose(
    present: frozenset[Modality], weights: Mapping[Shown, float], numbers: np.random.Generator
) -> frozenset[Modality]:
    """Draw what is shown of a clip: its video, its sound or both (stage 3 of XEmoGPT, figure 3).

    Args:
        present: What the clip has.
        weights: Of "V", "A" and "V+A", at least 0.
        numbers: Random numbers of this row in this epoch.

    Returns:
        One of the choices that the clip has all of, each as likely as its weight; everything
        the clip has if there is none.
    """
    media = present & SHOWN["V+A"]
    possible = {name: weights.get(name, 0.0) for name in SHOWN if SHOWN[name] <= media}
    total = sum(possible.values())
    if not total:
        return media
    shares = [weight / total for weight in possible.values()]
    return SHOWN[list(possible)[numbers.choice(len(shares), p=shares)]]


class InstructRows:
    """Rows as samples, indexed by `Place`; may be copied to other processes.

    Args:
        split: The rows.
        reader: Decodes their media.
        weights: For `choose`; None shows all there is, as in validation.
        seed: Of the run.
        cache: Kept features, or None.
    """

    def __init__(
        self,
        split: Split,
        reader: ClipReader,
        *,
        weights: Mapping[Shown, float] | None = None,
        seed: int = 0,
        cache: FeatureCache | None = None,
    ) -> None:
        self.split, self.reader, self.cache = split, reader, cache
        self.weights, self.seed = weights, seed

    def __len__(self) -> int:
        return len(self.split.rows)

    def __getitem__(self, place: Place) -> Sample:
        row, present = self.split.rows[place.index], self.split.present[place.index]
        shown = present & SHOWN["V+A"]
        if self.weights is not None:
            shown = choose(present, self.weights, generator(self.seed, place))
        keys = self._keys(row, shown)
        found = {part: self.cache.get(part, key) for part, key in keys.items() if self.cache}
        kept = {part: features for part, features in found.items() if features is not None}
        see, hear = "video" in shown and FRAMES not in kept, "audio" in shown and SOUND not in kept
        return Sample(
            row,
            shown,
            self.reader.pictures(row) if see else None,
            self.reader.sound(row) if hear else None,
            kept,
            keys,
        )

    def _keys(self, row: Row, shown: frozenset[Modality]) -> dict[str, str]:
        if self.cache is None:
            return {}
        media = {FRAMES: ("video", row.video), SOUND: ("audio", row.sound)}
        return {
            part: self.cache.key(part, reference, self.split.root)
            for part, (modality, reference) in media.items()
            if modality in shown and part in self.cache.stores and reference is not None
        }


@dataclass(frozen=True)
class Collator:
    """Makes batches of samples.

    Attributes:
        processor: Of the model.
        answers: Whether answers, and labels, are in the batch.
    """

    processor: XEmoGPTProcessor
    answers: bool = True

    def __call__(self, samples: Sequence[Sample]) -> dict[str, Any]:
        """Return the inputs of the model, with "kept_frames" and "kept_sound" where features are.

        Raises:
            UsageError: A prompt does not fit; names the row.
        """
        batch: dict[str, Any] = self.processor.pictures([sample.frames for sample in samples])
        batch |= self.processor.sounds([sample.sound for sample in samples])
        for part in (FRAMES, SOUND):
            having = [sample for sample in samples if part in sample.keys]
            if having:
                features = {n: s.kept[part] for n, s in enumerate(having) if part in s.kept}
                batch[f"kept_{part}"] = Kept([s.keys[part] for s in having], features)
        return batch | self._prompts(samples)

    def _prompts(self, samples: Sequence[Sample]) -> dict[str, Any]:
        try:
            return self._texts(samples)
        except UsageError as error:
            if len(samples) > 1:
                for sample in samples:
                    self._prompts([sample])
            name = samples[0].row.id
            raise UsageError(f"The row {name!r}: {error.message}", error.hint) from error

    def _texts(self, samples: Sequence[Sample]) -> dict[str, Any]:
        batch: dict[str, Any] = self.processor.prompts(
            video=["video" in sample.shown for sample in samples],
            audio_tokens=[self._audio_tokens(sample) for sample in samples],
            subtitles=[sample.row.subtitle for sample in samples],
            instructions=[sample.row.instruction for sample in samples],
            answers=[sample.row.text for sample in samples] if self.answers else None,
        )
        if self.answers:
            # The loss is on answers alone, and logits of a whole vocabulary are large.
            batch["logits_to_keep"] = int((batch["labels"] != IGNORED).sum(dim=1).max()) + 1
        return batch

    def _audio_tokens(self, sample: Sample) -> int | None:
        if "audio" not in sample.shown:
            return None
        if SOUND in sample.kept:
            return len(sample.kept[SOUND])
        assert sample.sound is not None
        return self.processor.config.audio_tokens(len(self.processor.heard(sample.sound)))
