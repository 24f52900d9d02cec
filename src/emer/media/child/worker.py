"""The loop of the decoding process: read a request, decode, answer."""

from __future__ import annotations

import io
import json
import os
import queue
import signal
import sys
import threading
from typing import Any

from emer.errors import LimitError, MediaError
from emer.media import wire
from emer.media.child.guard import Guard
from emer.media.child.outbox import Outbox
from emer.media.limits import Limits


def main() -> None:
    """Serve requests from standard input until it closes."""
    try:
        _serve()
    finally:
        # Python's own shutdown would wait for the listening thread, and abort.
        os._exit(1)


def _serve() -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # the parent ends this process
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    outbox = Outbox(io.FileIO(1, "w", closefd=False))
    guard = Guard()
    # Loaded before the first request, so that a waiting process is a ready one.
    try:
        from emer.media.child import tasks
        from emer.media.child.complaints import Complaints
    except ImportError:
        os._exit(wire.NO_DECODER)

    complaints = Complaints()
    while True:
        request = requests.get()
        limits = Limits(**request["limits"])
        guard.start(limits)
        outbox.start(guard, limits)
        try:
            notes = tasks.run(request, limits, outbox, complaints)
        except (MediaError, LimitError) as error:
            head = {"message": error.message, "hint": error.hint, "kind": type(error).__name__}
            outbox.send(wire.ERROR, head)
        else:
            outbox.send(wire.DONE, {"notes": notes})


def _listen(stdin: io.BufferedReader, requests: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Queue requests; end the whole process, whatever it does, when the parent is gone."""
    while header := stdin.read(wire.HEADER.size):
        _, size, _ = wire.HEADER.unpack(header)
        requests.put(json.loads(stdin.read(size)))
    os._exit(0)
