"""What an explainer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from emer.clip import Clip
from emer.explanation import AssetUse, Explanation, Language


@dataclass(frozen=True)
class ExplainerInfo:
    """What an explainer says of itself.

    Attributes:
        name: Name recorded in the provenance.
        assets: Model files it uses.
    """

    name: str
    assets: tuple[AssetUse, ...]


@runtime_checkable
class Explainer(Protocol):
    """Anything that turns a clip into an explanation."""

    def explain(self, clip: Clip, *, language: Language = "en") -> Explanation:
        """Explain one clip; raises `emer.errors.EmerError` with a plain sentence if it cannot."""
        ...

    def describe(self) -> ExplainerInfo:
        """Return what the explainer is and which assets it uses."""
        ...
