"""What one call of `emer explain` does to each clip; plain data, so that it can cross processes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from emer.errors import LimitError, MediaError
from emer.explanation import Explanation, Language

if TYPE_CHECKING:
    from emer.explainers import ComposedExplainer
    from emer.explainers.chat import Chat
    from emer.media import Limits

CHUNK = 1 << 20


@dataclass(frozen=True)
class Job:
    """How clips are to be explained.

    Attributes:
        language: Of the explanation.
        speech: Whether to recognise speech where no subtitle is given.
        spoken: Language spoken, ISO 639-1, or None to detect it.
        llm: Model that rewrites the text (.gguf file or MODEL@URL), or None.
        limits: Names and values of `emer.media.Limits` that differ from the defaults.
    """

    language: Language = "en"
    speech: bool = True
    spoken: str | None = None
    llm: str | None = None
    limits: tuple[tuple[str, float], ...] = ()

    def allowed(self) -> Limits:
        """Return the limits on what may be decoded; raises `UsageError` if one makes no sense."""
        from emer.media import Limits

        return Limits(**dict(self.limits))  # type: ignore[arg-type]

    def explain(
        self,
        path: Path,
        subtitle: str | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Explanation:
        """Explain one clip; raises `emer.errors.EmerError` with a plain sentence if it cannot."""
        from emer.clip import Clip

        clip = Clip.open(path, subtitle, self.allowed())
        explanation = _explainer(self.speech, self.spoken).explain(
            clip, language=self.language, progress=progress
        )
        return self._rewritten(explanation)

    def _rewritten(self, explanation: Explanation) -> Explanation:
        if self.llm is None or not explanation.explanation:
            return explanation
        from emer.explainers.llm_writer import apply

        return apply(explanation, _chat(self.llm))


@cache
def _explainer(speech: bool, spoken: str | None) -> ComposedExplainer:
    """One explainer per process, so that its models are loaded once."""
    from emer.explainers import ComposedExplainer

    return ComposedExplainer(speech=speech, spoken=spoken)


@cache
def _chat(llm: str) -> Chat:
    from emer.explainers.chat import connect

    return connect(llm)


@contextmanager
def standard_input(path: str, job: Job) -> Iterator[Path]:
    """Give the path itself, or for "-" a temporary file with what standard input held.

    Raises:
        MediaError: Standard input is a terminal or empty.
        LimitError: More bytes than the limit.
    """
    if path != "-":
        yield Path(path)
        return
    if sys.stdin.isatty():
        raise MediaError("There is no clip on standard input.", "Try: emer explain - < clip.mp4")
    limit = job.allowed().max_bytes
    with tempfile.NamedTemporaryFile(prefix="emer-", suffix=".media") as kept:
        size = 0
        while chunk := sys.stdin.buffer.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise LimitError(
                    f"Standard input holds more than the limit of {limit} bytes.",
                    "Raise it with --max-bytes.",
                )
            kept.write(chunk)
        kept.flush()
        if not size:
            raise MediaError("Standard input is empty.", "Try: emer explain - < clip.mp4")
        yield Path(kept.name)
