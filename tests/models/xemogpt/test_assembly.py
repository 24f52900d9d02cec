"""Models out of parts, and out of what earlier stages wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from emer.errors import UsageError
from emer.models.xemogpt import ClipMedia, XEmoGPTForConditionalGeneration, XEmoGPTProcessor
from emer.models.xemogpt.assembly import Encoders, assemble, encoders
from models.xemogpt.builders import noise_frames, tone

CLIP = ClipMedia(noise_frames(4, 1), tone(0.4), "Hello.")


def same(found: torch.nn.Module, expected: torch.nn.Module) -> None:
    for name, value in expected.state_dict().items():
        assert torch.equal(found.state_dict()[name], value), name


def test_parts_keep_their_weights(parts: Path) -> None:
    from transformers import AutoModelForCausalLM, CLIPVisionModel, HubertModel

    made = assemble(
        vision=str(parts / "clip"),
        audio=str(parts / "hubert"),
        llm=str(parts / "llm"),
        num_frames=4,
        audio_downsampling=2,
    )
    assert made.processor.config.audio_downsampling == 2
    same(made.model.language_model, AutoModelForCausalLM.from_pretrained(parts / "llm"))
    same(made.model.model.vision_tower.encoder, CLIPVisionModel.from_pretrained(parts / "clip"))
    same(made.model.model.audio_tower.encoder, HubertModel.from_pretrained(parts / "hubert"))
    assert made.model(**made.processor(CLIP)).logits.isfinite().all()


def test_stages_hand_their_bridges_on(parts: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    encoders(vision=str(parts / "clip"), num_frames=4).save(tmp_path / "vecb")
    encoders(audio=str(parts / "hubert"), audio_seconds=0.3).save(tmp_path / "aecb")
    made = assemble(
        video_from=tmp_path / "vecb", audio_from=tmp_path / "aecb", llm=str(parts / "llm")
    )
    vecb, aecb = Encoders.load(tmp_path / "vecb"), Encoders.load(tmp_path / "aecb")
    same(made.model.model.video_bridge, vecb.model.video_bridge)
    same(made.model.model.video_head, vecb.model.video_head)
    same(made.model.model.audio_bridge, aecb.model.audio_bridge)
    assert made.model.config.audio_seconds == 0.3
    made.model.save_pretrained(tmp_path / "whole")
    made.processor.save_pretrained(tmp_path / "whole")
    again = XEmoGPTForConditionalGeneration.from_pretrained(tmp_path / "whole")
    batch = XEmoGPTProcessor.from_pretrained(tmp_path / "whole")(CLIP)
    assert torch.equal(again(**batch).logits, made.model(**made.processor(CLIP)).logits)


def test_towers_are_frozen_and_bridges_are_not(parts: Path) -> None:
    made = encoders(vision=str(parts / "clip"), audio=str(parts / "hubert"))
    frozen = {n.split(".")[0] for n, p in made.model.named_parameters() if not p.requires_grad}
    assert frozen == {"vision_tower", "audio_tower"}


def test_what_cannot_be_assembled(parts: Path, tmp_path: Path) -> None:
    llm = str(parts / "llm")
    with pytest.raises(UsageError, match="given twice"):
        assemble(vision=str(parts / "clip"), video_from=tmp_path, llm=llm)
    with pytest.raises(UsageError, match="holds no XEmoGPT"):
        assemble(video_from=tmp_path, llm=llm)
    with pytest.raises(UsageError, match="audio_seconds cannot be set here"):
        assemble(vision=str(parts / "clip"), llm=llm, audio_seconds=3.0)
    with pytest.raises(UsageError, match="no key 'nonsense'"):
        assemble(vision=str(parts / "clip"), llm=llm, nonsense=1)
    with pytest.raises(UsageError, match="vision part, an audio part"):
        encoders()
