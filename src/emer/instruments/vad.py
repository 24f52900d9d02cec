"""Where there is speech: Silero VAD, run as a stream."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emer.errors import AssetError
from emer.instruments.pitch import HOP
from emer.instruments.prosody import Samples, checked, runs

SOURCE = "silero-vad/6"
STEP = 512  # samples per probability: what the network was made for
_CONTEXT = 64  # samples of the step before that each step sees
_ASSET = "silero_vad_v6.onnx"

# A stretch begins above ON and ends below OFF; gaps and stretches shorter than these are
# closed or dropped (the network's own documentation suggests such values).
ON, OFF = 0.5, 0.35
SHORTEST_SPEECH = 0.15
SHORTEST_GAP = 0.1
STEP_SECONDS = STEP / 16000


def bundled_model() -> Path:
    """Path of the network inside the installed faster-whisper.

    Raises:
        AssetError: The package or the file is absent.
    """
    spec = find_spec("faster_whisper")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / "assets" / _ASSET
        if path.is_file():
            return path
    raise AssetError(
        f"The voice-activity detector {_ASSET} is absent.",
        "It comes with faster-whisper 1.2.1: pip install --force-reinstall faster-whisper==1.2.1",
    )


class VoiceActivity:
    """Gives the probability of speech for each 32 ms while the sound comes in.

    Args:
        model: The network; the one bundled with faster-whisper if None.

    Raises:
        AssetError: The network is absent or cannot be loaded.
    """

    def __init__(self, model: Path | None = None) -> None:
        self._session = _session(bundled_model() if model is None else model)
        self._state = [np.zeros((1, 1, 128), np.float32) for _ in range(2)]
        self._context: Samples = np.zeros(_CONTEXT, np.float32)
        self._buffer: Samples = np.zeros(0, np.float32)
        self._received = 0
        self._probabilities: list[Samples] = []

    def feed(self, samples: Samples) -> Samples:
        """Take the next samples and return the probabilities that became known, shape [k].

        Raises:
            UsageError: Not one channel of numbers.
        """
        block = checked(samples)
        self._received += len(block)
        buffer = np.concatenate([self._buffer, block])
        steps = len(buffer) // STEP
        self._buffer = buffer[steps * STEP :].copy()
        return self._run(buffer[: steps * STEP].reshape(steps, STEP))

    def finish(self) -> NDArray[np.float32]:
        """Take the rest and return every probability, shape [ceil(samples / 512)]."""
        if len(self._buffer):
            self._run(np.pad(self._buffer, (0, STEP - len(self._buffer)))[None, :])
            self._buffer = np.zeros(0, np.float32)
        return np.concatenate([np.zeros(0, np.float32), *self._probabilities])

    def _run(self, steps: Samples) -> Samples:
        if not len(steps):
            return np.zeros(0, np.float32)
        tails = np.vstack([self._context[None, :], steps[:-1, -_CONTEXT:]])
        self._context = steps[-1, -_CONTEXT:].copy()
        feeds = {"input": np.hstack([tails, steps]), "h": self._state[0], "c": self._state[1]}
        output, *self._state = self._session.run(None, feeds)
        known = np.asarray(output, np.float32).reshape(-1)
        self._probabilities.append(known)
        return known


def _session(path: Path) -> Any:
    import onnxruntime
    from onnxruntime.capi import (
        onnxruntime_pybind11_state as state,
    )

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            str(path), providers=["CPUExecutionProvider"], sess_options=options
        )
    except (state.Fail, state.InvalidProtobuf, state.InvalidGraph, state.NoSuchFile) as error:
        raise AssetError(f"The voice-activity detector {path.name} cannot be loaded.") from error


def stretches(probabilities: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Turn probabilities into stretches of speech.

    Args:
        probabilities: One per 32 ms, shape [k].

    Returns:
        Start and end in seconds of each stretch, rising.
    """
    mask = np.zeros(len(probabilities), bool)
    active = False
    for i, value in enumerate(probabilities):
        active = value >= (OFF if active else ON)
        mask[i] = active
    found = [(a * STEP_SECONDS, b * STEP_SECONDS) for a, b in runs(mask)]
    joined: list[tuple[float, float]] = []
    for start, end in found:
        if joined and start - joined[-1][1] < SHORTEST_GAP:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(a, b) for a, b in joined if b - a >= SHORTEST_SPEECH]


def frame_mask(probabilities: NDArray[np.float32], frames: int) -> NDArray[np.bool_]:
    """Spread stretches of speech over 10-ms frames.

    Args:
        probabilities: One per 32 ms, shape [k].
        frames: Number of frames.

    Returns:
        True where there is speech, shape [frames].
    """
    centres = (np.arange(frames) + 0.5) * HOP / 16000
    mask = np.zeros(frames, bool)
    for start, end in stretches(probabilities):
        mask |= (centres >= start) & (centres < end)
    return mask
