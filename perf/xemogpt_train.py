"""Training XEmoGPT: speed, memory, our trainer against a bare loop, cached features.

    python perf/xemogpt_train.py --size published --device cuda --batch 4
    python perf/xemogpt_train.py --size small --steps 3 --answer 64

Three parts, chosen with `--parts`:
  steps    clips a second and peak memory of stage 3 in fp32 and bf16, with and without gradient
           checkpointing, each in a process of its own
  trainer  our trainer against a bare PyTorch loop in the same process: same model, rows, order and
           optimizer; that the losses are equal is asserted first, then the sides alternate
  cached   stages 2 and 3 with features of the frozen encoders from disk and computed anew, equal
           losses asserted first
Time is that of the clock on an accelerator and that of the processor, over all threads, on the CPU.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from transformers import TrainerCallback
from xemogpt_setup import (
    DTYPES,
    SIZES,
    MadeUpClip,
    Model,
    alternated,
    build,
    described,
    forget_peak,
    inputs_of,
    made_up,
    now,
    peak,
)

from emer.training.config import DataConfig
from emer.training.data.features import FeatureStore, fingerprint_of
from emer.training.feature_cache import FRAMES, SOUND, FeatureCache, Kept, encode
from emer.training.instruct import InstructConfig, InstructTrainer, prepare
from emer.training.losses.contrastive import info_nce
from emer.training.sampling import Place, Shuffle

Batch = dict[str, Tensor]
PARTS = ("steps", "trainer", "cached")
RATE, CLIP = 1e-4, 1.0
# Largest relative difference of losses that count as equal.
EQUAL = {"fp32": 1e-4, "bf16": 2e-2}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the parts asked for and print one JSON object."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", choices=SIZES, default="tiny")
    options.add_argument("--device", default="cpu", help="cpu or cuda")
    options.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    options.add_argument("--dtype", nargs="+", choices=DTYPES, default=list(DTYPES))
    options.add_argument("--batch", type=int, default=2)
    options.add_argument("--answer", type=int, default=150, help="tokens of an answer")
    options.add_argument("--steps", type=int, default=5, help="timed, after one that warms up")
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--threads", type=int, help="of torch on the CPU")
    options.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    if chosen.one:
        print(json.dumps(steps(chosen, chosen.one[0], checkpointing=chosen.one[1] == "on")))
        return
    print(json.dumps(measured(chosen), indent=2))


def measured(chosen: Any) -> dict[str, Any]:
    """Return what was measured."""
    report: dict[str, Any] = {}
    if "steps" in chosen.parts:
        report["steps"] = [
            in_process(chosen, dtype, checkpointing)
            for dtype, checkpointing in product(chosen.dtype, ("off", "on"))
        ]
    if "trainer" in chosen.parts:
        report["trainer"] = [against_bare_loop(chosen, dtype) for dtype in chosen.dtype]
    if "cached" in chosen.parts:
        report["cached"] = [cached(chosen)]
    models = [row.pop("model") for rows in report.values() for row in rows]
    return {"model": models[0], **report}


def in_process(chosen: Any, dtype: str, checkpointing: str) -> dict[str, Any]:
    """Return the speed and peak memory of one way to train, in a process of its own."""
    same = ("size", "device", "batch", "answer", "steps")
    command = [sys.executable, __file__, "--one", dtype, checkpointing]
    command += [text for name in same for text in (f"--{name}", str(getattr(chosen, name)))]
    command += ["--threads", str(chosen.threads or torch.get_num_threads())]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def steps(chosen: Any, dtype: str, *, checkpointing: bool) -> dict[str, Any]:
    """Train for some steps and return their speed, and the peak of memory while they ran."""
    model = prepared(chosen, dtype, dropout=True)
    if checkpointing:
        model.activation_checkpointing_enable()
    clips = made_up(model.config, chosen.batch, answer=chosen.answer, device=chosen.device)
    batch, optimizer = inputs_of(model.config, clips), optimizer_of(model)
    forget_peak(chosen.device)
    first = step(model, optimizer, batch, dtype)
    began = now(chosen.device)
    for _ in range(chosen.steps):
        last = step(model, optimizer, batch, dtype)
    spent = (now(chosen.device) - began) / chosen.steps
    return {
        "model": described(model, chosen.size, chosen.device),
        "dtype": dtype,
        "checkpointing": checkpointing,
        "batch": chosen.batch,
        "tokens": batch["input_ids"].shape[1],
        "seconds_per_step": spent,
        "steps_per_second": 1 / spent,
        "clips_per_second": chosen.batch / spent,
        "peak_gib": peak(chosen.device),
        "losses": [float(first), float(last)],
    }


def prepared(chosen: Any, dtype: str, *, dropout: bool) -> Model:
    """Return a model as stage 3 prepares it: adapter, bridges and projections are trained."""
    model = build(chosen.size, chosen.device, dropout=dropout)
    prepare(model, settings(chosen, dtype, output="unused"))
    return model.train()


def settings(chosen: Any, dtype: str, output: str) -> InstructConfig:
    """Return the settings of our trainer that a bare loop has too."""
    return InstructConfig(
        output=output,
        data=DataConfig(train="made up"),
        model="made up",
        epochs=1,
        batch_size=chosen.batch,
        learning_rate=RATE,
        warmup=0.0,
        weight_decay=0.0,
        schedule="constant",
        clip=CLIP,
        precision=dtype,  # type: ignore[arg-type]
        report_to=[],
        device="cpu" if chosen.device == "cpu" else "auto",
    )


def optimizer_of(model: Model) -> torch.optim.Optimizer:
    """Return the optimizer of both sides."""
    return torch.optim.AdamW(trained(model), lr=RATE, weight_decay=0.0, fused=True)


def trained(model: Model) -> list[Tensor]:
    """Return the parameters that are trained."""
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def step(model: Model, optimizer: torch.optim.Optimizer, batch: Batch, dtype: str) -> Tensor:
    """Do one step of a bare loop and return its loss, still on the device."""
    kind = batch["input_ids"].device.type
    with torch.autocast(kind, torch.bfloat16, enabled=dtype == "bf16"):
        loss = model(**batch).loss
    return stepped(loss, model, optimizer)


def stepped(loss: Tensor, model: Model, optimizer: torch.optim.Optimizer) -> Tensor:
    """Go back through a loss, clip the gradient, change the weights."""
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained(model), CLIP)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.detach()


class Clips:
    """Clips as a data set of a stage."""

    def __init__(self, clips: list[MadeUpClip]) -> None:
        self.clips = clips

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, place: Place) -> MadeUpClip:
        """Return the clip of a row, the same in every epoch."""
        return self.clips[place.index]


class MeasuredTrainer(InstructTrainer):
    """Our trainer of stage 3 on clips of noise; its losses are noted and nothing is written.

    Writing checkpoints is not what is compared: a bare loop writes none.
    """

    def __init__(self, config: InstructConfig, model: Model, clips: Clips) -> None:
        super().__init__(config, model, None, train=clips)  # type: ignore[arg-type]
        self.data_collator = partial(inputs_of, model.config)
        self.losses: list[Tensor] = []

    def compute_loss(self, model: Any, inputs: Batch, *args: Any, **kwargs: Any) -> Any:
        """Note the loss on the way."""
        loss = super().compute_loss(model, inputs, *args, **kwargs)
        self.losses.append(loss.detach())
        return loss

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Write nothing."""


