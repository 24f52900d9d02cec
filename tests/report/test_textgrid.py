"""TextGrids: parsed back by the rules of Praat's text format."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Explanation
from emer.report.textgrid import render
from emer.report.tiers import span, tiers
from report.example import HOSTILE, build, poison

ENGLISH = build("en")

_VALUE = re.compile(r'"((?:[^"]|"")*)"|(-?\d+(?:\.\d+)?)(?![^\s])|<exists>')
# The index of an item, "[1]:", unless it stands inside a string.
_INDEX = re.compile(r'("(?:[^"]|"")*")|\[\d*\]:?')


def read(text: str) -> tuple[float, dict[str, list[tuple[float, float, str]]]]:
    """Read a TextGrid as Praat does: strings, free-standing numbers and flags, the rest ignored."""
    bare = _INDEX.sub(lambda hit: hit[1] or "", text)
    values = iter(_VALUE.finditer(bare))

    def string() -> str:
        found = next(values)
        assert found[1] is not None, found
        return found[1].replace('""', '"')

    def real() -> float:
        found = next(values)
        assert found[2] is not None, found
        return float(found[2])

    assert string() == "ooTextFile"
    assert string() == "TextGrid"
    assert real() == 0
    total = real()
    assert next(values)[0] == "<exists>"
    found: dict[str, list[tuple[float, float, str]]] = {}
    for _ in range(int(real())):
        assert string() == "IntervalTier"
        name = string()
        assert name not in found
        assert (real(), real()) == (0, total)
        found[name] = [(real(), real(), string()) for _ in range(int(real()))]
        assert found[name][0][0] == 0
        assert found[name][-1][1] == total
        for before, after in pairwise(found[name]):
            assert before[1] == after[0]
        assert all(start < end for start, end, _ in found[name])
    assert next(values, None) is None
    return total, found


def agrees(explanation: Explanation) -> None:
    total, found = read(render(explanation))
    assert total == span(explanation, ".TextGrid") / 1000
    marks = {
        name: [(s, e, text) for s, e, text in intervals if text]
        for name, intervals in found.items()
    }
    assert marks == {
        tier.name: [(one.start / 1000, one.end / 1000, one.text) for one in tier.marks if one.text]
        for tier in tiers(explanation)
    }


def test_the_example_reads_back(english: Explanation, chinese: Explanation) -> None:
    agrees(english)
    agrees(chinese)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_back(english: Explanation, text: str) -> None:
    agrees(poison(english, text))


@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50), st.text()), max_size=12),
    st.floats(0.001, 60),
)
def test_any_cues_read_back(rows: list[tuple[float, float, str]], seconds: float) -> None:
    first = ENGLISH.cues[0]
    cues = tuple(
        first.model_copy(update={"id": f"v{n}", "start": start, "end": end, "statement": text})
        for n, (start, end, text) in enumerate(rows)
    )
    clip = ENGLISH.clip.model_copy(update={"seconds": seconds})
    agrees(ENGLISH.model_copy(update={"cues": cues, "clip": clip}))


def test_without_anything_to_say_there_is_an_empty_tier(english: Explanation) -> None:
    nothing = english.subtitle.model_copy(update={"segments": ()})
    update = {"cues": (), "timeline": (), "subtitle": nothing}
    total, found = read(render(english.model_copy(update=update)))
    assert found == {"emotions": [(0, total, "")]}
