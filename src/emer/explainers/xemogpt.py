"""XEmoGPT as an explainer (Zhang et al. 2026, arXiv:2602.05496): its text, our measurements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.assets.store import hash_file
from emer.clip import Clip
from emer.errors import EmerError, MissingExtra, UsageError
from emer.explainers.base import Explainer
from emer.explainers.described import DescribedExplainer
from emer.explanation import AssetUse
from emer.extraction.base import Extractor

if TYPE_CHECKING:
    import torch

    from emer.models.xemogpt import XEmoGPTForConditionalGeneration, XEmoGPTProcessor

MODEL_TYPE = "xemogpt"
NEW_TOKENS = 756
"""Length of the longest answer, as in the authors' inference code."""


def explainer_name(folder: str | Path) -> str:
    """Return the name of the model of a folder in the provenance."""
    return f"{MODEL_TYPE}:{Path(folder).resolve().name}"


def check_folder(folder: str | Path) -> Path:
    """Return the folder of a model, before anything is loaded.

    Raises:
        UsageError: It does not hold an XEmoGPT model.
        MissingExtra: The extra `train` is not installed.
    """
    folder = Path(folder)
    hint = "Name a folder that XEmoGPT was saved to, or leave --explainer out."
    if not folder.is_dir():
        raise UsageError(f"There is no model folder {folder}.", hint)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{folder} is no XEmoGPT model: no readable config.json.", hint) from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind != MODEL_TYPE:
        raise UsageError(f"{folder} is no XEmoGPT model: its model_type is {kind!r}.", hint)
    for package in ("torch", "transformers"):
        if find_spec(package) is None:
            raise MissingExtra("Explaining with XEmoGPT", package, "train")
    return folder


class XEmoGPTDescriber:
    """Describes clips with an XEmoGPT model, which is loaded on first use and kept.

    Args:
        folder: As `XEmoGPTForConditionalGeneration.save_pretrained` writes it.
        device: E.g. "cuda:1"; a GPU if there is one, else the CPU.
        dtype: E.g. "bfloat16"; float32 on the CPU and bfloat16 elsewhere if None.
        max_new_tokens: Longest answer.
        num_beams: Beams of the search.
        do_sample: Whether to draw tokens at random: no two answers need be the same then.
        generate: Further arguments of `generate`.

    Raises:
        UsageError: The folder does not hold an XEmoGPT model.
        MissingExtra: The extra `train` is not installed.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        device: str | None = None,
        dtype: str | None = None,
        max_new_tokens: int = NEW_TOKENS,
        num_beams: int = 1,
        do_sample: bool = False,
        **generate: Any,
    ) -> None:
        self.folder = check_folder(folder)
        self._device, self._dtype = device, dtype
        self._generate = {
            "max_new_tokens": max_new_tokens,
            "num_beams": num_beams,
            "do_sample": do_sample,
            **generate,
        }

    @property
    def device(self) -> torch.device:
        """Where the model runs."""
        import torch

        return torch.device(self._device or ("cuda" if torch.cuda.is_available() else "cpu"))

    @cached_property
    def processor(self) -> XEmoGPTProcessor:
        """The processor of the folder."""
        from emer.models.xemogpt import XEmoGPTProcessor

        try:
            return XEmoGPTProcessor.from_pretrained(self.folder)
        except (OSError, ValueError) as error:
            raise self._unloadable(error) from error

    @cached_property
    def model(self) -> XEmoGPTForConditionalGeneration:
        """The model of the folder, in evaluation mode.

        Raises:
            EmerError: It cannot be loaded.
        """
        import torch

        from emer.models.xemogpt import XEmoGPTForConditionalGeneration

        usual = torch.float32 if self.device.type == "cpu" else torch.bfloat16
        dtype = getattr(torch, self._dtype, None) if self._dtype else usual
        if not isinstance(dtype, torch.dtype):
            raise UsageError(f"There is no number type {self._dtype!r}.", "Try: bfloat16, float32.")
        try:
            model = XEmoGPTForConditionalGeneration.from_pretrained(self.folder, dtype=dtype)
        except (OSError, ValueError) as error:
            raise self._unloadable(error) from error
        loaded: XEmoGPTForConditionalGeneration = model.to(self.device).eval()
        return loaded

    def describe(self, clips: Sequence[Clip]) -> list[str]:
        """Return what the model says of each clip, whose subtitles go into the prompt as data.

        Raises:
            EmerError: A clip cannot be decoded, or the batch does not fit into memory.
        """
        import torch

        inputs = self.processor(clips=list(clips), subtitles=[c.subtitle.text for c in clips])
        model = self.model
        placed = {name: _placed(value, model) for name, value in inputs.items()}
        try:
            with torch.inference_mode():
                tokens = model.generate(**placed, **self._generate)
        except torch.OutOfMemoryError as error:
            raise EmerError(
                f"The model ran out of memory with {len(clips)} clips at a time.",
                "Give fewer clips at a time (--batch), a shorter answer or a smaller model.",
            ) from error
        return list(self.processor.batch_decode(tokens, skip_special_tokens=True))

    @cached_property
    def assets(self) -> tuple[AssetUse, ...]:
        """The weights: one hash over all their files, each of them hashed."""
        files = sorted(self.folder.glob("*.safetensors"))
        hashes = [hash_file(file) for file in files]
        whole = "".join(f"{file.name} {one}\n" for file, one in zip(files, hashes, strict=True))
        found = hashes[0] if len(hashes) == 1 else hashlib.sha256(whole.encode()).hexdigest()
        name = explainer_name(self.folder)
        return (AssetUse(name=name, sha256=found, licence="as its model card says"),)

    def _unloadable(self, error: Exception) -> UsageError:
        reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error)
        return UsageError(
            f"The XEmoGPT model in {self.folder} cannot be loaded: {reason}",
            "Save or convert it again: a file of it may be cut short.",
        )


def _placed(value: Any, model: XEmoGPTForConditionalGeneration) -> Any:
    """Move a tensor to the model; what is not a number of a token also gets its type."""
    moved = value.to(model.device)
    return moved.to(model.dtype) if moved.is_floating_point() else moved


class XEmoGPTExplainer(DescribedExplainer):
    """Explains clips in the words of an XEmoGPT model, every statement checked.

    Args:
        folder: As `XEmoGPTForConditionalGeneration.save_pretrained` writes it.
        device: See `XEmoGPTDescriber`, as for the arguments down to `do_sample`.
        dtype: See there.
        max_new_tokens: See there.
        num_beams: See there.
        do_sample: See there.
        measured: Explains from measurements, see `DescribedExplainer`.
        extractor: Turns the text into statements; by default the rules.
        generate: Further arguments of the model's `generate`.

    Raises:
        UsageError: The folder does not hold an XEmoGPT model.
        MissingExtra: The extra `train` is not installed.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        device: str | None = None,
        dtype: str | None = None,
        max_new_tokens: int = NEW_TOKENS,
        num_beams: int = 1,
        do_sample: bool = False,
        measured: Explainer | None = None,
        extractor: Extractor | None = None,
        **generate: Any,
    ) -> None:
        self.model = XEmoGPTDescriber(
            folder,
            device=device,
            dtype=dtype,
            max_new_tokens=max_new_tokens,
            num_beams=num_beams,
            do_sample=do_sample,
            **generate,
        )
        super().__init__(self.model, explainer_name(folder), measured=measured, extractor=extractor)

    @property
    def assets(self) -> tuple[AssetUse, ...]:
        """The model's weights."""
        return self.model.assets
