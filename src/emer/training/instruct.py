"""Stage 3 of XEmoGPT (arXiv 2602.05496): emotional instruction tuning.

from emer.training.instruct import InstructConfig, InstructTrainer
InstructTrainer.from_config(load_config("instruct.yaml", InstructConfig)).run()
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn
from transformers import set_seed

from emer.encoders import Encoder
from emer.encoders import load as load_encoder
from emer.errors import UsageError
from emer.models.xemogpt import XEmoGPTForConditionalGeneration, XEmoGPTProcessor
from emer.models.xemogpt.assembly import Assembled, assemble
from emer.models.xemogpt.saving import is_adapted
from emer.training import splits
from emer.training.answers import Answer, append_samples, drop_samples, score_answers
from emer.training.arguments import is_sharded
from emer.training.clips import ClipReader
from emer.training.data.findings import Modality
from emer.training.feature_cache import FeatureCache, encode
from emer.training.instruct_config import InstructConfig, LoraSettings
from emer.training.instruct_data import Collator, InstructRows
from emer.training.sampling import Place
from emer.training.trainer import Batch, StageTrainer
from emer.training.weights import narrow_frozen, train_only

__all__ = ["InstructConfig", "InstructTrainer"]

SAMPLES = "samples.jsonl"


class InstructTrainer(StageTrainer):
    """Trains bridges, projections and language model to answer questions about clips.

    The loss is taken on answers alone. Each clip is shown by its video, its sound or both, as
    `InstructConfig.modalities` says; parts of a modality that no clip of a batch shows get no
    gradient. Validation shows all there is.

    Args:
        config: Settings.
        model: The model; what has `requires_grad` is trained.
        processor: Its processor.
        train: Rows to train on.
        validation: Rows to validate on, or None.
        cache: Kept features of frozen encoders, or None.
        about_data: What `training.json` says of the data.
        encoder: Of cues, for `InstructConfig.generate`; the one that it names if None.
    """

    config: InstructConfig
    stage: ClassVar[str] = "instruct"
    config_class = InstructConfig
    find_unused_parameters: ClassVar[bool] = True

    def __init__(
        self,
        config: InstructConfig,
        model: XEmoGPTForConditionalGeneration,
        processor: XEmoGPTProcessor,
        *,
        train: InstructRows,
        validation: InstructRows | None = None,
        cache: FeatureCache | None = None,
        about_data: dict[str, Any] | None = None,
        encoder: Encoder | None = None,
    ) -> None:
        self._cache = cache
        self._encoder = encoder
        if config.generate:
            if is_sharded():
                raise UsageError(
                    "generate cannot answer with a model that is sharded.", "Set generate: 0."
                )
            self._encoder = encoder or load_encoder(config.encoder)
            # An encoder that is not there is to be missed now, not at the first validation.
            self._encoder.encode(["She smiles."])
        super().__init__(
            config,
            model,
            train=train,
            validation=validation,
            collate=Collator(processor),
            about_data=about_data,
            processor=processor,
        )

    @classmethod
    def from_config(cls, config: InstructConfig) -> InstructTrainer:
        """Open the data, assemble the model and freeze what is not trained.

        Raises:
            UsageError: A part is missing, unknown or given twice.
            RecordError: The rows cannot be read, or none can be used.
            AssetError: A part cannot be had.
        """
        set_seed(config.seed)
        whole = _assembled(config)
        model, processor = whole.model, whole.processor
        prepare(model, config)
        found = splits.open_splits(config, need=(), use=_modalities(model))
        cache = _cache(config.cache, whole) if config.cache else None
        rows = {
            name: InstructRows(
                split,
                ClipReader(model.config, split.root),
                weights=config.modalities if name == "train" else None,
                seed=config.seed,
                cache=cache,
            )
            for name, split in found.items()
        }
        return cls(
            config,
            model,
            processor,
            train=rows["train"],
            validation=rows.get("validation"),
            cache=cache,
            about_data=splits.about(found),
        )

    def validate(self) -> dict[str, float]:
        """Return the loss on answers, per token, and with `generate` the score of answers."""
        sums = torch.zeros(2, dtype=torch.float64, device=self.args.device)
        for batch, real in self.validation_batches():
            batch["labels"][real:] = -100
            tokens = int((batch["labels"][:, 1:] != -100).sum())
            loss = self.model(**batch).loss
            if tokens:
                sums += torch.tensor([float(loss) * tokens, tokens], device=sums.device)
        sums = self.total(sums)
        return {"loss": float(sums[0] / sums[1]), **self._generated()}

    def _prepare_inputs(self, inputs: Batch) -> Batch:
        batch: Batch = super()._prepare_inputs(inputs)
        if self._cache is not None:
            with self.accelerator.autocast():
                encode(self.accelerator.unwrap_model(self.model).model, batch, self._cache)
        return batch

    def _start(self, resume: bool) -> Path | None:
        checkpoint = super()._start(resume)
        if self.is_world_process_zero():
            done = int(checkpoint.name.rpartition("-")[2]) if checkpoint else -1
            path = self.checkpoints.folder / SAMPLES
            self._or_output_error(lambda: drop_samples(path, after=done))
        return checkpoint

    def _generated(self) -> dict[str, float]:
        """Score answers in the first process and tell the others."""
        if not self.config.generate:
            return {}
        names = ("emocue_f1", "emocue_chance")
        found = torch.zeros(len(names), dtype=torch.float64, device=self.args.device)
        if self.is_world_process_zero():
            answers = self.answer_some()
            path, step = self.checkpoints.folder / SAMPLES, self.state.global_step
            self._or_output_error(lambda: append_samples(path, step, answers))
            assert self._encoder is not None
            scores = score_answers(answers, self._encoder)
            found += torch.tensor([scores.get(name, 0.0) for name in names], device=found.device)
        return dict(zip(names, self.total(found).tolist(), strict=True))

    def answer_some(self) -> list[Answer]:
        """Return greedy answers about `generate` validation clips, spread evenly over them."""
        rows, size = self.validation, self.config.batch_size
        if rows is None:
            return []
        count = min(self.config.generate, len(rows))
        chosen = np.linspace(0, len(rows) - 1, count, dtype=int)
        samples = [rows[Place(0, int(index))] for index in chosen]
        answers = []
        for start in range(0, count, size):
            part = samples[start : start + size]
            texts = self._answer(Collator(self.processor, answers=False)(part))
            answers += [
                Answer(each.row.id, tuple(sorted(each.shown)), text, each.row.text)
                for each, text in zip(part, texts, strict=True)
            ]
        return answers

    def _answer(self, batch: Batch) -> list[str]:
        model = self.accelerator.unwrap_model(self.model)
        ids = model.generate(
            **self._prepare_inputs(batch),
            max_new_tokens=self.config.max_new_tokens,
            do_sample=False,
            num_beams=1,
            temperature=None,
            top_p=None,
            top_k=None,
        )
        texts: list[str] = self.processor.batch_decode(ids, skip_special_tokens=True)
        return [text.strip() for text in texts]


def parts(model: XEmoGPTForConditionalGeneration) -> dict[str, nn.Module]:
    """Return the parts of a model that may be trained, by the names `train` takes."""
    inner = model.model
    found = {
        "vision_tower": inner.vision_tower,
        "video_bridge": inner.video_bridge,
        "video_projection": model.video_projection,
        "audio_tower": inner.audio_tower,
        "audio_bridge": inner.audio_bridge,
        "audio_projection": model.audio_projection,
        "llm": model.language_model,
    }
    return {name: part for name, part in found.items() if part is not None}


def prepare(model: XEmoGPTForConditionalGeneration, config: InstructConfig) -> None:
    """Freeze what is not trained, and put LoRA on the language model if it is to have it.

    Raises:
        UsageError: The model has no part that `train` names.
    """
    here = parts(model)
    usual = [name for name in here if not name.endswith("_tower")]
    chosen = usual if config.train is None else config.train
    absent = [name for name in chosen if name not in here]
    if absent:
        raise UsageError(
            f"train names {', '.join(absent)}, which this model does not have.",
            f"Valid: {', '.join(here)}.",
        )
    train_only(model, [here[name] for name in chosen if name != "llm"])
    if "llm" in chosen:
        _train_llm(model, config.lora)
    if config.precision == "bf16" and not is_sharded():
        narrow_frozen(model, torch.bfloat16)


def _train_llm(model: XEmoGPTForConditionalGeneration, lora: LoraSettings) -> None:
    adapted = is_adapted(model.language_model)
    if lora.r > 0:
        if not adapted:
            options = {"alpha": lora.alpha, "dropout": lora.dropout, "target_modules": lora.targets}
            model.add_lora(lora.r, **options)
        for name, weight in model.language_model.named_parameters():
            weight.requires_grad_("lora_" in name)
    elif lora.r < 0:
        if adapted:
            model.merge_adapter()
        model.language_model.requires_grad_(True)


def _assembled(config: InstructConfig) -> Assembled:
    if config.model is not None:
        return Assembled(
            XEmoGPTForConditionalGeneration.from_pretrained(
                config.model, dtype=torch.float32, adapter_trainable=True
            ),
            XEmoGPTProcessor.from_pretrained(config.model),
        )
    assert config.llm is not None
    return assemble(
        llm=config.llm,
        vision=config.vision,
        audio=config.audio,
        video_from=config.video_from,
        audio_from=config.audio_from,
        **config.fields,
    )


def _modalities(model: XEmoGPTForConditionalGeneration) -> tuple[Modality, ...]:
    """Return what is read of a row: what the model can take."""
    here = parts(model)
    sides: dict[Modality, str] = {"video": "vision_tower", "audio": "audio_tower"}
    return (*(side for side, part in sides.items() if part in here), "subtitle")


def _cache(folder: str, whole: Assembled) -> FeatureCache:
    return FeatureCache.of(
        folder,
        whole.model.model,
        image_processor=whole.processor.image_processor,
        feature_extractor=whole.processor.feature_extractor,
    )
