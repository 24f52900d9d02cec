"""The bridges' own layers against those of transformers, which the authors used."""

from __future__ import annotations

import pytest
import torch
from transformers import CLIPVisionConfig
from transformers.models.clip.modeling_clip import CLIPEncoderLayer
from transformers.models.hubert.modeling_hubert import HubertEncoderLayer

from emer.errors import UsageError
from emer.models.xemogpt import (
    AudioEmotionalCueBridge,
    BridgeConfig,
    VideoEmotionalCueBridge,
    XEmoGPTConfig,
    XEmoGPTModel,
)
from emer.models.xemogpt.bridges import BridgeLayer
from emer.models.xemogpt.official import our_name
from models.xemogpt.builders import hubert_config


def copied(layer: BridgeLayer, reference: torch.nn.Module, prefix: str, ours: str) -> None:
    """Copy a reference layer's weights under the names that the conversion gives them."""
    state = {}
    for name, value in reference.state_dict().items():
        renamed = our_name(f"{prefix}.0.{name}")
        assert renamed is not None
        state[renamed.removeprefix(f"{ours}.0.")] = value
    layer.load_state_dict(state)


def test_a_video_layer_is_one_of_clip() -> None:
    torch.manual_seed(0)
    config = CLIPVisionConfig(hidden_size=32, intermediate_size=64, num_attention_heads=4)
    config._attn_implementation = "eager"
    reference = CLIPEncoderLayer(config).eval()
    layer = BridgeLayer(BridgeConfig.behind(config), norm_first=True).eval()
    copied(layer, reference, "visual_encoder.visual_alignment_layer", "model.video_bridge.layers")
    tokens = torch.randn(2, 5, 32)
    torch.testing.assert_close(layer(tokens), reference(tokens, None), atol=1e-6, rtol=1e-5)


def test_an_audio_layer_is_one_of_hubert_with_its_mask() -> None:
    torch.manual_seed(0)
    config = hubert_config()
    config._attn_implementation = "eager"
    reference = HubertEncoderLayer(config).eval()
    layer = BridgeLayer(BridgeConfig.behind(config), norm_first=False).eval()
    copied(layer, reference, "audio_encoder.audio_alignment_layer", "model.audio_bridge.layers")
    tokens, mask = torch.randn(2, 6, 32), torch.ones(2, 6, dtype=torch.bool)
    mask[1, 4:] = False
    added = (~mask)[:, None, None, :] * torch.finfo(torch.float32).min
    expected = reference(tokens, attention_mask=added)
    found = layer(tokens, mask[:, None, None, :])
    torch.testing.assert_close(found[mask], expected[mask], atol=1e-6, rtol=1e-5)


def test_dropout_is_on_in_training_only() -> None:
    torch.manual_seed(0)
    layer = BridgeLayer(BridgeConfig.behind(hubert_config()), norm_first=False)
    tokens = torch.randn(1, 4, 32)
    assert not torch.equal(layer.train()(tokens), layer(tokens))
    assert torch.equal(layer.eval()(tokens), layer(tokens))


def video_bridge(width: int = 16) -> VideoEmotionalCueBridge:
    torch.manual_seed(0)
    config = BridgeConfig(hidden_size=width, num_attention_heads=4, intermediate_size=32)
    bridge = VideoEmotionalCueBridge(config, 6)
    torch.nn.init.normal_(bridge.position_embedding)
    torch.nn.init.normal_(bridge.mask_token)
    return bridge.eval()


def test_order_is_applied_before_positions() -> None:
    bridge = video_bridge()
    frames = torch.randn(2, 6, 16)
    order = torch.stack([torch.randperm(6), torch.randperm(6)])
    by_hand = torch.stack([clip[turn] for clip, turn in zip(frames, order, strict=True)])
    assert torch.equal(bridge(frames, order=order), bridge(by_hand))
    assert not torch.allclose(bridge(frames, order=order), bridge(frames), atol=1e-3)


def test_masked_frames_cannot_be_seen() -> None:
    bridge = video_bridge()
    frames, masked = torch.randn(1, 6, 16), torch.tensor([[0, 1, 0, 0, 1, 0]]).bool()
    other = torch.where(masked.unsqueeze(-1), torch.randn(1, 6, 16), frames)
    assert torch.equal(bridge(frames, masked=masked), bridge(other, masked=masked))


def test_fewer_frames_than_positions_are_taken_and_more_are_not() -> None:
    bridge = video_bridge()
    assert bridge(torch.randn(1, 3, 16)).shape == (1, 3, 16)
    with pytest.raises(UsageError, match="up to 6"):
        bridge(torch.randn(1, 7, 16))


def test_padding_changes_nothing_and_comes_out_as_zero() -> None:
    torch.manual_seed(0)
    bridge = AudioEmotionalCueBridge(BridgeConfig.behind(hubert_config())).eval()
    frames = torch.randn(1, 5, 32)
    padded = torch.cat([frames, torch.randn(1, 3, 32)], dim=1)
    mask = torch.tensor([[1] * 5 + [0] * 3]).bool()
    found = bridge(padded, mask)
    assert (found[0, 5:] == 0).all()
    alone = bridge(frames, mask[:, :5])
    torch.testing.assert_close(found[:, :5], alone, atol=1e-6, rtol=1e-5)


def test_the_published_bridges_have_the_published_size() -> None:
    config = XEmoGPTConfig.published()
    with torch.device("meta"):
        video = VideoEmotionalCueBridge(config.video_bridge, 16)
        audio = AudioEmotionalCueBridge(config.audio_bridge)
    layers = sum(p.numel() for p in video.layers.parameters())
    assert round(layers / 1e6, 1) == 25.2
    assert video.position_embedding.shape == (1, 16, 1024)
    assert len(audio.layers) == 2


def test_a_new_model_starts_as_the_published_one_does() -> None:
    config = XEmoGPTConfig(
        vision_config=CLIPVisionConfig(hidden_size=64, num_attention_heads=4), num_frames=8
    )
    model = XEmoGPTModel(config)
    positions = model.video_bridge.position_embedding
    assert positions.std().item() == pytest.approx(0.02, rel=0.15)
    assert (model.video_bridge.mask_token == 0).all()
    assert model.video_head.pooling.vector.std().item() == pytest.approx(1.0, rel=0.3)
    assert model.audio_bridge is None
