"""Filters: what is taken out of a dataset, each by a rule of its own that says what it removed."""

from emer.dataset.filters.base import (
    AnyFilter,
    Entries,
    Filter,
    RecordFilter,
    SetFilter,
    StatementFilter,
    without,
)
from emer.dataset.filters.registry import find, load_filters, names

__all__ = [
    "AnyFilter",
    "Entries",
    "Filter",
    "RecordFilter",
    "SetFilter",
    "StatementFilter",
    "find",
    "load_filters",
    "names",
    "without",
]
