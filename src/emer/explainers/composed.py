"""The default explainer: measured cues choose the labels, and the text is composed from them."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from emer import __version__
from emer.clip import Clip
from emer.cues.collect import collect
from emer.cues.speaker import speaking_scores
from emer.emotions import Inference, infer
from emer.emotions.evidence import BYSTANDER
from emer.explainers.base import ExplainerInfo
from emer.explainers.curves import draw
from emer.explainers.prose import compose
from emer.explainers.reliability import reliability
from emer.explanation import (
    AssetUse,
    ClipInfo,
    Explanation,
    Language,
    Modality,
    Person,
    Provenance,
)
from emer.instruments.kit import Instruments, Measured
from emer.measurements import FaceTrack, Measurements

NAME = "composed"
# From this agreement of mouth and voice on, a visible person is taken to be the speaker.
SPEAKS = 0.5


class ComposedExplainer:
    """Explains clips on a laptop, offline, from measurements alone.

    Models are loaded on first use and kept, so one explainer should serve many clips.

    Args:
        speech: Whether to recognise speech where a clip comes without a subtitle.
        spoken: Language spoken, ISO 639-1; None to detect it.
        instruments: Loaded models to share, instead of those the other arguments describe.
    """

    def __init__(
        self,
        *,
        speech: bool = True,
        spoken: str | None = None,
        instruments: Instruments | None = None,
    ) -> None:
        self.instruments = instruments or Instruments(speech=speech, spoken=spoken)

    def explain(
        self,
        clip: Clip,
        *,
        language: Language = "en",
        progress: Callable[[float], None] | None = None,
    ) -> Explanation:
        """Explain one clip.

        Args:
            clip: See `Clip.open`.
            language: Of statements, labels and text.
            progress: Called with the share done, 0..1, now and then.

        Raises:
            MediaError: The file cannot be decoded.
            AssetError: A model is not on this machine.
        """
        return self.explain_measured(clip, language=language, progress=progress)[0]

    def explain_measured(
        self,
        clip: Clip,
        *,
        language: Language = "en",
        progress: Callable[[float], None] | None = None,
    ) -> tuple[Explanation, Measurements]:
        """Explain one clip and return what was measured as well; see `explain`."""
        measured = self.instruments.measure(clip, progress)
        began = time.perf_counter()
        explanation = explain_measurements(clip, measured, language)
        seconds = {**measured.seconds, "explain": round(time.perf_counter() - began, 4)}
        provenance = explanation.provenance.model_copy(
            update={"seconds": seconds, "assets": measured.assets}
        )
        told = explanation.model_copy(update={"provenance": provenance})
        return told, measured.measurements

    def describe(self) -> ExplainerInfo:
        """Return the name and the assets this explainer may use."""
        from emer import assets

        used = [asset for asset in assets.CATALOG if asset.name in Instruments.ASSETS]
        return ExplainerInfo(
            NAME, tuple(AssetUse(name=a.name, sha256=a.sha256, licence=a.licence) for a in used)
        )


def explain_measurements(clip: Clip, measured: Measured, language: Language) -> Explanation:
    """Turn measurements into an explanation: cues, emotions, text. A pure function of both."""
    measurements = measured.measurements
    cues = collect(measurements, language)
    trust = reliability(measurements)
    speaking = speaking_scores(measurements)
    inference = infer(cues, measurements.seconds, trust, _weights(measurements, speaking), language)
    return Explanation(
        language=language,
        clip=ClipInfo(
            name=clip.name,
            sha256=clip.sha256,
            seconds=round(measurements.seconds, 3),
            modalities=_measured(measurements),
        ),
        subtitle=measurements.subtitle,
        people=_people(measurements, speaking),
        cues=tuple(cues),
        emotions=inference.emotions,
        valence=inference.valence,
        arousal=inference.arousal,
        conflict=inference.conflict,
        timeline=inference.timeline,
        explanation=compose(cues, inference, clip.sha256, language),
        curves=draw(measurements),
        provenance=Provenance(
            version=__version__,
            explainer=NAME,
            notes=(*measurements.notes, *_silence(inference)),
        ),
    )


def _measured(measurements: Measurements) -> tuple[Modality, ...]:
    found: list[Modality] = []
    if measurements.faces is not None and measurements.faces.tracks:
        found.append("visual")
    if measurements.voice is not None:
        found.append("auditory")
    if measurements.subtitle.text:
        found.append("textual")
    return tuple(found)


def _weights(measurements: Measurements, speaking: dict[str, float]) -> dict[str, float]:
    """Speakers count in full (without any, the first person), others as bystanders."""
    tracks = measurements.faces.tracks if measurements.faces else ()
    speakers = {track.person for track in tracks if speaking.get(track.person, 0.0) >= SPEAKS}
    main = speakers or {track.person for track in tracks[:1]}
    return {track.person: 1.0 if track.person in main else BYSTANDER for track in tracks}


def _people(measurements: Measurements, speaking: dict[str, float]) -> tuple[Person, ...]:
    scan = measurements.faces
    if scan is None:
        return ()
    return tuple(
        _person(track, len(scan.times), speaking.get(track.person)) for track in scan.tracks
    )


def _person(track: FaceTrack, sampled: int, speaks: float | None) -> Person:
    return Person(
        id=track.person,
        start=round(float(track.times[0]), 3),
        end=round(float(track.times[-1]), 3),
        visible_share=round(min(1.0, len(track.times) / max(sampled, 1)), 3),
        speaks=None if speaks is None else round(float(np.clip(speaks, 0, 1)), 3),
    )


def _silence(inference: Inference) -> tuple[str, ...]:
    """Say that no emotion is named, where none of the cues speaks for one."""
    if inference.emotions:
        return ()
    return ("Nothing that was measured speaks for an emotion, so none is named.",)
