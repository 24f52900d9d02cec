"""Clips to tensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from emer.clip import Clip
from emer.errors import MediaError, UsageError
from emer.models.xemogpt import ClipMedia, XEmoGPTProcessor
from making import write
from models.xemogpt.builders import noise_frames, tiny_tokenizer, tone

FULL = ClipMedia(noise_frames(4, 1), tone(0.5), "Hello there.")


def test_padding_is_on_the_left_and_types_mark_the_places(processor) -> None:
    batch = processor([FULL, ClipMedia(None, None, "Hi.")])
    mask, kinds = batch["attention_mask"], batch["token_type_ids"]
    assert mask[:, -1].tolist() == [1, 1]
    assert int(mask[1, 0]) == 0
    assert int((kinds[0] == 2).sum()) == 4
    assert int((kinds[0] == 1).sum()) == processor.config.audio_tokens(8000)
    assert int(kinds[1].sum()) == 0
    assert batch["pixel_values"].shape == (1, 4, 3, 32, 32)
    assert batch["input_values"].shape == batch["audio_attention_mask"].shape == (1, 8000)


def test_audio_stands_before_video_as_in_the_code(processor) -> None:
    kinds = processor(FULL)["token_type_ids"][0].tolist()
    assert kinds.index(1) < kinds.index(2)


def test_the_pad_token_stands_before_the_prompt(processor) -> None:
    ids = processor(FULL)["input_ids"][0].tolist()
    assert ids[0] == processor.tokenizer.pad_token_id
    assert processor.decode(ids[1:4]).startswith("#")
    processor.config.pseudo_bos = False
    assert processor(FULL)["input_ids"][0].tolist() == ids[1:]


def test_a_real_clip_is_decoded(processor, tmp_path: Path) -> None:
    path = write(tmp_path / "c.mkv", noise_frames(10, 5, side=64), tone(1.0))
    batch = processor(path, ["Well."])
    assert batch["pixel_values"].shape == (1, 4, 3, 32, 32)
    assert batch["input_values"].shape[1] == pytest.approx(16000, abs=2100)
    opened = processor(Clip.open(path, "Well."))
    assert all(torch.equal(batch[name], opened[name]) for name in batch)
    only = processor(path, ["Well."], use=("audio",))
    assert "pixel_values" not in only
    assert int((only["token_type_ids"] == 2).sum()) == 0


@pytest.mark.parametrize("decoded", [True, False])
def test_what_is_not_to_be_used_is_not_shown(processor, tmp_path: Path, decoded: bool) -> None:
    clip = FULL if decoded else write(tmp_path / "c.mkv", noise_frames(10, 5, side=64), tone(1.0))
    only = processor(clip, ["Secret words."], use=("audio",))
    assert set(only["token_type_ids"].unique().tolist()) == {0, 1}
    assert "Secret" not in processor.decode(only["input_ids"][0])
    assert "pixel_values" not in only
    shown = processor(clip, ["Secret words."], use=("subtitle",))
    assert "Secret" in processor.decode(shown["input_ids"][0])
    assert "input_values" not in shown


def test_sound_beyond_the_limit_is_not_heard(processor) -> None:
    processor.config.audio_seconds = 0.25
    batch = processor(ClipMedia(None, tone(2.0), None))
    assert batch["input_values"].shape == (1, 4000)


def test_sound_shorter_than_a_frame_is_padded(processor) -> None:
    batch = processor(ClipMedia(None, np.zeros(3, np.float32), None))
    assert batch["input_values"].shape == (1, 400)
    assert int((batch["token_type_ids"] == 1).sum()) == 1


def test_labels_hold_the_answer_only(processor) -> None:
    batch = processor([FULL, FULL], answers=["Calm.", "He appears happy, it seems."])
    for row, answer in enumerate(["Calm.", "He appears happy, it seems."]):
        kept = batch["labels"][row] != -100
        assert processor.decode(batch["labels"][row][kept]) == f"{answer}<|im_end|>"


def test_saved_and_loaded_it_does_the_same(processor, tmp_path: Path) -> None:
    processor.save_pretrained(tmp_path)
    again = XEmoGPTProcessor.from_pretrained(tmp_path)
    before, after = processor(FULL), again(FULL)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_long_subtitle_is_shortened_not_the_question(processor, caplog) -> None:
    processor.config.max_prompt_length = 700
    words = "word " * 5000
    batch = processor(ClipMedia(None, None, words))
    assert batch["input_ids"].shape[1] <= 701
    text = processor.decode(batch["input_ids"][0])
    assert text.endswith("###Assistant: ")
    assert "word word" in text
    assert "cut short" in caplog.text


def test_a_question_longer_than_the_limit_is_an_error(processor) -> None:
    processor.config.max_prompt_length = 50
    with pytest.raises(UsageError, match="above the limit of 50"):
        processor(ClipMedia(None, None, "Hi."))
    processor.config.long_prompt = "end"
    assert processor(ClipMedia(None, None, "Hi."))["input_ids"].shape == (1, 51)


def test_bad_inputs_are_named(processor, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="4 pictures, but one has 3"):
        processor(ClipMedia(noise_frames(3, 1), None, None))
    with pytest.raises(UsageError, match="finite"):
        processor(ClipMedia(None, np.full(800, np.nan, np.float32), None))
    with pytest.raises(UsageError, match="finite"):
        processor(ClipMedia(None, np.zeros((2, 800), np.float32), None))
    with pytest.raises(UsageError, match="answer is empty"):
        processor(FULL, answers=["  "])
    with pytest.raises(UsageError, match="1 clips need 1 subtitles, but there are 2"):
        processor(FULL, ["a", "b"])
    with pytest.raises(UsageError, match="no 'smell'"):
        processor("c.mp4", use=("smell",))
    with pytest.raises(MediaError):
        processor(tmp_path / "absent.mp4")


def test_a_tokenizer_has_to_have_an_end_and_a_pad_token(tmp_path: Path, processor) -> None:
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(tiny_tokenizer(tmp_path))
    tokenizer.pad_token = None
    with pytest.raises(UsageError, match="no pad token"):
        XEmoGPTProcessor(None, None, tokenizer, config=processor.config)
    with pytest.raises(UsageError, match="end token"):
        XEmoGPTProcessor(None, None, None, config=processor.config)
