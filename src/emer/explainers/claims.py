"""Check what a model said against what was measured: each statement by what it claims.

A statement is supported by cues of the kinds it names, contradicted by cues that say the
opposite, and otherwise left unchecked: that nothing was measured is no evidence against it.
Everything is deterministic and uses word lists alone (`claim_words`, `claim_emotions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from emer.cues.events import EVENTS
from emer.explainers.claim_emotions import SURE, Feeling, agreeing, feelings, opposed
from emer.explainers.claim_words import ABSENT, Named, concepts, read
from emer.explainers.llm_checks import quoted, same
from emer.explanation import Claim, Cue, Emotion, Language
from emer.extraction.base import CueLists
from emer.extraction.sentences import language_of

ClaimModality = Literal["visual", "auditory", "textual", "emotional"]

# An opposite cue contradicts where it is at least this sure and lasts for this share of the time
# that its modality was measured: elsewhere in the clip the claim may be true.
LEAST_SURE, LEAST_SHARE = 0.4, 0.5
# A sound event is short by nature; it has to be surer instead.
SURE_EVENT = 0.6
# Characters; shorter words are part of many sentences and have to be the whole of one.
SHORTEST_QUOTE = 4

_EVENT_KINDS = frozenset(event.kind for event in EVENTS)
_SUBTITLE = "Subtitle text:"


@dataclass
class _Verdict:
    """Ids of the cues for and against a statement, so far."""

    agree: list[str] = field(default_factory=list)
    disagree: list[str] = field(default_factory=list)


def check(
    lists: CueLists,
    cues: Sequence[Cue],
    language: Language,
    *,
    emotions: Sequence[Emotion] = (),
    valence: float = 0.0,
) -> tuple[Claim, ...]:
    """Check each statement of a model against the cues of the clip.

    Args:
        lists: Statements by modality, as an extractor gives them.
        cues: What was measured, `emer.explainers.absences` included.
        language: Of the statements whose script does not tell it.
        emotions: What the cues add up to, most confident first.
        valence: Measured valence, -1..1.

    Returns:
        One claim a statement, numbered m1, m2, ...: what is seen, then heard, said and inferred.
    """
    cues = tuple(cues)
    claims: list[Claim] = []
    for modality, statement in _sorted(lists):
        spoken = statement_language(statement, language)
        if modality == "textual":
            verdict = _quotation(statement, cues)
        elif modality == "emotional":
            verdict = _inferred(statement, spoken, emotions, valence)
        else:
            verdict = _observed(statement, spoken, cues, emotions, valence)
        claims.append(_claim(f"m{len(claims) + 1}", modality, statement, verdict, cues))
    return tuple(claims)


def statement_language(statement: str, otherwise: Language) -> Language:
    """Return the language of a statement by its script."""
    return language_of(statement) if any(c.isalpha() for c in statement) else otherwise


def wanted(lists: CueLists, language: Language) -> set[str]:
    """Return the names of the concepts that the statements of a model name."""
    return {
        one.concept.name
        for _, statement in _sorted(lists)
        for one in read(statement, statement_language(statement, language))
    }


def felt(claim: Claim, language: Language) -> list[Feeling]:
    """Return the emotions that a claim asserts, denied and doubtful ones left out."""
    spoken = statement_language(claim.statement, language)
    observed = claim.modality in ("visual", "auditory") and read(claim.statement, spoken)
    if claim.modality == "textual" or observed:
        return []
    return [one for one in feelings(claim.statement, spoken) if one.denied is False]


def _sorted(lists: CueLists) -> list[tuple[ClaimModality, str]]:
    said = [one for one in lists.auditory if one.startswith(_SUBTITLE)]
    heard = [one for one in lists.auditory if not one.startswith(_SUBTITLE)]
    groups: tuple[tuple[ClaimModality, Iterable[str]], ...] = (
        ("visual", lists.visual),
        ("auditory", heard),
        ("textual", said),
        ("emotional", lists.emotional),
    )
    return [(modality, one) for modality, statements in groups for one in statements]


def _claim(
    id: str, modality: ClaimModality, statement: str, verdict: _Verdict, cues: Sequence[Cue]
) -> Claim:
    agree, disagree = (tuple(dict.fromkeys(x)) for x in (verdict.agree, verdict.disagree))
    # A statement is as true as its parts: one part refuted refutes it.
    status: Literal["supported", "contradicted", "unchecked"] = (
        "contradicted" if disagree else "supported" if agree else "unchecked"
    )
    behind = disagree or agree
    known = [cue.confidence for cue in cues if cue.id in behind]
    return Claim(
        id=id,
        modality=modality,
        statement=statement,
        status=status,
        supported_by=agree,
        contradicted_by=disagree,
        confidence=max(known, default=None),
    )


def _observed(
    statement: str,
    language: Language,
    cues: Sequence[Cue],
    emotions: Sequence[Emotion],
    valence: float,
) -> _Verdict:
    named = read(statement, language)
    if not named:
        return _inferred(statement, language, emotions, valence)
    verdict = _Verdict()
    for one in named:
        present = [cue for cue in cues if cue.kind in one.concept.kinds]
        absent = [cue for cue in cues if cue.kind == one.concept.name + ABSENT]
        if one.denied is True:
            verdict.agree += _ids(absent)
            verdict.disagree += _ids(cue for cue in present if cue.confidence >= LEAST_SURE)
        elif one.denied is False:
            verdict.agree += _ids(present)
            if not present:
                verdict.disagree += _ids(absent) or _ids(_against(one, cues))
    return verdict


def _against(named: Named, cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues of opposites that hold for most of the clip, about the only person in it."""
    kinds = {kind for name in named.concept.opposites for kind in concepts()[name].kinds}
    found = [cue for cue in cues if cue.kind in kinds and _holds(cue, cues)]
    people = {cue.person for cue in cues if cue.modality == "visual" and cue.person}
    return [cue for cue in found if cue.modality != "visual" or len(people) <= 1]


