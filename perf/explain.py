"""How long `emer explain` takes and how much memory it needs, per stage, warm and cold.

    python perf/explain.py                              # the sample clip (silent), 5 s and 60 s
    python perf/explain.py --source talk.mp4 --hour     # a clip with speech, and an hour of it

A source is looped without re-encoding to the length wanted, so that every length holds the same
kind of material. Cold is a new process, models loaded; warm is the same explainer on the same file
again, the median of several runs. Memory is the highest sum of resident sets of the process and
its decoding children, read every 50 ms from /proc (Linux).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import av

from emer import assets

STATEMENTS = {"import emer": "-c 'import emer'", "emer --help": "-m emer.cli.main --help"}


def main() -> None:
    """Measure and print one JSON object and a table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--source", type=Path, help="a clip; default: the sample clip")
    options.add_argument("--seconds", type=float, nargs="*", default=[5.0, 60.0])
    options.add_argument("--hour", action="store_true", help="an hour too, once, without warm runs")
    options.add_argument("--repeat", type=int, default=5)
    options.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--warm", type=int, default=0, help=argparse.SUPPRESS)
    options.add_argument("--no-speech", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        print(json.dumps(one(chosen.one, chosen.warm, not chosen.no_speech)))
        return
    source = chosen.source or assets.path("sample-clip")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}, source {source.name}")  # fmt: skip
    for name, command in STATEMENTS.items():
        print(f"{name}: {start_up(command, chosen.repeat):.2f} s (median of {chosen.repeat})")
    print("| length | speech | cold s | warm s | real-time factor | peak MB | stages (warm, s) |")
    print("|---|---|---|---|---|---|---|")
    lengths = [*chosen.seconds, *([3600.0] if chosen.hour else [])]
    with tempfile.TemporaryDirectory() as folder:
        for seconds in lengths:
            clip = loop(source, seconds, Path(folder) / f"{seconds:.0f}{source.suffix}")
            for speech in (True, False):
                print(
                    row(clip, seconds, speech, 0 if seconds >= 600 else chosen.repeat), flush=True
                )


def row(clip: Path, seconds: float, speech: bool, warm: int) -> str:
    """Measure one clip in a process of its own; one line of the table."""
    command = [sys.executable, __file__, "--one", str(clip), "--warm", str(warm)]
    command += [] if speech else ["--no-speech"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        watch = Watch(process.pid)
        output, _ = process.communicate()
        peak = watch.stop()
    found = json.loads(output.splitlines()[-1])
    timed = found["warm"] or [found["cold"]]
    middle = statistics.median(timed)
    stages = ", ".join(f"{name} {value:.2f}" for name, value in found["stages"].items())
    warm_text = f"{middle:.2f}" if found["warm"] else "-"
    return (
        f"| {seconds:.0f} s | {'recognised' if speech else 'off'} | {found['cold']:.2f} | "
        f"{warm_text} | {middle / found['length']:.3f} | {peak / 1e6:.0f} | {stages} |"
    )


def one(clip: Path, warm: int, speech: bool) -> dict[str, object]:
    """Explain a clip once cold and some times warm, in this process."""
    began = time.perf_counter()
    from emer.clip import Clip
    from emer.explainers import ComposedExplainer

    explainer = ComposedExplainer(speech=speech)
    explanation = explainer.explain(Clip.open(clip))
    cold = time.perf_counter() - began
    times = []
    for _ in range(warm):
        began = time.perf_counter()
        explanation = explainer.explain(Clip.open(clip))
        times.append(time.perf_counter() - began)
    return {
        "cold": cold,
        "warm": times,
        "length": explanation.clip.seconds,
        "stages": explanation.provenance.seconds,
    }


def start_up(command: str, repeat: int) -> float:
    """Median wall seconds of a new Python process."""
    times = []
    for _ in range(repeat + 1):
        began = time.perf_counter()
        subprocess.run(
            f"{sys.executable} {command}", shell=True, check=True, stdout=subprocess.DEVNULL
        )
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def loop(source: Path, seconds: float, target: Path) -> Path:
    """Copy the packets of a clip again and again until it is long enough."""
    with av.open(str(target), "w") as out:
        streams: dict[int, av.stream.Stream] = {}
        last: dict[int, int] = {}
        offset = 0.0
        while offset < seconds:
            with av.open(str(source)) as clip:
                kept = [s for s in clip.streams if s.type in ("video", "audio")]
                for stream in kept:
                    if stream.index not in streams:
                        streams[stream.index] = out.add_stream_from_template(stream)
                for packet in clip.demux(kept):
                    if packet.dts is None or packet.time_base is None:
                        continue
                    at = float(packet.dts * packet.time_base) + offset
                    if at >= seconds:
                        continue
                    shift = round(offset / packet.time_base)
                    packet.dts += shift
                    # Where one round overlaps the next, its last packets make way.
                    if packet.dts <= last.get(packet.stream.index, -(1 << 62)):
                        continue
                    last[packet.stream.index] = packet.dts
                    packet.pts = None if packet.pts is None else packet.pts + shift
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
                offset += float((clip.duration or 0) / av.time_base)
    return target


class Watch:
    """Watches the memory of a process and its children until stopped."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the peak in bytes."""
        self._stop.set()
        self._thread.join()
        return self.peak

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            self.peak = max(self.peak, tree_bytes(self.pid))


def tree_bytes(pid: int) -> int:
    """Resident bytes of a process and all below it; 0 where /proc does not exist."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children += [c for t in tasks for c in (t / "children").read_text().split()]
    except OSError:
        return 0
    own = next(
        (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0
    )
    return own * 1024 + sum(tree_bytes(int(child)) for child in set(children))


if __name__ == "__main__":
    main()
