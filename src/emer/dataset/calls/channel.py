"""A connection to a server that can be cut off from another thread.

A time limit on a read counts from the last byte, so that a server that sends a byte now and then
holds its reader for ever. A watch over all connections ends what takes too long as a whole.
"""

from __future__ import annotations

import importlib
import importlib.util
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

_LOOK_SECONDS = 0.05


class Channel:
    """A client with one connection, for one call at a time.

    Args:
        settings: Of the `openai` client.
        trusted: Certificates; see `trust`.
    """

    def __init__(self, settings: Mapping[str, Any], trusted: ssl.SSLContext) -> None:
        import openai

        self.cut_off = False
        self._stream: Any = None
        # A redirect would take clips to a server that the plan does not name.
        http = openai.DefaultHttpxClient(
            follow_redirects=False, verify=trusted, event_hooks={"request": [self._follow]}
        )
        self.client = openai.OpenAI(**settings, http_client=http)

    def cut(self) -> None:
        """End the connection, so that whoever reads from it goes on at once."""
        self.cut_off = True
        line = self._stream and self._stream.get_extra_info("socket")
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _follow(self, request: Any) -> None:
        """Have the transport tell of its connections; it offers no other view of them."""
        request.extensions["trace"] = self._see

    def _see(self, event: str, info: Mapping[str, Any]) -> None:
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]
        if self.cut_off:
            raise TimeoutError("the time of the call is over")


def trust() -> ssl.SSLContext:
    """Return the certificates of the system, and those of certifi where it is installed.

    Left to itself, every client would read them anew, which takes longer than a call.
    """
    context = ssl.create_default_context()
    if importlib.util.find_spec("certifi") is not None:
        context.load_verify_locations(importlib.import_module("certifi").where())
    return context


class Watch:
    """A thread that cuts off channels whose time is over; it runs while there is one in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[Channel, float] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, channel: Channel, deadline: float) -> Iterator[None]:
        """Watch a channel.

        Args:
            channel: In use by this thread.
            deadline: By `time.monotonic`.
        """
        channel.cut_off = False
        with self._lock:
            self._until[channel] = deadline
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True, name="watch")
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._until[channel]

    def cut_all(self) -> None:
        """End all calls under way."""
        with self._lock:
            for channel in self._until:
                channel.cut()

    def _look(self) -> None:
        idle = 0
        while idle < 100:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                now = time.monotonic()
                # Again and again: a connection may be made just after it was to be cut.
                for channel, deadline in self._until.items():
                    if now > deadline:
                        channel.cut()
                idle = 0 if self._until else idle + 1
                if idle >= 100:
                    self._thread = None
