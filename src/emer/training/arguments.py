"""From the settings of a stage to those of `transformers.Trainer`."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from transformers import TrainingArguments

from emer.errors import MissingExtra
from emer.training.config import StageConfig


def reporters(config: StageConfig) -> list[str]:
    """Return where figures go besides the console.

    Raises:
        MissingExtra: One that was asked for is not installed.
    """
    if config.report_to is None:
        return ["tensorboard"] if find_spec("tensorboard") else []
    for name in config.report_to:
        if find_spec(name) is None:
            raise MissingExtra(f"report_to: {name}", name, "train")
    return list(config.report_to)


def stay_offline(config: StageConfig) -> None:
    """Switch off what the libraries in use would send unasked; settings of the user win."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if "wandb" in reporters(config):
        os.environ.setdefault("WANDB_MODE", "offline")
    if "trackio" in reporters(config):
        os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")


def is_sharded() -> bool:
    """Return whether accelerate was told to spread the weights over processes."""
    switches = ("ACCELERATE_USE_FSDP", "ACCELERATE_USE_DEEPSPEED")
    return any(os.environ.get(name, "false").lower() in ("true", "1") for name in switches)


def training_arguments(
    config: StageConfig, *, validates: bool, find_unused: bool
) -> TrainingArguments:
    """Return the arguments of `transformers.Trainer`.

    Args:
        config: Of the stage.
        validates: Whether there are rows to validate on.
        find_unused: Whether a step may leave trained parameters without a gradient.
    """
    # TensorBoard has a callback of ours, which knows where a resumed run goes on.
    elsewhere = [name for name in reporters(config) if name != "tensorboard"]
    return TrainingArguments(
        output_dir=config.output,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=config.batch_size,
        gradient_accumulation_steps=config.accumulate,
        num_train_epochs=config.epochs,
        max_steps=config.max_steps or -1,
        learning_rate=config.learning_rate,
        lr_scheduler_type=_schedule(config),
        # A number below 1 is a share to transformers, 1 is one step.
        warmup_steps=min(config.warmup, 0.999999),
        weight_decay=config.weight_decay,
        max_grad_norm=config.clip,
        seed=config.seed,
        bf16=config.precision == "bf16",
        activation_checkpointing=config.gradient_checkpointing,
        logging_steps=config.log_every,
        logging_nan_inf_filter=False,
        eval_strategy="steps" if validates else "no",
        eval_steps=config.evaluate_every,
        save_strategy="steps",
        save_steps=config.save_every,
        save_total_limit=None,
        metric_for_best_model=config.monitor if validates else None,
        greater_is_better=config.higher_is_better,
        dataloader_num_workers=config.workers,
        dataloader_persistent_workers=config.workers > 0,
        remove_unused_columns=False,
        ddp_find_unused_parameters=find_unused,
        report_to=elsewhere or "none",
        use_cpu=config.device == "cpu",
        **_quiet(),
    )


def _schedule(config: StageConfig) -> str:
    constant = config.schedule == "constant"
    return "constant_with_warmup" if constant else config.schedule


def _quiet() -> dict[str, Any]:
    return {"disable_tqdm": True, "log_level": "warning", "push_to_hub": False}
