"""Plans and clips to export, and what a folder holds."""

from __future__ import annotations

import hashlib
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dataset.composed import entry
from emer.dataset.compose import Compose
from emer.dataset.entry import Entry, Media
from emer.dataset.export import Written, write
from emer.dataset.plan import Plan
from making import RATE
from making import write as make_clip

SPLITS = ("train", "validation")


def plan(**export: Any) -> Plan:
    """Return a plan with one source that keeps two labels."""
    return Plan.model_validate(
        {
            "name": "cues",
            "out": "out",
            "sources": [
                {
                    "name": "show",
                    "path": "clips",
                    "licence": "CC-BY-4.0",
                    "labels": ["emotion", "actor"],
                }
            ],
            "export": {"shard": 2, **export},
        }
    )


def clip(path: Path, video: bool = True, audio: bool = True) -> Media:
    """Write a short clip and say what it holds; a .wav if it has no pictures."""
    numbers = np.random.default_rng(1)
    frames = [numbers.integers(0, 255, (32, 32, 3), dtype=np.uint8) for _ in range(5)]
    tone = np.sin(np.arange(RATE // 2) * 0.1).astype(np.float32) * 0.3
    if video:
        make_clip(path, frames, tone if audio else None)
    else:
        path = path.with_suffix(".wav")
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, len(tone), "NONE", ""))
            file.writeframes((tone * 32767).astype("<i2").tobytes())
    data = path.read_bytes()
    return Media(
        reference=str(path), sha256=hashlib.sha256(data).hexdigest(), size=len(data), seconds=0.5,
        still=False, has_video=video, has_audio=audio,
    )  # fmt: skip


def entries(media: Sequence[Media]) -> list[Entry]:
    """Return five composed entries, unlike in what they have; the last has no texts."""
    given = [
        entry("show/a.1.mp4", media=media[0]),
        entry("show/b", media=media[0], subtitle="Good morning.", labels={"actor": "07"}),
        entry("show/c", media=media[0], labels={}, answers=(), agreement=None),
        entry("show/d", media=media[0]),
        entry("show/e", media=media[0], statements=(), emotions=(), observed=None, removed=()),
    ]
    return [Compose("en")(each) for each in given]


def split_of(given: Entry) -> str:
    return "validation" if given.id == "show/d" else "train"


def written(folder: Path, given: Sequence[Entry], **export: Any) -> Written:
    """Write entries into a folder."""

    def each() -> Iterator[Entry]:
        return iter(given)

    return write(each, split_of, plan(**export), folder)


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
