"""The prompt of one clip: text around the places of its sound and pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from emer.models.xemogpt.configuration import XEmoGPTConfig

Modality = Literal["audio", "video"]

_PLACES: dict[str, Modality] = {"<AudioHere>": "audio", "<VideoHere>": "video"}
_SPLIT = re.compile("|".join(map(re.escape, _PLACES)))
# What a subtitle may not say, because the prompt or the tokenizer gives it a meaning.
_MARKS = re.compile(
    r"</?(?:Audio|Video|Subtitle)(?:Here)?>|###\s*(?:Human|Assistant)\s*:|<\|[^|<>]{1,64}\|>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Prompt:
    """A prompt cut at the places of sound and pictures.

    Attributes:
        texts: One text more than places.
        places: What stands between them.
    """

    texts: tuple[str, ...]
    places: tuple[Modality, ...]


def make_prompt(
    config: XEmoGPTConfig,
    *,
    audio: bool,
    video: bool,
    subtitle: str | None,
    instruction: str | None = None,
    special_tokens: Sequence[str] = (),
) -> Prompt:
    """Fill in the segments of `config.prompt`, without those of missing modalities.

    Args:
        config: Holds the segments and the default question.
        audio: Whether the clip's sound is shown to the model.
        video: Likewise its pictures.
        subtitle: The words said; None or only blanks for none. Data: what would act as a mark of
            the prompt or as a special token is taken out.
        instruction: The question; the configuration's if None.
        special_tokens: Of the tokenizer.
    """
    words = clean(subtitle or "", special_tokens).strip()
    here = {"<AudioHere>": audio, "<VideoHere>": video, "{subtitle}": bool(words)}
    kept = [
        segment
        for segment in config.prompt
        if all(present for place, present in here.items() if place in segment)
    ]
    question = config.instruction if instruction is None else instruction
    # The places are cut before the subtitle goes in, so that it cannot make one.
    frame = "".join(kept)
    texts = [
        text.replace("{instruction}", question).replace("{subtitle}", words)
        for text in _SPLIT.split(frame)
    ]
    return Prompt(tuple(texts), tuple(_PLACES[place] for place in _SPLIT.findall(frame)))


def clean(subtitle: str, special_tokens: Sequence[str] = ()) -> str:
    """Return a subtitle without control characters, marks of the prompt and special tokens."""
    text = _CONTROL.sub("", subtitle)
    marks = [token for token in special_tokens if token]
    while True:
        shorter = _MARKS.sub("", text)
        for token in marks:
            shorter = shorter.replace(token, "")
        if shorter == text:
            return text
        text = shorter
