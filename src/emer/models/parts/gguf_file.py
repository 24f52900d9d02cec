"""A language model in a GGUF file, turned into an ordinary transformers folder."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import torch

from emer.errors import AssetError, MissingExtra

_MAGIC = b"GGUF"
# What the parser of transformers raises on a file that is cut off or contradicts itself.
_DAMAGE = (OSError, ValueError, LookupError, TypeError, RuntimeError, OverflowError, struct.error)


def gguf_to_folder(path: Path, folder: Path) -> None:
    """Write model and tokenizer of a GGUF file as a transformers folder in safetensors.

    Quantized weights are widened to float32, exactly; the folder is a plain, trainable model, of
    about 4 bytes a weight. A tokenizer without a pad token is given its end token for it.

    Args:
        path: The GGUF file; any architecture that transformers reads from GGUF.
        folder: Folder to write to; made if absent.

    Raises:
        MissingExtra: The package `gguf` is not installed.
        AssetError: The file is missing, damaged, of an unknown architecture, or its tokenizer has
            no end token.
    """
    _check(path)
    model, tokenizer = _read(path)
    if tokenizer.eos_token is None:
        raise _unusable(path, "its tokenizer has no end token")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    for settings in (model.config, model.generation_config):
        settings.pad_token_id = tokenizer.pad_token_id
        settings.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _check(path: Path) -> None:
    try:
        import gguf  # noqa: F401
    except ImportError as error:
        raise MissingExtra("Reading a GGUF file", "gguf", "train") from error
    try:
        with path.open("rb") as stream:
            magic = stream.read(len(_MAGIC))
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror or error})") from error
    if magic != _MAGIC:
        raise _unusable(path, f"it begins with {magic!r}, not with {_MAGIC!r}")


def _read(path: Path) -> tuple[Any, Any]:
    """Return the dense model in float32 and its tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    place: dict[str, Any] = {
        "pretrained_model_name_or_path": str(path.parent),
        "gguf_file": path.name,
        "local_files_only": True,
    }
    try:
        model, report = AutoModelForCausalLM.from_pretrained(
            **place,
            # transformers drops the quantizer by itself where it dequantizes, so that the model
            # can be saved and trained.
            quantization_config=GgufConfig(dequantize=True),
            dtype=torch.float32,
            output_loading_info=True,
        )
        tokenizer = AutoTokenizer.from_pretrained(**place)
    except _DAMAGE as error:
        raise _unusable(path, f"{type(error).__name__}: {error}") from error
    if report["missing_keys"]:
        raise _unusable(path, f"it lacks {', '.join(sorted(report['missing_keys'])[:5])}")
    return model, tokenizer


def _unusable(path: Path, what: str) -> AssetError:
    return AssetError(
        f"{path} is not a usable GGUF language model: {what}.",
        "Fetch it again, or give a transformers folder in safetensors instead.",
    )
