"""A converted model against values that the authors' code computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from emer.errors import AssetError
from emer.media import sampled_frames
from emer.models.xemogpt.modeling import XEmoGPTForConditionalGeneration
from emer.models.xemogpt.processing import XEmoGPTProcessor

TOLERANCE = 1e-4


@dataclass(frozen=True)
class Difference:
    """One recorded value and how far the model is from it.

    Attributes:
        name: As recorded, e.g. "visual_tokens".
        largest: Largest absolute difference; infinite if the shapes differ.
        tolerance: What is allowed; 0 for indices and ids.
    """

    name: str
    largest: float
    tolerance: float = TOLERANCE

    @property
    def same(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.largest <= self.tolerance

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {**asdict(self), "same": self.same}


def check(
    folder: str | Path,
    recorded: str | Path,
    *,
    clip: str | Path | None = None,
    sound: str | Path | None = None,
) -> list[Difference]:
    """Compare a converted model with recorded values.

    Args:
        folder: The converted model.
        recorded: Folder with `expected.json` (instruction, subtitle, annotation, frame_indices)
            and `expected.safetensors` (any of pixel_values, waveform, frame_features, vecb_out,
            visual_tokens, visual_embedding, audio_tokens, audio_embedding, prompt_logits,
            prompt_logits_last, loss, greedy_ids).
        clip: The clip they were computed from; the recorded pixel values if None.
        sound: Its sound; the recorded waveform if None.

    Raises:
        AssetError: The recorded values cannot be read.
    """
    tensors, facts = _recorded(Path(recorded))
    model = XEmoGPTForConditionalGeneration.from_pretrained(folder)
    processor = XEmoGPTProcessor.from_pretrained(folder)
    if facts.get("instruction"):
        # The recorded prompt has its subtitle in it already.
        processor.config.prompt = (facts["instruction"],)
    with torch.no_grad():
        return list(_differences(model, processor, tensors, facts, clip, sound))


def _recorded(folder: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    try:
        facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        return load_file(folder / "expected.safetensors"), facts
    except (OSError, ValueError, SafetensorError) as error:
        raise AssetError(
            f"{folder} holds no recorded values: {error}.",
            "It needs expected.json and expected.safetensors.",
        ) from error


def _differences(
    model: XEmoGPTForConditionalGeneration,
    processor: XEmoGPTProcessor,
    tensors: dict[str, Tensor],
    facts: dict[str, Any],
    clip: str | Path | None,
    sound: str | Path | None,
) -> Iterator[Difference]:
    pixels = tensors["pixel_values"][None]
    if clip is not None:
        frames = sampled_frames(Path(clip), count=processor.config.num_frames)
        indices = torch.tensor(frames.indices)
        yield _difference("frame_indices", indices, torch.tensor(facts["frame_indices"]), 0.0)
        pixels = processor.pictures([frames.images])["pixel_values"]
    wave: Any = tensors["waveform"].numpy()
    if sound is not None:
        wave = processor.load(sound, use=("audio",)).sound
    computed: dict[str, Tensor] = {"pixel_values": pixels[0], "waveform": torch.from_numpy(wave)}
    heard = processor.sounds([wave])
    computed |= _features(model, pixels, heard)
    computed |= _answers(model, processor, pixels, heard, wave, tensors, facts)
    for name, expected in tensors.items():
        if name in computed:
            tolerance = 0.0 if name == "greedy_ids" else TOLERANCE
            yield _difference(name, computed[name], expected, tolerance)


def _features(
    model: XEmoGPTForConditionalGeneration, pixels: Tensor, heard: dict[str, Tensor]
) -> dict[str, Tensor]:
    sound = (heard["input_values"], heard["audio_attention_mask"])
    features = model.model.encode_frames(pixels)
    tokens, mask = model.get_audio_features(*sound)
    found = {
        "frame_features": features[0],
        "visual_tokens": model.get_video_features(pixels)[0],
        "audio_tokens": tokens[mask],
    }
    if model.model.video_bridge is not None:
        found["vecb_out"] = model.model.video_bridge(features)[0]
    if model.model.video_head is not None:
        found["visual_embedding"] = model.model.embed_video(pixels)[0]
    if model.model.audio_head is not None:
        found["audio_embedding"] = model.model.embed_audio(*sound)[0]
    return found


def _answers(
    model: XEmoGPTForConditionalGeneration,
    processor: XEmoGPTProcessor,
    pixels: Tensor,
    heard: dict[str, Tensor],
    wave: Any,
    tensors: dict[str, Tensor],
    facts: dict[str, Any],
) -> dict[str, Tensor]:
    tokens = processor.config.audio_tokens(len(processor.heard(wave)))
    shown: dict[str, Any] = {"video": [True], "audio_tokens": [tokens]}
    media = {"pixel_values": pixels, **heard}
    prompt = processor.prompts(**shown) | media
    logits = model(**prompt).logits[0]
    found = {"prompt_logits_last": logits[-1]}
    if "prompt_logits" in tensors:
        found["prompt_logits"] = logits[:: _step(len(logits), len(tensors["prompt_logits"]))]
    if "annotation" in facts:
        labelled = processor.prompts(**shown, answers=[facts["annotation"]]) | media
        found["loss"] = model(**labelled).loss[None]
    if "greedy_ids" in tensors:
        count = len(tensors["greedy_ids"])
        found["greedy_ids"] = model.generate(**prompt, max_new_tokens=count, do_sample=False)[0]
    return found


def _step(rows: int, kept: int) -> int:
    """Return the step with which `kept` of `rows` rows were recorded, evenly from the first."""
    return next((step for step in range(1, rows + 1) if -(-rows // step) == kept), 1)


def _difference(name: str, found: Tensor, expected: Tensor, tolerance: float) -> Difference:
    if found.shape != expected.shape:
        return Difference(name, float("inf"), tolerance)
    distance = (found.double() - expected.double()).abs().max() if found.numel() else 0.0
    return Difference(name, float(distance), tolerance)
