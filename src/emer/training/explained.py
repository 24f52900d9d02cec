"""Captions and answers composed from emer's own explanation of a clip.

This is distillation: whoever learns from these texts learns what emer measures and infers, and
can know no more than that. Nothing is said that no cue carries; nobody is described.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from emer.cues.face_words import WORDS
from emer.cues.words_rules import kinds
from emer.cues.words_statements import STATEMENTS, label_name
from emer.emotions.votes import VOTES
from emer.errors import UsageError
from emer.explainers.composed import SPEAKS
from emer.explainers.prose import CLEAR
from emer.explanation import Cue, Emotion, Explanation, Modality
from emer.training.captions import EMOTIONS, heard, joined, voice_caption
from emer.training.captions import KINDS as HEARD

CHANGE = "expression_change"
SEEN = frozenset([*WORDS, CHANGE, "speaking", "listening"])
"""Kinds of visual cues that are worded; the others tell what could not be measured."""
SAID = frozenset([*kinds(), *(kind for kind in VOTES if kind.startswith("text_"))])
"""Kinds of textual cues that are worded, without quoting."""

_NOT_TOLD = frozenset(["voice_absent", "speech_not_understood"])
_MOUTH = {
    "speaking": "moves the mouth with the speech",
    "listening": "keeps the mouth still while there is speech",
}
_HOW = (" slightly", " strongly")
_WHO = re.compile(r"^(?:The person|Person \S+) (.+)\.$")
_SUBJECT = "the words "
_QUOTED = re.compile(r"(?::| with)? ?\{said\}")

_PLAIN = ("The person {did}.", "In view, the person {did}.")
_CAPTIONS = (
    "The person {did}, and appears {emotion}.",
    "A person who appears {emotion} {did}.",
    "The face appears {emotion}: the person {did}.",
    "The person {did}; the expression appears {emotion}.",
)
_CONCLUSIONS = (
    "Based on these cues, the person appears {emotion}.",
    "Taken together, the person appears {emotion}.",
    "Overall, the person appears {emotion}.",
    "This suggests that the person appears {emotion}.",
)
_IN_CAPTION, _IN_ANSWER, _OF_WORDS = 3, 4, 2


class Texts(NamedTuple):
    """What a clip is worded as; None where nothing was measured to say it.

    Attributes:
        vecb: A sentence about what is seen (stage 1).
        aecb: A sentence about what is heard (stage 2).
        instruct: "In the video, ... In the audio, ..." and an inference (stage 3).
    """

    vecb: str | None
    aecb: str | None
    instruct: str | None


def texts(explanation: Explanation, *, variant: int = 0) -> Texts:
    """Word an explanation for the three stages.

    A caption names what its own modality suggests, so that it can be learnt from that modality;
    an answer names what all of them do.

    Args:
        explanation: In English, from the composed explainer.
        variant: Any whole number from 0; the same one always gives the same wording.

    Raises:
        UsageError: Not in English, or a negative variant.
    """
    if explanation.language != "en":
        raise UsageError("Only explanations in English are worded.", 'Explain with language="en".')
    if variant < 0:
        raise UsageError(f"There is no variant {variant}.", "Give a whole number from 0.")
    readings = {each.modality: each.emotions for each in explanation.conflict.readings}
    seen, sounds, words = (_salient(explanation, each) for each in MODALITIES)
    sight, sound = (_label(readings.get(each, ())) for each in MODALITIES[:2])
    return Texts(
        vecb=_visual_caption(seen[:_IN_CAPTION], sight, variant) if seen else None,
        aecb=voice_caption(sound, "normal", sounds, variant=variant) if sounds and sound else None,
        instruct=_answer(seen, sounds, words, explanation.emotions, variant),
    )


MODALITIES: tuple[Modality, ...] = ("visual", "auditory", "textual")


def _salient(explanation: Explanation, modality: Modality) -> list[Cue]:
    """Return the cues to word, one of a kind: what speaks for an emotion first, then the surest."""
    known = {"visual": SEEN, "auditory": HEARD - _NOT_TOLD, "textual": SAID}[modality]
    who = _main_person(explanation)
    cues = [
        cue
        for cue in explanation.cues
        if cue.modality == modality and cue.kind in known and cue.person in (None, who)
    ]
    cues.sort(key=lambda cue: (_weight(cue), -cue.confidence, cue.start, cue.kind))
    first = {cue.kind: cue for cue in reversed(cues)}
    return [cue for cue in cues if first[cue.kind] is cue]


def _weight(cue: Cue) -> int:
    return 0 if cue.kind == CHANGE or cue.kind in VOTES else 1


def _main_person(explanation: Explanation) -> str | None:
    """Return whom the text is about: who speaks, else who is most visible."""
    people = explanation.people
    speaking = [each for each in people if (each.speaks or 0.0) >= SPEAKS]
    return next((each.id for each in (*speaking, *people)), None)


def _label(emotions: Iterable[Emotion]) -> str | None:
    return next((each.label for each in emotions if each.label in EMOTIONS), None)


def _visual_caption(cues: Sequence[Cue], emotion: str | None, variant: int) -> str:
    forms = _PLAIN if emotion is None else _CAPTIONS
    return forms[variant % len(forms)].format(did=_did(cues), emotion=emotion)


def _answer(
    seen: Sequence[Cue],
    sounds: Sequence[Cue],
    words: Sequence[Cue],
    emotions: Sequence[Emotion],
    variant: int,
) -> str | None:
    """Compose an answer; None without a cue in picture or sound, or without an emotion."""
    if not (seen or sounds) or not emotions:
        return None
    parts = [f"In the video, the person {_did(seen[:_IN_ANSWER])}."] if seen else []
    parts += [heard(sounds[:_IN_ANSWER], variant=variant)] if sounds else []
    parts += [f"In the text, {_said(words)}."] if words else []
    conclusion = _CONCLUSIONS[variant % len(_CONCLUSIONS)]
    return " ".join([*parts, conclusion.format(emotion=_inferred(emotions))])


def _inferred(emotions: Sequence[Emotion]) -> str:
    """Return the leading label, and the next one where it is clear."""
    first, *others = emotions
    second = [each.label for each in others if each.confidence >= CLEAR][:1]
    return joined([first.label, *second])


def _did(cues: Sequence[Cue]) -> str:
    """Return what a person does as one predicate, in order of time; a change comes last."""
    change = "".join(_predicate(cue) for cue in cues if cue.kind == CHANGE)
    single = sorted((cue for cue in cues if cue.kind != CHANGE), key=lambda cue: cue.start)
    parts = [_predicate(cue) for cue in single if _bare(cue.kind) not in change]
    return joined([*parts, *([change] if change else [])])


def _bare(kind: str) -> str:
    return WORDS[kind].en.format(how="") if kind in WORDS else _MOUTH[kind]


def _predicate(cue: Cue) -> str:
    """Return what a cue says the person does, without times and names."""
    if cue.kind == CHANGE:
        found = _WHO.match(cue.statement)
        if found is None:
            raise UsageError(f"The change of expression {cue.statement!r} cannot be worded.")
        return found[1]
    if cue.kind in _MOUTH:
        return _MOUTH[cue.kind]
    how = next((each for each in _HOW if each in cue.statement), "")
    return WORDS[cue.kind].en.format(how=how)


def _said(cues: Sequence[Cue]) -> str:
    """Return what the words do, without quoting them; that they suggest nothing, if that is all."""
    telling = [cue.kind for cue in cues if cue.kind != "text_neutral"] or ["text_neutral"]
    clauses = [said(kind) for kind in telling[:_OF_WORDS]]
    if all(clause.startswith(_SUBJECT) for clause in clauses):
        return _SUBJECT + joined([clause.removeprefix(_SUBJECT) for clause in clauses])
    return joined(clauses)


def said(kind: str) -> str:
    """Return a textual cue as a clause.

    Args:
        kind: One of `SAID`.
    """
    form, label = STATEMENTS.get(kind, {"en": ""})["en"], ""
    for start, template in (("emotion_word_", "emotion_word"), ("text_", "text")):
        if kind.startswith(start):
            label = label_name(kind.removeprefix(start), "en")
            form = STATEMENTS["text_neutral" if label == "neutral" else template]["en"]
    words = _QUOTED.sub("", form.partition(" (")[0]).replace("{label}", label).rstrip(".")
    return words[0].lower() + words[1:]
