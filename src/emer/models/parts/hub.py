"""Models on the Hugging Face hub: fetched only when named, and never as pickles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from emer.errors import AssetError, MissingExtra

_NAME = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", re.ASCII)
_WANTED = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_SUBFOLDERS = ["*/*"]  # copies of the weights in other formats


def is_hub_name(spec: str) -> bool:
    """Whether a text looks like "owner/name" or "owner/name@revision"."""
    return bool(_NAME.fullmatch(spec)) and ".." not in spec


def fetch_from_hub(spec: str) -> Path:
    """Return the local folder of a model on the hub, downloaded unless it is cached.

    `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_OFFLINE` and a login are honoured by the library.

    Args:
        spec: "owner/name", or "owner/name@revision" (a commit pins it).

    Raises:
        AssetError: The hub cannot be reached, has no such model, or only pickled weights of it.
    """
    name, _, revision = spec.partition("@")
    try:
        from huggingface_hub import errors, snapshot_download
    except ImportError as error:
        raise MissingExtra("Fetching from the hub", "huggingface_hub", "train") from error
    # The library lets errors of its HTTP client through, which is another one by version.
    client: Any = getattr(errors, "HTTPError", OSError)
    known = (OSError, client, errors.EntryNotFoundError, errors.HFValidationError)
    try:
        folder = Path(
            snapshot_download(
                name,
                revision=revision or None,
                allow_patterns=_WANTED,
                ignore_patterns=_SUBFOLDERS,
            )
        )
    except known as error:
        raise _unreachable(spec, error) from error
    if not any(folder.glob("*.safetensors")):
        raise AssetError(
            f"{spec} on the hub has no weights in safetensors, only formats that can run code.",
            "Convert it where that does no harm and give the folder: "
            f"AutoModel.from_pretrained('{name}').save_pretrained(FOLDER).",
        )
    return folder


def _unreachable(spec: str, error: Exception) -> AssetError:
    first = (str(error) or type(error).__name__).strip().splitlines()[0]
    return AssetError(
        f"{spec} could not be fetched from the hub: {first.rstrip('.')}.",
        "Check the name and the network; or download it on another machine with "
        f"`hf download {spec.partition('@')[0]}` and give the folder.",
    )
