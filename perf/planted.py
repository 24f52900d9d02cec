"""Clips with planted errors: what they are cut from, how they are measured, and what is counted."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emer import assets
from emer.clip import Clip
from emer.instruments.kit import Instruments
from emer.measurements import Measurements
from emer.media import find_clips, probe
from emer.training.windows import Window, cut, windows

LENGTH = 2.0
"""Seconds of a window; the longest clip is looked at for `LONGEST` only."""

LONGEST, STEP, LONG_STEP, LONG = 20.0, 0.5, 2.0, 10.0


@dataclass(frozen=True)
class Outcome:
    """What a filter did to one kind of planted errors.

    Attributes:
        kind: Of the errors.
        planted, caught: How many there were, and how many of them the filter took out.
        good, lost: The same of what is right.
    """

    kind: str
    planted: int
    caught: int
    good: int
    lost: int

    def row(self) -> str:
        """Return a row of a Markdown table."""
        return (
            f"| {self.kind} | {share(self.caught, self.planted)} | {share(self.lost, self.good)} |"
        )


@dataclass(frozen=True)
class Piece:
    """A clip or a window of one, measured.

    Attributes:
        origin: Name of the clip it is from.
        clip: The file.
        measured: What was measured in it; speech only in whole clips.
    """

    origin: str
    clip: Clip
    measured: Measurements

    @property
    def name(self) -> str:
        """Its own among all pieces."""
        return f"{self.origin}/{self.clip.name}"


class Kept:
    """Results in a JSON file, so that no run computes them twice."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        known = path is not None and path.is_file()
        self._data: dict[str, Any] = json.loads(path.read_text()) if path and known else {}

    def has(self, key: str) -> bool:
        """Return whether something is kept under a key."""
        return key in self._data

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """Return what is kept under a key, made if it is not."""
        if key not in self._data:
            self._data[key] = json.loads(json.dumps(make()))
            if self.path is not None:
                beside = self.path.with_suffix(".part")
                beside.write_text(json.dumps(self._data, ensure_ascii=False))
                beside.replace(self.path)
        return self._data[key]


def clip_files(folder: Path) -> list[Path]:
    """Return the clips of a folder, and the sample clip of the assets."""
    sample = assets.path("sample-clip")
    found = [sample] if sample.is_file() else find_clips(sample)
    return [*(path for path in find_clips(folder) if probe(path).has_video), *found]


def whole(files: list[Path]) -> list[Piece]:
    """Measure clips, with the words that are recognised in them."""
    instruments = Instruments()
    return [measure(instruments, path, path.stem) for path in files]


def pieces(files: list[Path], folder: Path) -> list[Piece]:
    """Cut windows of clips and measure them, without words."""
    instruments = Instruments(speech=False)
    found = []
    for path in files:
        clip = Clip.open(path)
        step = STEP if clip.seconds < LONG else LONG_STEP
        parts: list[Window] = windows(min(clip.seconds, LONGEST), LENGTH, step)
        found += [measure(instruments, file, path.stem) for _, file in cut(clip, parts, folder)]
    return found


def measure(instruments: Instruments, path: Path, origin: str) -> Piece:
    """Measure one file."""
    clip = Clip.open(path)
    return Piece(origin, clip, instruments.measure(clip).measurements)


def share(count: int, of: int) -> str:
    """Return a share with its 95 % interval (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    if not of:
        return "-"
    low, high = wilson(count, of)
    return f"{count}/{of} = {count / of:.1%} ({low:.1%} to {high:.1%})"


def wilson(count: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Return the interval of a share."""
    middle, spread = count / of + z * z / (2 * of), count / of * (1 - count / of) / of
    half = z * math.sqrt(spread + z * z / (4 * of * of))
    low, high = (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)
    return max(0.0, low), min(1.0, high)
