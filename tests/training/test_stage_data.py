from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from emer.models.xemogpt.assembly import Encoders, encoders
from emer.training.config import DataConfig, StageConfig
from emer.training.data.features import FeatureStore
from emer.training.feature_cache import FeatureCache
from emer.training.sampling import Place
from emer.training.splits import Split, open_splits
from emer.training.stage_data import Captioned, FrameMedia, SoundMedia
from training.caption_corpus import CAPTIONS, make_corpus


class Counting:
    """Encodes a caption as its length, and remembers what it was asked."""

    spec, dimension = "counting", 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.asked += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def parts(corpus: Path) -> Encoders:
    torch.set_num_threads(1)
    made = encoders(audio=str(corpus / "hubert"), audio_downsampling=2, audio_text_size=2)
    seen = encoders(vision=str(corpus / "clip"), num_frames=4)
    made.model.vision_tower = seen.model.vision_tower
    made.model.config.num_frames = 4
    return Encoders(made.model, seen.image_processor, made.feature_extractor)


@pytest.fixture
def split(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Split:
    monkeypatch.setenv("EMER_ASSETS", str(corpus / "assets"))
    data = DataConfig(train=str(corpus / "train.jsonl"))
    config = StageConfig(output=str(tmp_path / "out"), data=data, device="cpu")
    return open_splits(config, need=["audio"])["train"]


def test_a_caption_is_encoded_once_and_goes_to_every_clip_that_has_it(
    split: Split, parts: Encoders
) -> None:
    captions = Counting()
    rows = Captioned(split, SoundMedia(parts), captions)
    assert sorted(captions.asked) == sorted(set(CAPTIONS))
    assert len(rows) == 6 and rows.texts == list(CAPTIONS)
    batch = rows.collate([rows[Place(0, index)] for index in (5, 0, 1)])
    assert batch["captions"][:, 0].tolist() == [9, 11, 11]
    assert batch["keys"][1] == batch["keys"][2] != batch["keys"][0]
    assert rows.labels[3] == {"emotion": "glad", "actor": "1"}


def test_sound_is_padded_and_masked(split: Split, parts: Encoders) -> None:
    rows = Captioned(split, SoundMedia(parts), Counting())
    batch = rows.collate([rows[Place(0, index)] for index in (0, 5)])
    assert batch["attention_mask"].sum(dim=1).tolist() == [3200, 5600]
    assert batch["input_values"].shape == (2, 5600)


def test_kept_sound_is_what_the_encoder_gives_of_the_clip_alone(
    split: Split, parts: Encoders, tmp_path: Path
) -> None:
    plain = Captioned(split, SoundMedia(parts), Counting())
    kept = Captioned(split, SoundMedia(parts), Counting(), str(tmp_path))
    batch = kept.collate([kept[Place(0, index)] for index in (0, 5)])
    assert not batch["sound_mask"].all() and batch["sound_mask"][1].all()
    for row, index in enumerate((0, 5)):
        alone = plain.collate([plain[Place(0, index)]])
        with torch.no_grad():
            features, mask = parts.model.encode_sound(
                alone["input_values"], alone["attention_mask"]
            )
        found = batch["sound_features"][row][batch["sound_mask"][row]]
        assert torch.equal(found, features[mask])


def test_kept_frames_are_what_the_encoder_gives(
    split: Split, parts: Encoders, tmp_path: Path
) -> None:
    plain = Captioned(split, FrameMedia(parts), Counting())
    kept = Captioned(split, FrameMedia(parts), Counting(), str(tmp_path))
    one, other = (rows.collate([rows[Place(0, 2)]]) for rows in (plain, kept))
    with torch.no_grad():
        expected = parts.model.encode_frames(one["pixel_values"])
    assert torch.equal(other["frame_features"], expected)


def test_only_what_is_missing_is_encoded(
    split: Split, parts: Encoders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = SoundMedia(parts)
    encoded: list[int] = []
    encode = media.encode
    monkeypatch.setattr(media, "encode", lambda sound: encoded.append(1) or encode(sound))
    Captioned(split, media, Counting(), str(tmp_path))
    assert len(encoded) == 6
    Captioned(split, media, Counting(), str(tmp_path))
    assert len(encoded) == 6
    sorted(tmp_path.rglob("*.safetensors"))[0].write_bytes(b"damaged")
    Captioned(split, media, Counting(), str(tmp_path))
    assert len(encoded) == 7


def test_features_depend_on_what_is_heard(parts: Encoders, monkeypatch: pytest.MonkeyPatch) -> None:
    before = SoundMedia(parts).fingerprint(), FrameMedia(parts).fingerprint()
    monkeypatch.setattr(parts.model.config, "audio_seconds", 3.0)
    monkeypatch.setattr(parts.model.config, "num_frames", 8)
    after = SoundMedia(parts).fingerprint(), FrameMedia(parts).fingerprint()
    assert not set(before) & set(after)


def test_stage_3_finds_the_features_that_stages_1_and_2_kept(
    parts: Encoders, tmp_path: Path
) -> None:
    cache = FeatureCache.of(
        tmp_path,
        parts.model,
        image_processor=parts.image_processor,
        feature_extractor=parts.feature_extractor,
    )
    for media in (SoundMedia(parts), FrameMedia(parts)):
        earlier = FeatureStore(tmp_path, media.fingerprint())
        earlier.put(earlier.key("0" * 64, media.part), np.ones((3, 32), np.float32))
        store = cache.stores[media.part]
        assert store.get(store.key("0" * 64, media.part)) is not None
