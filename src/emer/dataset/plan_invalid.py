"""What pydantic finds wrong with a plan, in words, with lines and what would be valid."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from emer.dataset.plan import Plan
from emer.dataset.plan_problems import Problem, line_of, shown

Place = tuple[int | str, ...]

_KINDS = {
    "string_type": "has to be text",
    "int_type": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_type": "has to be a number",
    "finite_number": "has to be a finite number",
    "bool_type": "has to be true or false",
    "tuple_type": "has to be a list",
    "dict_type": "has to be a mapping",
    "model_type": "has to be a mapping",
    "missing": "is missing",
}
_HINTS = {
    "tuple_type": "Write its items in brackets, [a, b], or one a line after a dash.",
    "dict_type": "Write lines such as key: value below it, indented.",
    "model_type": "Write lines such as key: value below it, indented.",
    "string_type": "Put it into quotes if it is meant as text.",
}
_PATTERNS = {
    "^[A-Za-z0-9]": "Letters, digits, '.', '_' and '-', at most 64, the first a letter or digit.",
    "^https?://": "Begin with http:// or https://.",
}


def explain(
    error: ValidationError, lines: Mapping[str, int], known: Sequence[Problem] = ()
) -> Iterator[Problem]:
    """Yield what a validation error says, one problem a mistake.

    Args:
        error: Of the whole plan.
        lines: Line of every key by its dotted path.
        known: Problems found before; what only repeats them is left out.
    """
    details = error.errors(include_url=False)
    places = [tuple(each["loc"]) for each in details]
    told = {each.key for each in known}
    for each, place in zip(details, places, strict=True):
        inside = any(len(other) > len(place) and other[: len(place)] == place for other in places)
        if each["type"] == "too_short" and inside:
            continue  # A list is short of what was refused in it.
        key = key_of(place)
        if key in told or (not place and each["type"] == "value_error" and known):
            continue
        what, valid = _words(dict(each), place)
        yield Problem(line_of(lines, key), key, what, valid)


def key_of(place: Sequence[int | str]) -> str:
    """Return a place such as ("annotators", 1, "rate") as a key, "annotators[1].rate"."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removesuffix(".[key]").removeprefix(".")


def _words(detail: dict[str, Any], place: Place) -> tuple[str, str]:
    kind, value = detail["type"], detail["input"]
    tellers: dict[str, Callable[[], tuple[str, str]]] = {
        "extra_forbidden": lambda: _unknown(str(place[-1]), list(_model(place[:-1]).model_fields)),
        "missing": lambda: ("is missing", _meaning(place)),
        "literal_error": lambda: _choice(detail, place),
        "string_pattern_mismatch": lambda: (_but("is not valid", value), _pattern(detail)),
    }
    if kind in tellers:
        return tellers[kind]()
    if kind in _KINDS:
        return _but(_KINDS[kind], value), _HINTS.get(kind, "")
    return _but(_plain(detail), value if isinstance(value, str | int | float) else None), ""


def _unknown(name: str, valid: Sequence[str]) -> tuple[str, str]:
    near = difflib.get_close_matches(name.lower(), valid, 1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return "is not a known key", f"{meant}Valid: {', '.join(valid)}."


def _choice(detail: dict[str, Any], place: Place) -> tuple[str, str]:
    valid = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    if place[-1] == "[key]":
        return _unknown(str(detail["input"]), valid)
    near = difflib.get_close_matches(str(detail["input"]).lower(), valid, 1)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return f"cannot be {shown(detail['input'])}", f"{meant}Valid: {', '.join(valid)}."


def _pattern(detail: dict[str, Any]) -> str:
    pattern = detail["ctx"]["pattern"]
    return next((words for start, words in _PATTERNS.items() if pattern.startswith(start)), "")


def _plain(detail: dict[str, Any]) -> str:
    """Return the message of pydantic as the end of a sentence."""
    text = str(detail["msg"]).removeprefix("Value error, ")
    text = re.sub(r"^(Input|String|Tuple|Dictionary) should", "should", text)
    if detail["type"] == "too_short":
        return "is an empty list; give at least one item"
    if detail["type"] == "string_too_short":
        return "is empty"
    return text if text.startswith("should") else f"is not valid: {text}"


def _but(what: str, value: object) -> str:
    return what if value is None or value == "" else f"{what}, but is {shown(value)}"


def _meaning(place: Place) -> str:
    found = _model(place[:-1]).model_fields.get(str(place[-1]))
    return found.description or "" if found else ""


def _model(place: Place) -> type[BaseModel]:
    """Return the part of the plan that stands at a place."""
    model: type[BaseModel] = Plan
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models(model.model_fields[part].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
