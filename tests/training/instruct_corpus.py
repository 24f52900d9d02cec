"""A tiny model, a few clips and rows about them, and runs of stage 3 in other processes."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emer.errors import EmerError
from emer.training.config import from_mapping
from emer.training.instruct import InstructConfig, InstructTrainer
from making import write
from models.xemogpt.builders import noise_frames, tiny_model, tone
from training.forked import ranks_agree
from training.toy_stage import SignalAllAt, SignalAt

ANSWERS = (
    "In the video a person smiles. The speaker appears happy.",
    "In the audio the voice is loud. The speaker appears angry.",
    "The voice is low and quiet. The speaker appears sad.",
    "The speaker appears calm.",
)


def make_corpus(folder: Path) -> Path:
    """Write `model/`, clips, `train.jsonl` and `validation.jsonl` into a folder."""
    tiny_model(folder)
    for number in range(4):
        mute = None if number == 3 else tone(0.3 + 0.1 * number, 200.0 + 60 * number)
        write(folder / f"clip{number}.mkv", noise_frames(6, number, side=48), mute)
    rows = [
        {"id": f"clip{number}", "video": f"clip{number}.mkv", "text": answer}
        for number, answer in enumerate(ANSWERS)
    ]
    rows[0]["subtitle"] = "Hello there."
    rows[1]["instruction"] = "How does the speaker feel?"
    write_rows(folder / "train.jsonl", rows)
    write_rows(folder / "validation.jsonl", rows[:3])
    return folder


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def settings(corpus: Path, output: Path, **changes: Any) -> dict[str, Any]:
    """Return the settings of a short run on the corpus."""
    values = {
        "output": str(output),
        "data": {"train": str(corpus / "train.jsonl")},
        "model": str(corpus / "model"),
        "lora": {"r": 4},
        "epochs": 3,
        "batch_size": 2,
        "evaluate_every": 3,
        "save_every": 2,
        "log_every": 1,
        "report_to": [],
        "device": "cpu",
        "learning_rate": 0.005,
    }
    return values | changes


def trainer(corpus: Path, output: Path, **changes: Any) -> InstructTrainer:
    """Return a trainer for the corpus."""
    return InstructTrainer.from_config(
        from_mapping(InstructConfig, settings(corpus, output, **changes))
    )


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return copies of all weights and buffers."""
    return {name: value.clone() for name, value in model.state_dict().items()}


class CountingEncoder:
    """Stands for the text encoder of EmoCue-360: equal texts are equal, others are not."""

    name = "counting"
    languages = "many"

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Any, progress: Any = None) -> np.ndarray[Any, Any]:
        self.calls += 1
        rows = [np.random.default_rng(sum(map(ord, text))).normal(size=64) for text in texts]
        found = np.array(rows, np.float32).reshape(len(texts), 64)
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def main(asked: dict[str, Any]) -> int:
    """Train in a process of its own; asked: config, resume, kill_at, term_at, term_all_at."""
    torch.set_num_threads(1)
    os.environ["EMER_ASSETS"] = asked["assets"]
    try:
        run = InstructTrainer.from_config(from_mapping(InstructConfig, asked["config"]))
        for name, number in (("kill_at", signal.SIGKILL), ("term_at", signal.SIGTERM)):
            if asked.get(name) is not None:
                run.add_callback(SignalAt(asked[name], number))
        if asked.get("term_all_at") is not None:
            run.add_callback(SignalAllAt(asked["term_all_at"], signal.SIGTERM))
        run.run(resume=asked.get("resume", False))
    except EmerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"stopped: {stop}", file=sys.stderr)
        return 130
    return 0 if ranks_agree(run.model) else 3
