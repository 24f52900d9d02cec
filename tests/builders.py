"""Small valid objects for tests."""

from __future__ import annotations

from emer.explanation import Cue, Evidence, Modality

PREFIX: dict[str, Modality] = {"v": "visual", "a": "auditory", "t": "textual"}


def cue(
    id: str,
    kind: str,
    start: float = 0.0,
    end: float = 1.0,
    confidence: float = 0.9,
    statement: str | None = None,
    person: str | None = None,
) -> Cue:
    """Return a cue whose modality follows from its id."""
    return Cue(
        id=id,
        modality=PREFIX[id[0]],
        kind=kind,
        statement=statement or f"The {kind.replace('_', ' ')} is seen.",
        start=start,
        end=end,
        person=person,
        confidence=confidence,
        evidence=(Evidence(measure="test.value", value=1.0, unit="ratio", source="test"),),
    )
