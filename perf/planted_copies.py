"""Copies of clips, coded anew: as duplicates, and as evaluation clips that leak into a source."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from planted import Kept, Outcome

from emer.clip import Clip
from emer.dataset.collect import look
from emer.dataset.copies import find_copies
from emer.dataset.entry import Entry, Prints
from emer.dataset.evaluation import find_leaks
from emer.dataset.plan import Copies, Evaluation, Source
from emer.dataset.sources import Found
from emer.media import Limits
from emer.training.windows import Window, cut

RATE = 16000
SOURCE = Source(name="set", path=".", licence="none")


@dataclass(frozen=True)
class Change:
    """How a copy differs from its original.

    Attributes:
        name: For the table.
        crf: Of H.264; more is worse.
        scale: Of the pictures' sides.
        volume: Of the sound.
        skipped: Seconds cut off at the beginning.
    """

    name: str
    crf: int = 23
    scale: float = 1.0
    volume: float = 1.0
    skipped: float = 0.0


CHANGES = (
    Change("coded anew", crf=28), Change("coded anew", crf=34), Change("coded anew", crf=40),
    Change("scaled", scale=0.75), Change("scaled", scale=0.5), Change("scaled", scale=0.35),
    Change("other volume", volume=0.25), Change("other volume", volume=0.5),
    Change("other volume", volume=1.6),
    Change("trimmed", skipped=0.1), Change("trimmed", skipped=0.25), Change("trimmed", skipped=0.5),
    Change("all of these", 34, 0.6, 0.6, 0.1), Change("all of these", 30, 0.5, 0.4, 0.25),
    Change("all of these", 38, 0.4, 0.5, 0.2),
)  # fmt: skip


def looks(files: list[Path], work: Path, count: int, kept: Kept) -> list[Entry]:
    """Return what is found of clips, windows of one long clip that do not overlap, and copies."""
    good = [*((path.stem, path) for path in files), *_scenes(files, work)]
    planted = [(stem, path, change) for change in CHANGES for stem, path in good]
    found = []
    for name, path in good:
        entry = _looked(kept, f"a {name}", lambda path=path: path)
        # What is kept may name a window of another run, which is gone.
        media = entry.media.model_copy(update={"reference": str(path.resolve())})
        found.append(entry.changed(media=media))
    chosen = random.Random(0).sample(planted, min(count, len(planted)))
    for number, (name, path, change) in enumerate(sorted(chosen, key=str)):

        def make(path: Path = path, change: Change = change, number: int = number) -> Path:
            return copied(path, work / f"copy {number}.mkv", change)

        key = f"{name} {change.crf} {change.scale} {change.volume} {change.skipped}"
        found.append(_looked(kept, f"b {name}", make, change.name, key))
    return found


def outcomes(found: list[Entry]) -> Iterator[Outcome]:
    """Yield how many copies are found, by what was changed."""
    prints = [(each.id, each.media.sha256, each.prints or Prints()) for each in found]
    copies = {each.id: each.of for each in find_copies(prints, Copies())}
    good = [each.id for each in found if each.id.startswith("set/a ")]
    lost = sum(id in copies for id in good)
    planted = [each for each in found if each.id.startswith("set/b ")]
    caught = [each for each in planted if _origin(copies.get(each.id, "")) == _origin(each.id)]
    yield Outcome("copied clips", len(planted), len(caught), len(good), lost)
    for name in dict.fromkeys(change.name for change in CHANGES):
        own = [each for each in planted if each.labels["change"] == name]
        yield Outcome(f"— {name}", len(own), sum(each in caught for each in own), 0, 0)


def leaks(found: list[Entry], count: int, work: Path) -> Iterator[Outcome]:
    """Yield how many evaluation clips are found, by id, as renamed files, and as copies."""
    good = [each for each in found if each.id.startswith("set/a ")]
    held, free = good[::2], good[1::2]
    names = {_origin(each.id) for each in held}
    named = [_renamed(free[n % len(free)], f"test_{n:05}", str(n)) for n in range(count)]
    moved = [_renamed(held[n % len(held)], f"clip_{n:05}", None) for n in range(count)]
    coded = [e for e in found if e.id.startswith("set/b ") and _origin(e.id) in names]
    (work / "ids.txt").write_text("".join(f"{each.id.partition('/')[2]}\n" for each in named))
    (work / "hashes.txt").write_text("".join(f"{each.media.sha256}\n" for each in held))
    by_id = Evaluation(name="ids", ids="ids.txt")
    by_hash = Evaluation(name="hashes", ids="hashes.txt")
    folder = work / "held"
    folder.mkdir()
    for each in held:
        path = Path(each.media.reference)
        (folder / path.name).symlink_to(path)
    by_clip = Evaluation(name="clips", clips="held")
    for name, planted, evaluation in (
        ("evaluation clips, by id", named, by_id),
        ("evaluation clips, renamed, by hash", moved, by_hash),
        ("evaluation clips, coded anew, by their clips", coded, by_clip),
    ):
        told = {leak.id for leak in find_leaks([*free, *planted], [evaluation], work)}
        caught = sum(each.id in told for each in planted)
        yield Outcome(name, len(planted), caught, len(free), sum(e.id in told for e in free))


def _scenes(files: list[Path], work: Path) -> list[tuple[str, Path]]:
    """Return windows of the longest clip that share no picture: alike, but no copies."""
    clip = max((Clip.open(path) for path in files), key=lambda each: each.seconds)
    starts = range(0, int(clip.seconds) - 2, 3)
    made = cut(clip, [Window(float(start), start + 2.0) for start in starts], work)
    return [(f"{clip.path.stem}@{window.start:.0f}", path) for window, path in made]


def _origin(id: str) -> str:
    """Return the name of the clip that an id is of."""
    return id.partition(" ")[2].partition("#")[0]


def _looked(kept: Kept, name: str, make: Any, change: str = "", key: str = "") -> Entry:
    def entry() -> dict[str, Any]:
        own = f"set/{name}#{hashlib.sha256(key.encode()).hexdigest()[:8]}" if key else f"set/{name}"
        found = Found(id=own, reference=str(make().resolve()), labels={"change": change})
        return look(found, SOURCE, Limits()).model_dump(mode="json", by_alias=True)

    return Entry.model_validate(kept.get(f"look {name} {key}", entry))


def _renamed(entry: Entry, name: str, content: str | None) -> Entry:
    media = entry.media.model_copy(update={"reference": f"/elsewhere/{name}.mp4"})
    if content is not None:
        other = hashlib.sha256(content.encode()).hexdigest()
        media = media.model_copy(update={"sha256": other})
    return entry.changed(id=f"set/{name}", media=media)


def copied(path: Path, to: Path, change: Change) -> Path:
    """Write a copy of a clip, changed."""
    with av.open(str(path)) as source, av.open(str(to), "w") as out:
        images = [
            frame.to_ndarray(format="rgb24")
            for frame in source.decode(video=0)
            if (frame.time or 0.0) >= change.skipped
        ]
        rate = source.streams.video[0].average_rate or Fraction(25)
        video = out.add_stream("libx264", rate=rate)
        height, width = (round(side * change.scale) // 2 * 2 for side in images[0].shape[:2])
        video.height, video.width, video.pix_fmt = height, width, "yuv420p"
        video.options = {"crf": str(change.crf), "preset": "ultrafast"}
        samples = _sound(path, change)
        tone = out.add_stream("aac", rate=RATE, layout="mono") if len(samples) else None
        for image in images:
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            out.mux(video.encode(frame.reformat(width=width, height=height, format="yuv420p")))
        out.mux(video.encode())
        if tone is not None:
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = RATE, 0
            out.mux([*tone.encode(frame), *tone.encode()])
    return to


def _sound(path: Path, change: Change) -> NDArray[np.float32]:
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    with av.open(str(path)) as source:
        if not source.streams.audio:
            return np.zeros(0, np.float32)
        blocks = [
            part.to_ndarray()[0]
            for frame in (*source.decode(audio=0), None)
            for part in resampler.resample(frame)
        ]
    return np.concatenate(blocks)[round(change.skipped * RATE) :] * np.float32(change.volume)
