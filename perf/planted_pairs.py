"""Mismatches: the sound of one clip under the pictures of another.

Pictures and sound are measured apart, so what would be measured of such a clip is put together
from what was measured of the two. Some are also muxed into files and measured, as a check.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
from planted import Kept, Outcome, Piece, measure

from emer.dataset.entry import Entry, Media
from emer.dataset.filters.mismatch import Mismatch, Options, misheard
from emer.explainers.composed import explain_measurements
from emer.explanation import Explanation
from emer.instruments.kit import Instruments, Measured
from emer.media import probe

SIGNALS = {
    "all by default": Options(),
    "length alone": Options(words=None),
    "words alone": Options(lengths=None),
    "mouth alone, below 0.05": Options(lengths=None, words=None, mouth=0.05),
    "mouth alone, below 0.15": Options(lengths=None, words=None, mouth=0.15),
}
_KEYS = ("whole", "windows")
_CHECKED = 12
_MOST = 500
"""Wrong pairs that are measured; those planted are drawn from them."""


def known(kept: Kept) -> bool:
    """Return whether the pairs have been measured before."""
    return kept.has("muxed") and all(kept.has(f"pairs of {key}") for key in _KEYS)


def outcomes(
    clips: list[Piece], cuts: list[Piece], folder: Path, work: Path, count: int, kept: Kept
) -> Iterator[Outcome]:
    """Yield what each signal does to `count` pairs of whole clips, and of windows of one length."""
    said = _subtitles(folder)
    alike = kept.get("muxed", lambda: _checked(clips, said, work))
    yield Outcome(
        "verdicts on muxed files that are those put together", len(alike), sum(alike), 0, 0
    )
    for key, found, told in (
        (_KEYS[0], clips, "sound of another clip"),
        (_KEYS[1], cuts, "the same, 2 s windows"),
    ):
        entries = kept.get(f"pairs of {key}", lambda found=found: _all_pairs(found, said))
        right = [Entry.model_validate(each) for each in entries["right"]]
        wrong = [Entry.model_validate(each) for each in entries["wrong"]]
        planted = random.Random(0).sample(wrong, min(count, len(wrong)))
        for name, options in SIGNALS.items():
            if key == _KEYS[0] or name.startswith("mouth"):
                caught, lost = _out(planted, options), _out(right, options)
                yield Outcome(f"{told}: {name}", len(planted), caught, len(right), lost)
        if key == _KEYS[0]:
            yield _by_words([each for each in wrong if misheard(each) is not None][:count], right)


def _by_words(planted: list[Entry], right: list[Entry]) -> Outcome:
    good, options = [each for each in right if misheard(each) is not None], SIGNALS["words alone"]
    told = "sound of another clip, words given and recognised: words alone"
    return Outcome(told, len(planted), _out(planted, options), len(good), _out(good, options))


def _out(entries: list[Entry], options: Options) -> int:
    chosen = Mismatch(options)
    return sum(chosen(entry).out is not None for entry in entries)


def _all_pairs(found: list[Piece], said: dict[str, str]) -> dict[str, Any]:
    heard = [piece for piece in found if piece.clip.has_audio]
    seconds = {piece.name: probe(piece.clip.path) for piece in found}
    pairs = {
        "right": [(piece, piece) for piece in heard],
        "wrong": [(a, b) for a in found for b in heard if a.origin != b.origin],
    }
    pairs["wrong"] = random.Random(0).sample(pairs["wrong"], min(_MOST, len(pairs["wrong"])))
    return {
        side: [
            paired(a, b, said, seconds[a.name].video_seconds, seconds[b.name].audio_seconds)
            for a, b in those
        ]
        for side, those in pairs.items()
    }


def paired(
    seen: Piece, heard: Piece, said: dict[str, str], video: float | None, audio: float | None
) -> dict[str, Any]:
    """Return the entry of a clip with the pictures of one piece and the sound of another."""
    clip = seen.clip
    media = Media(
        reference=str(clip.path),
        sha256=clip.sha256,
        size=clip.path.stat().st_size,
        seconds=max(video or 0.0, audio or 0.0),
        still=clip.still,
        has_video=True,
        has_audio=True,
        video_seconds=video,
        audio_seconds=audio,
    )
    entry = Entry(
        id=f"{seen.name} {heard.name}",
        source="planted",
        licence="",
        media=media,
        subtitle=said.get(clip.path.stem, ""),
        group=seen.origin,
        observed=_explained(seen, heard),
    )
    return entry.model_dump(mode="json", by_alias=True)


def _explained(seen: Piece, heard: Piece) -> Explanation:
    sound = heard.measured
    together = replace(
        seen.measured,
        voice=sound.voice,
        events=sound.events,
        subtitle=sound.subtitle,
        text=sound.text,
    )
    told = explain_measurements(seen.clip, Measured(together, {}, ()), "en")
    return told.model_copy(update={"curves": (), "cues": (), "emotions": (), "timeline": ()})


def _checked(clips: list[Piece], said: dict[str, str], work: Path) -> list[bool]:
    """Return, for some pairs, whether the file with both gives the same verdict."""
    heard = [piece for piece in clips if piece.clip.has_audio]
    pairs = [(a, b) for a in clips for b in heard if a.origin != b.origin]
    instruments, chosen = Instruments(), Mismatch(Options(mouth=0.15))
    alike = []
    for number, (a, b) in enumerate(random.Random(1).sample(pairs, _CHECKED)):
        path = muxed(a.clip.path, b.clip.path, work / f"muxed {number}.mkv")
        info, both = probe(path), measure(instruments, path, a.origin)
        whole = paired(both, both, {}, info.video_seconds, info.audio_seconds)
        parts = paired(a, b, {}, probe(a.clip.path).video_seconds, probe(b.clip.path).audio_seconds)
        verdicts = [chosen(Entry.model_validate(each)).out for each in (whole, parts)]
        alike.append((verdicts[0] is None) == (verdicts[1] is None))
    return alike


def muxed(seen: Path, heard: Path, to: Path) -> Path:
    """Write the pictures of one file and the sound of another into a third, as they are coded."""
    with av.open(str(seen)) as one, av.open(str(heard)) as other, av.open(str(to), "w") as out:
        streams = (one.streams.video[0], other.streams.audio[0])
        copies = [out.add_stream_from_template(stream) for stream in streams]
        for source, stream, copy in zip((one, other), streams, copies, strict=True):
            for packet in source.demux(stream):
                if packet.dts is not None:
                    packet.stream = copy
                    out.mux(packet)
    return to


def _subtitles(folder: Path) -> dict[str, str]:
    listed = json.loads((folder / "clips.json").read_text())
    return {each["id"]: each.get("subtitle_zh", "") for each in listed}
