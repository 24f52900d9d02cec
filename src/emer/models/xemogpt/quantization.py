"""The language model in 4 bits, where bitsandbytes is installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import torch

from emer.errors import UsageError

# Bridges and projections are small and are what training made; only the language model shrinks.
KEPT = ("model", "video_projection", "audio_projection", "lm_head")


def four_bit(compute: torch.dtype = torch.bfloat16) -> Any:
    """Return the `quantization_config` for `XEmoGPTForConditionalGeneration.from_pretrained`.

    NF4 of the language model's linear layers (Dettmers et al. 2023, QLoRA); everything else keeps
    its type. On CPUs bitsandbytes wants widths that are multiples of 32.

    Args:
        compute: Type of the products.

    Raises:
        UsageError: bitsandbytes is not installed.
    """
    if find_spec("bitsandbytes") is None:
        raise UsageError(
            "A language model in 4 bits needs the library bitsandbytes.",
            "Install it with: pip install bitsandbytes",
        )
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_compute_dtype=compute,
        llm_int8_skip_modules=list(KEPT),
    )
