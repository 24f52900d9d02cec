"""The trained tensors of a model on disk; what is frozen is not written again and again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from emer.errors import AssetError

FILE = "trained.safetensors"


def trained(model: nn.Module, state: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
    """Return the parameters that are trained, by name.

    Args:
        model: The model.
        state: Its gathered weights, where each process holds only a part of them.
    """
    names = [name for name, each in model.named_parameters() if each.requires_grad]
    if state is not None:
        return {name: state[name] for name in names if name in state}
    parameters = dict(model.named_parameters())
    return {name: parameters[name].detach() for name in names}


def save_trained(tensors: Mapping[str, Tensor], folder: Path) -> None:
    """Write tensors into a folder, which is made if absent."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {name: each.contiguous().cpu() for name, each in tensors.items()}
    save_file(whole, folder / FILE, metadata={"format": "pt"})


def load_trained(model: nn.Module, folder: Path) -> None:
    """Put what `save_trained` wrote into a model.

    Raises:
        AssetError: The tensors are not those that this model trains.
    """
    tensors = load_file(folder / FILE)
    own = trained(model)
    differing = sorted(own.keys() ^ tensors.keys())
    differing += [
        name for name in own.keys() & tensors.keys() if own[name].shape != tensors[name].shape
    ]
    if differing:
        raise AssetError(
            f"{folder} was written by a run that trains other tensors, such as {differing[0]!r} "
            f"({len(differing)} differ).",
            "Resume with the configuration of that run.",
        )
    with torch.no_grad():
        for name, value in own.items():
            value.copy_(tensors[name])


def train_only(model: nn.Module, parts: Iterable[nn.Module]) -> None:
    """Freeze a model but for some of its parts."""
    model.requires_grad_(False)
    for part in parts:
        part.requires_grad_(True)


def narrow_frozen(model: nn.Module, kind: torch.dtype) -> None:
    """Keep frozen floating-point weights in another type, to save memory."""
    for each in model.parameters():
        if not each.requires_grad and each.is_floating_point():
            each.data = each.data.to(kind)


def counts(model: nn.Module) -> dict[str, Any]:
    """Return how many parameters there are and how many are trained."""
    sizes = [(each.numel(), each.requires_grad) for each in model.parameters()]
    return {
        "parameters": sum(size for size, _ in sizes),
        "trained": sum(size for size, learns in sizes if learns),
    }
