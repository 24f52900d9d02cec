from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from emer.encoders.base import DataError
from emer.errors import AssetError, MissingExtra, UsageError
from emer.training.caption_encoders import CaptionEncoder, load_caption_encoder
from training.caption_corpus import tiny_captions, word_tokenizer

transformers = pytest.importorskip("transformers")
TEXTS = ["a sad voice", "loud", "a sad voice", "very loud and fast and loud again"]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_captions(tmp_path_factory.mktemp("clip"))


def test_clip_equals_the_model_one_text_at_a_time(clip: Path) -> None:
    encoder = load_caption_encoder(str(clip))
    found = encoder.encode(TEXTS)
    assert found.shape == (4, encoder.dimension) == (4, 12)
    assert found.dtype == np.float32
    model = transformers.CLIPTextModelWithProjection.from_pretrained(clip).eval()
    words = transformers.AutoTokenizer.from_pretrained(clip)
    for row, text in zip(found, TEXTS, strict=True):
        ids = words(text, truncation=True, max_length=8, return_tensors="pt")["input_ids"]
        with torch.no_grad():
            expected = model(input_ids=ids).text_embeds[0].numpy()
        assert row == pytest.approx(expected, abs=1e-5)


def test_a_whole_clip_gives_its_text_half(clip: Path, tmp_path: Path) -> None:
    text = transformers.CLIPTextModelWithProjection.from_pretrained(clip)
    vision = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    vision |= {"image_size": 8, "patch_size": 8, "intermediate_size": 16}
    config = transformers.CLIPConfig(
        text_config=text.config.to_dict() | {"projection_dim": 512},
        vision_config=vision,
        projection_dim=12,
    )
    whole = transformers.CLIPModel(config)
    whole.text_model.load_state_dict(text.text_model.state_dict())
    whole.text_projection.load_state_dict(text.text_projection.state_dict())
    whole.save_pretrained(tmp_path)
    word_tokenizer().save_pretrained(tmp_path)
    expected = load_caption_encoder(str(clip)).encode(TEXTS)
    assert load_caption_encoder(str(tmp_path)).encode(TEXTS) == pytest.approx(expected, abs=1e-6)


def test_each_text_is_encoded_once(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_caption_encoder(str(clip))
    given: list[str] = []
    model = encoder._model  # type: ignore[attr-defined]
    encode = model.encode
    monkeypatch.setattr(model, "encode", lambda texts: given.extend(texts) or encode(texts))
    once = encoder.encode(TEXTS)
    assert np.array_equal(encoder.encode(TEXTS[::-1]), once[::-1])
    assert sorted(given) == sorted(set(TEXTS))
    assert encoder.encode([]).shape == (0, 12)


def test_sentence_transformers(tmp_path: Path) -> None:
    sentences = pytest.importorskip("sentence_transformers")
    modules = pytest.importorskip("sentence_transformers.sentence_transformer.modules")
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=20,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    transformers.BertModel(config).save_pretrained(tmp_path / "bert")
    word_tokenizer().save_pretrained(tmp_path / "bert")
    words = modules.Transformer(str(tmp_path / "bert"))
    pooling = modules.Pooling(16, pooling_mode="mean")
    made = sentences.SentenceTransformer(
        modules=[words, pooling, modules.Normalize()], device="cpu"
    )
    made.save(str(tmp_path / "whole"))
    encoder = load_caption_encoder(str(tmp_path / "whole"))
    assert encoder.dimension == 16
    found = encoder.encode(TEXTS)
    assert found == pytest.approx(made.encode(TEXTS), abs=1e-6)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_without_sentence_transformers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtra, match=r"sentence-transformers.*emer\[train\]"):
        load_caption_encoder(str(tmp_path))


def test_minilm(
    assets: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets("minilm")
    monkeypatch.setenv("EMER_EMBEDDINGS", str(tmp_path))
    encoder: CaptionEncoder = load_caption_encoder("asset:minilm")
    assert (encoder.spec, encoder.dimension) == ("asset:minilm", 384)
    found = encoder.encode(["The speaker appears sad.", "A voice that seems sad.", "Two dogs."])
    assert found[0] @ found[1] > found[0] @ found[2]
    assert list(tmp_path.glob("*.sqlite"))


def test_refusals(clip: Path, tmp_path: Path) -> None:
    for spec in ("asset:labse", "no such thing", str(tmp_path)):
        with pytest.raises(UsageError, match="Valid: asset:minilm"):
            load_caption_encoder(spec)
    with pytest.raises(DataError, match="list of texts"):
        load_caption_encoder(str(clip)).encode("one text")
    (tmp_path / "config.json").write_text('{"model_type": "clip_text_model"}')
    with pytest.raises(AssetError, match="safetensors"):
        load_caption_encoder(str(tmp_path))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(AssetError, match="cannot be read"):
        load_caption_encoder(str(tmp_path))


def test_incomplete_weights_are_refused(clip: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(clip / "model.safetensors")
    weights.pop("text_projection.weight")
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    (tmp_path / "config.json").write_text(
        json.dumps(json.loads((clip / "config.json").read_text()))
    )
    word_tokenizer().save_pretrained(tmp_path)
    with pytest.raises(AssetError, match=r"lacks text_projection\.weight"):
        load_caption_encoder(str(tmp_path))
