"""Filters by name: emer's own, and those that others register under `emer.filters`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import ValidationError

from emer.dataset.errors import PlanError
from emer.dataset.filters.base import AnyFilter, RecordFilter, SetFilter, StatementFilter
from emer.dataset.plan import FilterCall

GROUP = "emer.filters"
"""Entry-point group of filters: a name, and a class derived from one of `emer.dataset.filters`."""


@cache
def _entries() -> Mapping[str, EntryPoint]:
    found = sorted(entry_points(group=GROUP), key=lambda entry: (_own(entry), entry.name))
    # Emer's own come last: nobody can replace them.
    return {entry.name: entry for entry in found}


def _own(entry: EntryPoint) -> bool:
    return entry.module.startswith("emer.")


def names() -> list[str]:
    """Return the names of all filters, in alphabetical order."""
    return sorted(_entries())


def find(name: str) -> type[AnyFilter]:
    """Return the class of a filter.

    Raises:
        PlanError: There is none of that name, or what is registered is no filter.
    """
    entry = _entries().get(name)
    if entry is None:
        raise PlanError(f"There is no filter {name!r}.", f"Valid: {', '.join(names())}.")
    loaded = entry.load()
    if not (isinstance(loaded, type) and issubclass(loaded, _BASES)):
        raise PlanError(
            f"{entry.value} is registered as filter {name!r} but is no filter.",
            f"Register a class derived from StatementFilter, RecordFilter or SetFilter of "
            f"emer.dataset.filters under the group {GROUP}.",
        )
    return loaded


_BASES = (StatementFilter, RecordFilter, SetFilter)


def load_filters(calls: Sequence[FilterCall]) -> list[AnyFilter]:
    """Return the filters that a plan calls, in its order.

    Args:
        calls: Names and options.

    Raises:
        PlanError: Unknown filter or option, or a value that an option cannot have; names what is
            valid.
    """
    return [_made(find(call.name), call) for call in calls]


def _made(kind: type[AnyFilter], call: FilterCall) -> AnyFilter:
    try:
        options = kind.options_type.model_validate(call.options)
    except ValidationError as error:
        raise _wrong(kind, call.name, error) from error
    return kind(options)


def _wrong(kind: type[AnyFilter], name: str, error: ValidationError) -> PlanError:
    first = error.errors(include_url=False)[0]
    valid = ", ".join(kind.options_type.model_fields) or "none"
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return PlanError(f"The filter {name!r} has no option {where!r}.", f"Valid: {valid}.")
    what = f"Option {where!r} of the filter {name!r}" if where else f"The filter {name!r}"
    return PlanError(f"{what} cannot be used: {_plain(first)}.", f"Its options: {valid}.")


def _plain(error: Any) -> str:
    message: str = error["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{message}, but is {error['input']!r:.60}" if error["loc"] else message
