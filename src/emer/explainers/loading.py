"""The explainers by name: `composed`, or the folder of a model."""

from __future__ import annotations

from pathlib import Path

from emer.explainers.composed import NAME as COMPOSED
from emer.explainers.composed import ComposedExplainer
from emer.explainers.described import DescribedExplainer


def load(
    spec: str = COMPOSED, *, measured: ComposedExplainer | None = None, device: str | None = None
) -> ComposedExplainer | DescribedExplainer:
    """Return an explainer.

    Args:
        spec: "composed", or the folder of an XEmoGPT model.
        measured: Explains from measurements, alone or beside the model; a new one if None.
        device: Where a model runs, e.g. "cuda:1"; chosen if None.

    Raises:
        UsageError: The folder does not hold an XEmoGPT model.
        MissingExtra: The extra `train` is not installed.
    """
    measured = measured or ComposedExplainer()
    if spec == COMPOSED:
        return measured
    from emer.explainers.xemogpt import XEmoGPTExplainer

    return XEmoGPTExplainer(Path(spec), measured=measured, device=device)


def check(spec: str) -> str:
    """Return the name that the provenance will give an explainer, without loading it.

    Raises:
        UsageError: The folder does not hold an XEmoGPT model.
        MissingExtra: The extra `train` is not installed.
    """
    if spec == COMPOSED:
        return COMPOSED
    from emer.explainers.xemogpt import check_folder, explainer_name

    return explainer_name(check_folder(spec))
