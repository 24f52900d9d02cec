"""XEmoGPT with random weights, made-up clips and clocks: what the two scripts on it share."""

from __future__ import annotations

import os
import platform
import random
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import torch
from torch import Tensor

from emer.models.parts.face_features import FACE_FEATURES
from emer.models.xemogpt import XEmoGPTConfig, XEmoGPTForConditionalGeneration
from emer.models.xemogpt.assembly import assemble
from emer.models.xemogpt.modeling import AUDIO, TEXT, VIDEO

Size = Literal["published", "small", "tiny"]
Side = TypeVar("Side")
Model = XEmoGPTForConditionalGeneration
SIZES: tuple[Size, ...] = ("published", "small", "tiny")
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
RANKS = {"published": 512, "small": 64, "tiny": 8}  # of LoRA; the published one and two of ours
PAD, END = 0, 1
IGNORED = -100
# Tokens of the default prompt before the sound, between sound and pictures, and after them; the
# last varies with the subtitle. Counted with the tokenizer of SmolLM2, the nearest at hand.
TEXTS = (13, 17, (85, 125))


@dataclass(frozen=True)
class MadeUpClip:
    """One clip of noise with a prompt and an answer of random words.

    Attributes:
        texts: Ids of the prompt before the sound, between sound and pictures, and after them.
        sound: `[L]`, noise.
        pictures: `[T, ...]`, what the vision part takes.
        answer: `[n]`, ids of an answer with its end; empty where nothing is to be learnt.
    """

    texts: tuple[Tensor, Tensor, Tensor]
    sound: Tensor
    pictures: Tensor
    answer: Tensor


