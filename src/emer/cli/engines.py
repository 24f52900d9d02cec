"""The options that say where long work runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from emer.engines.base import Engine

EngineName = Literal["local", "ray"]
EngineOption = Annotated[
    EngineName,
    typer.Option(help="Processes of this machine, or Ray Data."),
]
Address = Annotated[
    str | None,
    typer.Option(help="HOST:PORT of a Ray cluster, or auto; default: one on this machine."),
]


def engine_for(name: EngineName, address: str | None) -> Engine:
    """Return the engine of a name.

    Raises:
        UsageError: An address for an engine that has none.
    """
    from emer.errors import UsageError

    if address and name != "ray":
        raise UsageError("--address is that of a Ray cluster.", "Add --engine ray.")
    if name == "ray":
        from emer.engines.ray import RayEngine

        return RayEngine(address)
    from emer.engines.local import LocalEngine

    return LocalEngine()
