"""Open emotion labels within a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from emer.cues.words_statements import LABELS_ZH
from emer.emotions import LABELS
from emer.explanation import Language
from emer.training.captions import joined

_NOUN = re.compile(r"(?:ness|ment|tion|sion|ity|ief|ance|ence|ship|hood|ism|ure|cy|or)$")
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
    """Tell a noun by its ending; the words that emer knows, by what they are."""
    name = label.casefold()
    if name in LABELS or name in _ADJECTIVES:
        return False
    return name in LABELS_ZH or bool(_NOUN.search(name))
