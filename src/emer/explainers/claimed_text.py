"""The model's sentences with their claims cited and their doubts marked, and the labels it names.

A sentence ends with the ids of its claims and of the cues that agree or contradict; before them,
in parentheses, stands what the measurements do not bear out. A model cannot write such a remark
itself: its own brackets have been taken out (`model_text`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emer.emotions.labels import LABELS
from emer.explainers.claim_emotions import Feeling, agreeing
from emer.explainers.claims import felt
from emer.explainers.sentences import Sentence, write
from emer.explanation import Claim, Emotion, Language
from emer.extraction.answers import content_keys

MOST_LABELS = 8
_OPENS = re.compile(
    r"In the (?:video|audio|text)\b|Overall\b|In (?:summary|conclusion)\b|Therefore\b|Based on\b"
    r"|视频|画面|音频|文本|字幕|总体|总的|综合|综上|因此"
)
# What a label keeps of the text's share where the measurements say the opposite.
CONTRADICTED = 0.5

_REMARKS: dict[Language, dict[str, str]] = {
    "en": {
        "unchecked": "not confirmed by any measurement",
        "contradicted": "contradicted by {}",
        "open": " (",
        "joint": "; ",
        "close": ")",
        "comma": ", ",
    },
    "zh": {
        "unchecked": "未经测量证实",
        "contradicted": "与{}不符",
        "open": "（",
        "joint": "；",
        "close": "）",
        "comma": "、",
    },
}


def compose(sentences: Sequence[str], claims: Sequence[Claim], language: Language) -> str:
    """Write the model's sentences, each with its claims and cues.

    Args:
        sentences: As `model_text.plain` gives them.
        claims: What was found in them, checked.
        language: Of the remarks.

    Returns:
        Sentences that each end with ids in brackets, on a new line where the model turns to
        another modality or to its conclusion. One that repeats others cites theirs; one
        in which no claim was found is left out.
    """
    own = assigned(sentences, claims)
    paragraphs: list[list[Sentence]] = []
    for sentence, found in zip(sentences, own, strict=True):
        said = found or _repeated(sentence, claims)
        if said:
            cues = [cue for one in said for cue in (*one.supported_by, *one.contradicted_by)]
            ids = dict.fromkeys([*(one.id for one in said), *cues])
            if not paragraphs or _OPENS.match(sentence):
                paragraphs.append([])
            paragraphs[-1].append(Sentence(sentence + remark(said, language), tuple(ids)))
    return "\n".join(write(paragraph, language) for paragraph in paragraphs)


def assigned(sentences: Sequence[str], claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return the claims of each sentence: each goes to the one it shares most words with."""
    keys = [set(content_keys(sentence)) for sentence in sentences]
    own: list[list[Claim]] = [[] for _ in sentences]
    for claim in claims:
        said = set(content_keys(claim.statement))
        shared = [len(said & known) for known in keys]
        own[shared.index(max(shared))].append(claim)
    return own


def _repeated(sentence: str, claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims whose words all stand in a sentence that has none of its own."""
    known = set(content_keys(sentence))
    said = [(claim, set(content_keys(claim.statement))) for claim in claims]
    return [claim for claim, keys in said if keys and keys <= known]


def remark(claims: Sequence[Claim], language: Language) -> str:
    """Return in parentheses what the measurements do not bear out; nothing if there is nothing.

    The claims are named where they differ.
    """
    words = _REMARKS[language]
    said = [(claim, _doubt(claim, language)) for claim in claims]
    doubted = [(claim, doubt) for claim, doubt in said if doubt]
    if not doubted:
        return ""
    groups: dict[str, list[str]] = {}
    for claim, doubt in doubted:
        groups.setdefault(doubt, []).append(claim.id)
    if len(groups) == 1 and len(doubted) == len(claims):
        return f"{words['open']}{next(iter(groups))}{words['close']}"
    space = "" if language == "zh" else " "
    parts = [f"{words['comma'].join(ids)}{space}{doubt}" for doubt, ids in groups.items()]
    return f"{words['open']}{words['joint'].join(parts)}{words['close']}"


def _doubt(claim: Claim, language: Language) -> str:
    words = _REMARKS[language]
    if claim.status == "contradicted":
        return words["contradicted"].format(words["comma"].join(claim.contradicted_by))
    return words["unchecked"] if claim.status == "unchecked" else ""


def name_emotions(
    claims: Sequence[Claim], measured: Sequence[Emotion], language: Language
) -> tuple[Emotion, ...]:
    """Return the labels that the claims name, most confident first.

    A model gives no probability for what it writes. So the confidence is the mean of two shares
    that can be told: how far the text as a whole could be confirmed (`trust`), and what the
    measurements give the same family of emotion, 0 if they do not name it. Where they say the
    opposite the first share counts half.

    Args:
        claims: Of the model, checked.
        measured: What the cues add up to.
        language: Of the labels.
    """
    share = trust(claims)
    best: dict[str, Emotion] = {}
    for claim in claims:
        for one in felt(claim, language):
            emotion = _emotion(one, claim, measured, share, language)
            if emotion.label not in best or emotion.confidence > best[emotion.label].confidence:
                best[emotion.label] = emotion
    return tuple(sorted(best.values(), key=lambda one: -one.confidence)[:MOST_LABELS])


def trust(claims: Sequence[Claim]) -> float:
    """Return how far a text could be confirmed, 0..1, by Laplace's rule of succession.

    0.5 where nothing could be checked, and near the share of supported claims where much was.
    """
    supported = sum(claim.status == "supported" for claim in claims)
    contradicted = sum(claim.status == "contradicted" for claim in claims)
    return (supported + 1) / (supported + contradicted + 2)


def _emotion(
    one: Feeling, claim: Claim, measured: Sequence[Emotion], share: float, language: Language
) -> Emotion:
    alike = agreeing(one, measured)
    strength = max((emotion.confidence for emotion in alike), default=0.0)
    opposite = not alike and claim.status == "contradicted"
    told = share * CONTRADICTED if opposite else share
    return Emotion(
        label=LABELS[one.label].text(language),
        confidence=round((told + strength) / 2, 3),
        cues=tuple(dict.fromkeys(cue for emotion in alike for cue in emotion.cues)),
    )
