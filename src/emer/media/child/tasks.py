"""The tasks that a request can name."""

from __future__ import annotations

from typing import Any

import av

from emer.errors import MediaError
from emer.media.child import pictures, probing, sampling, sound
from emer.media.child.complaints import Complaints
from emer.media.child.outbox import Outbox
from emer.media.child.source import opened
from emer.media.limits import Limits

_TASKS = {
    "probe": probing.run,
    "frames": pictures.run,
    "sampled": sampling.run,
    "audio": sound.run,
}


def run(
    request: dict[str, Any], limits: Limits, outbox: Outbox, complaints: Complaints
) -> list[str]:
    """Carry out a request; returns notes on damage.

    Raises:
        MediaError: The file cannot be decoded.
        LimitError: It is above one of the limits.
    """
    with opened(request, limits, complaints) as source:
        try:
            return _TASKS[request["task"]](request, source, limits, outbox)
        except (av.FFmpegError, OSError, MemoryError) as error:
            raise MediaError(
                f"{source.name} cannot be decoded ({error}).",
                "It is probably damaged: copy or re-encode it.",
            ) from error
