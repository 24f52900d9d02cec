"""Which statements say the same: by their words, or by the cosine of their vectors.

Vectors of a sentence and of its opposite lie close ("The pitch is high", "The pitch is low": .91),
so two statements are only compared by them if they name the same things and deny the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emer.dataset.cleaning import normal
from emer.encoders.base import Encoder, Languages
from emer.explainers.claim_words import Named, read
from emer.explainers.claims import statement_language
from emer.explainers.vocabulary import denials
from emer.explanation import Cue, Language

Similarities = NDArray[np.float64]

# Cosine that stands for "nothing in common". E5 puts any two short sentences above .8 (twelve
# unlike cues in Chinese: .80 to .93, median .86), so its cosines are stretched from there on.
_FLOOR: dict[Languages, float] = {"en": 0.0, "many": 0.8}
# Rounding of vectors must not decide.
_DIGITS = 3


def similarities(a: Sequence[str], b: Sequence[str], encoder: Encoder | None) -> Similarities:
    """Return how alike the statements of two lists are, whatever they name.

    Args:
        a: n statements.
        b: m statements.
        encoder: None to compare by words alone.

    Returns:
        [n, m]; 1 for the same words, else the cosine, or 0 without an encoder.
    """
    words = ([normal(text) for text in a], [normal(text) for text in b])
    same = np.array([[x == y for y in words[1]] for x in words[0]], dtype=bool)
    same = same.reshape(len(a), len(b))
    if encoder is None or not a or not b:
        return same.astype(np.float64)
    vectors = encoder.encode([*a, *b]).astype(np.float64)
    floor = _FLOOR[encoder.languages]
    cosines = (vectors[: len(a)] @ vectors[len(a) :].T - floor) / (1 - floor)
    # -0.0 and 0.0 are one number.
    return np.where(same, 1.0, np.round(cosines, _DIGITS) + 0.0)


@dataclass(frozen=True)
class Meaning:
    """What of a statement can be told by its words.

    Attributes:
        named: Things it names that can be measured (`emer.explainers.claim_words`).
        denies: Whether it denies anything.
    """

    named: tuple[Named, ...]
    denies: bool


def meaning(text: str, language: Language) -> Meaning:
    """Return what a statement names and whether it denies; `language` where no script tells it."""
    spoken = statement_language(text, language)
    return Meaning(tuple(read(text, spoken)), bool(denials(text.lower(), spoken)))


def comparable(a: Meaning, b: Meaning) -> bool:
    """Return whether two statements may say the same: they name, and deny, the same things.

    >>> up, down = (meaning(f"The brows are {way}", "en") for way in ("raised", "lowered"))
    >>> comparable(up, down), comparable(up, meaning("The eyebrows are lifted", "en"))
    (False, True)
    """
    if a.named and b.named and _things(a) != _things(b):
        return False
    return a.denies == b.denies


def repeats(said: Meaning, cue: Cue, measured: Meaning) -> bool:
    """Return whether a statement may say what a cue says: all that it names is what was measured.

    Args:
        said: What a model says.
        cue: Of the same modality.
        measured: Of the cue's statement.
    """
    if not all(one.denied is False and cue.kind in one.concept.kinds for one in said.named):
        return False
    return said.denies == measured.denies


def clusters(alike: Similarities, same: float) -> list[list[int]]:
    """Return groups of which any two members are alike (complete linkage).

    Args:
        alike: [n, n], symmetric.
        same: Least likeness within a group.

    Returns:
        Members in rising order, groups by their first. Ties go to the group that comes first, so
        that the order of rows alone decides; sort them.
    """
    groups = [[row] for row in range(len(alike))]
    while len(groups) > 1:
        links = [
            (min(alike[i, j] for i in a for j in b), -x, -y)
            for x, a in enumerate(groups)
            for y, b in enumerate(groups[x + 1 :], start=x + 1)
        ]
        link, x, y = max(links)
        if link < same:
            break
        joined = sorted(groups[-x] + groups[-y])
        groups = sorted([g for at, g in enumerate(groups) if at not in (-x, -y)] + [joined])
    return groups


def _things(meaning: Meaning) -> set[tuple[str, bool | None]]:
    return {(one.concept.name, one.denied) for one in meaning.named}
