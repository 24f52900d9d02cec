"""One request to a decoding process, from its start to a clean end or the process's death."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator
from typing import Any, TypeVar

from emer import errors
from emer.errors import EmerError, MediaError
from emer.media import wire
from emer.media.limits import Limits
from emer.media.process import Gone, Silent, pool

T = TypeVar("T")


def ask(
    request: dict[str, Any],
    limits: Limits,
    max_body: int,
    read: Callable[[wire.Message], T],
) -> Generator[T, None, tuple[str, ...]]:
    """Send a request to a decoding process and yield what `read` makes of its answers.

    Args:
        request: The task, the name of the file and what else the task needs.
        limits: What the work may cost.
        max_body: Bytes above which the body of an answer is refused.
        read: Turns an answer into an item.

    Returns:
        (of the generator) Notes on damage.

    Raises:
        MediaError: The file cannot be decoded, or the process crashed or hung on it.
        LimitError: The file is above one of the limits.
    """
    worker = pool().take()
    clean = False
    budget = limits.timeout_seconds + limits.max_slowdown
    try:
        worker.send(request | {"limits": vars(limits)})
        while True:
            message = worker.receive(limits.timeout_seconds, max_body)
            if message.kind == wire.PROGRESS:
                seconds = min(limits.max_seconds, message.head["seconds"])
                budget = limits.timeout_seconds + limits.max_slowdown * max(1.0, seconds)
                if worker.waited > budget:
                    raise Silent
            elif message.kind == wire.DONE:
                clean = True
                return tuple(message.head["notes"])
            elif message.kind == wire.ERROR:
                clean = True
                raise _error(message.head)
            else:
                yield _understood(message, read)
    except Silent:
        raise _too_slow(request["name"], limits, worker.waited > budget) from None
    except Gone as gone:
        raise _crashed(request["name"], gone.code) from None
    finally:
        pool().give(worker, clean)


def _understood(message: wire.Message, read: Callable[[wire.Message], T]) -> T:
    try:
        return read(message)
    except (KeyError, TypeError, ValueError) as error:
        raise Gone(None) from error


def _error(head: dict[str, Any]) -> EmerError:
    kind = {"MediaError": errors.MediaError, "LimitError": errors.LimitError}[head["kind"]]
    return kind(head["message"], head["hint"])


def _too_slow(name: str, limits: Limits, overall: bool) -> MediaError:
    if overall:
        return MediaError(
            f"Decoding {name} takes more than {limits.max_slowdown:g} times its length.",
            "Raise it with Limits(max_slowdown=...) or --max-slowdown, or re-encode the file.",
        )
    return MediaError(
        f"The decoder made no progress on {name} for {limits.timeout_seconds:g} seconds.",
        "The file may be damaged: re-encode it, or raise it with Limits(timeout_seconds=...) "
        "or --timeout-seconds.",
    )


def _crashed(name: str, code: int | None) -> EmerError:
    if code == wire.NO_DECODER:
        return EmerError("PyAV cannot be loaded.", "Install it again with: pip install 'av>=16'")
    how = "sent nonsense" if code is None else f"stopped with exit code {code}"
    if code is not None and code < 0:
        how = f"was ended by {signal.Signals(-code).name}"
    return MediaError(
        f"The decoder {how} on {name}.",
        "The file is probably damaged: re-encode it, for example to MP4.",
    )
