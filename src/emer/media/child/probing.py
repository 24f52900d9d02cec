"""What a file holds: one pass over its packets, decoding until each stream has shown itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from emer.media import wire
from emer.media.child.clock import Clock
from emer.media.child.decoder import Damage, audible
from emer.media.child.outbox import Outbox
from emer.media.child.render import are_photographs, orientation, pixel_aspect, shown_size
from emer.media.child.source import Source, check_size
from emer.media.limits import Limits

# Files up to this size are read through, so that a wrong claim of length is found.
_SMALL = 64 * 1024**2
_MAX_TRIES = 600


class Part:
    """What the pass finds out about one stream."""

    def __init__(self, source: Source, stream: Any, limits: Limits) -> None:
        self.stream = stream
        self.packets = 0
        self.first: Any = None
        self.error: BaseException | None = None
        self.clock = Clock(source.name, source.origin, source.seconds, limits)
        self.start: float | None = None

    @property
    def codec(self) -> str:
        """FFmpeg's name of the codec, whichever decoder is used for it."""
        return str(self.stream.codec_context.codec.canonical_name)

    def seconds(self, whole: bool) -> float | None:
        """Return the length of the stream: from its packets if all were read, else as claimed."""
        if whole:
            return round(self.clock.end - (self.start or 0.0), 6)
        stream = self.stream
        known = stream.duration and stream.time_base
        return round(float(stream.duration * stream.time_base), 6) if known else None

    def take(self, packet: Any) -> None:
        """Look at one packet, and decode it while no frame has been seen."""
        if packet.size and not getattr(packet, "is_discard", False):
            self.packets += 1
            base = float(packet.time_base or 0)
            stamp = packet.pts if packet.pts is not None else packet.dts
            time = None if stamp is None else stamp * base
            placed = self.clock.place(time, (packet.duration or 0) * base)
            self.start = placed if self.start is None else self.start
        if self.first is None and self.packets <= _MAX_TRIES:
            self.decode(packet)

    def decode(self, packet: Any) -> None:
        """Try to get the first frame."""
        try:
            found = self.stream.codec_context.decode(packet)
        except (av.FFmpegError, MemoryError) as error:
            self.error = error
            return
        kept = [f for f in found if self.stream.type == "video" or audible(f)]
        self.first = kept[0] if kept else None


def run(request: dict[str, Any], source: Source, limits: Limits, outbox: Outbox) -> list[str]:
    """Send what the file holds."""
    streams = [stream for stream in (source.video, source.audio) if stream is not None]
    parts: dict[str, Part] = {s.type: Part(source, s, limits) for s in streams}
    whole = source.seconds is None or Path(request["path"]).stat().st_size <= _SMALL
    broken = _pass(source, parts, whole, outbox)
    notes = _notes(source, parts)
    shown = {kind: part for kind, part in parts.items() if part.first is not None}
    if not shown:
        part = next(iter(parts.values()))
        damage = Damage("picture" if part.stream.type == "video" else "sound")
        damage.last = part.error or broken
        raise damage.nothing(source.name)
    video, audio = shown.get("video"), shown.get("audio")
    still = source.image or (video is not None and audio is None and whole and video.packets == 1)
    seconds, wrong = (0.0, []) if still else _seconds(source, shown, whole, broken)
    limits.check(source.name, "max_seconds", seconds)
    head: dict[str, Any] = {
        "container": source.container.format.name,
        "seconds": round(seconds, 6),
        "still": still,
        "has_video": video is not None,
        "has_audio": audio is not None,
        "notes": notes + wrong,
    }
    if not still:
        head |= {f"{kind}_seconds": part.seconds(whole) for kind, part in shown.items()}
    if video is not None:
        check_size(source.name, video.first.width, video.first.height, limits)
        head |= _picture(video)
    if audio is not None:
        head |= _sound(audio)
    outbox.send(wire.INFO, head)
    return []


def _pass(
    source: Source, parts: dict[str, Part], whole: bool, outbox: Outbox
) -> BaseException | None:
    """Read the packets; returns the error that ended it, if one did."""
    packets = source.container.demux(*(part.stream for part in parts.values()))
    while whole or any(p.first is None and p.packets < _MAX_TRIES for p in parts.values()):
        try:
            packet = next(packets)
        except StopIteration:
            return None
        except (av.FFmpegError, MemoryError) as error:
            for part in parts.values():
                if part.first is None:
                    part.decode(None)
            return error
        part = parts[packet.stream.type]
        part.take(packet)
        outbox.pulse(part.clock.end)
        if source.image and part.first is not None:
            return None
    return None


def _notes(source: Source, parts: dict[str, Part]) -> list[str]:
    words = {"video": "picture", "audio": "sound"}
    return [
        f"{words[kind]}: nothing can be decoded (codec {part.codec})"
        for kind, part in parts.items()
        if part.first is None
    ]


def _seconds(
    source: Source, parts: dict[str, Part], whole: bool, broken: BaseException | None
) -> tuple[float, list[str]]:
    claimed = source.seconds
    if claimed is not None and not whole:
        return claimed, []
    found = max(part.clock.end for part in parts.values())
    if claimed is None:
        return found, []
    if abs(found - claimed) <= max(0.5, 0.02 * claimed):
        return claimed, []
    return found, [f"the file claims {claimed:.2f} s but holds {found:.2f} s"]


def _picture(part: Part) -> dict[str, Any]:
    width, height = shown_size(part.first, pixel_aspect(part.stream))
    turns, _ = orientation(part.first, are_photographs(part.stream))
    if turns % 2:
        width, height = height, width
    return {
        "width": width,
        "height": height,
        "rotation": turns * 90,
        "video_codec": part.codec,
        "pixel_format": part.first.format.name,
    }


def _sound(part: Part) -> dict[str, Any]:
    return {
        "audio_codec": part.codec,
        "sample_rate": part.first.sample_rate,
        "channels": part.first.layout.nb_channels,
    }
