"""What an engine is: items go in, flow through steps, and come out as they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Work = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Step:
    """One step of the way of an item.

    Attributes:
        name: For the progress bar and errors.
        make: Makes the function that does the work, with all it needs (models, connections); called
            once a worker, in the worker. It must pickle.
        kind: "cpu" steps run in processes of their own, one item at a time each; "calls" wait for a
            server most of the time and run in threads of one process.
        workers: Processes, or threads.
    """

    name: str
    make: Callable[[], Work]
    kind: Literal["cpu", "calls"] = "cpu"
    workers: int = 1


@dataclass(frozen=True)
class Done:
    """An item that went through all steps.

    Attributes:
        key: What the caller knows it by.
        result: What the last step returned.
    """

    key: str
    result: bytes


@dataclass(frozen=True)
class Lost:
    """An item whose worker died twice.

    Attributes:
        key: What the caller knows it by.
        step: In which step.
        reason: What is known of it, in plain words.
    """

    key: str
    step: str
    reason: str


class Engine(Protocol):
    """Runs steps over items.

    Items and results are bytes (JSON), so that the same steps run in any process on any machine.
    At any time only a bounded number of items is on its way: the source is read as results are
    taken, and a slow step holds up the ones before it.
    """

    def run(
        self, items: Iterable[tuple[str, bytes]], steps: Sequence[Step]
    ) -> Iterator[Done | Lost]:
        """Yield every item once, as it is done, in any order.

        Args:
            items: A key of its own and the data of each; read lazily.
            steps: At least one.

        Raises:
            EmerError: A step raised one: it ends the run; whatever was yielded is done.
        """
        ...
