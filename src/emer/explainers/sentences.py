"""The written form of an explanation: sentences that each end with the ids of their cues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from emer.explanation import Language

# "… [v1, a2]." or "…[v1, a2]。": the brackets close the sentence, its stop follows.
_SENTENCE = re.compile(
    r"\s*(?P<text>.+?)\s*\[(?P<ids>[vatm]\d+(?:, [vatm]\d+)*)\](?P<stop>[.。])", re.S
)


@dataclass(frozen=True)
class Sentence:
    """One sentence and the cues it rests on.

    Attributes:
        text: The words, without ids and final stop.
        cues: Ids of cues, and of claims where a model said it; at least one.
    """

    text: str
    cues: tuple[str, ...]


def write(sentences: Sequence[Sentence], language: Language) -> str:
    """Join sentences, each closed by its cue ids.

    Raises:
        ValueError: A sentence cites nothing.
    """
    written = []
    for sentence in sentences:
        if not sentence.cues:
            raise ValueError(f"a sentence without a cue: {sentence.text!r}")
        ids = ", ".join(dict.fromkeys(sentence.cues))
        written.append(
            f"{sentence.text}[{ids}]。" if language == "zh" else f"{sentence.text} [{ids}]."
        )
    return ("" if language == "zh" else " ").join(written)


def read(text: str) -> list[Sentence]:
    """Split a written explanation into its sentences.

    Raises:
        ValueError: Some part of the text does not end with cue ids.

    >>> read("In the video, the person smiles [v1, v2]. Overall, they appear happy [v1].")[1].cues
    ('v1',)
    """
    found = []
    at = 0
    while at < len(text.rstrip()):
        match = _SENTENCE.match(text, at)
        if match is None:
            raise ValueError(f"no cue ids close the text from {text[at : at + 60]!r}")
        found.append(Sentence(match["text"], tuple(match["ids"].split(", "))))
        at = match.end()
    return found
