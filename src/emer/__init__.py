"""Explainable multimodal emotion recognition.

>>> import emer
>>> result = emer.explain("clip.mp4")  # doctest: +SKIP
>>> result.emotions[0].label  # doctest: +SKIP
'joyful'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Loaded on first use, so that `import emer` stays fast.
_HOMES = {
    "Clip": "emer.clip",
    "Cue": "emer.explanation",
    "EmerError": "emer.errors",
    "Emotion": "emer.explanation",
    "Evidence": "emer.explanation",
    "Explainer": "emer.explainers",
    "Explanation": "emer.explanation",
    "Limits": "emer.media",
    "explain": "emer.explainers",
}

__all__ = [
    "Clip",
    "Cue",
    "EmerError",
    "Emotion",
    "Evidence",
    "Explainer",
    "Explanation",
    "Limits",
    "__version__",
    "explain",
]

if TYPE_CHECKING:
    from emer.clip import Clip
    from emer.errors import EmerError
    from emer.explainers import Explainer, explain
    from emer.explanation import Cue, Emotion, Evidence, Explanation
    from emer.media import Limits


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'emer' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
