"""A trainer of transformers that saves the trained tensors alone, and saves them safely."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import nn
from transformers import Trainer
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_callback import ExportableState

from emer.errors import OutputError
from emer.training import run_record
from emer.training.checkpoints import Checkpoints, damage
from emer.training.weights import load_trained, save_trained, trained

logger = logging.getLogger(__name__)


class CheckpointTrainer(Trainer):
    """Replaces how `transformers.Trainer` 5 writes, reads and deletes checkpoints.

    Attributes:
        checkpoints: Those of the run.
    """

    checkpoints: Checkpoints
    control: Any

    def settings_record(self) -> dict[str, Any]:
        """Return what a checkpoint says of its run; see `run_record.record`."""
        raise NotImplementedError

    @property
    def sharded(self) -> bool:
        """Whether each process holds only a part of the weights (FSDP, DeepSpeed)."""
        return bool(self.is_fsdp_enabled or self.is_deepspeed_enabled)

    @property
    def best(self) -> Path | None:
        """Where the best checkpoint so far is, None without validation."""
        step = self.state.best_global_step
        return self.checkpoints.path(step) if step else None

    def agree(self, mine: bool) -> bool:
        """Return whether it is so in any process; all processes must ask."""
        if self.args.world_size == 1:
            return mine
        flag = torch.tensor(float(mine), device=self.args.device)
        return bool(self.accelerator.reduce(flag, "sum") > 0)

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        best: bool = super()._determine_best_metric(metrics, trial)
        # The best weights are saved at once, or they would be gone.
        self.control.should_save = self.control.should_save or best
        return best

    def _save_checkpoint(self, model: nn.Module, trial: Any) -> None:
        step = self.state.global_step
        if self.best is not None:
            self.state.best_model_checkpoint = str(self.best)
        part = self.checkpoints.part(step)
        main = self.is_world_process_zero()
        self._together(step, lambda: self.checkpoints.begin(step) if main else None)
        self._together(step, lambda: self._write_checkpoint(part))
        self._together(step, lambda: self.checkpoints.seal(step, self.best) if main else None)

    def _write_checkpoint(self, part: Path) -> None:
        self.save_model(str(part), _internal_call=True)
        self._save_optimizer_and_scheduler(str(part))
        self._save_scaler(str(part))
        self._save_rng_state(str(part))
        if self.is_world_process_zero():
            states = [*self.callback_handler.callbacks, self.control]
            self.state.stateful_callbacks = {
                type(each).__name__: each.state()
                for each in states
                if isinstance(each, ExportableState)
            }
            self.state.save_to_json(str(part / TRAINER_STATE_NAME))
            run_record.write_settings(part, self.settings_record())

    def _together(self, step: int, act: Callable[[], Any]) -> None:
        """Do one part of saving in all processes; if it fails in one, it fails in all."""
        failure: Exception | None = None
        try:
            act()
        except (OSError, SafetensorError, RuntimeError) as error:
            # torch.save tells of a full disk by a RuntimeError whose text depends on the library.
            failure = error
        if not self.agree(failure is not None):
            return
        if self.is_world_process_zero():
            self.checkpoints.discard(step)
        last = self.checkpoints.newest()
        raise OutputError(
            f"The checkpoint of step {step} cannot be written: "
            f"{failure or 'another process failed'}.",
            f"{_free(self.checkpoints.folder)} MiB are free there. Make room and go on with "
            f"--resume; the last good one is {last or 'none'}.",
        ) from failure

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        if self.args.should_save and output_dir is not None:
            model = self.accelerator.unwrap_model(self.model)
            save_trained(trained(model, state_dict), Path(output_dir))

    def _load_from_checkpoint(
        self, resume_from_checkpoint: str, model: nn.Module | None = None
    ) -> None:
        if self.is_fsdp_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
        else:
            load_trained(model or self.model, Path(resume_from_checkpoint))

    def _load_best_model(self) -> None:
        """Take the best weights; where they were deleted or damaged, the last ones stay."""
        if self.best is None:
            return
        wrong = damage(self.best)
        if wrong is not None:
            logger.warning("The best checkpoint %s is lost: %s.", self.best, wrong)
            self.state.best_global_step = None
            return
        self.state.best_model_checkpoint = str(self.best)
        if self.sharded:
            super()._load_best_model()
        else:
            model = self.accelerator.unwrap_model(self.model)
            load_trained(model, self.best)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free >> 20
