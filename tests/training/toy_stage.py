"""A stage small enough to be trained in a second, run by the tests in this and other processes."""

from __future__ import annotations

import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import TrainerCallback

from emer.errors import EmerError
from emer.training.config import DataConfig, StageConfig, from_mapping
from emer.training.sampling import Place, generator
from emer.training.trainer import StageTrainer
from training.forked import ranks_agree


class ToyModel(nn.Module):
    def __init__(self, width: int = 6) -> None:
        super().__init__()
        self.frozen = nn.Sequential(nn.Linear(width, width), nn.BatchNorm1d(width), nn.Dropout(0.5))
        self.frozen.requires_grad_(False)
        self.head = nn.Sequential(nn.Linear(width, 16), nn.Dropout(0.2), nn.Linear(16, 1))
        self.spare = nn.Linear(width, 1)

    def train(self, mode: bool = True) -> ToyModel:
        super().train(mode)
        self.frozen.eval()
        return self

    def forward(self, inputs: torch.Tensor, targets: torch.Tensor, spare: torch.Tensor) -> Any:
        features = self.frozen(inputs)
        out = self.head(features).squeeze(-1)
        if bool(spare.any()):
            out = out + self.spare(features).squeeze(-1)
        return {"loss": (out - targets).square().mean()}


class ToyRows:
    """Rows with noise that follows from epoch and row."""

    def __init__(self, count: int, seed: int, nan_at: int | None = None) -> None:
        numbers = torch.Generator().manual_seed(7)
        self.inputs = torch.randn(count, 6, generator=numbers)
        self.targets = self.inputs.sum(dim=1)
        self.seed, self.nan_at = seed, nan_at

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, place: Place) -> tuple[torch.Tensor, torch.Tensor, bool]:
        numbers = generator(self.seed, place)
        noise = torch.from_numpy(numbers.normal(size=6)).float() * 0.1
        target = self.targets[place.index]
        if self.nan_at is not None and place.index == self.nan_at:
            target = target * float("nan")
        return self.inputs[place.index] + noise, target, bool(numbers.random() < 0.5)


def collate(items: list[Any]) -> dict[str, torch.Tensor]:
    inputs, targets, spare = zip(*items, strict=True)
    return {
        "inputs": torch.stack(inputs),
        "targets": torch.stack(targets),
        "spare": torch.tensor(spare),
    }


@dataclass(kw_only=True)
class ToyConfig(StageConfig):
    """Settings of the toy.

    Attributes:
        rows: How many rows there are.
        nan_at: Row whose target is not a number.
    """

    rows: int = 24
    nan_at: int | None = None


class ToyTrainer(StageTrainer):
    stage = "toy"
    config_class = ToyConfig
    find_unused_parameters = True
    loss_is_scaled_for_ga = False

    @classmethod
    def from_config(cls, config: ToyConfig) -> ToyTrainer:
        torch.manual_seed(config.seed)
        validation = ToyRows(10, 99) if config.data.validation else None
        return cls(
            config,
            ToyModel(),
            train=ToyRows(config.rows, config.seed, config.nan_at),
            validation=validation,
            collate=collate,
            about_data={"digest": config.data.train, "skipped": 0},
        )

    def validate(self) -> dict[str, float]:
        sums = torch.zeros(2)
        for batch, real in self.validation_batches():
            if real:
                part = {name: value[:real] for name, value in batch.items()}
                sums += torch.tensor([float(self.model(**part)["loss"]) * real, real])
        sums = self.total(sums)
        return {"loss": float(sums[0] / sums[1])}

    def export(self, folder: Path, state: Any) -> None:
        from safetensors.torch import save_file

        save_file(
            self.accelerator.unwrap_model(self.model).state_dict(), folder / "model.safetensors"
        )


class SignalAt(TrainerCallback):
    def __init__(self, step: int, number: signal.Signals) -> None:
        self.step, self.number = step, number

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == self.step:
            os.kill(os.getpid(), self.number)


class SignalAllAt(SignalAt):
    """A signal to all processes of a job, as `timeout` and schedulers send it."""

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == self.step:
            os.killpg(0, self.number)


class LimitFiles(TrainerCallback):
    """From a step on, no file can grow beyond some bytes, as on a disk that fills up."""

    def __init__(self, step: int, size: int) -> None:
        self.step, self.size = step, size

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.global_step == self.step:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


def toy_config(output: Path, **changes: Any) -> ToyConfig:
    values = {
        "batch_size": 4, "epochs": 3, "evaluate_every": 4, "save_every": 3, "log_every": 2,
        "device": "cpu", "report_to": [], "learning_rate": 0.01, "keep": 2,
    }  # fmt: skip
    data = DataConfig(train="rows", validation="rows")
    return from_mapping(ToyConfig, {"output": str(output), "data": data} | values | changes)


def main(settings: dict[str, Any]) -> int:
    """Train in a process of its own; settings: config, resume, kill_at, term_at, file_limit."""
    torch.set_num_threads(1)
    trainer = ToyTrainer.from_config(from_mapping(ToyConfig, settings["config"]))
    if settings.get("kill_at") is not None:
        trainer.add_callback(SignalAt(settings["kill_at"], signal.SIGKILL))
    if settings.get("term_at") is not None:
        trainer.add_callback(SignalAt(settings["term_at"], signal.SIGTERM))
    if settings.get("file_limit") is not None:
        trainer.add_callback(LimitFiles(*settings["file_limit"]))
    try:
        trainer.run(resume=settings.get("resume", False))
    except EmerError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        print(f"stopped: {stop}", file=sys.stderr)
        return 130
    return 0 if ranks_agree(trainer.model) else 3
