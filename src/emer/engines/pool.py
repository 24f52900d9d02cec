"""What a pool of workers is: those who work at one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from emer.engines.base import Work
from emer.engines.faults import Catch

READY, DONE, FAULT = b"r", b"d", b"f"


@dataclass(frozen=True)
class Item:
    """An item on its way.

    Attributes:
        key: What the caller knows it by.
        data: What the last step returned.
        died: Whether a worker died over it in this step.
    """

    key: str
    data: bytes
    died: bool = False


@dataclass(frozen=True)
class Answer:
    """What came of an item in a step.

    Attributes:
        item: The item.
        kind: DONE or FAULT.
        data: The result, or the packed error.
    """

    item: Item
    kind: bytes
    data: bytes


@dataclass(frozen=True)
class Death:
    """A worker died.

    Attributes:
        item: What it worked on.
        reason: What is known of it, in plain words.
    """

    item: Item
    reason: str


class Pool(Protocol):
    """Workers of one step. It registers what is to be waited for with the selector it is given."""

    @property
    def running(self) -> int:
        """Items that were given and not yet answered."""
        ...

    def give(self, item: Item, waiting: int) -> bool:
        """Hand an item to a worker, if one is free; say whether it was taken.

        Args:
            item: What to work on.
            waiting: How many items wait, this one included: no more workers are started.
        """
        ...

    def collect(self, source: Any) -> list[Answer | Death]:
        """Return the news of one registered source that can be read."""
        ...

    def close(self, finish: bool) -> None:
        """End all workers.

        Args:
            finish: Let calls that were begun come to their end, since they have been paid for.
        """
        ...


def answer(work: Work, data: bytes) -> tuple[bytes, bytes]:
    """Return the kind and data of the answer to one item."""
    with Catch() as caught:
        return DONE, work(data)
    assert caught.fault is not None
    return FAULT, caught.fault
