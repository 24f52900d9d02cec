"""Open emotion labels within a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emer.dataset.entry import NamedEmotion
from emer.dataset.wordings import seems
from emer.emotions import LABELS
from emer.explanation import Language
from emer.training.captions import joined

_NOUN = re.compile(r"(?:ness|ment|tion|sion|ity|ief|ance|ence|ship|hood|ism|ure|cy|or)$")
_EXPRESS = " to express "
_ADJECTIVES = frozenset(["sure", "unsure", "secure", "insecure", "poor"])


def appears(labels: Sequence[str], language: Language) -> str:
    """Return what follows "the person": "appears joyful", "appears to express anger".

    Args:
        labels: At least one; adjectives or nouns.
        language: Theirs.
    """
    if language == "zh":
        return f"似乎流露出{'、'.join(labels)}的情绪"
    adjectives = [label for label in labels if not _noun(label)]
    nouns = [label for label in labels if _noun(label)]
    express = [f"to express {joined(nouns)}"] if nouns else []
    if not adjectives:
        return f"appears {express[0]}"
    comma = ", and " if express else ""
    return f"appears {joined(adjectives)}{comma}{''.join(express)}"


def _noun(label: str) -> bool:
    """Tell a noun by the emotion wheels, a word that is on none of them by its ending."""
    if _EXPRESS in seems(NamedEmotion(en=label), "en"):
        return True
    name = label.casefold()
    return name not in LABELS and name not in _ADJECTIVES and bool(_NOUN.search(name))