def tiny_config() -> XEmoGPTConfig:
    """Return a model of the published families that a test can run."""
    side = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2}
    vision = {"model_type": "clip_vision_model", **side, "num_attention_heads": 4}
    audio = {"model_type": "hubert", **side, "num_attention_heads": 4, "conv_dim": [16] * 7}
    audio |= {"num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4}
    text = {"model_type": "qwen3", **side, "num_attention_heads": 4, "num_key_value_heads": 2}
    return XEmoGPTConfig(
        vision_config=vision | {"image_size": 32, "patch_size": 8},
        audio_config=audio
        | {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True},
        text_config=text | {"head_dim": 8, "vocab_size": 500, "tie_word_embeddings": True},
        num_frames=4,
        audio_seconds=1.0,
    )


def build(size: Size, device: str = "cpu", dtype: str = "fp32", *, dropout: bool = True) -> Model:
    """Return a model in evaluation mode, with a LoRA adapter that changes what it computes.

    "published" and "tiny" are random and made where they run, in the type they run in. "small" is
    what can be had without a hub: face track, Whisper-base and SmolLM2-135M.

    Args:
        size: Which.
        device: Where to make it; "meta" for its shape alone.
        dtype: A key of `DTYPES`.
        dropout: Whether adapter and bridges drop out in training.
    """
    torch.manual_seed(0)
    if size == "small":
        model = assemble(
            llm="asset:smollm2-135m",
            vision="face-track",
            audio="asset:whisper-base",
            audio_downsampling=4,
        ).model
        model = cast(model.to(device), dtype)
    else:
        config = XEmoGPTConfig.published() if size == "published" else tiny_config()
        with torch.device(device), default_type(DTYPES[dtype]):
            model = Model(config)
    model.add_lora(RANKS[size], dropout=0.05 if dropout else 0.0)
    for name, parameter in model.named_parameters():
        if ".lora_B." in name:  # PEFT starts it at zero, where an adapter has no effect
            torch.nn.init.normal_(parameter, std=0.01)
    if not dropout:
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
            if hasattr(module, "attention_dropout"):
                module.attention_dropout = 0.0
    return cast(model.to(device), dtype).eval()


def cast(model: Model, dtype: str, *, frozen_only: bool = False) -> Model:
    """Change the type of parameters in place.

    Buffers stay: the frequencies of rotary positions would lose what tells positions apart.
    """
    for parameter in model.parameters():
        if not (frozen_only and parameter.requires_grad):
            parameter.data = parameter.data.to(DTYPES[dtype])
    return model


@contextmanager
def default_type(dtype: torch.dtype) -> Iterator[None]:
    """Make new tensors of a type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def made_up(
    config: XEmoGPTConfig, count: int, *, answer: int = 0, seed: int = 0, device: str = "cpu"
) -> list[MadeUpClip]:
    """Return clips of full length whose prompts differ in length.

    Args:
        config: Says what the model takes.
        count: How many.
        answer: Tokens of their answers.
        seed: Decides all of it.
        device: Where they are kept.
    """
    numbers, lengths = torch.Generator().manual_seed(seed), random.Random(seed)
    words = config.text_config.vocab_size

    def text(length: int) -> Tensor:
        return torch.randint(2, words, (length,), generator=numbers)

    def clip() -> MadeUpClip:
        before, between, after = TEXTS
        sound = torch.randn(int(config.audio_seconds * config.sampling_rate), generator=numbers)
        if config.audio_config.model_type == "whisper":
            sound = sound * 0.1
        reply = torch.cat([text(answer - 1), torch.tensor([END])]) if answer else text(0)
        texts = (text(before), text(between), text(lengths.randint(*after)))
        return MadeUpClip(texts, sound, _pictures(config, numbers), reply)

    return [_moved(clip(), device) for _ in range(count)]


def _pictures(config: XEmoGPTConfig, numbers: torch.Generator) -> Tensor:
    if config.vision_config.model_type == "emer_face_track":
        features = torch.rand(config.num_frames, len(FACE_FEATURES), generator=numbers)
        features[:, -1] = 1.0  # a face was seen
        return features
    side = config.vision_config.image_size
    return torch.randn(config.num_frames, 3, side, side, generator=numbers)


def _moved(clip: MadeUpClip, device: str) -> MadeUpClip:
    before, between, after = clip.texts
    return MadeUpClip(
        (before.to(device), between.to(device), after.to(device)),
        clip.sound.to(device),
        clip.pictures.to(device),
        clip.answer.to(device),
    )


def inputs_of(config: XEmoGPTConfig, clips: Sequence[MadeUpClip]) -> dict[str, Tensor]:
    """Return what the model takes of a batch, padded on the left, as the processor makes it."""
    rows = [_row(config, clip) for clip in clips]
    width = max(len(ids) for ids, _, _ in rows)
    device = clips[0].sound.device
    ids = torch.full((len(rows), width), PAD, device=device)
    mask, types = torch.zeros_like(ids), torch.full_like(ids, TEXT)
    labels = torch.full_like(ids, IGNORED)
    for number, (tokens, kinds, answer) in enumerate(rows):
        start = width - len(tokens)
        ids[number, start:], mask[number, start:], types[number, start:] = tokens, 1, kinds
        if answer:
            labels[number, width - answer :] = tokens[-answer:]
    sounds = torch.nn.utils.rnn.pad_sequence([clip.sound for clip in clips], batch_first=True)
    heard = torch.nn.utils.rnn.pad_sequence(
        [torch.ones_like(clip.sound, dtype=torch.long) for clip in clips], batch_first=True
    )
    made = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    made |= {"pixel_values": torch.stack([clip.pictures for clip in clips])}
    made |= {"input_values": sounds, "audio_attention_mask": heard}
    return made | ({"labels": labels} if len(clips[0].answer) else {})


def _row(config: XEmoGPTConfig, clip: MadeUpClip) -> tuple[Tensor, Tensor, int]:
    before, between, after = clip.texts
    pad = before.new_full
    sound, frames = config.audio_tokens(len(clip.sound)), config.num_frames
    parts = (
        (pad((1,), PAD), TEXT),
        (before, TEXT),
        (pad((sound,), PAD), AUDIO),
        (between, TEXT),
        (pad((frames,), PAD), VIDEO),
        (after, TEXT),
        (clip.answer, TEXT),
    )
    ids = torch.cat([part for part, _ in parts])
    kinds = torch.cat([torch.full_like(part, kind) for part, kind in parts])
    return ids, kinds, len(clip.answer)


def now(device: str) -> float:
    """Return seconds: of the clock for an accelerator, of the processor for the CPU.

    Seconds of the processor, over all threads, are the same when other programs run beside.
    """
    if device.startswith("cuda"):
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def alternated(
    sides: Mapping[Side, Callable[[], Any]], rounds: int, device: str
) -> dict[Side, tuple[float, float]]:
    """Run every side once a round; return the least seconds and the peak of memory in GiB."""
    found: dict[Side, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, call in sides.items():
            forget_peak(device)
            began = now(device)
            call()
            spent = now(device) - began
            best = min(spent, found[name][0]) if name in found else spent
            found[name] = (best, peak(device))
    return found


def forget_peak(device: str) -> None:
    """Let the peak of memory begin anew, where the system can (Linux)."""
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    elif Path("/proc/self/clear_refs").is_file():
        Path("/proc/self/clear_refs").write_text("5")


def peak(device: str) -> float:
    """Return the most memory in GiB: in tensors on an accelerator, of this process on the CPU."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated() / 2**30
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def described(model: Model, size: Size, device: str) -> dict[str, Any]:
    """Return what was run on what."""
    count = sum(parameter.numel() for parameter in model.parameters())
    lora = sum(p.numel() for name, p in model.named_parameters() if ".lora_" in name)
    cuda = device.startswith("cuda")
    return {
        "size": size,
        "parameters": count,
        "of_which_lora": lora,
        "lora_r": RANKS[size],
        "device": torch.cuda.get_device_name() if cuda else platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
