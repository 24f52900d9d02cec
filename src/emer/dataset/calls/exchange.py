"""One request to a server, and its answer within a time that is bounded as a whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from emer.dataset.calls.channel import Channel, Watch, trust
from emer.dataset.calls.faults import Fault, of_status
from emer.dataset.plan import Annotator
from emer.explainers.chat import client_settings

MOST_BYTES = 16 << 20
"""An answer that is larger is no answer."""

_UNSENT = frozenset(["ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"])


class Exchange:
    """Asks the server of one annotator; any number of threads may use it.

    Args:
        annotator: Who is asked.
        watch: Cuts off what takes too long.

    Raises:
        MissingExtra: The client library is not installed.
    """

    def __init__(self, annotator: Annotator, watch: Watch) -> None:
        self._settings = client_settings(
            annotator.url, annotator.key, annotator.timeout, retries=0, extra="build"
        )
        import openai

        self._openai, self._annotator, self._watch = openai, annotator, watch
        self._lock, self._trusted = threading.Lock(), trust()
        self._idle: list[Channel] = []

    def send(self, body: Mapping[str, Any], idempotency_key: str) -> bytes:
        """Return the body of the server's answer.

        Args:
            body: Of the request.
            idempotency_key: The same one for the same request sent again.

        Raises:
            Fault: There is none.
        """
        with self._channel() as channel, self._faults(channel):
            completions = channel.client.chat.completions.with_streaming_response
            headers = {"Idempotency-Key": idempotency_key}
            deadline = time.monotonic() + self._annotator.timeout
            with (
                self._watch.over(channel, deadline),
                completions.create(**body, extra_headers=headers) as response,
            ):
                return _bounded(response)

    def warm(self) -> None:
        """Have a client ready, which takes longer to make than to use."""
        with self._channel():
            return

    def close(self) -> None:
        """Close all connections that are not in use."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _channel(self) -> Iterator[Channel]:
        """Lend a connection to one thread."""
        with self._lock:
            found = self._idle.pop() if self._idle else None
        channel = found or Channel(self._settings, self._trusted)
        try:
            yield channel
        finally:
            self._idle.append(channel)

    @contextmanager
    def _faults(self, channel: Channel) -> Iterator[None]:
        """Raise what goes wrong as a fault."""
        try:
            yield
        except Fault:
            raise
        except self._openai.APIStatusError as error:
            response = error.response
            headers = {name.lower(): value for name, value in response.headers.items()}
            key = self._annotator.key
            raise of_status(response.status_code, response.text, headers, key) from error
        except Exception as error:
            # The errors of the transport are those of whichever library the client uses.
            timeout = isinstance(error, self._openai.APITimeoutError | TimeoutError)
            late = timeout or channel.cut_off
            raise self._late(error) if late else _broken(error) from error

    def _late(self, error: Exception) -> Fault:
        sent = type(error.__cause__).__name__ not in _UNSENT
        reason = f"no whole answer within {self._annotator.timeout:g} seconds"
        mend = "Give it more time (`timeout`), or fewer calls at a time (`at_once`)."
        return Fault(reason, "again", paid=sent, away=not sent, mend=mend)


def _bounded(response: Any) -> bytes:
    """Return the body of an answer up to `MOST_BYTES`."""
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Fault(f"its answer is larger than {MOST_BYTES} bytes", "again", paid=True)
    return bytes(body)


def _broken(error: Exception) -> Fault:
    """Return the fault of a connection that was not made or broke off."""
    cause = error.__cause__ or error
    sent = type(cause).__name__ not in _UNSENT
    reason = f"the connection broke off ({_named(cause)})" if sent else "it cannot be reached"
    mend = "Start the server, or correct `url` of the annotator; it mostly ends in /v1."
    return Fault(reason, "again", paid=sent, away=not sent, mend=mend)


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200] if str(error) else type(error).__name__
