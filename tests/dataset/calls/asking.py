"""Annotators, questions and callers for the tests of calls."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any

from emer.dataset.calls.base import Part, Request, TextPart
from emer.dataset.calls.caller import Caller
from emer.dataset.calls.faults import Pauses
from emer.dataset.errors import BudgetError
from emer.dataset.plan import Annotator, Budget, Price, Rate, Sampling
from emer.dataset.store import Store, open_store

SCHEMA: dict[str, Any] = {
    "$id": "test@1",
    "type": "object",
    "properties": {"hash": {"type": "string"}},
    "required": ["hash"],
}
QUICK = Pauses(base=0.01, longest=0.05, cap=0.2)


def check(data: Any) -> Any:
    if not isinstance(data, dict) or not isinstance(data.get("hash"), str):
        raise ValueError("'hash' has to be there, a string")
    return data


def annotator(url: str, **fields: Any) -> Annotator:
    settings: dict[str, Any] = {
        "name": "a",
        "model": "m",
        "sampling": Sampling(max_tokens=20),
        "rate": Rate(at_once=64),
        "price": Price(input=1.5, output=6),
        "timeout": 5,
        "tries": 4,
    }
    return Annotator(url=url, **settings | fields)


def question(text: str, *parts: Part, **fields: Any) -> Request:
    given: dict[str, Any] = {
        "task": "visual",
        "prompt": "visual.en@1",
        "system": "Say what you see.",
        "parts": (TextPart(text), *parts),
        "schema": SCHEMA,
        "check": check,
        "entry": f"e-{text}",
    }
    return Request(**given | fields)


@contextmanager
def calling(
    url: str, who: Annotator, budget: Budget | None = None, **settings: Any
) -> Iterator[tuple[Caller, Store]]:
    settings = {"pauses": QUICK} | settings
    with open_store(url) as store, Caller([who], budget or Budget(), store, **settings) as caller:
        yield caller, store


def expected(request: Request) -> dict[str, str]:
    """What `faulty_server.echo` answers to a question of text."""
    from tests.dataset.faulty_server import echo

    from emer.dataset.calls.messages import messages

    return json.loads(echo({"messages": messages(request, lambda _: [])}))


def ask_all(caller: Any, who: Annotator, texts: list[str], threads: int = 16) -> list[str]:
    """Return what became of each question: its answer, or the error."""

    def ask(text: str) -> str:
        try:
            return "answered" if caller.ask(who, question(text)).data else "missing"
        except BudgetError as error:
            return str(error)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(ask, texts))


@cache
def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    # Loaded once, for all processes of the tests.
    context.set_forkserver_preload(["openai", "emer.dataset.calls.caller"])
    return context


def process(work: Callable[..., Any], *arguments: Any) -> tuple[Any, Any]:
    """Start a function in a process of its own; return that, and where its result comes from."""
    here, there = _context().Pipe(duplex=False)
    started = _context().Process(target=_tell, args=(work, arguments, there), daemon=True)
    started.start()
    there.close()
    return started, here


def _tell(work: Callable[..., Any], arguments: tuple[Any, ...], there: Any) -> None:
    there.send(work(*arguments))
