"""From the authors' checkpoint and the folders of its parts to a folder of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoFeatureExtractor,
    AutoImageProcessor,
    AutoTokenizer,
    GenerationConfig,
    PreTrainedConfig,
)

from emer.errors import AssetError, UsageError
from emer.models.xemogpt.configuration import BridgeConfig, XEmoGPTConfig
from emer.models.xemogpt.modeling import XEmoGPTForConditionalGeneration
from emer.models.xemogpt.official import Sorted, lora_targets, sort_keys
from emer.models.xemogpt.processing import XEmoGPTProcessor

CAPTION_ENCODER = "video_caption_encoder"
# Ours alone: the authors mask frames with zeros, which is what it starts from.
_OURS = "model.video_bridge.mask_token"


@dataclass(frozen=True)
class Converted:
    """What a conversion did.

    Attributes:
        folder: Where the model was written.
        tensors: How many tensors of the checkpoint it holds.
        lora_rank: Rank of the adapter; 0 if the checkpoint has none.
        unused: Names in the checkpoint that nothing reads.
        captions: Whether CLIP's text half was kept, for retrieval and stage 1.
    """

    folder: Path
    tensors: int
    lora_rank: int
    unused: tuple[str, ...]
    captions: bool


def convert(
    checkpoint: str | Path,
    *,
    vision: str | Path,
    audio: str | Path,
    llm: str | Path,
    out: str | Path,
    lora_alpha: float | None = None,
    merge: bool = False,
) -> Converted:
    """Convert an official XEmoGPT checkpoint; every tensor has to find its place.

    Args:
        checkpoint: The authors' file: tensors only, or `{"state_dict": tensors}`.
        vision: Folder of the CLIP model it was trained with: configuration and processor.
        audio: Folder of the HuBERT model, likewise.
        llm: Folder of the language model: configuration and tokenizer.
        out: Folder to write. Weights of the checkpoint win over those of the folders.
        lora_alpha: Of the adapter, which the checkpoint does not hold; its rank if None, as
            published.
        merge: Add the adapter to the weights instead of keeping it beside them.

    Raises:
        AssetError: The file is damaged, holds more than tensors, or a key is missing, unknown or
            of the wrong shape; each is named.
        UsageError: A folder is not what it should be.
    """
    found = sort_keys(read_tensors(Path(checkpoint)))
    config = read_config(found, Path(vision), Path(audio), Path(llm))
    model = _filled(config, found, Path(checkpoint))
    _generation(model, Path(llm))
    if found.lora:
        _add_adapter(model, found.lora, lora_alpha, Path(checkpoint))
        if merge:
            model.merge_adapter()
    model.save_pretrained(Path(out))
    _processor(config, Path(vision), Path(audio), Path(llm)).save_pretrained(out)
    kept = bool(found.captions) and _save_captions(found, Path(vision), Path(out))
    rank = next((a.shape[0] for key, a in found.lora.items() if "lora_A" in key), 0)
    count = len(found.model) + len(found.lora) + (len(found.captions) if kept else 0)
    return Converted(Path(out), count, rank, tuple(found.unused), kept)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a checkpoint without running anything in it.

    Raises:
        AssetError: No such file, damaged, or it holds anything but tensors.
    """
    if not path.is_file():
        raise AssetError(f"There is no checkpoint {path}.")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content: Any = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except UnpicklingError as error:
        raise AssetError(
            f"{path} holds objects other than tensors, which could run code when loaded.",
            "Save its state_dict alone: torch.save(model.state_dict(), path).",
        ) from error
    except (SafetensorError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise AssetError(f"{path} is damaged or no checkpoint: {_first_line(error)}") from error
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping) or not content:
        raise AssetError(f"{path} holds no state dictionary but a {type(content).__name__}.")
    wrong = [str(key) for key, value in content.items() if not isinstance(value, Tensor)]
    if wrong:
        raise AssetError(f"{path} holds something that is not a tensor: {', '.join(wrong[:5])}.")
    return dict(content)


def read_config(found: Sorted, vision: Path, audio: Path, llm: Path) -> XEmoGPTConfig:
    """Return the configuration that the tensors and the folders of the parts agree on."""
    state = found.model

    def width(key: str, axis: int = 0) -> int | None:
        return state[key].shape[axis] if key in state else None

    vision_config = _part(vision, "vision")
    vision_config = getattr(vision_config, "vision_config", vision_config)
    audio_config, text_config = _part(audio, "audio"), _part(llm, "LLM")
    embed, head = "language_model.model.embed_tokens.weight", "language_model.lm_head.weight"
    if embed in state and head in state and getattr(text_config, "tie_word_embeddings", False):
        text_config.tie_word_embeddings = bool(torch.equal(state[embed], state[head]))
    positions = width("model.video_bridge.position_embedding", 1)
    return XEmoGPTConfig(
        vision_config=vision_config,
        audio_config=audio_config,
        text_config=text_config,
        video_bridge=BridgeConfig.behind(vision_config, _layers(state, "video_bridge")),
        audio_bridge=BridgeConfig.behind(audio_config, _layers(state, "audio_bridge")),
        num_frames=positions or 16,
        video_embedding_size=width("model.video_head.projection.weight"),
        video_text_size=width("model.video_head.text_projection.weight", 1),
        video_pooling="attention" if "model.video_head.pooling.vector" in state else "mean",
        order_head="model.video_head.order.0.weight" in state,
        reconstruction_head="model.video_head.reconstruction.weight" in state,
        audio_embedding_size=width("model.audio_head.projection.weight"),
        audio_text_size=None,
        dtype=torch.float32,
    )