class Stopwatch(TrainerCallback):
    """Takes the time from the end of the first step to that of the last."""

    def __init__(self, device: str) -> None:
        self.device, self.times = device, []

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Note the time."""
        if state.global_step in (1, state.max_steps):
            self.times.append(now(self.device))


def against_bare_loop(chosen: Any, dtype: str) -> dict[str, Any]:
    """Return the speed of our trainer and of a bare loop, alternating on the same model.

    Raises:
        AssertionError: Their losses differ.
    """
    model = prepared(chosen, dtype, dropout=False)
    count = chosen.batch * (chosen.steps + 1)
    clips = made_up(model.config, count, answer=chosen.answer)
    start = [parameter.detach().to("cpu", copy=True) for parameter in trained(model)]
    sides = {"bare": bare_loop, "trainer": our_trainer}
    times: dict[str, list[float]] = {name: [] for name in sides}
    losses: dict[str, Tensor] = {}
    for _ in range(chosen.rounds):
        for name, run in sides.items():
            for parameter, value in zip(trained(model), start, strict=True):
                parameter.data.copy_(value)
            spent, losses[name] = run(model, clips, chosen, dtype)
            times[name].append(spent / chosen.steps)
        difference = float(((losses["trainer"] - losses["bare"]) / losses["bare"]).abs().max())
        assert difference < EQUAL[dtype], (losses, difference)
    best = {name: min(spent) for name, spent in times.items()}
    return {
        "model": described(model, chosen.size, chosen.device),
        "dtype": dtype,
        "batch": chosen.batch,
        "steps": chosen.steps,
        "losses": [float(loss) for loss in losses["bare"]],
        "largest_relative_difference_of_losses": difference,
        "seconds_per_step": times,
        "share_of_bare_speed": best["bare"] / best["trainer"],
        "added_milliseconds_per_step": 1000 * (best["trainer"] - best["bare"]),
    }


def bare_loop(
    model: Model, clips: list[MadeUpClip], chosen: Any, dtype: str
) -> tuple[float, Tensor]:
    """Return the seconds of all steps but the first, and the losses."""
    optimizer = optimizer_of(model)
    loader: DataLoader[Any] = DataLoader(
        Clips(clips),  # type: ignore[arg-type]
        batch_size=chosen.batch,
        sampler=Shuffle(len(clips), seed=0),
        collate_fn=partial(inputs_of, model.config),
    )
    losses, began = [], 0.0
    for batch in loader:
        here = {name: value.to(chosen.device) for name, value in batch.items()}
        losses.append(step(model, optimizer, here, dtype))
        began = began or now(chosen.device)
    return now(chosen.device) - began, torch.stack(losses)


def our_trainer(
    model: Model, clips: list[MadeUpClip], chosen: Any, dtype: str
) -> tuple[float, Tensor]:
    """Return the seconds of all steps but the first, and the losses."""
    with tempfile.TemporaryDirectory() as folder:
        trainer = MeasuredTrainer(settings(chosen, dtype, folder), model, Clips(clips))
        watch = Stopwatch(chosen.device)
        trainer.add_callback(watch)
        trainer.train()
        # In bf16 accelerate has wrapped the model's forward; the bare loop must not meet that.
        trainer.accelerator.unwrap_model(model, keep_fp32_wrapper=False)
        trainer.accelerator.free_memory()
    return watch.times[-1] - watch.times[0], torch.stack(trainer.losses)


def cached(chosen: Any) -> dict[str, Any]:
    """Return the speed of stages 2 and 3 with features from disk and with features computed.

    Raises:
        AssertionError: The losses differ.
    """
    model = prepared(chosen, "fp32", dropout=False)
    clips = made_up(model.config, chosen.batch, answer=chosen.answer, device=chosen.device)
    optimizer = optimizer_of(model)
    with tempfile.TemporaryDirectory() as folder:
        store = FeatureStore(Path(folder), fingerprint_of(model.model.audio_tower, {}))
        cache = FeatureCache({FRAMES: store, SOUND: store})
        batches = partial(inputs_of, model.config), partial(from_disk, model, cache)
        batches[1](clips)  # the first epoch keeps what the next ones read
        report: dict[str, Any] = {
            "model": described(model, chosen.size, chosen.device),
            "megabytes_a_clip": store.size / len(clips) / 2**20,
        }
        for name, loss in (("stage 2 (audio)", contrast), ("stage 3", instruct)):
            computed, kept = (partial(_loss, loss, model, batch, clips) for batch in batches)
            sides = {"computed": computed, "cached": kept}
            report[name] = compared(sides, model, optimizer, chosen)
    return report


def _loss(
    loss: Callable[[Model, Batch], Tensor],
    model: Model,
    batch: Callable[[list[MadeUpClip]], Batch],
    clips: list[MadeUpClip],
) -> Tensor:
    return loss(model, batch(clips))


def compared(
    sides: dict[str, Callable[[], Tensor]],
    model: Model,
    optimizer: torch.optim.Optimizer,
    chosen: Any,
) -> dict[str, Any]:
    """Assert that two ways to a loss agree, then time steps with each."""
    with torch.no_grad():
        losses = {name: float(loss()) for name, loss in sides.items()}
    first, second = losses.values()
    assert abs(first - second) <= EQUAL["fp32"] * abs(first), losses
    calls = {name: partial(_step_of, loss, model, optimizer) for name, loss in sides.items()}
    found = alternated(calls, max(chosen.rounds, chosen.steps), chosen.device)
    seconds = {name: each for name, (each, _) in found.items()}
    times = seconds["computed"] / seconds["cached"]
    return {"losses": losses, "seconds_per_step": seconds, "times_faster": times}


def _step_of(loss: Callable[[], Tensor], model: Model, optimizer: torch.optim.Optimizer) -> None:
    stepped(loss(), model, optimizer)


def from_disk(model: Model, cache: FeatureCache, clips: list[MadeUpClip]) -> Batch:
    """Return a batch as our trainer makes it of kept features, which the first call keeps."""
    batch: dict[str, Any] = inputs_of(model.config, clips)
    media = {FRAMES: ("pixel_values",), SOUND: ("input_values", "audio_attention_mask")}
    for part, names in media.items():
        keys = [cache.stores[part].key(str(number), part) for number in range(len(clips))]
        found = {number: cache.get(part, key) for number, key in enumerate(keys)}
        here = {number: each for number, each in found.items() if each is not None}
        batch[f"kept_{part}"] = Kept(keys, here)
        for name in names if len(here) == len(keys) else ():
            del batch[name]
    return encode(model.model, batch, cache)


def instruct(model: Model, batch: Batch) -> Tensor:
    """Return the loss of stage 3."""
    loss: Tensor = model(**batch).loss
    return loss


def contrast(model: Model, batch: Batch) -> Tensor:
    """Return the loss of stage 2 against captions of noise."""
    if "sound_features" in batch:
        features = {name: batch[name] for name in ("sound_features", "sound_mask")}
        heard = model.model.embed_audio(**features)
    else:
        heard = model.model.embed_audio(batch["input_values"], batch["audio_attention_mask"])
    noise = torch.Generator().manual_seed(0)
    texts = torch.randn(heard.shape, generator=noise).to(heard.device)
    return info_nce(heard, texts, 1 / 0.07)


if __name__ == "__main__":
    main()
