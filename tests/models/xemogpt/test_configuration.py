"""The configuration: what it derives, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import CLIPConfig, WhisperConfig

from emer.errors import UsageError
from emer.models.xemogpt import BridgeConfig, XEmoGPTConfig
from models.xemogpt.builders import hubert_config, llm_config


def test_it_survives_json(tmp_path: Path) -> None:
    config = XEmoGPTConfig(
        vision_config=CLIPConfig(), audio_config=hubert_config(), text_config=llm_config()
    )
    config.save_pretrained(tmp_path)
    again = XEmoGPTConfig.from_pretrained(tmp_path)
    assert again.to_dict() == config.to_dict()
    assert again.vision_config.model_type == "clip_vision_model"
    assert isinstance(again.audio_bridge, BridgeConfig)


def test_absent_parts_stay_absent(tmp_path: Path) -> None:
    XEmoGPTConfig(audio_config=hubert_config()).save_pretrained(tmp_path)
    again = XEmoGPTConfig.from_pretrained(tmp_path)
    assert again.vision_config is None
    assert again.text_config is None
    assert again.video_bridge is None


@pytest.mark.parametrize(("seconds", "frames"), [(12.0, 599), (1.0, 49), (0.025, 1), (0.01, 0)])
def test_frames_of_hubert(seconds: float, frames: int) -> None:
    config = XEmoGPTConfig(audio_config=hubert_config())
    assert config.audio_frames(int(seconds * 16000)) == frames


@pytest.mark.parametrize(("step", "tokens"), [(1, 150), (4, 38), (200, 1)])
def test_tokens_of_whisper_with_downsampling(step: int, tokens: int) -> None:
    config = XEmoGPTConfig(audio_config=WhisperConfig(), audio_downsampling=step)
    assert config.audio_tokens(3 * 16000) == tokens


def test_bridges_have_the_shape_of_their_encoders() -> None:
    whisper = BridgeConfig.behind(WhisperConfig(d_model=512, encoder_attention_heads=8))
    assert (whisper.hidden_size, whisper.num_attention_heads) == (512, 8)
    hubert = BridgeConfig.behind(hubert_config())
    assert (hubert.hidden_size, hubert.hidden_dropout) == (32, 0.1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("num_frames", 0),
        ("audio_seconds", 0.0),
        ("audio_seconds", float("nan")),
        ("audio_downsampling", 0),
        ("max_prompt_length", -1),
    ],
)
def test_values_out_of_range(field: str, value: float) -> None:
    with pytest.raises(UsageError, match=field):
        XEmoGPTConfig(**{field: value})


def test_unknown_keys_are_named_with_the_valid_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no key 'num_frame'.*num_frames"):
        XEmoGPTConfig(num_frame=8)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "xemogpt", "frames": 3}))
    with pytest.raises(UsageError, match="no key 'frames'"):
        XEmoGPTConfig.from_pretrained(tmp_path)


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(UsageError, match="multiple of the heads"):
        XEmoGPTConfig(
            audio_config=hubert_config(), audio_bridge={"hidden_size": 30, "num_attention_heads": 4}
        )


def test_sound_without_an_audio_part() -> None:
    with pytest.raises(UsageError, match="no audio part"):
        XEmoGPTConfig().audio_tokens(16000)
