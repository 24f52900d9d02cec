"""An OpenAI-compatible server that answers by a rule, late, and sometimes wrongly, on purpose.

Run it in this process with `serving(...)`, or as one of its own:

    python -m tests.dataset.faulty_server --ledger FILE --latency 0.05 --faults '{"500": 0.1}'

which prints its address. What it did is in the ledger, a JSON line for each request, and it charges
for an Idempotency-Key once: a second request under the same key gets the first one's answer.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Answer = Callable[[dict[str, Any]], str]
Answered = tuple[int, bytes]

# Nothing was done and nothing is charged.
REFUSED = ("429", "500")
# The work was done, but the answer does not arrive whole.
BROKEN = ("hang", "half", "garbage", "drip")
# The answer arrives and is of no use.
BAD = ("refusal", "schema", "empty", "length", "prose")
FAULTS = (*REFUSED, *BROKEN, *BAD)


@dataclass(frozen=True)
class Entered:
    """One request in the ledger.

    Attributes:
        at: When it came, in seconds since 1970.
        key: Its Idempotency-Key.
        body: SHA-256 of its body.
        fault: What was done wrong; empty if nothing.
        delivered: Whether the whole answer was written to the connection.
        tokens: Charged for this request; 0 if it was charged before, or not at all.
    """

    at: float
    key: str
    body: str
    fault: str
    delivered: bool
    tokens: int


@dataclass
class Settings:
    """How a server behaves.

    Attributes:
        answer: From the request to what the model says.
        latency: Seconds before it answers.
        faults: Share of requests by fault, of the schedule.
        seed: Of the schedule.
        script: Faults of the first requests, in order, instead of the schedule; "" for none.
        most: Requests under one key that go wrong at most.
        retry_after: Value of the header with 429.
        hang: Seconds it hangs.
        drip: Seconds between two bytes of a slow drip.
        head: Whether the drip begins with the head of the answer.
        status: An HTTP status and a body with which every request is refused.
        usage: Whether it says what it charged.
    """

    answer: Answer
    latency: float = 0.0
    faults: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    script: list[str] = field(default_factory=list)
    most: int = 3
    retry_after: str = "0"
    hang: float = 30.0
    drip: float = 0.2
    head: bool = False
    status: Answered | None = None
    usage: bool = True


class FaultyServer:
    """A server of one event loop; start it with `serving` or `main`."""

    def __init__(self, settings: Settings, ledger: Path) -> None:
        self.settings, self.ledger = settings, ledger
        self.headers: list[dict[str, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self._tries: Counter[str] = Counter()
        self._charged: set[str] = set()
        self._kept: dict[str, tuple[int, bytes]] = {}
        self._file = ledger.open("a", encoding="utf-8")
        self._writers: set[asyncio.StreamWriter] = set()
        before = entered(ledger)
        self._number = len(before)
        for one in before:
            self._tries[one.key] += 1
            self._charged |= {one.key} if one.tokens else set()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=1 << 26)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    async def stop(self) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        self._file.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(":", 1) for line in lines[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        at, key = time.time(), headers.get("idempotency-key", "")
        self.headers.append(headers)
        self.bodies.append(json.loads(body))
        fault = self._fault(key)
        await asyncio.sleep(self.settings.latency)
        tokens, answer = 0, b""
        if self.settings.status is None and fault not in REFUSED:
            fault = "" if fault in BAD and key in self._kept else fault
            fresh = key not in self._kept
            if fresh:
                self._kept[key] = self._answer(json.loads(body), fault)
            tokens, answer = self._kept[key]
            tokens = tokens if fresh and key not in self._charged else 0
        # What is charged is written down before it is delivered.
        self._number = number = self._number + 1
        digest = hashlib.sha256(body).hexdigest()
        self._enter(asdict(Entered(at, key, digest, fault, False, tokens)) | {"number": number})
        try:
            delivered = await self._say(writer, fault, answer)
        except ConnectionError:
            delivered = False
        if delivered:
            self._enter({"delivered": number})
        return delivered

    def _fault(self, key: str) -> str:
        tries = self._tries[key]
        self._tries[key] += 1
        if self.settings.script:
            return self.settings.script.pop(0)
        if tries >= self.settings.most:
            return ""
        drawn = hashlib.sha256(f"{self.settings.seed}:{key}:{tries}".encode()).digest()
        place = int.from_bytes(drawn[:8]) / 2**64
        for fault, share in self.settings.faults.items():
            place -= share
            if place < 0:
                # Asked again, the model does better.
                return "" if fault in BAD and not key.endswith("-0") else fault
        return ""

    def _answer(self, request: dict[str, Any], fault: str) -> tuple[int, bytes]:
        text, finish, refusal = self.settings.answer(request), "stop", None
        if fault == "refusal":
            text, refusal = "", "I cannot help with that."
        text = {"schema": '{"wrong": 1}', "empty": "", "prose": "Sure! Here it is."}.get(
            fault, text
        )
        if fault == "length":
            text, finish = text[: len(text) // 2], "length"
        message = {"role": "assistant", "content": text, "refusal": refusal}
        used = prompt_tokens(request), len(text) // 4 + 1
        usage = {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)}
        envelope = {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": request["model"],
            "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        }
        if self.settings.usage:
            envelope["usage"] = usage
        return sum(used), json.dumps(envelope).encode()

    async def _say(self, writer: asyncio.StreamWriter, fault: str, answer: bytes) -> bool:
        status, extra = 200, ""
        if self.settings.status is not None:
            status, answer = self.settings.status
        elif fault in REFUSED:
            status, answer = int(fault), b'{"error": {"message": "not now"}}'
            extra = f"Retry-After: {self.settings.retry_after}\r\n" if status == 429 else ""
        elif fault == "hang":
            await asyncio.sleep(self.settings.hang)
            return False
        elif fault == "garbage":
            answer = b"<html>502 Bad Gateway</html>"
        head = (
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{extra}"
            f"Content-Length: {len(answer)}\r\n\r\n"
        ).encode()
        if fault == "drip" and self.settings.head:
            head, answer = b"", head + answer
        writer.write(head)
        if fault == "drip":
            for place in range(len(answer)):
                writer.write(answer[place : place + 1])
                await writer.drain()
                await asyncio.sleep(self.settings.drip)
        else:
            writer.write(answer[: len(answer) // 2] if fault == "half" else answer)
        await writer.drain()
        return fault != "half"

    def _enter(self, row: dict[str, Any]) -> None:
        if not self._file.closed:
            self._file.write(json.dumps(row) + "\n")
            self._file.flush()


def prompt_tokens(request: dict[str, Any]) -> int:
    """What the server takes a prompt for: four characters a token."""
    return len(json.dumps(request["messages"], ensure_ascii=False)) // 4


def entered(ledger: Path) -> list[Entered]:
    """Read a ledger, in the order in which requests were worked on."""
    if not ledger.exists():
        return []
    rows: dict[int, dict[str, Any]] = {}
    for line in ledger.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "number" in row:
            rows[row.pop("number")] = row
        else:
            rows[row["delivered"]]["delivered"] = True
    return [Entered(**row) for row in rows.values()]


@contextmanager
def serving(ledger: Path, answer: Answer, **settings: Any) -> Iterator[FaultyServer]:
    """Run a server in a thread of this process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = FaultyServer(Settings(answer, **settings), ledger)

    def run(work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()

    run(server.start())
    try:
        yield server
    finally:
        run(server.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def echo(request: dict[str, Any]) -> str:
    """Answer with what was asked: its length and hash, so that answers tell questions apart."""
    said = json.dumps(request["messages"][:2], ensure_ascii=False, sort_keys=True)
    return json.dumps({"hash": hashlib.sha256(said.encode()).hexdigest()[:16]})


async def _forever(settings: Settings, ledger: Path, port: int) -> None:
    server = FaultyServer(settings, ledger)
    await server.start(port)
    print(server.url, flush=True)
    await asyncio.Event().wait()


def main(answer: Answer = echo) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--faults", type=json.loads, default={})
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hang", type=float, default=30.0)
    parser.add_argument("--drip", type=float, default=0.2)
    parser.add_argument("--port", type=int, default=0)
    given = vars(parser.parse_args())
    ledger, port = given.pop("ledger"), given.pop("port")
    asyncio.run(_forever(Settings(answer, **given), ledger, port))


if __name__ == "__main__":
    sys.exit(main())
