"""Compose the explanation: the cues that matter, in the form the field uses.

"In the video, ... In the audio, ... In the text, ... Overall, ..." (EMER, arXiv:2306.15401).
Wording varies with the clip's hash, never at random, so the same clip always reads the same.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence

from emer.emotions import LABELS, Inference
from emer.emotions.evidence import MODALITIES
from emer.emotions.votes import VOTES
from emer.explainers.sentences import Sentence, write
from emer.explanation import Cue, Emotion, Language, Modality

# More would be a list, not an explanation; the cue table has them all.
PER_MODALITY = 4
CONFLICT = 0.35
# What a cue that votes for nothing (who speaks, how the head is held) weighs against those that do.
UNVOTED = 0.2
CLEAR = 0.25
MOST_TURNS = 3

_OPENINGS: dict[Language, dict[Modality, tuple[str, ...]]] = {
    "en": {
        "visual": ("In the video, ",),
        "auditory": ("In the audio, ",),
        "textual": ("In the text, ",),
    },
    "zh": {
        "visual": ("视频中，",),
        "auditory": ("音频中，",),
        "textual": ("文本中，",),
    },
}
_JOINTS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "together": ("; at the same time, ", ", while ", ", and "),
        "later": (", and then ", "; after that, ", "; later, "),
    },
    "zh": {
        "together": ("，同时", "，与此同时，", "，并且"),
        "later": ("，随后", "，接着", "，之后"),
    },
}
_OVERALL: dict[Language, tuple[str, ...]] = {
    "en": (
        "Overall, the clip appears to express a {first} state ({percent})",
        "Overall, what is shown appears {first} ({percent})",
        "Overall, the impression is {first} ({percent})",
    ),
    "zh": (
        "总体来看，所表达的情绪似乎是{first}（{percent}）",
        "综合来看，画面中的人似乎表现出{first}（{percent}）",
        "总的来说，给人的印象是{first}（{percent}）",
    ),
}
_FURTHER: dict[Language, str] = {
    "en": "To a lesser degree it appears {others}",
    "zh": "其次也显得有些{others}",
}
_TURN: dict[Language, str] = {
    "en": "Over time the expression appears to turn from {before} to {after} at about {at:.1f} s",
    "zh": "随着时间推移，表达似乎在约{at:.1f}秒处由{before}转为{after}",
}
_DISAGREE: dict[Language, str] = {
    "en": "The channels disagree: {readings}",
    "zh": "各通道并不一致：{readings}",
}
_READS: dict[Language, dict[Modality, str]] = {
    "en": {
        "visual": "the picture appears {label}",
        "auditory": "the sound appears {label}",
        "textual": "the words appear {label}",
    },
    "zh": {
        "visual": "画面似乎是{label}",
        "auditory": "声音似乎是{label}",
        "textual": "话语似乎是{label}",
    },
}


def compose(cues: Sequence[Cue], inference: Inference, seed: str, language: Language) -> str:
    """Write the explanation of a clip.

    Args:
        cues: All cues, with ids.
        inference: What they add up to.
        seed: Chooses among equal wordings; the clip's hash.
        language: Of the text.

    Returns:
        A line per modality and one for the whole; sentences that each end with cue ids; empty if
        there is no cue.
    """
    paragraphs = [
        _observed(
            _salient([cue for cue in cues if cue.modality == modality]), modality, seed, language
        )
        for modality in MODALITIES
    ]
    paragraphs.append(_concluded(inference, seed, language))
    return "\n".join(write(sentences, language) for sentences in paragraphs if sentences)


def _salient(cues: Sequence[Cue]) -> list[Cue]:
    """The cues that say most, in order of time; whatever votes comes before what does not."""

    def weight(cue: Cue) -> tuple[bool, float]:
        entry = VOTES.get(cue.kind)
        force = max(abs(weight) for weight in entry.weights.values()) if entry else UNVOTED
        return (cue.kind in ("expression_change", "says"), force * cue.confidence)

    best = sorted(cues, key=weight, reverse=True)[:PER_MODALITY]
    return sorted(best, key=lambda cue: (cue.start, cue.kind != "says", len(cue.id), cue.id))


def _observed(
    cues: Sequence[Cue], modality: Modality, seed: str, language: Language
) -> list[Sentence]:
    """Two cues to a sentence, joined by how they lie in time."""
    sentences = []
    for index in range(0, len(cues), 2):
        pair = cues[index : index + 2]
        text = _clause(pair[0])
        if len(pair) == 2:
            relation = "together" if pair[1].start < pair[0].end else "later"
            joint = _pick(_JOINTS[language][relation], seed, pair[1].id)
            text += joint + _inner(_clause(pair[1]), language)
        if index == 0:
            opening = _pick(_OPENINGS[language][modality], seed, modality)
            text = opening + _inner(text, language)
        sentences.append(Sentence(text, tuple(cue.id for cue in pair)))
    return sentences


def _concluded(inference: Inference, seed: str, language: Language) -> list[Sentence]:
    if not inference.emotions:
        return []
    first, *others = inference.emotions
    opening = _pick(_OVERALL[language], seed, "overall")
    text = opening.format(first=first.label, percent=f"{first.confidence:.0%}")
    sentences = [Sentence(text, first.cues)]
    further = [emotion for emotion in others if emotion.label not in _NEUTRAL]
    if further:
        sentences.append(_further(further[:3], language))
    sentences += _turns(inference, language)
    if inference.conflict.score >= CONFLICT:
        sentences.append(_disagreement(inference, language))
    return sentences


def _further(others: Sequence[Emotion], language: Language) -> Sentence:
    form = "{}（{:.0%}）" if language == "zh" else "{} ({:.0%})"
    labels = [form.format(emotion.label, emotion.confidence) for emotion in others]
    cues = tuple(dict.fromkeys(cue for emotion in others for cue in emotion.cues[:3]))
    return Sentence(_FURTHER[language].format(others=_listed(labels, language)), cues)


def _turns(inference: Inference, language: Language) -> list[Sentence]:
    """Tell how what is clearly expressed changes; faint and neutral moments are passed over."""
    told = [
        moment
        for moment in inference.timeline
        if moment.emotions
        and moment.emotions[0].confidence >= CLEAR
        and moment.emotions[0].label not in _NEUTRAL
    ]
    sentences = []
    for before, after in itertools.pairwise(told):
        first, then = before.emotions[0], after.emotions[0]
        if first.label != then.label:
            text = _TURN[language].format(before=first.label, after=then.label, at=after.start)
            sentences.append(
                Sentence(text, tuple(dict.fromkeys((*first.cues[:2], *then.cues[:2]))))
            )
    return sentences[:MOST_TURNS]


def _disagreement(inference: Inference, language: Language) -> Sentence:
    readings = [reading for reading in inference.conflict.readings if reading.emotions]
    texts = [
        _READS[language][reading.modality].format(label=reading.emotions[0].label)
        for reading in readings
    ]
    cues = tuple(dict.fromkeys(c for reading in readings for c in reading.emotions[0].cues[:2]))
    return Sentence(_DISAGREE[language].format(readings=_listed(texts, language)), cues)


def _clause(cue: Cue) -> str:
    """A statement without its stop; brackets of a quotation would read as ids."""
    return cue.statement.rstrip(" .。").translate(_BRACKETS)


_NEUTRAL = frozenset(LABELS["neutral"].text(language) for language in ("en", "zh"))
_BRACKETS = str.maketrans("[]", "()")


def _inner(text: str, language: Language) -> str:
    """Lower the first letter of a sentence that no longer opens one; ids and quotes stay."""
    if language == "zh" or not text or not text[0].isupper():
        return text
    first = text.split(maxsplit=1)[0]
    return text[0].lower() + text[1:] if first in _OPENERS else text


# First words of statements that are written small inside a sentence.
_OPENERS = frozenset(
    ("The", "A", "An", "One", "In", "For", "It", "Its", "There", "This", "Person", "Somebody",
     "Towards", "Music")
)  # fmt: skip


def _listed(parts: Sequence[str], language: Language) -> str:
    if language == "zh":
        return "、".join(parts)
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def _pick(choices: Sequence[str], seed: str, salt: str) -> str:
    digest = hashlib.sha256(f"{seed}/{salt}".encode()).digest()
    return choices[digest[0] % len(choices)]
