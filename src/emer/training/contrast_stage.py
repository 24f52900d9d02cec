"""What stages 1 and 2 share: clips and captions in one space, scored by retrieval."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from emer.errors import UsageError
from emer.models.xemogpt.assembly import Encoders
from emer.training.arguments import is_sharded
from emer.training.config import Count, NotNegative, Positive, Share, StageConfig
from emer.training.losses.contrastive import ContrastiveLoss, info_nce
from emer.training.probe import probe_by_group
from emer.training.retrieval import retrieve_both_ways
from emer.training.stage_data import Captioned
from emer.training.trainer import StageTrainer

CAPTIONS_FILE = "captions.json"


@dataclass(kw_only=True)
class ContrastConfig(StageConfig):
    """Settings that stages 1 and 2 share.

    Attributes:
        captions: Frozen encoder of captions: "asset:minilm", "asset:multilingual", a folder of
            sentence-transformers (LaBSE, in the paper for sound) or of CLIP (for pictures), or
            owner/name on the hub.
        embedding_size: Width of the space that clips and captions share; 768 is published.
        bridge_layers: Layers of the bridge; 2 is published.
        bridge_feed_forward: Width of its feed-forward parts; null is that of the encoder in front.
        bridge_dropout: In the bridge; null is that of the encoder in front.
        bridge_learning_rate: Its learning rate at the peak; null is `learning_rate`.
        quiet_start: Whether what each layer of the bridge adds is 0 at first, so that training
            begins at the encoder's own features; our choice.
        temperature: Where the learned temperature starts; our choice, as CLIP's.
        spare_identical: Whether clips with the very same caption are no negatives of one another.
        probe: Label, such as "emotion", that a linear probe reads off pooled bridge output in
            validation; null for none.
        probe_group: Label, such as "actor", of which no value is in two folds of the probe; null
            folds single clips.
        monitor: Validation figure that chooses the best checkpoint; "recall" is the mean of
            recall at 1 and at 5 in both directions.
        higher_is_better: Whether a higher one is.
    """

    captions: str = "asset:minilm"
    embedding_size: Count = 768
    bridge_layers: Count = 2
    bridge_feed_forward: Count | None = None
    bridge_dropout: Share | None = None
    bridge_learning_rate: Positive | None = None
    quiet_start: bool = False
    temperature: Positive = 0.07
    spare_identical: bool = True
    probe: str | None = None
    probe_group: str | None = None
    weight_decay: NotNegative = 0.05
    monitor: str = "recall"
    higher_is_better: bool = True

    def bridge_changes(self) -> dict[str, Any]:
        """Return what differs from the layers of the encoder in front of the bridge."""
        changes: dict[str, Any] = {
            "intermediate_size": self.bridge_feed_forward,
            "hidden_dropout": self.bridge_dropout,
            "activation_dropout": self.bridge_dropout,
        }
        return {name: value for name, value in changes.items() if value is not None}


class ContrastObjective(nn.Module):
    """The model of a stage with its loss, as one module, so that every process's part is joined.

    Args:
        parts: Encoders, bridges and heads, with processors.
        loss: Contrast, with its temperature.
    """

    def __init__(self, parts: Encoders, loss: ContrastiveLoss) -> None:
        super().__init__()
        self.model = parts.model
        self.loss = loss

    def pooled(self, **media: Tensor) -> Tensor:
        """Return `[B, d]`, the bridge's output pooled over time."""
        raise NotImplementedError

    def projections(self) -> tuple[nn.Module, nn.Module]:
        """Return the projections of clips and of captions."""
        raise NotImplementedError

    def gradient_checkpointing_enable(self, *args: Any, **kwargs: Any) -> None:
        """Compute activations of the bridge twice to hold fewer of them."""
        self.model.gradient_checkpointing_enable(*args, **kwargs)

    def forward(self, captions: Tensor, keys: Tensor, **media: Tensor) -> dict[str, Tensor]:
        """Return the loss of a batch.

        Args:
            captions: `[B, t]` vectors of the frozen caption encoder.
            keys: `[B]`, equal where captions are.
            media: Arguments of `pooled`.
        """
        of_clips, of_captions = self.projections()
        clips = of_clips(self.pooled(**media))
        return {"loss": self.loss(clips, of_captions(captions), keys)}


