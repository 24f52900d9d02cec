"""Sound: mixed to mono, resampled, laid on the clip's time line and cut into blocks."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.filter import Graph

from emer.errors import MediaError
from emer.media import wire
from emer.media.child.clock import Clock
from emer.media.child.decoder import Damage, audible, claimed_seconds, decode, stamp
from emer.media.child.outbox import Outbox
from emer.media.child.source import Source
from emer.media.limits import Limits

# Timestamps waver by rounding; only a larger difference is a gap or an overlap.
_TOLERANCE = 0.05
_SAMPLE = 4
_MICRO = Fraction(1, 1_000_000)

_Part = tuple[float, memoryview]  # seconds since the start of the clip, float32 samples


class Mixer:
    """Averages the channels and resamples; rebuilt when the format of the sound changes."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._format: tuple[str, str, int] | None = None
        self._graph: Graph | None = None

    def push(self, frame: AudioFrame, time: float) -> list[_Part]:
        """Take a decoded frame; returns what is ready."""
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        ready = []
        if found != self._format:
            ready = self.flush()
            self._format, self._graph = found, self._build(frame)
        assert self._graph is not None
        frame.time_base = _MICRO
        frame.pts = round(time / _MICRO)
        self._graph.push(frame)
        return ready + self._pull()

    def flush(self) -> list[_Part]:
        """Return what the resampler still holds."""
        if self._graph is None:
            return []
        self._graph.push(None)
        ready = self._pull()
        self._graph = None
        return ready

    def _pull(self) -> list[_Part]:
        assert self._graph is not None
        ready: list[_Part] = []
        while True:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return ready
            assert isinstance(frame, AudioFrame) and frame.time is not None
            samples = memoryview(frame.planes[0])[: frame.samples * _SAMPLE]
            ready.append((frame.time, samples))

    def _build(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        source = graph.add_abuffer(
            format=frame.format.name,
            sample_rate=frame.sample_rate,
            layout=frame.layout.name,
            time_base=_MICRO,
        )
        steps = [("aformat", "sample_fmts=fltp"), ("pan", _average(frame))]
        steps += [("aresample", str(self._rate)), ("aformat", "sample_fmts=fltp")]
        nodes = [source, *(graph.add(*step) for step in steps), graph.add("abuffersink")]
        for before, after in pairwise(nodes):
            before.link_to(after)
        graph.configure()
        return graph


def _average(frame: AudioFrame) -> str:
    """Return FFmpeg's `pan` for the mean of the channels, without those for bass effects."""
    names = [channel.name for channel in frame.layout.channels]
    heard = [i for i, name in enumerate(names) if not name.startswith("LFE")]
    heard = heard or list(range(frame.layout.nb_channels))
    return "mono|c0=" + "+".join(f"{1 / len(heard):.9f}*c{i}" for i in heard)


class Track:
    """Samples in a row from time 0, sent in blocks."""

    def __init__(self, rate: int, block: int, outbox: Outbox) -> None:
        self._rate = rate
        self._block = block * _SAMPLE
        self._outbox = outbox
        self._held = bytearray()
        self._sent = 0
        self.heard = False
        self.holes: list[tuple[float, float]] = []

    @property
    def _position(self) -> int:
        return self._sent + len(self._held) // _SAMPLE

    def put(self, time: float, samples: memoryview) -> None:
        """Lay samples at `time`: a gap before them becomes silence, an overlap is cut."""
        gap = round(time * self._rate) - self._position
        if self.heard and abs(gap) <= _TOLERANCE * self._rate:
            gap = 0
        if self.heard and gap > 0:
            self.holes.append((self._position / self._rate, gap / self._rate))
        self.heard = True
        while gap > 0:
            silent = min(gap, (self._block - len(self._held)) // _SAMPLE)
            self._add(memoryview(bytes(silent * _SAMPLE)))
            gap -= silent
        self._add(samples[-gap * _SAMPLE :])

    def flush(self) -> None:
        """Send what is left."""
        if self._held:
            self._send(bytes(self._held))
            self._held.clear()

    def _add(self, samples: memoryview) -> None:
        self._held += samples
        while len(self._held) >= self._block:
            self._send(bytes(self._held[: self._block]))
            del self._held[: self._block]

    def _send(self, block: bytes) -> None:
        self._outbox.send(wire.AUDIO, {"time": self._sent / self._rate}, block)
        self._sent += len(block) // _SAMPLE


def run(request: dict[str, Any], source: Source, limits: Limits, outbox: Outbox) -> list[str]:
    """Send the sound of a clip; returns notes on damage."""
    stream = source.audio
    if stream is None:
        raise MediaError(f"{source.name} has no sound.", "Give a clip with a sound track.")
    clock = Clock(source.name, source.origin, source.seconds, limits)
    damage, mixer = Damage("sound"), Mixer(request["rate"])
    track = Track(request["rate"], request["block"], outbox)

    for frame in decode(source, stream, damage, clock, outbox):
        if frame.samples and not audible(frame):
            damage.packet(None, clock.end, [])
            continue
        time = clock.place(stamp(frame), frame.samples / frame.sample_rate)
        try:
            parts = mixer.push(frame, time)
        except (av.FFmpegError, ValueError, MemoryError) as error:
            damage.packet(error, time, source.complaints.take())
            mixer = Mixer(request["rate"])
            continue
        for part in parts:
            track.put(*part)
    for part in mixer.flush():
        track.put(*part)
    track.flush()
    if not track.heard:
        raise damage.nothing(source.name)
    notes = damage.notes(clock.end, claimed_seconds(source, stream), clock.jumps)
    if track.holes:
        seconds = sum(length for _, length in track.holes)
        notes.append(
            f"sound: {seconds:.2f} s of silence fill {len(track.holes)} holes, "
            f"the first at {track.holes[0][0]:.2f} s"
        )
    return notes