def _holds(cue: Cue, cues: Sequence[Cue]) -> bool:
    if cue.kind in _EVENT_KINDS:
        return cue.confidence >= SURE_EVENT
    own = [other for other in cues if other.modality == cue.modality]
    measured = max(other.end for other in own) - min(other.start for other in own)
    return cue.confidence >= LEAST_SURE and cue.end - cue.start >= LEAST_SHARE * measured


def _inferred(
    statement: str, language: Language, emotions: Sequence[Emotion], valence: float
) -> _Verdict:
    """Compare emotions by family; of alternatives ("fear or anger") one that agrees will do."""
    verdict = _Verdict()
    for one in feelings(statement, language):
        alike = agreeing(one, emotions)
        if one.denied is True:
            verdict.disagree += _behind(e for e in alike if e.confidence >= SURE)
        elif one.denied is False:
            verdict.agree += _behind(alike)
            verdict.disagree += _behind(opposed(one, emotions, valence))
    return _Verdict(verdict.agree) if verdict.agree else verdict


def _quotation(statement: str, cues: Sequence[Cue]) -> _Verdict:
    """Find the words that a model says were said among those that were."""
    said = same("".join(quoted(statement)) or statement.removeprefix(_SUBTITLE))
    verdict = _Verdict()
    for cue in cues:
        heard = same("".join(quoted(cue.statement))) if cue.kind == "says" else ""
        long_enough = min(len(heard), len(said)) >= SHORTEST_QUOTE
        if heard and (heard == said or (long_enough and (heard in said or said in heard))):
            verdict.agree.append(cue.id)
    return verdict


def _behind(emotions: Iterable[Emotion]) -> list[str]:
    return [cue for emotion in emotions for cue in emotion.cues]


def _ids(cues: Iterable[Cue]) -> list[str]:
    return [cue.id for cue in cues]
