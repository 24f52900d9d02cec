"""Plans as YAML files: read, checked, and described as a JSON Schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from emer.dataset.errors import PlanError
from emer.dataset.plan import Plan
from emer.dataset.plan_invalid import explain
from emer.dataset.plan_problems import Problem, line_of, refuse
from emer.errors import MissingExtra

if TYPE_CHECKING:
    from emer.dataset.plan_yaml import Tree

MOST_BYTES = 1 << 20
"""Size of the largest plan that is read."""

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_LOGIN = re.compile(r"(?:https?://)?[^/?#]*@")
_NAMED = ("sources", "annotators", "evaluation")


@dataclass(frozen=True)
class LoadedPlan:
    """A plan and where it stands.

    Attributes:
        plan: Its settings.
        path: The file.
        root: Folder of the file, absolute; paths of the plan are relative to it.
        lines: Line of every key of the file by its dotted path, such as "annotators[1].rate".
    """

    plan: Plan
    path: Path
    root: Path
    lines: Mapping[str, int]

    def problem(self, key: str, what: str, valid: str = "") -> Problem:
        """Return a problem of a key, with the line of it or of what it would stand in."""
        return Problem(line_of(self.lines, key), key, what, valid)


def load_plan(path: Path) -> LoadedPlan:
    """Read a plan from a YAML file; see docs/plan.md for its keys.

    Environment variables are not expanded, tags and anchors not followed. Whether the files it
    names exist and its filters know their options is asked by `plan_check.check_plan`.

    Args:
        path: The file, UTF-8, at most `MOST_BYTES` large.

    Raises:
        PlanError: It cannot be read or is not valid; names the line and the key of up to ten
            mistakes, and what would be valid.
        MissingExtra: pyyaml is not installed.
    """
    tree = _tree(path, _text(path))
    if not isinstance(tree.values, dict):
        valid = "Begin with a line such as: name: my-build"
        bare = Problem(tree.lines[""], "", "has to be a mapping", valid)
        raise refuse(path, [*tree.problems, bare])
    problems = [*tree.problems, *_secrets(tree), *_doubles(tree)]
    try:
        # As JSON, lists pass as tuples although text does not pass as a number.
        plan = Plan.model_validate_json(json.dumps(tree.values), strict=True)
    except ValidationError as error:
        raise refuse(path, [*problems, *explain(error, tree.lines, known=problems)]) from error
    if problems:
        raise refuse(path, problems)
    return LoadedPlan(plan, path, path.absolute().parent, MappingProxyType(tree.lines))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan, for editors and other programs.

    A filter may stand there as a name, as a name with its options, or with both keys written out.
    """
    found = Plan.model_json_schema(mode="validation")
    filters = found["properties"]["filters"]
    written_out = filters["items"]
    name = found["$defs"]["FilterCall"]["properties"]["name"]
    options = {"anyOf": [{"type": "object"}, {"type": "null"}]}
    short = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"const": "name"}},
        "additionalProperties": options,
    }
    filters["items"] = {"anyOf": [{**name, "title": "Name"}, written_out, short]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise PlanError(
            f"The plan {str(path)!r} cannot be read: {reason}.", "Give the path of a YAML file."
        ) from error
    if len(data) > MOST_BYTES:
        raise PlanError(
            f"The plan {str(path)!r} is larger than {MOST_BYTES:,} bytes.",
            "Clips stand in manifests, which a plan only names.",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(path, [Problem(line, "", "is not UTF-8", "Save it as UTF-8.")]) from error


def _tree(path: Path, text: str) -> Tree:
    try:
        from emer.dataset.plan_yaml import Unreadable, read
    except ModuleNotFoundError as error:
        raise MissingExtra("Reading a plan", "pyyaml", "build") from error
    try:
        return read(text)
    except Unreadable as error:
        raise refuse(path, [error.problem]) from error


def _secrets(tree: Tree) -> Iterator[Problem]:
    """Refuse keys of servers that stand in the plan, without showing them."""
    for number, each in _items(tree, "annotators"):
        place = f"annotators[{number}]"
        key, url = each.get("key", "KEY"), each.get("url", "")
        if not (isinstance(key, str) and _VARIABLE.fullmatch(key)):
            what = "is not the name of an environment variable; a plan holds no API key itself"
            valid = "Put the key into a variable, and its name here: capitals, digits, underscores."
            yield Problem(line_of(tree.lines, f"{place}.key"), f"{place}.key", what, valid)
        if isinstance(url, str) and _LOGIN.match(url):
            what = "holds a user or password"
            valid = "Put the API key into the environment variable that `key` names."
            yield Problem(line_of(tree.lines, f"{place}.url"), f"{place}.url", what, valid)


def _doubles(tree: Tree) -> Iterator[Problem]:
    """Refuse names that are there twice, at the second of them."""
    for group in _NAMED:
        seen: dict[str, str] = {}
        for number, each in _items(tree, group):
            name, place = each.get("name"), f"{group}[{number}].name"
            if not isinstance(name, str):
                continue
            if name in seen:
                line, first = line_of(tree.lines, place), line_of(tree.lines, seen[name])
                yield Problem(line, place, f"is {name!r}, as on line {first}", "Names differ.")
            seen.setdefault(name, place)


def _items(tree: Tree, group: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = tree.values.get(group)
    for number, each in enumerate(items if isinstance(items, list) else []):
        if isinstance(each, dict):
            yield number, each