class ContrastTrainer(StageTrainer):
    """Trains a `ContrastObjective`; validates by retrieval and, if asked for, a probe.

    Args:
        config: Settings.
        objective: What is trained.
        parts: Encoders with their processors, saved at the end.
        train: Rows to train on.
        validation: Rows to validate on, or None.
        about_data: What `training.json` says of the data.

    Raises:
        UsageError: A label for the probe is missing, or the weights are to be sharded: validation
            calls parts of the model by themselves, and a bridge fits everywhere.
    """

    config: ContrastConfig
    media: ClassVar[str]
    model_accepts_loss_kwargs = False

    def __init__(
        self,
        config: ContrastConfig,
        objective: ContrastObjective,
        parts: Encoders,
        *,
        train: Captioned,
        validation: Captioned | None,
        about_data: Mapping[str, Any] | None = None,
    ) -> None:
        if is_sharded():
            raise UsageError(
                "Stages 1 and 2 train small bridges and do not spread weights over processes.",
                "Start them with torchrun or accelerate launch without FSDP and DeepSpeed.",
            )
        super().__init__(
            config,
            objective,
            train=train,
            validation=validation,
            collate=train.collate,
            about_data=about_data,
        )
        self.parts = parts
        self._rows = validation
        if validation is not None:
            _check_probe(config, validation)

    def create_optimizer(self, model: Any = None) -> Any:
        """Return the optimizer, in which the bridge may have a learning rate of its own."""
        made, rate = self.optimizer is not None, self.config.bridge_learning_rate
        optimizer = super().create_optimizer(model)
        if made or rate is None:
            return optimizer
        bridge = {id(weight) for weight in self.bridge().parameters()}
        for group in list(optimizer.param_groups):
            weights = group["params"]
            group["params"] = [each for each in weights if id(each) not in bridge]
            own = [each for each in weights if id(each) in bridge]
            optimizer.add_param_group({**group, "params": own, "lr": rate})
        return optimizer

    def bridge(self) -> nn.Module:
        """Return the bridge that the stage trains."""
        bridge: nn.Module = getattr(self.parts.model, f"{self.media}_bridge")
        return bridge

    def validate(self) -> dict[str, float]:
        """Return retrieval, the loss over all rows as one batch, temperature and probe."""
        pooled, clips, captions = self.embed(self.observe)
        rows = self.rows()
        found = retrieve_both_ways(clips.numpy(), captions.numpy(), rows.texts)
        figures = found.flat(self.media)
        recalls = [value for name, value in figures.items() if "recall" in name]
        objective = self.objective()
        scale = 1 / objective.loss.temperature
        keys = rows.keys if self.config.spare_identical else None
        loss = info_nce(clips, captions, scale, keys, joined=False)
        figures |= {"recall": float(np.mean(recalls)), "loss": float(loss)}
        return figures | {"temperature": objective.loss.temperature} | self._probe(pooled)

    def embed(
        self, observe: Callable[[dict[str, Tensor]], None] | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return pooled bridge output, clip and caption embeddings of all validation rows.

        Every process computes its share and gets `[n, d]`, `[n, e]` and `[n, e]`, on the CPU.

        Args:
            observe: Given the media of every batch, of rows that count alone.
        """
        objective = self.objective()
        of_clips, of_captions = objective.projections()
        parts = []
        for batch, real in self.validation_batches():
            captions = of_captions(batch.pop("captions"))
            del batch["keys"]
            if real and observe is not None:
                observe({name: value[:real] for name, value in batch.items()})
            pooled = objective.pooled(**batch)
            three = (pooled, of_clips(pooled), captions)
            parts.append([each[:real].float() for each in three])
        pooled, clips, captions = (
            self._everyones(torch.cat(each)) for each in zip(*parts, strict=True)
        )
        return pooled, clips, captions

    def observe(self, media: dict[str, Tensor]) -> None:
        """Look at a batch while validating; a stage with more tasks scores them here."""

    def objective(self) -> Any:
        """Return what is trained, without the wrapper of several processes."""
        return self.accelerator.unwrap_model(self.model)

    def export(self, folder: Path, state: Mapping[str, Tensor] | None) -> None:
        """Write encoders, bridge and heads with their processors, and name the caption encoder."""
        self.parts.save(folder)
        captions = {"encoder": self.config.captions}
        (folder / CAPTIONS_FILE).write_text(json.dumps(captions) + "\n", encoding="utf-8")

    def _everyones(self, mine: Tensor) -> Tensor:
        """Return the rows of all processes in their order, of which each holds every n-th."""
        count, rank, world = len(self.rows()), self.args.process_index, self.args.world_size
        whole = torch.zeros(count, mine.shape[1], device=mine.device)
        whole[rank::world] = mine
        return self.total(whole).cpu()

    def _probe(self, pooled: Tensor) -> dict[str, float]:
        label = self.config.probe
        if label is None:
            return {}
        rows = self.rows()
        labels = [each[label] for each in rows.labels]
        group = self.config.probe_group
        groups = rows.ids if group is None else [each[group] for each in rows.labels]
        found = probe_by_group(pooled.numpy(), labels, groups)
        return {"probe_accuracy": found.accuracy, "probe_macro_f1": found.macro_f1}

    def rows(self) -> Captioned:
        """Return the rows to validate on.

        Raises:
            UsageError: There are none.
        """
        if self._rows is None:
            raise UsageError("There is nothing to validate on.", "Set data.validation.")
        return self._rows


def begin_quietly(bridge: Any) -> None:
    """Let every layer of a bridge add nothing at first."""
    for layer in bridge.layers:
        for last in (layer.out_proj, layer.fc2):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)


def _check_probe(config: ContrastConfig, rows: Captioned) -> None:
    for name in ("probe", "probe_group"):
        label = getattr(config, name)
        lacking = [i for i, each in zip(rows.ids, rows.labels, strict=True) if label not in each]
        if label is not None and lacking:
            known = sorted({key for each in rows.labels for key in each})
            raise UsageError(
                f"{name}: {len(lacking)} rows to validate on, such as {lacking[0]!r}, have no "
                f"label {label!r}.",
                f"Valid: {', '.join(known) or 'none, the rows have no labels'}.",
            )
