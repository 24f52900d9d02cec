"""What the three stages share: checkpoints that survive, exact resuming, honest stops."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

import torch
from safetensors import SafetensorError
from torch import Tensor, nn
from torch.utils.data import DataLoader
from transformers import PrinterCallback, set_seed

from emer.errors import EmerError, OutputError, UsageError
from emer.training import run_record
from emer.training.arguments import reporters, stay_offline, training_arguments
from emer.training.callbacks import (
    Console,
    Interruption,
    StopOnSignal,
    TensorBoard,
    outlive_signals,
)
from emer.training.checkpoints import Checkpoints, damage, move_into
from emer.training.config import StageConfig
from emer.training.errors import DivergedError, TrainingInterrupted
from emer.training.sampling import Place, Shuffle, even_share, real_share
from emer.training.saving import CheckpointTrainer

logger = logging.getLogger(__name__)

Batch = dict[str, Any]


class Places(Protocol):
    """A data set indexed by epoch and row, so that random choices can follow from both."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: Place, /) -> Any: ...


class StageTrainer(CheckpointTrainer):
    """Trains one stage of XEmoGPT; the three stages derive from it.

    A stage implements `from_config`, `validate`, where its model has no loss of its own
    `compute_loss` (and then sets `loss_is_scaled_for_ga = False` for a mean over the batch), and,
    if it trains another module than a model with `save_pretrained`, `export`.

    Args:
        config: Settings.
        model: What is trained: parameters with `requires_grad` are, others stay bit for bit.
        train: Rows to train on, indexed by `Place`.
        validation: Rows to validate on, or None.
        collate: From a list of items of those data sets to a batch.
        about_data: What `training.json` says of the data; its "skipped" counts rows left out.
        processor: Saved beside the model if it has `save_pretrained`.

    Attributes:
        config: The settings.
        validation: Rows to validate on, or None.
    """

    stage: ClassVar[str] = ""
    config_class: ClassVar[type[StageConfig]] = StageConfig
    find_unused_parameters: ClassVar[bool] = False

    def __init__(
        self,
        config: StageConfig,
        model: nn.Module,
        *,
        train: Places,
        validation: Places | None,
        collate: Callable[[list[Any]], Batch],
        about_data: Mapping[str, Any] | None = None,
        processor: Any = None,
    ) -> None:
        stay_offline(config)
        self.config = config
        self.validation = validation
        self.processor = processor
        self.about_data = dict(about_data or {})
        self.checkpoints = Checkpoints(_made(Path(config.output)), config.keep)
        if not any(parameter.requires_grad for parameter in model.parameters()):
            raise UsageError("Nothing is trained: every part of the model is frozen.")
        super().__init__(
            model=model,
            args=training_arguments(
                config,
                validates=validation is not None,
                find_unused=self.find_unused_parameters,
            ),
            data_collator=collate,
            train_dataset=train,
            eval_dataset=validation,
        )
        self._shuffle = Shuffle(len(train), config.seed)
        self._loader: DataLoader[Any] | None = None
        self._interruption = Interruption()
        self._finite = torch.ones((), dtype=torch.bool, device=self.args.device)
        self._seen: dict[str, Tensor | float] = {}
        self._watch()

    @classmethod
    def from_config(cls, config: Any) -> StageTrainer:
        """Open data, assemble the model and return the trainer, ready to `run`."""
        raise NotImplementedError

    def validate(self) -> dict[str, float]:
        """Return figures by name, such as {"loss": 1.2}; the model is in evaluation mode.

        Every process calls it, and every process must return the same. `validation_batches` gives
        each its share.
        """
        raise NotImplementedError

    def export(self, folder: Path, state: Mapping[str, Tensor] | None) -> None:
        """Write the complete model, to be loaded with `from_pretrained`.

        Args:
            folder: Where to, empty.
            state: Gathered weights where the model is sharded (FSDP, DeepSpeed); else None.
        """
        self.accelerator.unwrap_model(self.model).save_pretrained(folder, state_dict=state)
        if self.processor is not None:
            self.processor.save_pretrained(folder)

    def run(self, *, resume: bool = False) -> dict[str, Any]:
        """Train to the end and write the best model into the output folder.

        Args:
            resume: Go on from the newest complete checkpoint, if there is one.

        Returns:
            What `training.json` holds.

        Raises:
            UsageError: Checkpoints of another run are in the way, or the settings have changed.
            DivergedError: The loss is not a number any more.
            OutputError: A checkpoint cannot be written; the message names the last good one.
            TrainingInterrupted: A signal came; a checkpoint was written.
        """
        checkpoint = self._start(resume)
        set_seed(self.config.seed)
        try:
            with self._interruption.armed():
                self.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        finally:
            self._end_workers()
        if self._interruption.caught is not None:
            raise TrainingInterrupted(
                f"{self._interruption.caught.name} came at step {self.state.global_step}; "
                f"go on with --resume from {self.checkpoints.path(self.state.global_step)}."
            )
        return self._finish()

    def validation_batches(self) -> Iterator[tuple[Batch, int]]:
        """Yield the batches of this process on its device, each with how many rows count.

        Rows that count come first; the others only make the shares of all processes equal.
        """
        if self.validation is None:
            raise UsageError("There is nothing to validate on.", "Set data.validation.")
        rank, world = self.args.process_index, self.args.world_size
        count, size = len(self.validation), self.args.per_device_eval_batch_size
        loader: DataLoader[Any] = DataLoader(
            self.validation,  # type: ignore[arg-type]
            batch_size=size,
            sampler=even_share(count, rank, world),
            collate_fn=self.data_collator,
            num_workers=self.config.workers,
            worker_init_fn=outlive_signals,
            # Its own numbers: validating must not change what training draws next.
            generator=torch.Generator().manual_seed(0),
        )
        real = real_share(count, rank, world)
        for number, batch in enumerate(loader):
            yield self._prepare_inputs(batch), max(0, min(size, real - number * size))

    def total(self, values: Tensor) -> Tensor:
        """Return the sum of a tensor over all processes."""
        return self.accelerator.reduce(values, "sum")

    def evaluate(
        self,
        eval_dataset: Any = None,
        ignore_keys: list[str] | None = None,
        metric_key_prefix: str = "eval",
    ) -> dict[str, float]:
        """Validate and log the figures; `eval_dataset` and `ignore_keys` are not used."""
        began = time.perf_counter()
        self.model.eval()
        with torch.no_grad(), self.accelerator.autocast():
            found = self.validate()
        metrics = {f"{metric_key_prefix}_{name}": float(value) for name, value in found.items()}
        if self.is_in_train and f"eval_{self.config.monitor}" not in metrics:
            raise UsageError(
                f"monitor: {self.config.monitor!r} is no validation figure of this stage.",
                f"Valid: {', '.join(found)}.",
            )
        seconds = time.perf_counter() - began
        metrics[f"{metric_key_prefix}_runtime"] = seconds
        self._seen["since"] = self._seen.get("since", began) + seconds
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def training_step(self, model: nn.Module, inputs: Batch, *args: Any, **kwargs: Any) -> Tensor:
        """Do one forward and backward pass."""
        rows = inputs["input_ids"] if "input_ids" in inputs else next(iter(inputs.values()))
        self._count("samples", len(rows))
        if "attention_mask" in inputs:
            self._count("tokens", inputs["attention_mask"].sum())
        loss: Tensor = super().training_step(model, inputs, *args, **kwargs)
        self._finite = self._finite & torch.isfinite(loss)
        return loss

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log figures, those of training with the speed since the last log."""
        if "loss" in logs:
            logs |= self._speed()
        super().log(logs, None)

    def floating_point_ops(self, inputs: Batch) -> int:
        """Return 0: counting them costs a walk over all parameters in every step."""
        return 0

    def _end_workers(self) -> None:
        """End the processes that load data now, rather than by force at the exit."""
        if self._loader is not None:
            self._loader._iterator = None

    def _watch(self) -> None:
        self.remove_callback(PrinterCallback)
        self.add_callback(Console)
        if "tensorboard" in reporters(self.config):
            self.add_callback(TensorBoard(Path(self.config.output) / "tensorboard"))
        self.add_callback(StopOnSignal(self._interruption, self.agree))

    def _start(self, resume: bool) -> Path | None:
        folder = self.checkpoints.folder
        if not resume and self.checkpoints.found():
            raise UsageError(
                f"{folder} holds checkpoints of an earlier run.",
                "Go on with --resume, or choose another output.",
            )
        checkpoint = self.checkpoints.newest() if resume else None
        if resume and checkpoint is None:
            logger.warning("%s holds no complete checkpoint; training starts anew.", folder)
        if checkpoint is not None:
            run_record.check_same(checkpoint, self.settings_record())
        if self.is_world_process_zero():
            self._or_output_error(self.checkpoints.tidy)
        return checkpoint

    def settings_record(self) -> dict[str, Any]:
        """Return what checkpoints and `training.json` say of the run."""
        return run_record.record(self.stage, self.config, self.about_data, self.args.world_size)

    def _finish(self) -> dict[str, Any]:
        """Write the best model, what led to it and its curves; `training.json` comes last."""
        self._load_best_model()
        state = self.accelerator.get_state_dict(self.model_wrapped) if self.sharded else None
        done = run_record.finished(self.settings_record(), self.state)
        folder = self.checkpoints.folder
        part = folder / ".final.part"

        def write() -> None:
            run_record.begin(part)
            self.export(part, state)
            run_record.write(part, done, self.state.log_history)
            move_into(part, folder, last=[run_record.FILE])

        if self.is_world_process_zero():
            self._or_output_error(write)
        self.accelerator.wait_for_everyone()
        return done

    def _or_output_error(self, act: Callable[[], Any]) -> None:
        try:
            act()
        except (OSError, SafetensorError) as error:
            raise OutputError(
                f"{self.checkpoints.folder} cannot be written: {error}.",
                "Make room or choose another output; the checkpoints are kept.",
            ) from error

    # What follows replaces steps of transformers.Trainer 5.

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Return the loader of batches to train on."""
        loader = super().get_train_dataloader()
        # A loader draws a number whenever it makes an iterator, which a resumed run does at other
        # moments than one that was not interrupted; what dropout draws must not depend on it.
        inner: DataLoader[Any] = getattr(loader, "base_dataloader", loader)
        inner.generator = torch.Generator().manual_seed(self.config.seed)
        inner.worker_init_fn = outlive_signals
        self._loader = inner
        return loader

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> tuple[list[Batch], Any]:
        """Return the batches of the next step.

        A signal to all processes of a job also ends those that decode; what they cannot read then
        is no reason to go without a checkpoint.
        """
        try:
            found: tuple[list[Batch], Any] = super().get_batch_samples(*args, **kwargs)
        except EmerError:
            if self._interruption.caught is None or self.args.world_size > 1:
                raise
            self.control.should_training_stop = True
            if damage(self.checkpoints.path(self.state.global_step)) is not None:
                self._save_checkpoint(self.model_wrapped, None)
            return [], None
        return found

    def _get_train_sampler(self, train_dataset: Any = None) -> Shuffle:
        return self._shuffle

    def _run_epoch(self, *args: Any, epoch: int, **kwargs: Any) -> None:
        # Where batches are skipped and shared among processes, accelerate does not reach the
        # sampler, and a resumed run would go through the rows in the order of the first epoch.
        self._shuffle.set_epoch(epoch)
        self._seen.setdefault("since", time.perf_counter())
        super()._run_epoch(*args, epoch=epoch, **kwargs)

    def _get_grad_norm(self, model: nn.Module, grad_norm: Any = None) -> Any:
        """Stop before a step that would spoil the weights."""
        norm = super()._get_grad_norm(model, grad_norm)
        fine = torch.as_tensor(norm, device=self._finite.device).isfinite() & self._finite
        if self.agree(not bool(fine)):
            last = self.checkpoints.newest()
            raise DivergedError(
                f"The loss or its gradient is not finite at step {self.state.global_step + 1}, "
                f"learning rate {self._get_learning_rate():.3g}.",
                f"The last good checkpoint is {last}."
                if last
                else "No checkpoint was written yet.",
            )
        return norm

    def _count(self, name: str, amount: Tensor | float) -> None:
        self._seen[name] = self._seen.get(name, 0) + amount

    def _speed(self) -> dict[str, float]:
        """Return clips and tokens a second of all processes since the last log."""
        now = time.perf_counter()
        seconds = now - float(self._seen.pop("since", now))
        world = self.args.world_size
        speeds = {
            f"{name}_per_second": float(amount) * world / max(seconds, 1e-9)
            for name, amount in self._seen.items()
        }
        self._seen = {"since": now}
        return speeds


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The output folder {folder} cannot be made: {error.strerror}.", "Choose another."
        ) from error
    return folder
