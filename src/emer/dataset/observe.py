"""Observe: what emer measures of a clip, kept by content so that it is measured once."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from emer import __version__
from emer.clip import Clip
from emer.dataset.entry import Entry
from emer.dataset.plan import Observe as Settings
from emer.dataset.stage import digest
from emer.explainers.absences import ABSENCES, look_for
from emer.explanation import Explanation, Language
from emer.media import Limits, audio

if TYPE_CHECKING:
    from emer.explainers.composed import ComposedExplainer

VERSION = 1
_MEASURED = "measured:"


class Kept(Protocol):
    """Where observations are kept; see `emer.dataset.store.Store`."""

    def observation(self, key: str) -> bytes | None:
        """Return what is kept under a key."""
        ...

    def keep_observation(self, key: str, data: bytes) -> None:
        """Keep something under a key."""
        ...


class Observe:
    """Adds the measured cues of emer's composed explainer, and what was looked for in vain.

    Curves and times of work are left out: the first are large, the second never the same.

    Args:
        settings: Of the plan.
        language: Of the statements.
        kept: Where observations are kept.
        measured: Digest of results of `emer explain` that were taken over, "" without any; see
            `take_over`.
        threads: Of the speech recogniser; 0 is its own choice. Does not change a result.
        limits: What may be decoded.
    """

    name = "observe"

    def __init__(
        self,
        settings: Settings,
        language: Language,
        kept: Kept,
        *,
        measured: str = "",
        threads: int = 0,
        limits: Limits | None = None,
    ) -> None:
        self._settings, self._language, self._kept = settings, language, kept
        self._measured, self._threads = measured, threads
        self._limits = limits or Limits()

    def settings(self) -> dict[str, Any]:
        """Return everything that changes a measurement."""
        return {
            "version": VERSION,
            "emer": __version__,
            "language": self._language,
            "speech": self._settings.speech,
            "listen": self._settings.listen,
            "spoken": self._settings.spoken,
            "measured": self._measured,
            "assets": {used.name: used.sha256 for used in self._assets},
        }

    def __call__(self, entry: Entry) -> Entry:
        """Return the entry with what is measured of it.

        Raises:
            MediaError: The clip cannot be decoded, or is not the file that was collected.
            AssetError: A model is not on this machine.
        """
        key = self.key(entry)
        kept = self._taken_over(entry) or self._kept.observation(key)
        if kept is None:
            kept = packed(self._measure(entry))
            self._kept.keep_observation(key, kept)
        return entry.changed(observed=unpacked(kept), heard=self._heard(entry, f"{key}:heard"))

    def measured_before(self, entry: Entry) -> Entry | None:
        """Return the entry with what is kept of it, None if it is not measured yet."""
        kept = self._taken_over(entry) or self._kept.observation(self.key(entry))
        return None if kept is None else entry.changed(observed=unpacked(kept))

    def key(self, entry: Entry) -> str:
        """Return what a measurement is kept under: content, words and settings."""
        return digest([self.name, entry.media.sha256, entry.subtitle, self._own])

    def _taken_over(self, entry: Entry) -> bytes | None:
        if not self._measured:
            return None
        return self._kept.observation(taken_over_key(self._measured, entry.media.sha256))

    def _measure(self, entry: Entry) -> Explanation:
        from emer.errors import MediaError

        with clip_of(entry, self._limits) as clip:
            if clip.sha256 != entry.media.sha256:
                raise MediaError(
                    f"{entry.media.reference} has changed since it was collected.",
                    "Start the build once more with --resume; it is collected anew.",
                )
            explained, measurements = self._explainer.explain_measured(
                clip, language=self._language
            )
        # What is clearly not there refutes whoever says that it is.
        absent = look_for(ABSENCES, measurements, explained.cues, self._language)
        return explained.model_copy(update={"cues": (*explained.cues, *absent)})

    def _heard(self, entry: Entry, key: str) -> str | None:
        """Return what is recognised in a clip whose words are given, if that is wanted."""
        if not (self._settings.listen and entry.subtitle and entry.media.has_audio):
            return None
        kept = self._kept.observation(key)
        if kept is None:
            with clip_of(entry, self._limits) as clip, audio(clip.path, clip.limits) as blocks:
                scan = self._explainer.instruments.sound.scan(
                    blocks, recognise=True, language=self._settings.spoken
                )
            kept = (scan.subtitle.text if scan.subtitle else "").encode()
            self._kept.keep_observation(key, kept)
        return kept.decode()

    @cached_property
    def _own(self) -> str:
        """The settings that a measurement depends on; what is beside it is kept beside it."""
        return digest({**self.settings(), "measured": "", "listen": False})

    @cached_property
    def _assets(self) -> Any:
        from emer.explainers.composed import ComposedExplainer

        return ComposedExplainer(speech=self._settings.speech).describe().assets

    @cached_property
    def _explainer(self) -> ComposedExplainer:
        """One explainer per worker, so that its models are loaded once, and only if needed."""
        from emer.explainers.composed import ComposedExplainer
        from emer.instruments.kit import Instruments

        return ComposedExplainer(
            instruments=Instruments(
                speech=self._settings.speech,
                spoken=self._settings.spoken,
                threads=self._threads,
            )
        )


@contextmanager
def clip_of(entry: Entry, limits: Limits) -> Iterator[Clip]:
    """Open the clip of an entry; a member of a shard is a file of its own meanwhile.

    Raises:
        MediaError: It is missing or broken.
    """
    from emer.training.data.members import media_file

    with media_file(entry.media.reference, Path(), limits) as path:
        yield Clip.open(path, entry.subtitle or None, limits)


def packed(explanation: Explanation) -> bytes:
    """Return an explanation as it is kept, compressed.

    Curves are large; times of work and the name of the file differ where the content does not.
    """
    provenance = explanation.provenance.model_copy(update={"seconds": {}})
    clip = explanation.clip.model_copy(update={"name": explanation.clip.sha256[:16]})
    lean = explanation.model_copy(update={"curves": (), "provenance": provenance, "clip": clip})
    return zlib.compress(lean.to_json().encode(), 1)


def unpacked(data: bytes) -> Explanation:
    """Return what `packed` made."""
    return Explanation.from_json(zlib.decompress(data))


def taken_over_key(measured: str, sha256: str) -> str:
    """Return what a taken-over explanation is kept under."""
    return f"{_MEASURED}{measured}:{sha256}"


def take_over(path: Path, language: Language, kept: Kept) -> str:
    """Keep results of `emer explain` as observations, unless they already are.

    Args:
        path: JSON lines.
        language: That they have to be in.
        kept: Where to.

    Returns:
        The digest of the file, for `Observe`.

    Raises:
        UsageError: The file is missing, or a line is no explanation in this language.
    """
    from emer.errors import UsageError
    from emer.media import sha256

    if not path.is_file():
        raise UsageError(f"There is no file {path} to take measurements from (observe.measured).")
    measured = sha256(path)
    done = f"{_MEASURED}{measured}"
    if kept.observation(done) is not None:
        return measured
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                explanation = Explanation.from_json(line)
            except ValueError as error:
                raise UsageError(
                    f"Line {number} of {path} is no explanation.",
                    "Give what emer explain wrote: one JSON object a line.",
                ) from error
            if explanation.language != language:
                raise UsageError(
                    f"Line {number} of {path} is in {explanation.language!r}, the plan in "
                    f"{language!r}.",
                    f"Explain the clips with --language {language}.",
                )
            kept.keep_observation(
                taken_over_key(measured, explanation.clip.sha256), packed(explanation)
            )
    kept.keep_observation(done, b"done")
    return measured
