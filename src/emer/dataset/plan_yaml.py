"""YAML of a plan: plain values and the line of every key, and nothing that could run or grow.

A plan comes from somebody else as often as not. It is read event by event, so that neither deep
nesting nor a great number of values is ever held, and neither tags nor anchors are followed. Plain
scalars mean what the core schema of YAML 1.2 says (section 10.3), the one editors check by: `no` is
a word, `1e-4` a number, 2024-01-01 a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from emer.dataset.plan_problems import Problem

DEEPEST = 16
"""Levels of nesting; a plan needs six."""

LONGEST = 20_000
"""Values and keys."""

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}")
_BASED = re.compile(r"0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_STRANGE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass
class Tree:
    """What stands in a file.

    Attributes:
        values: Mappings, lists, texts, numbers, truth values and nulls.
        lines: Line of every key and item by its dotted path, from 1; "" is that of the plan.
        problems: What is wrong with the YAML itself although it could be read.
    """

    values: Any = None
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class Unreadable(Exception):
    """The text is no YAML, or too much of it; holds the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def read(text: str) -> Tree:
    """Return what a YAML text holds.

    Args:
        text: One document.

    Raises:
        Unreadable: It is not YAML, is nested too deeply, or holds too many values.
    """
    try:
        return _Reader(yaml.parse(text, Loader=yaml.SafeLoader)).read()
    except yaml.MarkedYAMLError as error:
        mark, begun = error.problem_mark or error.context_mark, error.context_mark
        since = f" on line {begun.line + 1}" if begun else ""
        reason = " ".join(f"{error.context or ''}{since} {error.problem or ''}".split())
        problem = Problem(mark.line + 1 if mark else 1, "", f"is not YAML: {reason}")
        raise Unreadable(problem) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"holds {chr(error.character)!r}, which YAML does not allow"
        raise Unreadable(Problem(line, "", what)) from error


class _Reader:
    """Makes values of the events of one document."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events
        self._tree = Tree(lines={"": 1})
        self._count = 0

    def read(self) -> Tree:
        """Return what the document holds."""
        self._next()
        if not isinstance(self._next(), DocumentStartEvent):
            return self._tree
        first = self._next()
        self._tree.lines[""] = _line(first)
        self._tree.values = self._value(first, "", 0)
        self._next()
        another = self._next()
        if isinstance(another, DocumentStartEvent):
            raise Unreadable(Problem(_line(another), "", "is followed by a second document"))
        return self._tree

    def _next(self) -> Event:
        self._count += 1
        event = next(self._events)
        if self._count > LONGEST:
            raise Unreadable(Problem(_line(event), "", f"holds more than {LONGEST} values"))
        return event

    def _value(self, event: Event, key: str, depth: int) -> Any:
        if depth > DEEPEST:
            raise Unreadable(Problem(_line(event), key, f"is nested over {DEEPEST} levels deep"))
        self._refuse_marks(event, key)
        if isinstance(event, MappingStartEvent):
            return self._mapping(key, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(key, depth)
        return self._scalar(event, key) if isinstance(event, ScalarEvent) else None

    def _mapping(self, key: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            name = self._name(event, key, depth)
            path = f"{key}.{name}" if key else name
            twice = name in found
            if twice:
                first = f"It is on line {self._tree.lines[path]} already; keep one of them."
                self._problem(event, path, "is there twice", first)
            else:
                self._tree.lines[path] = _line(event)
            value = self._value(self._next(), path, depth + 1)
            if not twice:
                found[name] = value
        return found

    def _name(self, event: Event, key: str, depth: int) -> str:
        if isinstance(event, ScalarEvent):
            self._refuse_marks(event, key)
            return " ".join(self._clean(event, key).split())
        self._problem(event, key, "has a key that is not a word")
        return str(self._value(event, key, depth + 1))

    def _sequence(self, key: str, depth: int) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            path = f"{key}[{len(found)}]"
            self._tree.lines[path] = _line(event)
            found.append(self._value(event, path, depth + 1))
        return found

    def _scalar(self, event: ScalarEvent, key: str) -> Any:
        text = self._clean(event, key)
        return text if event.style else plain(text)

    def _clean(self, event: ScalarEvent, key: str) -> str:
        text = str(event.value)
        if strange := _STRANGE.search(text):
            self._problem(event, key, f"holds the character {strange[0]!r}", "Take it out.")
            return _STRANGE.sub("?", text)
        return text

    def _refuse_marks(self, event: Event, key: str) -> None:
        if getattr(event, "anchor", None) is not None:
            what = "uses an anchor or alias (&name, *name), which is not read"
            self._problem(event, key, what, "Write the value out.")
        if getattr(event, "tag", None) is not None:
            self._problem(event, key, f"has the tag {event.tag!r}", "Leave tags (!...) out.")

    def _problem(self, event: Event, key: str, what: str, valid: str = "") -> None:
        self._tree.problems.append(Problem(_line(event), key, what, valid))


def plain(text: str) -> Any:
    """Return what a scalar without quotes means: null, a truth value, a number or the text."""
    if (lower := text.lower()) in _WORDS and text in (lower, lower.title(), lower.upper()):
        return _WORDS[lower]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _REAL.fullmatch(text):
        return float(text)
    if endless := _ENDLESS.fullmatch(text):
        return float(f"{endless[1]}inf")
    return float("nan") if text in (".nan", ".NaN", ".NAN") else text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1
