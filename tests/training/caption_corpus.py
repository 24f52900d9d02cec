"""Clips with captions, tiny encoders, and runs of stages 1 and 2 on them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, PreTrainedTokenizerFast

from emer.errors import EmerError
from emer.training.aecb import AECBConfig, AECBTrainer
from emer.training.config import from_mapping
from emer.training.vecb import VECBConfig, VECBTrainer
from making import write
from models.xemogpt.builders import tiny_clip, tiny_hubert, tone

TRAINERS: dict[str, Any] = {"aecb": (AECBConfig, AECBTrainer), "vecb": (VECBConfig, VECBTrainer)}
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "sad", "voice", "loud", "very", "and", "low")
# Two clips share the first caption.
CAPTIONS = ("a low voice", "a low voice", "a loud voice", "a sad voice", "very sad", "very loud")


def tiny_captions(folder: Path) -> Path:
    """Write a random text half of CLIP with a tokenizer of a few words."""
    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=20,
        hidden_size=16,
        intermediate_size=32,
        projection_dim=12,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=8,
        eos_token_id=3,
        pad_token_id=0,
    )
    CLIPTextModelWithProjection(config).save_pretrained(folder)
    word_tokenizer().save_pretrained(folder)
    return folder


def word_tokenizer() -> PreTrainedTokenizerFast:
    """Return a tokenizer that knows `WORDS`."""
    ids = {word: index for index, word in enumerate(WORDS)}
    made = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]", eos_token="[SEP]"
    )


def make_corpus(folder: Path) -> Path:
    """Write encoders, clips and `train.jsonl` (6 rows), `validation.jsonl` (5 rows)."""
    tiny_captions(folder / "captions")
    tiny_clip(folder / "clip")
    tiny_hubert(folder / "hubert")
    rows = []
    for number, caption in enumerate(CAPTIONS):
        frames = [_square(number, step) for step in range(6)]
        write(folder / f"{number}.mkv", frames, tone(0.2 + 0.03 * number, 150.0 + 90 * number))
        labels = {"emotion": ("sad", "glad")[number % 2], "actor": str(number // 2)}
        rows.append(
            {"id": f"c{number}", "video": f"{number}.mkv", "text": caption, "labels": labels}
        )
    write_rows(folder / "train.jsonl", rows)
    write_rows(folder / "validation.jsonl", rows[:5])
    return folder


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def settings(stage: str, corpus: Path, output: Path, **changes: Any) -> dict[str, Any]:
    """Return the settings of a short run of a stage."""
    encoder = {
        "aecb": {"audio": str(corpus / "hubert"), "bridge_dropout": 0.0},
        "vecb": {"vision": str(corpus / "clip"), "num_frames": 4},
    }
    rows = {name: str(corpus / f"{name}.jsonl") for name in ("train", "validation")}
    values = {
        "output": str(output),
        "data": rows,
        "captions": str(corpus / "captions"),
        "embedding_size": 8,
        "bridge_layers": 1,
        "epochs": 2,
        "batch_size": 4,
        "evaluate_every": 2,
        "save_every": 2,
        "log_every": 1,
        "report_to": [],
        "device": "cpu",
        "learning_rate": 0.005,
    }
    return values | encoder[stage] | changes


def trainer(stage: str, corpus: Path, output: Path, **changes: Any) -> Any:
    """Return a trainer of a stage."""
    config, kind = TRAINERS[stage]
    return kind.from_config(from_mapping(config, settings(stage, corpus, output, **changes)))


def main(asked: dict[str, Any]) -> int:
    """Train in a process of its own."""
    torch.set_num_threads(1)
    config, kind = TRAINERS[asked["stage"]]
    try:
        kind.from_config(from_mapping(config, asked["config"])).run()
    except EmerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def _square(number: int, step: int) -> np.ndarray:
    """A bright square that moves, each clip its own way."""
    image = np.full((48, 48, 3), 30, np.uint8)
    place = 4 + 6 * step
    top, left = (place, 20) if number % 2 else (20, place)
    image[top : top + 10, left : left + 10] = 80 + 30 * number
    return image
