"""Having Ray run: on a cluster, or started here for as long as it is needed."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from emer.engines.faults import EngineError
from emer.errors import MissingExtra


@contextmanager
def running(address: str | None, cpus: int, object_store_bytes: int) -> Iterator[Any]:
    """Give the module `ray`, connected; stop what was started here afterwards.

    Args:
        address: Of a cluster; None starts one of this machine.
        cpus: How many workers that one may have.
        object_store_bytes: Its shared memory.

    Raises:
        MissingExtra: Ray is not installed.
        EngineError: Nobody answers at the address, or Ray does not start.
    """
    ray = _imported()
    if ray.is_initialized():
        yield ray
        return
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
    if address is not None:
        _reach(address)
        options |= {"address": address}
    else:
        options |= {
            "address": "local",
            "num_cpus": cpus,
            "object_store_memory": object_store_bytes,
            "include_dashboard": False,
            "runtime_env": {"env_vars": {"HOME": str(Path.home())}},
        }
    with _homes(address) as home:
        _start(ray, options, home)
        try:
            yield ray
        finally:
            ray.shutdown()


def _reach(address: str) -> None:
    """Raise `EngineError` if nobody answers at an address: Ray itself would try for minutes."""
    if address == "auto":
        return
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=10):
            return
    except (OSError, ValueError, OverflowError) as error:
        raise EngineError(
            f"No Ray answers at {address}: {error}.",
            'Start it with `ray start --head`, and name its HOST:PORT, or "auto".',
        ) from error


@contextmanager
def _homes(address: str | None) -> Iterator[str]:
    """Give the home folder that Ray is to see as it starts.

    A Ray that is started here asks cloud providers which of them it runs on, although usage
    statistics are off, unless it finds a configuration in the home folder: so it is given a home
    with an empty one. Its workers are told the true home.
    """
    home = Path.home()
    if address is not None:
        yield str(home)
        return
    with TemporaryDirectory(prefix="emer-ray-") as other:
        Path(other, "ray_bootstrap_config.yaml").write_text("{}\n")
        # Here Ray keeps the key by which its processes know one another.
        (home / ".ray").mkdir(exist_ok=True)
        Path(other, ".ray").symlink_to(home / ".ray")
        yield other


@contextmanager
def _silence() -> Iterator[None]:
    """Drop what is written to standard error: Ray says there that it was told to be silent."""
    with Path(os.devnull).open("w") as nowhere:
        kept = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _start(ray: Any, options: dict[str, Any], home: str) -> None:
    before = str(Path.home())
    os.environ["HOME"] = home
    try:
        with _silence():
            ray.init(**options)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise EngineError(f"Ray cannot be started: {error}") from error
    finally:
        os.environ["HOME"] = before


def _imported() -> Any:
    """Return the module `ray`, which reports nothing to anybody and is quiet."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    # Ray reports even that reporting is off.
    os.environ["RAY_USAGE_STATS_REPORT_URL"] = "http://127.0.0.1:9"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    # Ray would kill the actor, and begin anew for ever; the system kills the process with the work.
    os.environ.setdefault("RAY_memory_monitor_refresh_ms", "0")
    try:
        import_module("ray.data")
        return import_module("ray")
    except ModuleNotFoundError as error:
        raise MissingExtra("The engine ray", "ray", "scale") from error
