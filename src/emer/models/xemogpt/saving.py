"""XEmoGPT on disk: weights without the adapter, the adapter beside them, a model card."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from emer.errors import AssetError

if TYPE_CHECKING:
    from peft import PeftModel

ADAPTER = "adapter"


def add_lora(
    language_model: nn.Module,
    *,
    r: int,
    alpha: float | None = None,
    dropout: float = 0.05,
    target_modules: tuple[str, ...] | list[str] = ("q_proj", "k_proj", "v_proj"),
) -> PeftModel:
    """Wrap a language model with LoRA.

    Args:
        language_model: A causal language model of transformers.
        r: Rank.
        alpha: Scale times rank; as large as `r` if None (the published model's choice).
        dropout: Before the adapter, in training.
        target_modules: The linear layers it changes.
    """
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=r,
        lora_alpha=r if alpha is None else alpha,
        lora_dropout=dropout,
        target_modules=list(target_modules),
        bias="none",
        task_type="CAUSAL_LM",
    )
    return get_peft_model(language_model, config)


def without_adapter(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights of a model under the names they have without PEFT."""
    prefix = "language_model.base_model.model."
    return {
        key.replace(prefix, "language_model.").replace(".base_layer.", "."): value
        for key, value in state.items()
        if ".lora_" not in key
    }


def load_adapter(language_model: nn.Module, folder: Path, *, trainable: bool) -> PeftModel:
    """Put the adapter in `folder` onto a language model.

    Raises:
        AssetError: It is not kept in safetensors; other formats may run code when loaded.
    """
    from peft import PeftModel

    if not (folder / "adapter_model.safetensors").is_file():
        raise AssetError(
            f"{folder} holds no adapter_model.safetensors.",
            "Save the adapter in safetensors; other formats can run code when they are loaded.",
        )
    return PeftModel.from_pretrained(language_model, str(folder), is_trainable=trainable)


def is_adapted(language_model: Any) -> bool:
    """Return whether a language model carries an adapter of PEFT."""
    return hasattr(language_model, "peft_config")
