"""Runs of a test module's `main` in processes of their own, without importing torch every time.

A helper process imports the module once and forks for each run; runs can be killed for real.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]


@dataclass
class Done:
    """How a run ended: exit status (negative for a signal) and what it said."""

    returncode: int
    stderr: str


class Forks:
    """Forks runs of `module.main(settings)`."""

    def __init__(self, module: str, folder: Path) -> None:
        self._folder = folder
        path = [str(TESTS), os.environ.get("PYTHONPATH", "")]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(path)}
        self._helper = subprocess.Popen(
            [sys.executable, __file__, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __call__(self, *, processes: int = 1, **settings: Any) -> Done:
        """Run once, or as several processes of one distributed run; the worst status counts."""
        assert self._helper.stdin is not None and self._helper.stdout is not None
        with tempfile.NamedTemporaryFile(dir=self._folder, mode="r") as errors:
            asked = {"settings": settings, "processes": processes, "errors": errors.name}
            self._helper.stdin.write(json.dumps(asked) + "\n")
            self._helper.stdin.flush()
            statuses = json.loads(self._helper.stdout.readline())
            return Done(max(statuses, key=abs), errors.read())

    def close(self) -> None:
        """End the helper."""
        assert self._helper.stdin is not None
        self._helper.stdin.close()
        self._helper.wait(timeout=30)


@contextmanager
def forks(module: str, folder: Path) -> Iterator[Forks]:
    """Give a helper that ends with the block."""
    helper = Forks(module, folder)
    try:
        yield helper
    finally:
        helper.close()


def ranks_agree(model: Any) -> bool:
    """Return whether all processes of a distributed run hold the same weights, bit for bit."""
    import torch.distributed as dist

    if not dist.is_initialized():
        return True
    digest = hashlib.sha256()
    for value in model.state_dict().values():
        digest.update(value.detach().contiguous().numpy().tobytes())
    found: list[Any] = [None] * dist.get_world_size()
    dist.all_gather_object(found, digest.hexdigest())
    return len(set(found)) == 1


def _serve(name: str) -> None:
    # Libraries may print while they are imported; only results go to the caller.
    results = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    module = importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        children = []
        for rank in range(asked["processes"]):
            child = os.fork()
            if not child:
                _run(module, asked, rank, port)
            children.append(child)
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(ends), file=results, flush=True)


def _run(module: Any, asked: dict[str, Any], rank: int, port: int) -> None:
    status = 99
    try:
        os.setsid()  # so that a signal to the whole job reaches nobody else
        errors = os.open(asked["errors"], os.O_WRONLY | os.O_APPEND)
        os.dup2(errors, 2)
        os.dup2(errors, 1)
        if asked["processes"] > 1:
            count = str(asked["processes"])
            os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": count}
            os.environ |= {"LOCAL_WORLD_SIZE": count, "GROUP_RANK": "0"}
            os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
        status = module.main(asked["settings"])
    except Exception:  # noqa: BLE001 (shown in the test that fails)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(sys.argv[1])
