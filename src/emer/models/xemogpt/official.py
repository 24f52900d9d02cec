"""Names in the authors' checkpoint, and what they are called here.

The checkpoint is the bare state dictionary of the authors' module (W11H08Z/XEmoGPT), with PEFT's
names inside the language model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

_RULES: tuple[tuple[str, str], ...] = (
    (r"visual_encoder\.clip\.vision_model\.", "model.vision_tower.encoder."),
    (r"visual_encoder\.position_embedding", "model.video_bridge.position_embedding"),
    (r"visual_encoder\.visual_alignment_layer\.", "model.video_bridge.layers."),
    (r"visual_encoder\.visual_project\.", "model.video_head.projection."),
    (r"visual_encoder\.text_project\.", "model.video_head.text_projection."),
    (r"visual_encoder\.attention_pooling\.attn_vector", "model.video_head.pooling.vector"),
    (r"visual_encoder\.temporal_disc_head\.", "model.video_head.order."),
    (r"visual_encoder\.frame_reconstructor\.", "model.video_head.reconstruction."),
    (r"audio_encoder\.audio_encoder\.", "model.audio_tower.encoder."),
    (r"audio_encoder\.audio_alignment_layer\.", "model.audio_bridge.layers."),
    (r"audio_encoder\.audio_project\.", "model.audio_head.projection."),
    (r"visual_llm_project\.", "video_projection."),
    (r"audio_llm_project\.", "audio_projection."),
    (r"llm_model\.base_model\.model\.", "language_model."),
    (r"llm_model\.", "language_model."),
)
# Inside a bridge layer: CLIP's names, HuBERT's names.
_LAYER = (
    (r"(layers\.\d+)\.(?:self_attn|attention)\.", r"\1."),
    (r"(video_bridge\.layers\.\d+)\.layer_norm1\.", r"\1.attention_norm."),
    (r"(video_bridge\.layers\.\d+)\.layer_norm2\.", r"\1.output_norm."),
    (r"(video_bridge\.layers\.\d+)\.mlp\.", r"\1."),
    (r"(audio_bridge\.layers\.\d+)\.layer_norm\.", r"\1.attention_norm."),
    (r"(audio_bridge\.layers\.\d+)\.final_layer_norm\.", r"\1.output_norm."),
    (r"(audio_bridge\.layers\.\d+)\.feed_forward\.intermediate_dense\.", r"\1.fc1."),
    (r"(audio_bridge\.layers\.\d+)\.feed_forward\.output_dense\.", r"\1.fc2."),
)
# Older releases of torch and transformers wrote these otherwise, or wrote buffers too.
_OLD = (
    (r"\.conv\.weight_g$", ".conv.parametrizations.weight.original0"),
    (r"\.conv\.weight_v$", ".conv.parametrizations.weight.original1"),
)
_BUFFERS = re.compile(r"\.position_ids$|\.rotary_emb\.inv_freq$")
_CAPTIONS = re.compile(r"visual_encoder\.clip\.(text_model\..+|text_projection\..+)$")
_UNUSED = re.compile(r"visual_encoder\.clip\.(visual_projection\..+|logit_scale)$")
_LORA = re.compile(r"\.lora_([AB])\.default\.weight$")


@dataclass
class Sorted:
    """The tensors of an official checkpoint by what they are for.

    Attributes:
        model: Of XEmoGPT, under our names.
        captions: Of CLIP's text half, under the names of `CLIPTextModelWithProjection`.
        lora: Of the adapter, under PEFT's names in a saved adapter.
        unused: Names of what neither the authors' inference nor ours reads.
        unknown: Names that belong to nothing.
    """

    model: dict[str, Tensor] = field(default_factory=dict)
    captions: dict[str, Tensor] = field(default_factory=dict)
    lora: dict[str, Tensor] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def sort_keys(state: Mapping[str, Tensor]) -> Sorted:
    """Rename and sort the tensors of an official checkpoint."""
    result = Sorted()
    for key, value in state.items():
        caption = _CAPTIONS.match(key)
        if caption:
            if not _BUFFERS.search(key):
                result.captions[caption[1]] = value
        elif _UNUSED.match(key) or _BUFFERS.search(key):
            result.unused.append(key)
        elif _LORA.search(key):
            result.lora[_LORA.sub(r".lora_\1.weight", key.removeprefix("llm_model."))] = value
        elif (name := our_name(key)) is not None:
            result.model[name] = value
        else:
            result.unknown.append(key)
    return result


def our_name(key: str) -> str | None:
    """Return what a key of the official model is called here; None if it belongs to nothing."""
    for pattern, prefix in _RULES:
        name, found = re.subn(f"^{pattern}", prefix, key)
        if found:
            break
    else:
        return None
    name = name.replace(".base_layer.", ".")
    rules = _OLD + (_LAYER if "_bridge.layers." in name else ())
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


def lora_targets(names: Iterable[str]) -> list[str]:
    """Return the names of the modules that the adapter changes, e.g. q_proj, k_proj, v_proj."""
    return sorted({name.split(".lora_")[0].rsplit(".", 1)[-1] for name in names})
