"""An explainer whose text a generative model writes and whose every statement is checked.

The clip is measured and explained as ever. What the model says becomes claims (`claims`), each
with the measured cues that agree or contradict; the text is the model's, with its doubts marked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from emer.clip import Clip
from emer.errors import EmerError
from emer.explainers.absences import look_for
from emer.explainers.base import Explainer, ExplainerInfo
from emer.explainers.claimed_text import compose, name_emotions
from emer.explainers.claims import check, wanted
from emer.explainers.composed import ComposedExplainer
from emer.explainers.model_text import ModelText, plain
from emer.explanation import AssetUse, Claim, Emotion, Explanation, Language
from emer.extraction.base import Extractor
from emer.extraction.rules import RulesExtractor
from emer.measurements import Measurements

Progress = Callable[[float], None]
# Measured is not described: the bar stops short of its end while the model writes.
_MEASURED = 0.8


class Describer(Protocol):
    """Anything that describes clips in free text."""

    def describe(self, clips: Sequence[Clip]) -> list[str]:
        """Return one text a clip, in English or Chinese; nothing in it is trusted.

        Args:
            clips: With the words that are known to be said as their subtitles.

        Raises:
            EmerError: The clips cannot be described.
        """
        ...


class DescribedExplainer:
    """Explains clips in the words of a model, beside what was measured.

    Args:
        describer: The model.
        name: Name of the explainer in the provenance.
        assets: The model's files, for the provenance.
        measured: Explains from measurements; only a `ComposedExplainer` also tells what is absent
            from the clip. A new one if None.
        extractor: Turns the text into statements; by default the rules.
    """

    def __init__(
        self,
        describer: Describer,
        name: str,
        *,
        assets: Sequence[AssetUse] = (),
        measured: Explainer | None = None,
        extractor: Extractor | None = None,
    ) -> None:
        self.describer = describer
        self.name = name
        self.measured = measured or ComposedExplainer()
        self.extractor = extractor or RulesExtractor()
        self._assets = tuple(assets)

    @property
    def assets(self) -> tuple[AssetUse, ...]:
        """The model's files."""
        return self._assets

    def explain(
        self, clip: Clip, *, language: Language = "en", progress: Progress | None = None
    ) -> Explanation:
        """Explain one clip.

        Args:
            clip: See `Clip.open`.
            language: Of labels and measured statements; the model's text stays as it is.
            progress: Called with the share done, 0..1, now and then.

        Raises:
            EmerError: The clip cannot be measured or described.
        """
        (result,) = self.explain_all([clip], language=language, progress=progress)
        if isinstance(result, EmerError):
            raise result
        return result

    def explain_all(
        self,
        clips: Sequence[Clip],
        *,
        language: Language = "en",
        progress: Progress | None = None,
    ) -> list[Explanation | EmerError]:
        """Explain several clips, the model reading them together.

        Args:
            clips: As many as fit into memory at a time.
            language: As in `explain`.
            progress: As in `explain`.

        Returns:
            An explanation a clip, or the error for which there is none.
        """
        measured = [
            self._measure(clip, language, _part(progress, index, len(clips)))
            for index, clip in enumerate(clips)
        ]
        known = [
            (index, _worded(clip, found[0]))
            for index, (clip, found) in enumerate(zip(clips, measured, strict=True))
            if not isinstance(found, EmerError)
        ]
        began = time.perf_counter()
        answers = dict(zip((i for i, _ in known), self._ask([c for _, c in known]), strict=True))
        spent = (time.perf_counter() - began) / max(1, len(known))
        results: list[Explanation | EmerError] = []
        for index, found in enumerate(measured):
            if isinstance(found, EmerError):
                results.append(found)
                continue
            answer = answers[index]
            results.append(
                answer if isinstance(answer, EmerError) else self._told(*found, answer, spent)
            )
        return results

    def describe(self) -> ExplainerInfo:
        """Return the name and the assets of both sides."""
        return ExplainerInfo(self.name, (*self.measured.describe().assets, *self.assets))

    def _measure(
        self, clip: Clip, language: Language, progress: Progress | None
    ) -> tuple[Explanation, Measurements | None] | EmerError:
        try:
            if isinstance(self.measured, ComposedExplainer):
                return self.measured.explain_measured(clip, language=language, progress=progress)
            return self.measured.explain(clip, language=language), None
        except EmerError as error:
            return error

    def _ask(self, clips: Sequence[Clip]) -> list[str | EmerError]:
        """Have the clips described together; if that fails, one by one, so that one is to blame."""
        if not clips:
            return []
        try:
            return list(self.describer.describe(clips))
        except EmerError as error:
            if len(clips) == 1:
                return [error]
        return [answer for clip in clips for answer in self._ask([clip])]

    def _told(
        self, composed: Explanation, measurements: Measurements | None, answer: str, spent: float
    ) -> Explanation:
        told = plain(answer)
        notes = list(told.notes)
        update: dict[str, object] = {}
        if told.sentences:
            update, further = self._checked(composed, measurements, told)
            notes += further
        else:
            notes.append("The explanation is the one composed from the measurements alone.")
        origin = composed.provenance
        provenance = origin.model_copy(
            update={
                "explainer": self.name,
                "assets": (*origin.assets, *self.assets),
                "seconds": {**origin.seconds, "describe": round(spent, 4)},
                "notes": (*origin.notes, *notes),
            }
        )
        return composed.model_copy(update={**update, "provenance": provenance})

    def _checked(
        self, composed: Explanation, measurements: Measurements | None, told: ModelText
    ) -> tuple[dict[str, object], list[str]]:
        language = composed.language
        lists = self.extractor.extract(told.text, composed.clip.name)
        cues = composed.cues
        if measurements is not None:
            names = wanted(lists, language)
            cues = (*cues, *look_for(names, measurements, cues, language))
        claims = check(lists, cues, language, emotions=composed.emotions, valence=composed.valence)
        if not claims:
            return {}, ["The model's answer claims nothing, so the composed explanation stands."]
        emotions = name_emotions(claims, composed.emotions, language)
        update: dict[str, object] = {
            "cues": cues,
            "claims": claims,
            "explanation": compose(told.sentences, claims, language),
            "emotions": emotions or composed.emotions,
        }
        return update, [_summary(claims), _labels(emotions)]


def _part(progress: Progress | None, index: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda share: progress(_MEASURED * (index + share) / count)


def _worded(clip: Clip, explanation: Explanation) -> Clip:
    """Give the model the words that were recognised, if none were given."""
    return clip.model_copy(update={"subtitle": explanation.subtitle})


def _summary(claims: Sequence[Claim]) -> str:
    count = {
        status: sum(claim.status == status for claim in claims)
        for status in ("supported", "contradicted", "unchecked")
    }
    return (
        f"The text is a model's own; of its {len(claims)} statements the measurements support "
        f"{count['supported']}, contradict {count['contradicted']} and say nothing about "
        f"{count['unchecked']}."
    )


def _labels(emotions: Sequence[Emotion]) -> str:
    if not emotions:
        return "The model names no emotion, so the labels are those of the measurements."
    return (
        "The labels are those that the text names. Their confidence is the mean of how far the "
        "text could be confirmed and what the measurements give the same emotion; valence, "
        "arousal and the time line are measured."
    )
