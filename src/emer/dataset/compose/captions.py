"""The description of a clip, and short captions of what is seen and of what is heard."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from emer.dataset.compose.choice import Choice
from emer.dataset.compose.labels import appears
from emer.dataset.compose.phrases import ALONE, CAPTIONS, CONCLUSIONS, OPENINGS, SUBJECTS
from emer.dataset.compose.wording import sentence, together
from emer.explanation import Modality

MODALITIES: tuple[Modality, ...] = ("visual", "auditory", "textual")
# Statements in a description by modality, of its inference, and in a caption.
MOST: Mapping[Modality, int] = MappingProxyType({"visual": 4, "auditory": 4, "textual": 3})
INFERRED, IN_CAPTION = 2, 3
# Characters; a Chinese one says about as much as two or three English ones.
LONG = {"en": 480, "zh": 200}
SHORT = {"en": 200, "zh": 90}


def description(choice: Choice) -> str:
    """Return "In the video, ... In the audio, ... In the text, ..." and the inference.

    A modality without a statement is left out; empty if there is neither statement nor label.
    """
    language = choice.language
    parts = []
    for modality in MODALITIES:
        said = choice.best(modality, MOST[modality], LONG[language])
        if said:
            parts.append(OPENINGS[language][modality].format(together(said, language)))
    for each in choice.best("emotional", INFERRED, LONG[language]):
        parts.append(sentence(each.text, language))
    labels = choice.labels()
    if labels:
        form = choice.pick(CONCLUSIONS[language], "conclusion") if parts else ALONE[language][0]
        parts.append(form.format(appears=appears(labels, language)))
    return (" " if language == "en" else "").join(parts)


def caption(choice: Choice, modality: Literal["visual", "auditory"]) -> str | None:
    """Return one sentence: what is seen or heard, and what that alone appears to express.

    None where nothing is told of the modality.
    """
    language = choice.language
    said = choice.best(modality, IN_CAPTION, SHORT[language])
    if not said:
        return None
    text = together(said, language)
    labels = choice.labels_of(modality, said)
    if not labels:
        return sentence(text, language)
    names = SUBJECTS[language]
    person = modality == "visual" and any(each.subject == names["person"] for each in said)
    form = choice.pick(CAPTIONS[language], f"{modality} caption")
    full = form.format(
        said=text,
        subject=names["person" if person else modality],
        appears=appears(labels, language),
    )
    return full[0].upper() + full[1:]
