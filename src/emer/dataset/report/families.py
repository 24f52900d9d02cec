"""Where families of emotion lie on the wheel, and in which colour."""

from __future__ import annotations

import math
from collections.abc import Iterable

from emer.emotions.labels import FAMILIES
from emer.report.page.drawing import tone

# Families that published wheels have beside ours, as valence and arousal: our own placements,
# after Russell 1980 (J. Pers. Soc. Psychol. 39) and Scherer 2005 (Soc. Sci. Inf. 44, figure 1).
_OTHERS = {
    "love": (0.7, 0.1),
    "trust": (0.5, -0.1),
    "optimism": (0.6, 0.3),
    "anticipation": (0.3, 0.4),
    "confusion": (-0.25, 0.2),
    "boredom": (-0.35, -0.6),
    "tiredness": (-0.1, -0.8),
}
UNKNOWN = "other"
"""Name of the family of labels that are in none."""


def place(family: str) -> tuple[float, float] | None:
    """Return valence and arousal of a family, -1 to 1 each; None where they are not known."""
    name = family.casefold()
    for known, where in FAMILIES.items():
        if known == name:
            return where.valence, where.arousal
    return _OTHERS.get(name)


def tone_of(family: str) -> str:
    """Return the colour class of a family: by valence, as on the page of an explanation."""
    found = place(family)
    return tone(found[0]) if found else "tone-none"


def ordered(families: Iterable[str]) -> list[str]:
    """Return families as they follow one another on the circumplex.

    They go counter-clockwise from calm and pleasant; unknown ones come last, by name.
    """
    return sorted(set(families), key=_key)


def _key(family: str) -> tuple[float, str]:
    found = place(family)
    if found is None:
        return math.inf, family
    valence, arousal = found
    # From -90 degrees, straight down, where hardly any family lies.
    angle = math.degrees(math.atan2(arousal, valence))
    return (angle + 90) % 360, family