def _layers(state: Mapping[str, Tensor], bridge: str) -> int:
    prefix = f"model.{bridge}.layers."
    return len({key[len(prefix) :].split(".")[0] for key in state if key.startswith(prefix)})


def _part(folder: Path, name: str) -> PreTrainedConfig:
    if not (folder / "config.json").is_file():
        raise UsageError(
            f"The {name} folder {folder} has no config.json.",
            "Give the folder of the part as it is on the hub, downloaded as a whole.",
        )
    return AutoConfig.from_pretrained(folder)


def _filled(
    config: XEmoGPTConfig, found: Sorted, checkpoint: Path
) -> XEmoGPTForConditionalGeneration:
    """Return the model with the checkpoint's tensors, without a second copy in memory."""
    with torch.device("meta"):
        model = XEmoGPTForConditionalGeneration(config)
    needed = model.state_dict()
    given = dict(found.model)
    given[_OURS] = torch.zeros(needed[_OURS].shape)
    _check_keys(needed, given, found.unknown, checkpoint)
    model.load_state_dict(given, strict=True, assign=True)
    model.tie_weights()
    return model


def _check_keys(
    needed: Mapping[str, Tensor], given: Mapping[str, Tensor], unknown: list[str], checkpoint: Path
) -> None:
    problems = {
        "missing": sorted(set(needed) - set(given)),
        "unknown": sorted([*unknown, *(set(given) - set(needed))]),
        "of the wrong shape": [
            f"{key} {list(given[key].shape)} instead of {list(needed[key].shape)}"
            for key in sorted(set(needed) & set(given))
            if needed[key].shape != given[key].shape
        ],
    }
    told = [f"{len(keys)} {kind}: {', '.join(keys)}" for kind, keys in problems.items() if keys]
    if told:
        raise AssetError(
            f"{checkpoint} does not fit the parts. {'; '.join(told)}.",
            "Give the folders of the very models it was trained with.",
        )


def _add_adapter(
    model: XEmoGPTForConditionalGeneration,
    lora: dict[str, Tensor],
    alpha: float | None,
    checkpoint: Path,
) -> None:
    from peft import get_peft_model_state_dict, set_peft_model_state_dict

    rank = next(value.shape[0] for key, value in lora.items() if ".lora_A." in key)
    model.add_lora(rank, alpha=alpha, target_modules=lora_targets(lora))
    needed = get_peft_model_state_dict(model.language_model)
    _check_keys(needed, lora, [], checkpoint)
    set_peft_model_state_dict(model.language_model, lora)


def _generation(model: XEmoGPTForConditionalGeneration, llm: Path) -> None:
    if (llm / "generation_config.json").is_file():
        model.generation_config = GenerationConfig.from_pretrained(llm)


def _processor(config: XEmoGPTConfig, vision: Path, audio: Path, llm: Path) -> XEmoGPTProcessor:
    return XEmoGPTProcessor(
        # The authors resized with PIL; the faster backends differ in the last bits.
        AutoImageProcessor.from_pretrained(vision, backend="pil"),
        AutoFeatureExtractor.from_pretrained(audio),
        AutoTokenizer.from_pretrained(llm),
        config=config,
    )


def _save_captions(found: Sorted, vision: Path, out: Path) -> bool:
    """Keep CLIP's text half, which stage 1 and video-text retrieval compare captions with."""
    from transformers import CLIPTextModelWithProjection

    whole = AutoConfig.from_pretrained(vision)
    if not hasattr(whole, "text_config"):
        return False
    text = whole.text_config
    text.projection_dim = whole.projection_dim
    with torch.device("meta"):
        model = CLIPTextModelWithProjection(text)
    _check_keys(model.state_dict(), found.captions, [], vision)
    model.load_state_dict(found.captions, strict=True, assign=True)
    model.save_pretrained(out / CAPTION_ENCODER)
    if (vision / "tokenizer_config.json").is_file():
        AutoTokenizer.from_pretrained(vision).save_pretrained(out / CAPTION_ENCODER)
    return True


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
