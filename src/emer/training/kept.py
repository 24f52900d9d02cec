"""Long work in steps: in several processes, each result on disk before the next is begun."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from emer.engines.signals import interrupts_held
from emer.errors import EmerError, UsageError
from emer.explanation import Record

_T = TypeVar("_T")
_R = TypeVar("_R")
_Kept = TypeVar("_Kept", bound=Record)


def results(
    tasks: Sequence[_T], do: Callable[[_T], _R | str], jobs: int
) -> Iterator[tuple[_T, _R | str]]:
    """Do tasks, yielding each with its result as it is done.

    Args:
        tasks: Whatever `do` takes; with several jobs it must pickle.
        do: A function of a module; a text it returns is the reason why there is no result.
        jobs: Processes; 1 works in this one.

    Raises:
        EmerError: `do` raised one, which ends the work.
    """
    if jobs == 1:
        for task in tasks:
            yield task, do(task)
        return
    # Threads and models do not survive a fork.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        with interrupts_held():
            pending: dict[Future[_R | str], _T] = {pool.submit(do, task): task for task in tasks}
        try:
            for future in as_completed(pending):
                error = future.exception()
                if isinstance(error, EmerError):
                    raise error
                yield pending[future], f"A worker died: {error}" if error else future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def read_kept(path: Path, kind: type[_Kept]) -> list[_Kept]:
    """Read results that an earlier run kept, one JSON object a line.

    What a kill left of an unfinished last line is cut off.

    Raises:
        UsageError: A whole line is no such result.
    """
    if not path.exists():
        return []
    whole = path.read_bytes()
    complete = whole[: whole.rfind(b"\n") + 1]
    if len(complete) < len(whole):
        os.truncate(path, len(complete))
    found = []
    for number, line in enumerate(complete.splitlines(), start=1):
        try:
            found.append(kind.model_validate_json(line))
        except ValidationError as error:
            raise UsageError(
                f"Line {number} of {path} is not what an earlier run kept.",
                "Delete the line to have it made anew, or choose another --out.",
            ) from error
    return found
