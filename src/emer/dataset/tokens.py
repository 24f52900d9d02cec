"""How many tokens a prompt may take, before a server has counted them.

Servers count exactly and say so afterwards; before a call, and in a dry run, only an estimate can
be had, because a plan may name any model. These rules lean to the high side for byte-level BPE
vocabularies of 30,000 and more entries: a reserve that is too large is given back after the call,
one that is too small would overrun the budget. Against SmolLM2 (49,152 entries, which knows little
Chinese) they are 1.04 to 1.36 times the true count for English, Chinese, Markdown, JSON and code.
"""

from __future__ import annotations

import math
import re

LETTERS_A_TOKEN = 4
"""Latin letters of a word in one token; a word begins a new one."""

PIXELS_A_TOKEN = 28
"""Side of the square that one token of a picture stands for (Qwen2-VL, arXiv 2409.12191, 2.1)."""

TOKENS_A_PICTURE = 576
"""The fewest a picture is taken for: 24 x 24 patches of LLaVA-1.5 (arXiv 2310.03744, 3.3)."""

TOKENS_A_SECOND = 32
"""Of sound; Qwen2-Audio has 25 (arXiv 2407.10759, 2: a frame every 40 ms)."""

MARKS = 2
"""Tokens that begin and end a picture or a sound."""

_PIECE = re.compile(
    rf"[A-Za-z]{{1,{LETTERS_A_TOKEN}}}|\s{{2,}}|[^ A-Za-z\x80-\U0010ffff]", re.ASCII
)


def tokens_of_text(text: str) -> int:
    """Return about how many tokens a text takes, rather too many than too few.

    Every four letters of a Latin word, digit, mark of punctuation and run of more than one blank is
    a token. Any other character takes one less than it has bytes in UTF-8: 2 a Han character, 1 an
    accented letter, 3 an emoji.

    Args:
        text: Any text.
    """
    other = len(text.encode("utf-8", "surrogatepass")) - len(text)
    return len(_PIECE.findall(text)) + other


def tokens_of_picture(side: int) -> int:
    """Return about how many tokens a picture takes, as if it were square.

    Args:
        side: Its longer side in pixels.
    """
    return max(math.ceil(side / PIXELS_A_TOKEN) ** 2, TOKENS_A_PICTURE) + MARKS


def tokens_of_sound(seconds: float) -> int:
    """Return about how many tokens a sound takes.

    Args:
        seconds: Its length.
    """
    return math.ceil(seconds * TOKENS_A_SECOND) + MARKS if seconds > 0 else 0
