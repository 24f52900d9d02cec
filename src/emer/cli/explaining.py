"""Explaining clips as the step of an engine: a group of clips goes in, their results come out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from emer.cli.work import Job
from emer.engines.base import Step, Work
from emer.engines.faults import Catch
from emer.errors import EmerError
from emer.explanation import Explanation

SUBTITLES = (".srt", ".vtt", ".ass")


def step(job: Job, workers: int) -> Step:
    """Return the step that explains groups of clips."""
    return Step("explain", partial(_made, job.anywhere()), workers=workers)


def packed(clips: Sequence[Path]) -> bytes:
    """Return a group of clips as an item; a worker may have another current folder."""
    return json.dumps([str(clip.absolute()) for clip in clips]).encode()


def unpacked(result: bytes) -> list[Explanation | str]:
    """Return what became of each clip of a group: its explanation, or why there is none."""
    return [
        Explanation.from_json(one["told"]) if "told" in one else str(one["failed"])
        for one in json.loads(result)
    ]


def _made(job: Job) -> Work:
    return partial(_work, job)


def _work(job: Job, data: bytes) -> bytes:
    clips = [Path(name) for name in json.loads(data)]
    beside = [next((p for p in map(c.with_suffix, SUBTITLES) if p.is_file()), None) for c in clips]
    given = [(c, str(s) if s else None) for c, s in zip(clips, beside, strict=True)]
    with Catch() as caught:
        return json.dumps([_told(result) for result in job.explain_all(given)]).encode()
    # One clip in ten thousand that shows a fault of ours is listed; the others go on.
    failed = {"failed": f"emer is at fault here, please report it: {caught.said}"}
    return json.dumps([failed] * len(clips)).encode()


def _told(result: Explanation | EmerError) -> dict[str, str]:
    if isinstance(result, EmerError):
        return {"failed": str(result)}
    return {"told": result.to_json()}
