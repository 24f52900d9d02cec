"""Curves of a run as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emer.errors import MissingExtra

_NOT_DRAWN = ("_runtime", "_per_second", "_steps_per_second")


def series(history: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[int, float]]]:
    """Return (step, value) of the training loss and of every validation figure.

    Args:
        history: Logs of the trainer, each with its "step".
    """
    found: dict[str, list[tuple[int, float]]] = {}
    for log in history:
        for name, value in log.items():
            wanted = name == "loss" or name.startswith("eval_")
            if wanted and isinstance(value, int | float) and not name.endswith(_NOT_DRAWN):
                title = "training loss" if name == "loss" else name.replace("eval_", "validation ")
                found.setdefault(title, []).append((int(log["step"]), float(value)))
    return found


def draw(history: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw losses in one panel, other validation figures in one panel each.

    Args:
        history: Logs of the trainer.
        path: A .png, .svg or .pdf file.

    Raises:
        MissingExtra: matplotlib is not installed.
        OSError: The file cannot be written.
    """
    try:
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtra("Drawing curves", "matplotlib", "train") from error
    found = series(history)
    losses = {name: points for name, points in found.items() if name.endswith("loss")}
    panels = [losses, *({name: found[name]} for name in found if name not in losses)]
    figure = Figure(figsize=(7, 3 * len(panels)), layout="constrained")
    for axes, panel in zip(figure.subplots(len(panels), squeeze=False)[:, 0], panels, strict=True):
        for name, points in panel.items():
            marker = "." if len(points) < 100 else None
            axes.plot(*zip(*points, strict=True), label=name, marker=marker)
        axes.set_xlabel("optimizer step")
        if panel:
            axes.legend()
    figure.savefig(path, dpi=120)
