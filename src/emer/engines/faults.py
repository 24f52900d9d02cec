"""Errors on their way from a worker to the caller: as plain JSON, raised there as themselves."""

from __future__ import annotations

import importlib
import json
import traceback
from contextlib import AbstractContextManager
from operator import attrgetter
from types import TracebackType
from typing import Any

from emer.errors import EmerError


class EngineError(EmerError):
    """An engine cannot run its steps."""


class Catch(AbstractContextManager["Catch"]):
    """Catches what a step raises, so that it can be sent on.

    Attributes:
        fault: The error, packed, if there was one. Interrupts and exits are not caught.
        said: Its class and message.
    """

    def __init__(self) -> None:
        self.fault: bytes | None = None
        self.said = ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if isinstance(error, Exception):
            self.fault = packed(error)
            self.said = f"{type(error).__name__}: {error}"
            return True
        return False


def packed(error: Exception) -> bytes:
    """Return an error as JSON: its class, arguments, attributes and where it was raised."""
    kind = type(error)
    return json.dumps(
        {
            "module": kind.__module__,
            "name": kind.__qualname__,
            "args": error.args if _plain(error.args) else None,
            "state": {name: value for name, value in vars(error).items() if _plain(value)},
            "text": str(error),
            "trace": "".join(traceback.format_exception(error)),
        }
    ).encode()


def unpacked(fault: bytes, step: str, key: str | None) -> Exception:
    """Return the error that `packed` was given, with notes on where it came from.

    Args:
        fault: What `packed` returned.
        step: In which step it was raised.
        key: The item it was raised at; None if a worker could not be made ready.

    Returns:
        An error of the same class, or an `EngineError` where that class cannot be made here.
    """
    told = json.loads(fault)
    where = f"step {step!r}" + (f", item {key!r}" if key is not None else ", before its first item")
    error = _rebuilt(told)
    if error is None:
        error = EngineError(f"{told['name']} in {where}: {told['text']}")
    if not getattr(error, "__notes__", None):
        error.add_note(f"In {where}.")
        if not isinstance(error, EmerError) or isinstance(error, EngineError):
            error.add_note(told["trace"])
    return error


def _rebuilt(told: dict[str, Any]) -> Exception | None:
    # A spawned process knows the user's script by another name.
    module = "__main__" if told["module"] == "__mp_main__" else told["module"]
    if told["args"] is None:
        return None
    try:
        kind = attrgetter(told["name"])(importlib.import_module(module))
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            return None
        error = kind.__new__(kind, *told["args"])
    except (ImportError, AttributeError, TypeError):
        return None
    error.__dict__.update(told["state"])
    return error


def _plain(value: object) -> bool:
    """Say whether a value comes back from JSON as it was."""
    if isinstance(value, tuple | list):
        return all(map(_plain, value))
    return value is None or isinstance(value, str | int | float)
