"""Parts by name: where they come from (`obtain`), and the torch modules in them (`load_*`)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Literal

import transformers
from safetensors import SafetensorError
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emer import assets
from emer.errors import AssetError, UsageError
from emer.models.parts.derived import kept_folder
from emer.models.parts.face_track import FaceTrackConfig, FaceTrackModel, FaceTrackProcessor
from emer.models.parts.gguf_file import gguf_to_folder
from emer.models.parts.hub import fetch_from_hub, is_hub_name
from emer.models.parts.whisper_file import POSITIONS_PER_SECOND, read_whisper_encoder

Kind = Literal["vision", "audio", "llm"]

NAMED: dict[str, Kind] = {
    "face-track": "vision",
    "asset:whisper-base": "audio",
    "asset:smollm2-135m": "llm",
}
"""Parts that need no hub, and what each is for."""

_FORMAT = 1  # to be raised when a folder made from the same asset changes
# Where a folder holds picture and text halves, only the picture half is loaded.
_VISION_HALVES = {
    "clip": "CLIPVisionModel",
    "siglip": "SiglipVisionModel",
    "siglip2": "Siglip2VisionModel",
}
# Used in training only, and absent from many checkpoints.
_OPTIONAL = ("masked_spec_embed",)


def obtain(
    spec: str, kind: Kind, *, seconds: float | None = None, store: Path | None = None
) -> Path:
    """Return the folder of a part, made or fetched if need be.

    Args:
        spec: One of `NAMED`; or a folder with a `config.json`, returned as it is; or "owner/name"
            (or "owner/name@revision") on the Hugging Face hub, of which only safetensors and text
            files are fetched.
        kind: What it is to be.
        seconds: Longest sound that "asset:whisper-base" will hear, 30 if None; a shorter window
            costs less. Other parts come with theirs.
        store: Folder for what is made from assets; inside the asset folder if None.

    Returns:
        A transformers folder.

    Raises:
        UsageError: Not a part of this kind, a folder without `config.json`, no such folder, or
            `seconds` not within 0 and 30.
        AssetError: An asset is not there or damaged, or the hub gives no safe weights.
    """
    if spec in NAMED:
        if NAMED[spec] != kind:
            raise UsageError(f"{spec} is no {kind} part, it is for {NAMED[spec]}.", _valid(kind))
        return _made(spec, seconds, store)
    folder = Path(spec).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise UsageError(
                f"The folder {spec} is no transformers model: it has no config.json.", _valid(kind)
            )
        return folder
    if not is_hub_name(spec):
        raise UsageError(f"There is no {kind} part {spec!r}.", _valid(kind))
    return fetch_from_hub(spec)


def load_vision(path: str | Path) -> Any:
    """Return the vision model of a folder, in evaluation mode.

    A folder with picture and text halves (CLIP, SigLIP) gives the picture half alone.

    Args:
        path: A transformers folder with weights in safetensors.

    Raises:
        AssetError: No safetensors, damaged, incomplete, or not a model transformers knows.
    """
    half = _VISION_HALVES.get(_config(path).get("model_type", ""))
    return _load(getattr(transformers, half) if half else transformers.AutoModel, path)


def load_audio(path: str | Path) -> Any:
    """Return the audio encoder of a folder, in evaluation mode.

    A folder of Whisper, whole or the encoder alone, gives a `WhisperEncoder`; any other what
    `AutoModel` makes of it (HuBERT, wav2vec2).

    Args:
        path: A transformers folder with weights in safetensors.

    Raises:
        AssetError: As `load_vision`.
    """
    if _config(path).get("model_type") != "whisper":
        return _load(transformers.AutoModel, path)
    # In a whole Whisper the names of the encoder's weights begin with "encoder.", with or
    # without the "model." of the variant that transcribes.
    return _load(WhisperEncoder, path, key_mapping={r"^(model\.)?encoder\.": ""})


def load_llm(path: str | Path) -> Any:
    """Return the causal language model of a folder, in evaluation mode.

    Args:
        path: A transformers folder with weights in safetensors.

    Raises:
        AssetError: As `load_vision`.
    """
    _config(path)
    return _load(transformers.AutoModelForCausalLM, path)


def _load(family: Any, path: str | Path, **options: Any) -> Any:
    """Load weights, of which none may be missing: what is missing would be random."""
    try:
        model, report = family.from_pretrained(
            path,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    except (OSError, ValueError, LookupError, RuntimeError, SafetensorError) as error:
        raise AssetError(
            f"No {family.__name__} can be loaded from {path}: {error}",
            "It has to be a folder of transformers with complete weights in safetensors.",
        ) from error
    missing = [key for key in report["missing_keys"] if not key.endswith(_OPTIONAL)]
    if missing:
        raise AssetError(
            f"The weights in {path} lack {len(missing)} tensors of a {type(model).__name__}: "
            f"{', '.join(sorted(missing)[:5])}.",
            "Is it another kind of model, or was it saved in part?",
        )
    return model.eval()


def _config(path: str | Path) -> dict[str, Any]:
    file = Path(path) / "config.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssetError(
            f"{file} cannot be read: {error}.", "Give a folder that transformers has saved."
        ) from error
    if not isinstance(found, dict):
        raise AssetError(f"{file} is no configuration of a model: it is not an object.")
    return found


def _made(spec: str, seconds: float | None, store: Path | None) -> Path:
    """Return the folder made from an asset."""
    name = "face-landmarker" if spec == "face-track" else spec.removeprefix("asset:")
    key = f"{name}-{assets.find(name).sha256[:16]}"
    if spec == "face-track":
        return kept_folder(f"face-track-{key}-{_FORMAT}", _write_face_track, store)
    if name == "smollm2-135m":
        source = assets.path(name)
        return kept_folder(f"{key}-{_FORMAT}", lambda to: gguf_to_folder(source, to), store)
    positions = None
    if seconds is not None:
        # 1.1 * 50 is a little over 55 in floating point.
        positions = math.ceil(round(seconds * POSITIONS_PER_SECOND, 6))
    folder = assets.path(name)

    def write(to: Path) -> None:
        read_whisper_encoder(folder, max_positions=positions).save_pretrained(to)

    return kept_folder(f"{key}-{'all' if positions is None else positions}-{_FORMAT}", write, store)


def _write_face_track(folder: Path) -> None:
    FaceTrackModel(FaceTrackConfig()).save_pretrained(folder)
    FaceTrackProcessor().save_pretrained(folder)


def _valid(kind: Kind) -> str:
    names = ", ".join(f'"{name}"' for name, use in NAMED.items() if use == kind)
    return f"Valid: {names}, a transformers folder, or owner/name on the Hugging Face hub."
