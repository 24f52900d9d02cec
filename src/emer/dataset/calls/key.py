"""The key of a call: the same question to the same model has the same one, anywhere."""

from __future__ import annotations

from typing import Any

from emer.dataset.calls.base import FramesPart, Part, Request, TextPart
from emer.dataset.calls.media import QUALITY, SOUND_RATE, SOUND_SECONDS
from emer.dataset.calls.messages import Content, messages
from emer.dataset.plan import Annotator
from emer.dataset.stage import digest

VERSION = 1
"""Of how questions are put; another one asks everything anew."""


def call_key(annotator: Annotator, request: Request) -> str:
    """Return the key of a call, 64 hexadecimal digits.

    It is a hash of the rendered messages, with media by the hash of the clip and how they are
    prepared, of model, revision and sampling, and of the schema of the answer. Where a server is,
    what it costs and how often it may be asked are no part of it: an annotator that moves is not
    paid again.

    Args:
        annotator: Who is asked.
        request: What.
    """
    return digest(
        {
            "version": VERSION,
            "model": annotator.model,
            "revision": annotator.revision,
            "sampling": annotator.sampling.model_dump(),
            "messages": messages(request, _by_hash),
            "schema": dict(request.schema),
        }
    )


def _by_hash(part: Part) -> Content:
    if isinstance(part, TextPart):
        raise TypeError("text is rendered as it is")
    media: dict[str, Any] = {"sha256": part.sha256}
    if isinstance(part, FramesPart):
        media |= {"frames": part.count, "side": part.side, "quality": QUALITY}
    else:
        media |= {"sound": SOUND_RATE, "seconds": SOUND_SECONDS}
    return [media]
