"""So many pictures spread evenly over a clip by their number, not by their time."""

from __future__ import annotations

from typing import Any

import av
from av.video.reformatter import VideoReformatter

from emer.errors import MediaError
from emer.media import wire
from emer.media.child.clock import Clock
from emer.media.child.decoder import Damage, claimed_seconds, decode, stamp
from emer.media.child.outbox import Outbox
from emer.media.child.render import are_photographs, as_decoded
from emer.media.child.source import Source, check_size, opened
from emer.media.limits import Limits


def spread(total: int, count: int) -> list[int]:
    """Return `np.linspace(0, total - 1, count, dtype=int)`, without NumPy, to the last bit."""
    if count == 1:
        return [0]
    step = (total - 1) / (count - 1)
    return [int(number * step) for number in range(count - 1)] + [total - 1]


class Sampler:
    """Sends pictures of a clip; those of an earlier pass are not sent again."""

    def __init__(self, request: dict[str, Any], limits: Limits, outbox: Outbox) -> None:
        self._request, self._limits, self._outbox = request, limits, outbox
        self._reformatter = VideoReformatter()
        self._sent: set[int] = set()
        self.notes: list[str] = []

    def count(self, source: Source) -> int:
        """Return how many pictures the packets of a clip promise."""
        if source.image:
            return 1
        clock = Clock(source.name, source.origin, source.seconds, self._limits)
        packets = 0
        try:
            for packet in source.container.demux(source.video):
                if packet.size and not getattr(packet, "is_discard", False):
                    packets += 1
                    base = float(packet.time_base or 0)
                    clock.place(None if packet.pts is None else packet.pts * base, 0.0)
                self._outbox.pulse(clock.end)
        except (av.FFmpegError, MemoryError):
            return packets  # a guess is enough: decoding counts, and tells the damage
        return packets

    def send(self, source: Source, wanted: set[int]) -> int:
        """Send the wanted pictures; returns how many pictures the clip really has."""
        stream: Any = source.video
        damage = Damage("picture")
        clock = Clock(source.name, source.origin, source.seconds, self._limits)
        usual = 1 / float(stream.average_rate) if stream.average_rate else 0.04
        total = 0
        for frame in decode(source, stream, damage, clock, self._outbox):
            time = 0.0 if source.image else clock.place(stamp(frame), usual)
            check_size(source.name, frame.width, frame.height, self._limits)
            if total in wanted - self._sent:
                self._send(source, frame, total, time)
            total += 1
            if source.image:
                break
        if not total:
            raise damage.nothing(source.name)
        self.notes = damage.notes(clock.end, claimed_seconds(source, stream), clock.jumps)
        return total

    def _send(self, source: Source, frame: Any, index: int, time: float) -> None:
        photograph = are_photographs(source.video)
        try:
            head, body = as_decoded(self._reformatter, frame, self._request["max_side"], photograph)
        except (av.FFmpegError, ValueError, MemoryError) as error:
            raise MediaError(
                f"Picture {index} of {source.name} cannot be converted to RGB ({error}).",
                "Re-encode the file, for example to MP4 with H.264.",
            ) from error
        self._outbox.send(wire.FRAME, {"index": index, "time": time} | head, body)
        self._sent.add(index)


def run(request: dict[str, Any], source: Source, limits: Limits, outbox: Outbox) -> list[str]:
    """Send pictures spread over a clip, then their numbers; returns notes on damage.

    How many pictures can be decoded is known only at the end. The packets are counted first and
    usually tell it; where they do not, the clip is decoded a second time. Nothing is held.
    """
    if source.video is None:
        raise MediaError(f"{source.name} has no picture.", "Give a video or an image.")
    sampler, count = Sampler(request, limits, outbox), request["count"]
    promised = max(1, sampler.count(source))
    total = _pass(request, source, limits, sampler, promised)
    if total != promised and _pass(request, source, limits, sampler, total) != total:
        raise MediaError(
            f"{source.name} yields another number of pictures each time it is decoded.",
            "It is damaged: re-encode it, for example to MP4 with H.264.",
        )
    outbox.send(wire.INFO, {"total": total, "indices": spread(total, count)})
    return sampler.notes


def _pass(
    request: dict[str, Any], source: Source, limits: Limits, sampler: Sampler, total: int
) -> int:
    # Opened anew: not every container can be wound back, and not every decoder be reset.
    with opened(request, limits, source.complaints) as again:
        return sampler.send(again, set(spread(total, request["count"])))
