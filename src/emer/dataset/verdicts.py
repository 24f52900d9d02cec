"""What the measured cues of an entry say to one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emer.dataset.entry import Entry, Modality
from emer.explainers.claims import check
from emer.extraction.base import CueLists


@dataclass(frozen=True)
class Verdict:
    """What was measured for or against a statement.

    Attributes:
        status: "unchecked" where nothing tells.
        cues: Ids of the cues that agree, or that disagree if it is contradicted.
    """

    status: Literal["supported", "contradicted", "unchecked"]
    cues: tuple[str, ...]


def verdict(text: str, modality: Modality, entry: Entry) -> Verdict:
    """Check a statement; see `emer.explainers.claims.check`.

    Args:
        text: The statement.
        modality: What it is about.
        entry: With its observation; without one nothing can be checked.
    """
    seen = entry.observed
    if seen is None:
        return Verdict("unchecked", ())
    # Statements about words are looked up among all cues, as those about sound are; words that
    # are quoted as the subtitle are compared with it.
    lists = {
        "visual": CueLists(visual=(text,)),
        "auditory": CueLists(auditory=(text,)),
        "textual": CueLists(auditory=(text,)),
        "emotional": CueLists(emotional=(text,)),
    }[modality]
    claim = check(lists, seen.cues, seen.language, emotions=seen.emotions, valence=seen.valence)[0]
    return Verdict(claim.status, claim.contradicted_by or claim.supported_by)
