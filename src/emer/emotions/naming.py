"""Choose words: from probabilities over families to open-vocabulary labels with their cues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emer.emotions.evidence import NAMES, Floats, Vote, overlap
from emer.emotions.labels import LABELS, PLAIN, Family
from emer.emotions.votes import VOTES
from emer.explanation import Emotion, Language

# Families less likely than this, or than this share of the first, are not worth a word.
FLOOR = 0.07
SHARE = 0.12
MOST = 6
CITED = 6


def name_emotions(
    probabilities: Floats,
    votes: Sequence[Vote],
    start: float,
    end: float,
    language: Language,
) -> tuple[Emotion, ...]:
    """Turn probabilities into labels, most confident first, each with the cues behind it.

    A family is named only if some cue in the window speaks for it. Neutral is the exception:
    it may rest on all cues of the window, none of which says more.

    Args:
        probabilities: Over `NAMES`, shape [families].
        votes: Votes of the cues, of which those in the window count.
        start: Start of the window in seconds.
        end: End of the window in seconds.
        language: Of the labels.
    """
    inside = [vote for vote in votes if overlap(vote.cue, start, end) > 0]
    named = []
    threshold = max(FLOOR, SHARE * float(probabilities.max()))
    for index in sorted(range(len(NAMES)), key=lambda i: -probabilities[i]):
        if probabilities[index] < threshold:
            break
        behind = supporters(inside, index)
        if not behind and NAMES[index] == "neutral":
            behind = inside
        if behind:
            word = _word(NAMES[index], behind, index)
            named.append(_emotion(word, float(probabilities[index]), behind, language))
    return (*named, *_mixed(probabilities, inside, language))[: MOST + 1]


def supporters(votes: Sequence[Vote], index: int) -> list[Vote]:
    """Return the votes for a family, strongest first."""
    behind = [vote for vote in votes if vote.weights[index] > 0]
    return sorted(behind, key=lambda vote: -vote.weights[index])


def changed(
    before: Emotion, after: Emotion, families: tuple[Family, Family], language: Language
) -> Emotion | None:
    """Return the label for a turn from one family to another, if there is a word for it.

    Fear, worry or anger that gives way to joy is relief (Ortony, Clore & Collins 1988, ch. 6);
    sadness that gives way to joy, or joy to sadness, is bittersweet taken together.
    """
    first, second = families
    word = None
    if second == "joy" and first in ("fear", "worry"):
        word = "relieved"
    elif {first, second} == {"joy", "sadness"}:
        word = "bittersweet"
    if word is None:
        return None
    return Emotion(
        label=LABELS[word].text(language),
        confidence=round(min(before.confidence, after.confidence) * 0.8, 3),
        cues=tuple(dict.fromkeys((*before.cues[:3], *after.cues[:3]))),
    )


def _word(family: Family, behind: Sequence[Vote], index: int) -> str:
    """Return the finest label that carries at least half of the family's support."""
    total = sum(vote.weights[index] for vote in behind)
    finer: dict[str, float] = {}
    for vote in behind:
        entry = VOTES[vote.cue.kind]
        if entry.label and next(iter(entry.weights)) == family:
            finer[entry.label] = finer.get(entry.label, 0.0) + float(vote.weights[index])
    if finer:
        best = max(finer, key=lambda label: finer[label])
        if finer[best] >= total / 2:
            return best
    return PLAIN[family]


def _emotion(word: str, confidence: float, behind: Sequence[Vote], language: Language) -> Emotion:
    return Emotion(
        label=LABELS[word].text(language),
        confidence=round(confidence, 3),
        cues=tuple(dict.fromkeys(vote.cue.id for vote in behind[:CITED])),
    )


def _mixed(
    probabilities: Floats, inside: Sequence[Vote], language: Language
) -> tuple[Emotion, ...]:
    """Labels for evidence that is mixed at one time."""
    by_name: Mapping[Family, float] = dict(zip(NAMES, map(float, probabilities), strict=True))
    mixed: list[tuple[str, float, tuple[Family, ...]]] = []
    if min(by_name["joy"], by_name["sadness"]) >= 0.2:
        mixed.append(("bittersweet", min(by_name["joy"], by_name["sadness"]), ("joy", "sadness")))
    strain: tuple[Family, ...] = ("worry", "fear", "anger")
    if sum(by_name[name] for name in strain) >= 0.5 and max(by_name.values()) < 0.4:
        mixed.append(("tense", sorted(by_name[name] for name in strain)[1], strain))
    emotions = []
    for word, confidence, families in mixed:
        behind = [v for name in families for v in supporters(inside, NAMES.index(name))[:2]]
        if behind:
            emotions.append(_emotion(word, confidence, behind, language))
    return tuple(emotions)
