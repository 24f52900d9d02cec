"""Annotators, questions and callers for the tests of calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emer.dataset.calls.base import Part, Request, TextPart
from emer.dataset.calls.caller import Caller
from emer.dataset.calls.faults import Pauses
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
    url: str, who: Annotator, budget: Budget = Budget(), **settings: Any
) -> Iterator[tuple[Caller, Store]]:
    settings = {"pauses": QUICK} | settings
    with open_store(url) as store, Caller([who], budget, store, **settings) as caller:
        yield caller, store


def expected(request: Request) -> dict[str, str]:
    """What `faulty_server.echo` answers to a question of text."""
    from tests.dataset.faulty_server import echo

    from emer.dataset.calls.messages import messages

    return json.loads(echo({"messages": messages(request, lambda _: [])}))
