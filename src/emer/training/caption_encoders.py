"""The frozen text side of contrast: captions to vectors.

XEmoGPT (arXiv 2602.05496) compares audio captions in LaBSE's space and video captions in that of
CLIP's text half; its own projection stands behind either. Any encoder named here will do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from emer.encoders.base import check_texts
from emer.encoders.loading import NAMES
from emer.errors import AssetError, MissingExtra, UsageError
from emer.models.parts.hub import fetch_from_hub, is_hub_name

Vectors = NDArray[np.float32]
BLOCK = 64  # texts encoded at once

_CLIP = ("clip", "clip_text_model")


class CaptionEncoder(Protocol):
    """Turns captions into vectors; frozen.

    Attributes:
        spec: What it was loaded from.
        dimension: Width of a vector.
    """

    spec: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return `[n, dimension]`, float32, in the order given; equal texts are encoded once."""
        ...


def load_caption_encoder(spec: str) -> CaptionEncoder:
    """Return the encoder that a specification names.

    Args:
        spec: "asset:minilm" or "asset:multilingual", which need no hub; a folder of
            sentence-transformers, such as LaBSE; a folder of CLIP, or its text half alone, such as
            `video_caption_encoder` of a converted model; or "owner/name" of either on the hub.

    Raises:
        UsageError: None of these.
        AssetError: Weights are absent, damaged, or not in safetensors.
        MissingExtra: sentence-transformers is needed and not installed.
    """
    if spec.startswith("asset:"):
        return _Asset(spec)
    folder = Path(spec).expanduser()
    if not folder.is_dir():
        if not is_hub_name(spec):
            raise UsageError(f"There is no caption encoder {spec!r}.", _VALID)
        folder = fetch_from_hub(spec)
    if (folder / "modules.json").is_file():
        return _Remembering(spec, _Sentences(folder))
    if _model_type(folder) in _CLIP:
        return _Remembering(spec, _ClipText(folder))
    raise UsageError(f"{spec} holds no encoder of captions.", _VALID)


_VALID = (
    f"Valid: {', '.join(f'asset:{name}' for name in NAMES)}, a folder of sentence-transformers "
    "(with modules.json) or of CLIP (with config.json), or owner/name of one on the hub."
)


class _Asset:
    """An encoder of `emer.encoders`, which keeps vectors on disk itself."""

    def __init__(self, spec: str) -> None:
        from emer import encoders

        name = spec.removeprefix("asset:")
        if name not in NAMES:
            raise UsageError(f"There is no caption encoder {spec!r}.", _VALID)
        self.spec = spec
        self._encoder = encoders.load(name)
        self.dimension = self._encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode(texts)


class _Model(Protocol):
    dimension: int

    def encode(self, texts: list[str]) -> Vectors: ...


class _Remembering:
    """Encodes each distinct text once; a set of captions fits into memory, as its rows do."""

    def __init__(self, spec: str, model: _Model) -> None:
        self.spec = spec
        self.dimension = model.dimension
        self._model = model
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        check_texts(texts)
        # Texts of like length together are padded least.
        new = sorted({text for text in texts if text not in self._known}, key=len)
        for start in range(0, len(new), BLOCK):
            block = new[start : start + BLOCK]
            self._known.update(zip(block, self._model.encode(block), strict=True))
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([self._known[text] for text in texts])


class _Sentences:
    """A model of sentence-transformers, such as LaBSE."""

    def __init__(self, folder: Path) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingExtra(
                f"The caption encoder {folder}", "sentence-transformers", "train"
            ) from error
        try:
            self._model = SentenceTransformer(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError, LookupError, RuntimeError) as error:
            raise _unloadable(folder, error) from error
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(texts, batch_size=BLOCK, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class _ClipText:
    """CLIP's text half with its projection; vectors are not normalised, as in the authors' code."""

    def __init__(self, folder: Path) -> None:
        import transformers

        try:
            config: Any = transformers.AutoConfig.from_pretrained(folder, local_files_only=True)
            if config.model_type == "clip":  # only the whole knows the width of its space
                config.text_config.projection_dim = config.projection_dim
                config = config.text_config
            model, report = transformers.CLIPTextModelWithProjection.from_pretrained(
                folder,
                config=config,
                use_safetensors=True,
                local_files_only=True,
                output_loading_info=True,
            )
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
                folder, local_files_only=True
            )
        except (OSError, ValueError, LookupError, RuntimeError) as error:
            raise _unloadable(folder, error) from error
        if report["missing_keys"]:
            raise _unloadable(folder, f"it lacks {', '.join(sorted(report['missing_keys'])[:5])}")
        self._model: Any = model.eval()
        self._longest: int = model.config.max_position_embeddings
        self.dimension: int = model.config.projection_dim

    def encode(self, texts: list[str]) -> Vectors:
        import torch

        tokens = self._tokenizer(
            texts, padding=True, truncation=True, max_length=self._longest, return_tensors="pt"
        )
        with torch.no_grad():
            embeds = self._model(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            ).text_embeds
        return embeds.float().numpy()


def _model_type(folder: Path) -> str:
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise AssetError(f"{folder / 'config.json'} cannot be read: {error}.") from error
    return str(found.get("model_type", "")) if isinstance(found, dict) else ""


def _unloadable(folder: Path, reason: object) -> AssetError:
    return AssetError(
        f"No caption encoder can be loaded from {folder}: {reason}.",
        "It has to hold weights in safetensors and a tokenizer.",
    )
