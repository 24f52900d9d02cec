"""Sentences that more than one report shows."""

from __future__ import annotations

from emer.explanation import Claim, Conflict, Subtitle
from emer.report.plain import line
from emer.report.words import Words

# Below the first the readings count as agreeing, from the second on as clearly opposed.
PARTLY, CLEARLY = 0.25, 0.5


def agreement(conflict: Conflict, said: Words) -> str:
    """Return one sentence on how far the modalities agree."""
    if conflict.score < PARTLY:
        return said.agree
    return said.partly if conflict.score < CLEARLY else said.disagree


def beside(claim: Claim) -> tuple[str, ...]:
    """Return the ids of the cues that stand beside a claim: those it contradicts first."""
    return (*claim.contradicted_by, *claim.supported_by)


def how_heard(subtitle: Subtitle, said: Words) -> str:
    """Return where the words come from, with their language if it is known."""
    text = said.of(subtitle.source)
    return f"{text} ({line(subtitle.language)})" if subtitle.language else text
