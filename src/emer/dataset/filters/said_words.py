"""How much of the words that should be said is recognised: error rates without a reference tool."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emer.cues.lexicon import lexicon
from emer.explanation import Language

LONGEST = 300
"""Words or Han characters of a text that are compared; enough to tell two texts apart."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def script(text: str) -> Language | None:
    """Return whether a text is mostly Chinese or mostly of other letters; None without either."""
    han, words = len(_HAN.findall(text)), len(_WORD.findall(_HAN.sub(" ", text)))
    if han == words == 0:
        return None
    return "zh" if han >= words else "en"


def units(text: str) -> list[str]:
    """Return what is compared: Han characters, simplified as far as known, or lower-case words."""
    if script(text) == "zh":
        return _HAN.findall(lexicon("zh").fold(text))[:LONGEST]
    return _WORD.findall(text.lower().replace("’", "'"))[:LONGEST]


def difference(one: str, other: str) -> float | None:
    """Return how far two texts differ, by edits (Levenshtein 1966) over the longer one.

    Args:
        one: Any text.
        other: Another; the order does not matter.

    Returns:
        0 (the same words) to 1 (nothing in common); None where the texts cannot be compared, since
        one has no words or they are in different scripts, as a translation is.
    """
    if script(one) is None or script(one) != script(other):
        return None
    first, second = units(one), units(other)
    return edits(first, second) / max(len(first), len(second))


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many insertions, deletions and substitutions turn one sequence into another."""
    row = list(range(len(other) + 1))
    for number, left in enumerate(one, start=1):
        above, row[0] = row[0], number
        for at, right in enumerate(other, start=1):
            above, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, above + (left != right))
    return row[-1]
