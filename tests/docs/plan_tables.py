"""The part of docs/plan.md that is made from the plan's models.

Write it anew with: python -m tests.docs.plan_tables
"""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined, to_jsonable_python

from emer.dataset.plan import FilterCall, Name, Plan, Settings

PAGE = Path(__file__).parents[2] / "docs" / "plan.md"
BEGIN, END = (
    "<!-- keys: written by tests/docs/plan_tables.py -->\n",
    "<!-- end of keys -->\n",
)


def parts() -> Iterator[tuple[str, type[Settings]]]:
    """Yield the parts of a plan that are settings of their own, each with its key."""
    yield from _below("", Plan)


def written() -> str:
    """Return the keys of all parts as Markdown tables."""
    return "\n".join(_table(key, part) for key, part in parts())


def page(text: str) -> str:
    """Return the page with the part that is made put in."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + written() + "\n" + END + rest.split(END)[1]


def _below(key: str, part: type[Settings]) -> Iterator[tuple[str, type[Settings]]]:
    yield key, part
    for name, field in part.model_fields.items():
        for kind in _inside(field.annotation):
            if isinstance(kind, type) and issubclass(kind, Settings):
                many = "[]" if get_origin(field.annotation) is tuple else ""
                yield from _below(f"{key}.{name}{many}".removeprefix("."), kind)


def _inside(kind: Any) -> Iterator[Any]:
    """Yield a type and the types it is made of."""
    yield kind
    for each in get_args(kind):
        yield from _inside(each)


def _table(key: str, part: type[Settings]) -> str:
    rows = [
        f"| `{name}` | {_type(field.annotation, field.metadata)} | {_default(field)} | "
        f"{field.description} |"
        for name, field in part.model_fields.items()
    ]
    head = f"### `{key}`" if key else "### The plan itself"
    table = ["| key | value | default | meaning |", "|---|---|---|---|", *rows]
    return "\n".join([head, "", *table, ""])


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "required"
    if isinstance(value, Settings):
        return "see below"
    if isinstance(value, tuple) and value and isinstance(value[0], FilterCall):
        value = [each.name for each in value]
    shown = to_jsonable_python(value)
    return "none" if shown is None else f"`{json.dumps(shown, ensure_ascii=False)}`"


def _type(kind: Any, metadata: list[Any]) -> str:
    """Return what a value may be, in words."""
    if any(getattr(each, "pattern", None) == _NAME for each in metadata):
        return "name"
    bounds = _bounds(metadata)
    return " ".join([_kind(kind), bounds]) if bounds else _kind(kind)


def _kind(kind: Any) -> str:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        # The bounds of a type stand in its metadata, inside a field or not.
        merged = FieldInfo.from_annotation(kind)
        return _type(merged.annotation, merged.metadata)
    if origin is Literal:
        return ", ".join(f"`{each}`" for each in inner)
    if origin in (Union, types.UnionType):
        return ", ".join(_kind(each) for each in inner if each is not type(None))
    if origin is tuple:
        return f"list of: {_kind(inner[0])}"
    if origin is dict:
        return f"mapping from {_kind(inner[0])} to {_kind(inner[1])}"
    if isinstance(kind, type) and issubclass(kind, Settings):
        return "name, mapping" if kind is FilterCall else "mapping"
    return _WORDS[kind]


_NAME = get_args(Name)[1].metadata[0].pattern

_WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`true`, `false`",
    Any: "anything",
}


def _bounds(metadata: list[Any]) -> str:
    """Return limits of a number as "from 0 to 1", of a text as its pattern."""
    limits = {
        word: f"{getattr(each, name):g}"
        for each in metadata
        for name, word in (("ge", "from"), ("gt", "above"), ("le", "to"))
        if getattr(each, name, None) is not None
    }
    return " ".join(f"{word} {limits[word]}" for word in ("from", "above", "to") if word in limits)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
