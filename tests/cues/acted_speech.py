"""Measure acted speech (RAVDESS) and print how each measure and cue differs by emotion.

    python tests/cues/acted_speech.py FOLDER_OF_FLAC_FILES [YAMNET]

prints the tables of docs/cues/voice.md. Livingstone & Russo (2018), PLOS ONE 13(5); its licence
is CC BY-NC-SA 4.0: it serves to check directions, nothing in emer is trained on it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from emer.cues import events, voice
from emer.cues.measures import MEASURES, evaluate
from emer.instruments.sound import SoundScanner
from emer.measurements import Measurements
from emer.media import Limits, audio

NAMES = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
HIGH, LOW = ("angry", "fear", "happy"), ("calm", "sad", "neutral")

Clips = dict[str, list[Measurements]]


def load(folder: Path, every: int = 1, yamnet: Path | None = None) -> Clips:
    """Measure every so many-th clip, by emotion."""
    scanner = SoundScanner(yamnet)
    clips: Clips = {name: [] for name in NAMES}
    for path in sorted(folder.glob("*.flac"))[::every]:
        with audio(path, Limits()) as blocks:
            heard = scanner.scan(blocks, recognise=False)
        if heard.voice is not None:
            seconds = len(heard.voice.f0) * heard.voice.hop
            measured = Measurements(seconds=seconds, voice=heard.voice, events=heard.events)
            clips[NAMES[int(path.stem.split("-")[2]) - 1]].append(measured)
    return clips


def values(clips: Clips, emotions: Iterable[str], name: str) -> np.ndarray:
    """A measure over whole clips, where it has a value."""
    found = np.array([evaluate(name, m, 0.0, m.seconds) for e in emotions for m in clips[e]])
    return found[np.isfinite(found)]


def share(clips: Clips, emotions: Iterable[str], kind: str) -> float:
    """Share of clips with a cue of this kind."""
    return float(np.mean([kind in kinds(m) for e in emotions for m in clips[e]]))


def kinds(m: Measurements) -> set[str]:
    """Kinds of the auditory cues of a clip."""
    return {cue.kind for cue in voice.observe(m, "en") + events.observe(m, "en")}


def area(high: np.ndarray, low: np.ndarray) -> float:
    """How often a value of the first kind lies above one of the second (AUC)."""
    return float(np.mean((high[:, None] > low) + 0.5 * (high[:, None] == low)))


def effect(high: np.ndarray, low: np.ndarray) -> float:
    """Cohen's d; NaN where nothing varies."""
    deviation = np.sqrt((high.var() + low.var()) / 2)
    return float((high.mean() - low.mean()) / deviation) if deviation else float("nan")


def print_measures(clips: Clips) -> None:
    """Median per emotion, and high against low arousal."""
    print("| measure |", *(f"{name} |" for name in NAMES), "AUC | d |")
    print("|---|" + "---:|" * (len(NAMES) + 2))
    for name in (n for n in sorted(MEASURES) if n.startswith("voice.")):
        high, low = values(clips, HIGH, name), values(clips, LOW, name)
        medians = (f"{np.median(values(clips, (e,), name)):.2f} |" for e in NAMES)
        print(f"| `{name}` |", *medians, f"{area(high, low):.2f} | {effect(high, low):.2f} |")


def print_cues(clips: Clips) -> None:
    """Share of clips with each kind of cue, per emotion."""
    found = {e: [kinds(m) for m in clips[e]] for e in NAMES}
    print("| cue |", *(f"{name} |" for name in NAMES))
    print("|---|" + "---:|" * len(NAMES))
    for kind in sorted(set().union(*(k for e in NAMES for k in found[e]))):
        shares = (f"{np.mean([kind in k for k in found[e]]):.2f} |" for e in NAMES)
        print(f"| `{kind}` |", *shares)


if __name__ == "__main__":
    measured = load(Path(sys.argv[1]), yamnet=Path(sys.argv[2]) if sys.argv[2:] else None)
    print_measures(measured)
    print()
    print_cues(measured)
