"""One request to a server, and its answer within a time that is bounded as a whole."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError
from typing import Any

from emer.dataset.calls.faults import Fault, of_status
from emer.dataset.plan import Annotator
from emer.explainers.chat import client_settings

MOST_BYTES = 16 << 20
"""An answer that is larger is no answer."""

_UNSENT = frozenset(["ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol"])


class Loop:
    """A thread that waits for answers, for any number of threads that ask.

    A time limit on a blocking read counts from the last byte, so a server that sends a byte now and
    then holds the reader for ever; what an event loop waits for can be called off.
    """

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="calls")
        self._thread.start()

    def run(self, coroutine: Any) -> Any:
        """Return what a coroutine returns, or raise what it raises."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Call off what is under way, and end the thread."""
        if self._thread.is_alive():
            self.run(_called_off())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()


class Exchange:
    """Asks the server of one annotator; any number of threads may use it.

    Args:
        annotator: Who is asked.
        loop: Waits for the answers.

    Raises:
        MissingExtra: The client library is not installed.
    """

    def __init__(self, annotator: Annotator, loop: Loop) -> None:
        settings = client_settings(
            annotator.url, annotator.key, annotator.timeout, retries=0, extra="build"
        )
        import openai

        self._openai, self._annotator, self._loop = openai, annotator, loop
        # A redirect would take clips to a server that the plan does not name.
        http = openai.DefaultAsyncHttpxClient(follow_redirects=False)
        self._client = openai.AsyncOpenAI(**settings, http_client=http)

    def send(self, body: Mapping[str, Any], idempotency_key: str) -> bytes:
        """Return the body of the server's answer.

        Args:
            body: Of the request.
            idempotency_key: The same one for the same request sent again.

        Raises:
            Fault: There is none.
        """
        try:
            answer: bytes = self._loop.run(self._send(body, idempotency_key))
        except CancelledError as error:
            raise Fault("the run was stopped", "again", paid=True) from error
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._loop.run(self._client.close())

    async def _send(self, body: Mapping[str, Any], idempotency_key: str) -> bytes:
        try:
            async with asyncio.timeout(self._annotator.timeout):
                return await self._answer(body, idempotency_key)
        except (TimeoutError, self._openai.APITimeoutError) as error:
            raise self._late(error) from error
        except self._openai.APIStatusError as error:
            response = error.response
            headers = {name.lower(): value for name, value in response.headers.items()}
            key = self._annotator.key
            raise of_status(response.status_code, response.text, headers, key) from error
        except self._openai.APIConnectionError as error:
            raise _unconnected(error) from error
        except Fault:
            raise
        except Exception as error:
            # The errors of the transport are those of whichever library the client uses.
            raise Fault(f"its answer broke off ({_named(error)})", "again", paid=True) from error

    async def _answer(self, body: Mapping[str, Any], idempotency_key: str) -> bytes:
        completions = self._client.chat.completions.with_streaming_response
        headers = {"Idempotency-Key": idempotency_key}
        async with completions.create(**body, extra_headers=headers) as response:
            return await _bounded(response)

    def _late(self, error: Exception) -> Fault:
        sent = type(error.__cause__).__name__ not in _UNSENT
        reason = f"no whole answer within {self._annotator.timeout:g} seconds"
        mend = "Give it more time (`timeout`), or fewer calls at a time (`at_once`)."
        return Fault(reason, "again", paid=sent, away=not sent, mend=mend)


async def _bounded(response: Any) -> bytes:
    """Return the body of an answer up to `MOST_BYTES`."""
    body = bytearray()
    async for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Fault(f"its answer is larger than {MOST_BYTES} bytes", "again", paid=True)
    return bytes(body)


def _unconnected(error: Exception) -> Fault:
    """Return the fault of a connection that was not made or broke off."""
    cause = error.__cause__ or error
    sent = type(cause).__name__ not in _UNSENT
    reason = f"the connection broke off ({_named(cause)})" if sent else "it cannot be reached"
    mend = "Start the server, or correct `url` of the annotator; it mostly ends in /v1."
    return Fault(reason, "again", paid=sent, away=not sent, mend=mend)


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200] if str(error) else type(error).__name__


async def _called_off() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
