"""The tasks that a request can name."""

from __future__ import annotations

from typing import Any

import av.logging

from emer.media.child import pictures, probing, sound
from emer.media.child.outbox import Outbox
from emer.media.child.source import opened
from emer.media.limits import Limits

_TASKS = {"probe": probing.run, "frames": pictures.run, "audio": sound.run}
_QUIET = -8


def run(request: dict[str, Any], limits: Limits, outbox: Outbox) -> list[str]:
    """Carry out a request; returns notes on damage.

    Raises:
        MediaError: The file cannot be decoded.
        LimitError: It is above one of the limits.
    """
    av.logging.set_libav_level(_QUIET)
    with opened(request, limits) as source:
        return _TASKS[request["task"]](request, source, limits, outbox)
