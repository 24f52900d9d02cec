"""The part of docs/filters.md that is made from the filters themselves.

Write it anew with: python -m tests.docs.filter_table
"""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python

from emer.dataset.filters import RecordFilter, StatementFilter, find
from emer.dataset.filters.registry import names

PAGE = Path(__file__).parents[2] / "docs" / "filters.md"
BEGIN, END = (
    "<!-- filters: written by tests/docs/filter_table.py -->\n",
    "<!-- end of filters -->\n",
)


def written() -> str:
    """Return rule, weakness, source and options of every filter as Markdown."""
    return "\n".join(_filter(name) for name in names())


def page(text: str) -> str:
    """Return the page with the part that is made put in."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + written() + "\n" + END + rest.split(END)[1]


def _filter(name: str) -> str:
    kind = find(name)
    base = "set"
    if issubclass(kind, StatementFilter | RecordFilter):
        base = "statement" if issubclass(kind, StatementFilter) else "record"
    told = inspect.getdoc(kind) or ""
    rule = [part for part in told.split("\n\n") if not part.startswith("Args:")]
    fields = kind.options_type.model_fields
    rows = [
        f"| `{option}` | `{_default(field.get_default(call_default_factory=True))}` | "
        f"{field.description} |"
        for option, field in fields.items()
    ]
    table = ["", "| option | default | meaning |", "|---|---|---|", *rows] if rows else []
    return "\n".join([f"## `{name}` ({base})", "", "\n\n".join(rule), *table, ""])


def _default(value: Any) -> str:
    return json.dumps(to_jsonable_python(value, exclude_none=True), ensure_ascii=False)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
