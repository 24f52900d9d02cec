"""Decoding one stream to its end, past damage, and an account of the damage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av

from emer.errors import MediaError
from emer.media.child.clock import Clock
from emer.media.child.outbox import Outbox
from emer.media.child.source import Source

# FFmpeg's resampler aborts the process on rates far beyond.
_MIN_RATE, _MAX_RATE = 100, 1_000_000


class Damage:
    """What was wrong with a stream.

    Args:
        what: "picture" or "sound".
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._times: list[float] = []
        self._first = ""
        self._broken_off = False
        self.last: BaseException | None = None

    def packet(self, error: BaseException | None, time: float, complaints: list[str]) -> None:
        """Count a packet, at about `time` seconds, with which something was wrong.

        Args:
            error: What was raised, if something was.
            time: Seconds since the start of the clip.
            complaints: What FFmpeg said.
        """
        self._times.append(time)
        self._first = self._first or "".join(complaints[:1])
        self.last = error or self.last

    def break_off(self, error: BaseException) -> None:
        """Note that the file could not be read to its end."""
        self._broken_off = True
        self.last = error

    def notes(self, end: float, claimed: float | None, jumps: int) -> list[str]:
        """Return the account; `end` is where decoding came to and `claimed` where it should."""
        notes = []
        if self._times:
            said = f" ({self._first})" if self._first else ""
            notes.append(
                f"{self._what}: damage in {len(self._times)} places, "
                f"from {self._times[0]:.2f} s to {self._times[-1]:.2f} s{said}"
            )
        if self._broken_off or (claimed and claimed - end > max(1.0, 0.05 * claimed)):
            whole = f" of {claimed:.2f} s" if claimed else ""
            notes.append(f"{self._what}: the file breaks off at {end:.2f} s{whole}")
        if jumps:
            notes.append(f"{self._what}: {jumps} jumps in the timestamps were closed")
        return notes

    def nothing(self, name: str) -> MediaError:
        """Return the error for a stream of which nothing could be decoded."""
        why = self._first or (isinstance(self.last, av.FFmpegError) and self.last.strerror)
        why = f" ({why})" if why else ""
        return MediaError(
            f"No {self._what} of {name} can be decoded{why}.",
            "The file is empty or damaged: copy or re-encode it.",
        )


def decode(
    source: Source, stream: Any, damage: Damage, clock: Clock, outbox: Outbox
) -> Iterator[Any]:
    """Yield the decoded frames of a stream; damage is counted, not raised.

    Args:
        source: The open file.
        stream: One of its streams.
        damage: Where damage is noted.
        clock: Tells the time that decoding has come to.
        outbox: Tells the parent that work goes on.
    """
    source.complaints.take()
    for packet in _packets(source, stream, damage):
        outbox.pulse(clock.end)
        found, failure = [], None
        try:
            found = stream.codec_context.decode(packet)
        except (av.FFmpegError, MemoryError) as error:
            failure = error
        said = source.complaints.take()
        if said or failure is not None or (packet is not None and packet.is_corrupt):
            damage.packet(failure, clock.end, said)
        yield from found


def _packets(source: Source, stream: Any, damage: Damage) -> Iterator[Any]:
    packets = source.container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.FFmpegError, MemoryError) as error:
            damage.break_off(error)
            yield None  # lets the decoder hand out what it still holds
            return
        yield packet


def stamp(frame: Any) -> float | None:
    """Return the presentation time of a frame in seconds on the container's clock, if known."""
    ticks = frame.pts if frame.pts is not None else frame.dts
    return None if ticks is None or not frame.time_base else float(ticks * frame.time_base)


def audible(frame: Any) -> bool:
    """Return whether a frame of sound has samples at a rate that sound can have."""
    return bool(frame.samples) and _MIN_RATE <= frame.sample_rate <= _MAX_RATE


def claimed_seconds(source: Source, stream: Any) -> float | None:
    """Return how long a stream claims to be, if it does."""
    if source.image:
        return None
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    others = [other for other in (source.video, source.audio) if other is not None]
    return source.seconds if len(others) == 1 else None
