"""What one call of `emer explain` does to each clip; plain data, so that it can cross processes."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from emer.errors import EmerError, LimitError, MediaError
from emer.explanation import Explanation, Language

if TYPE_CHECKING:
    from emer.clip import Clip
    from emer.explainers import ComposedExplainer
    from emer.explainers.chat import Chat
    from emer.explainers.described import DescribedExplainer
    from emer.media import Limits

P = ParamSpec("P")
T = TypeVar("T")

CHUNK = 1 << 20
COMPOSED = "composed"


@dataclass(frozen=True)
class Job:
    """How clips are to be explained.

    Attributes:
        language: Of the explanation.
        speech: Whether to recognise speech where no subtitle is given.
        spoken: Language spoken, ISO 639-1, or None to detect it.
        llm: Model that rewrites the text (.gguf file or MODEL@URL), or None.
        limits: Names and values of `emer.media.Limits` that differ from the defaults.
        explainer: "composed", or the folder of a model.
        batch: Clips that a model reads at a time.
    """

    language: Language = "en"
    speech: bool = True
    spoken: str | None = None
    llm: str | None = None
    limits: tuple[tuple[str, float], ...] = ()
    explainer: str = COMPOSED
    batch: int = 1

    @property
    def at_once(self) -> int:
        """Return how many clips of a folder are explained together."""
        return 1 if self.explainer == COMPOSED else self.batch

    def check(self) -> str:
        """Return the explainer's name in the provenance; raises `EmerError` if there is none."""
        if self.explainer == COMPOSED:
            return COMPOSED
        from emer.explainers.loading import check

        return check(self.explainer)

    def anywhere(self) -> Job:
        """Return the same job with paths that hold in any current folder."""
        explainer, llm = self.explainer, self.llm
        if explainer != COMPOSED:
            explainer = str(Path(explainer).absolute())
        if llm and Path(llm).is_file():
            llm = str(Path(llm).absolute())
        return replace(self, explainer=explainer, llm=llm)

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
        clip = self._opened(path, subtitle)
        explanation = _explainer(self.speech, self.spoken, self.explainer).explain(
            clip, language=self.language, progress=progress
        )
        return self._rewritten(explanation)

    def explain_all(
        self, clips: Sequence[tuple[Path, str | None]]
    ) -> list[Explanation | EmerError]:
        """Explain several clips, a model reading them together.

        Args:
            clips: Each with its subtitle, if there is one.

        Returns:
            An explanation a clip, or the error for which there is none.
        """
        from emer.explainers.described import DescribedExplainer

        explainer = _explainer(self.speech, self.spoken, self.explainer)
        if not isinstance(explainer, DescribedExplainer):
            return [_attempted(self.explain, *clip) for clip in clips]
        opened = [_attempted(self._opened, *clip) for clip in clips]
        good = [clip for clip in opened if not isinstance(clip, EmerError)]
        told = iter(explainer.explain_all(good, language=self.language))
        return [clip if isinstance(clip, EmerError) else next(told) for clip in opened]

    def _opened(self, path: Path, subtitle: str | None) -> Clip:
        from emer.clip import Clip

        return Clip.open(path, subtitle, self.allowed())

    def _rewritten(self, explanation: Explanation) -> Explanation:
        if self.llm is None or not explanation.explanation:
            return explanation
        from emer.explainers.llm_writer import apply

        return apply(explanation, _chat(self.llm))


def _attempted(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | EmerError:
    try:
        return work(*args, **kwargs)
    except EmerError as error:
        return error


@cache
def _explainer(
    speech: bool, spoken: str | None, spec: str
) -> ComposedExplainer | DescribedExplainer:
    """One explainer per process, so that its models are loaded once."""
    from emer.cli.quiet import hush
    from emer.explainers import ComposedExplainer
    from emer.explainers.loading import load

    if spec != COMPOSED and find_spec("transformers") is not None:
        hush()
    return load(spec, measured=ComposedExplainer(speech=speech, spoken=spoken))


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
