"""What happens beside the steps of training: console, TensorBoard, signals."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tqdm.auto import tqdm  # type: ignore[import-untyped]
from transformers import TrainerCallback

_SHORT = {
    "loss": "loss",
    "learning_rate": "lr",
    "grad_norm": "gradient",
    "samples_per_second": "clips/s",
    "tokens_per_second": "tokens/s",
}


class Console(TrainerCallback):
    """A progress bar where there is a terminal, and a line for every log, on standard error."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._first = 0
        self._began = 0.0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Show the bar."""
        self._first, self._began = state.global_step, time.perf_counter()
        if state.is_world_process_zero:
            self._bar = tqdm(
                total=state.max_steps, initial=self._first, disable=None, dynamic_ncols=True
            )

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update()

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any], **kwargs: Any
    ) -> None:
        """Write a line above the bar."""
        if self._bar is not None:
            line = log_line(logs, state.global_step, state.max_steps)
            self._bar.write(f"{line}  {self._left(state)} left", file=sys.stderr)

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _left(self, state: Any) -> str:
        """Return how long the rest takes at the pace so far, validations included."""
        done = max(1, state.global_step - self._first)
        pace = (time.perf_counter() - self._began) / done
        return str(tqdm.format_interval(pace * (state.max_steps - state.global_step)))


def log_line(logs: Mapping[str, Any], step: int, steps: int) -> str:
    """Return figures as one line: "step 40/200  loss 2.31  lr 0.0001  12.3 clips/s"."""
    parts = [f"step {step}/{steps}"]
    for name, value in logs.items():
        if not isinstance(value, int | float) or name in ("epoch", "total_flos"):
            continue
        short = _SHORT.get(name, name.replace("eval_", "validation "))
        pair = (f"{value:.4g}", short) if short.endswith("/s") else (short, f"{value:.4g}")
        parts.append(" ".join(pair))
    return "  ".join(parts)


class TensorBoard(TrainerCallback):
    """Figures for TensorBoard, in `tensorboard/` of the output folder.

    Args:
        folder: Where to write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writer: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Open the event file; of a resumed run, steps that are done again replace the old."""
        from torch.utils.tensorboard import SummaryWriter

        if state.is_world_process_zero:
            again = state.global_step + 1 if state.global_step else None
            self._writer = SummaryWriter(str(self.folder), purge_step=again)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any], **kwargs: Any
    ) -> None:
        """Write every figure of a log."""
        if self._writer is None:
            return
        for name, value in logs.items():
            if isinstance(value, int | float):
                kind, _, rest = name.partition("eval_")
                title = f"validation/{rest}" if rest and not kind else f"train/{name}"
                self._writer.add_scalar(title, value, state.global_step)
        self._writer.flush()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Close the event file."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class Interruption:
    """Takes SIGTERM and SIGINT as a wish to stop after the step at hand.

    Attributes:
        caught: The signal, None if there was none.
    """

    def __init__(self) -> None:
        self.caught: signal.Signals | None = None

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Listen for as long as the block lasts, if this is the main thread.

        A second signal stops at once, without a checkpoint.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self._take) for each in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.caught is not None:
            raise KeyboardInterrupt
        self.caught = signal.Signals(number)


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def outlive_signals(worker: int) -> None:
    """Let a process that loads data live on for a while after a signal to the whole job.

    So the step at hand can end. It does not ignore the signal: that is how it is ended, too.

    Args:
        worker: Its number.
    """

    def later(number: int, frame: FrameType | None) -> None:
        last = threading.Timer(_GRACE, os._exit, (0,))
        last.daemon = True
        last.start()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, later)


_GRACE = 10.0  # seconds


class StopOnSignal(TrainerCallback):
    """Ends training with a checkpoint after a step in which a signal came.

    Args:
        interruption: Listens for signals.
        agree: Tells whether something holds in any process.
    """

    def __init__(self, interruption: Interruption, agree: Callable[[bool], bool]) -> None:
        self._interruption = interruption
        self._agree = agree

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Ask all processes: they may hear of the signal in different steps."""
        if self._agree(self._interruption.caught is not None):
            control.should_save = control.should_training_stop = True
