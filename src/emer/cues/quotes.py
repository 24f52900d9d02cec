"""Quoting what was said: a subtitle is data, and a quotation must not be mistaken for anything."""

from __future__ import annotations

import unicodedata

LIMIT = 80

# Brackets hold cue ids in an explanation, curly quotes delimit a quotation.
_STAND_INS = str.maketrans({"[": "(", "]": ")", "“": "‘", "”": "’", '"': "'", "`": "'"})
# Invisible characters that shape emoji and scripts; every other invisible one is dropped.
_JOINERS = "\u200c\u200d"


def clean(text: str) -> str:
    """Return text on one line without control, direction or unassigned characters."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or c in _JOINERS or _shown(c))
    return " ".join("".join(kept).split()).translate(_STAND_INS)


def _shown(character: str) -> bool:
    return not unicodedata.category(character).startswith("C")


def quote(text: str, limit: int = LIMIT) -> str:
    """Return text in curly quotes, cleaned and shortened to `limit` characters.

    The cut falls between words where there are any near it, and never between a letter and
    its combining marks.
    """
    said = clean(text)
    if len(said) > limit:
        cut = limit - 1
        space = said.rfind(" ", cut * 2 // 3, cut)
        cut = space if space > 0 else cut
        while cut > 0 and (unicodedata.category(said[cut])[0] == "M" or said[cut] in _JOINERS):
            cut -= 1
        said = said[:cut].rstrip() + "…"
    return f"“{said}”"


def quotes(texts: list[str], joint: str, most: int = 3) -> str:
    """Return up to `most` different quotations in order, joined."""
    seen = dict.fromkeys(quote(text, LIMIT // 2) for text in texts)
    return joint.join(list(seen)[:most])
