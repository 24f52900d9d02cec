"""Explainers: anything that turns a clip into an explanation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from emer.clip import Clip
from emer.explainers.base import Explainer, ExplainerInfo
from emer.explainers.composed import ComposedExplainer
from emer.explanation import Explanation, Language
from emer.media import Limits

__all__ = ["ComposedExplainer", "Explainer", "ExplainerInfo", "explain"]


def explain(
    path: str | Path,
    *,
    subtitle: str | Path | None = None,
    language: Language = "en",
    explainer: Explainer | None = None,
    limits: Limits | None = None,
) -> Explanation:
    """Say which emotions a clip appears to express, and why.

    Args:
        path: A video, audio or image file in any container FFmpeg reads.
        subtitle: The words said, or a .srt, .vtt, .ass or .txt file; None to recognise speech.
        language: "en" or "zh", of statements, labels and text.
        explainer: Another explainer than the default, which is loaded once and kept.
        limits: What may be decoded.

    Raises:
        EmerError: With one plain sentence: the file or subtitle cannot be read, it is above a
            limit, or a model is not on this machine.
    """
    clip = Clip.open(path, subtitle, limits)
    return (explainer or _default()).explain(clip, language=language)


@cache
def _default() -> ComposedExplainer:
    return ComposedExplainer()
