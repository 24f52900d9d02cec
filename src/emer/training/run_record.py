"""What is written down of a run: settings, data, versions, history."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from emer import __version__
from emer.errors import UsageError
from emer.training import curves
from emer.training.config import StageConfig

FILE = "training.json"
_SETTINGS = "settings.json"
_LIBRARIES = ("torch", "transformers", "accelerate", "peft")
# Changing these changes no more of the weights than rounding does.
_FREE = frozenset(
    {"output", "keep", "workers", "cache", "report_to", "save_every", "log_every", "device"}
)


def record(
    stage: str, config: StageConfig, about_data: Mapping[str, Any], processes: int
) -> dict[str, Any]:
    """Return what is known of a run before it starts."""
    return {
        "stage": stage,
        "config": config.as_dict(),
        "data": dict(about_data),
        "processes": processes,
        "versions": {"emer": __version__} | {name: version(name) for name in _LIBRARIES},
    }


def write_settings(folder: Path, known: Mapping[str, Any]) -> None:
    """Write what `check_same` compares into a checkpoint."""
    (folder / _SETTINGS).write_text(json.dumps(known, indent=1), encoding="utf-8")


def check_same(checkpoint: Path, now: Mapping[str, Any]) -> None:
    """Refuse to go on with other settings or other data than those of a checkpoint.

    Raises:
        UsageError: They differ; names each setting with both values.
    """
    then = json.loads((checkpoint / _SETTINGS).read_text(encoding="utf-8"))
    old, new = _compared(then), _compared(now)
    changed = [
        f"{key} was {old.get(key)!r}, is {new.get(key)!r}"
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key)
    ]
    if changed:
        raise UsageError(
            f"{checkpoint} belongs to another run: {'; '.join(changed[:5])}.",
            "Resume with the same settings and data, or choose another output.",
        )


def finished(known: Mapping[str, Any], state: Any) -> dict[str, Any]:
    """Return the record of a finished run.

    Args:
        known: From `record`.
        state: `transformers.TrainerState` at the end.
    """
    best = None
    if state.best_global_step:
        best = {"step": state.best_global_step, "value": state.best_metric}
        best["monitor"] = known["config"]["monitor"]
    return {
        **known,
        "output": known["config"]["output"],
        "steps": state.global_step,
        "best": best,
        "skipped": known["data"].get("skipped", 0),
        "history": list(state.log_history),
    }


def begin(part: Path) -> None:
    """Make an empty folder for the final model."""
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)


def write(folder: Path, done: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> None:
    """Write `training.json` and `curves.png`.

    Raises:
        OSError: They cannot be written.
    """
    curves.draw(history, folder / "curves.png")
    text = json.dumps(done, indent=1, ensure_ascii=False, default=str)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def _compared(known: Mapping[str, Any]) -> dict[str, Any]:
    config = {key: value for key, value in known["config"].items() if key not in _FREE}
    config.pop("data")
    digests = {f"data.{name}": value for name, value in known["data"].items() if "digest" in name}
    return {"stage": known["stage"], "processes": known["processes"], **config, **digests}
