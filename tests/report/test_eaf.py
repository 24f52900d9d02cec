"""ELAN documents: the rules of schema 3.0, checked on the parsed tree."""

from __future__ import annotations

import re
import xml.etree.ElementTree as Xml
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.explanation import Cue, Explanation
from emer.report import write
from emer.report.eaf import render
from emer.report.tiers import milliseconds, tiers
from report.example import HOSTILE, build, poison

ENGLISH = build("en")


def read(text: str) -> list[tuple[str, str | None, list[tuple[int, int, str]]]]:
    """Check the rules of the schema and return tiers with their annotations."""
    root = Xml.fromstring(text)
    assert root.tag == "ANNOTATION_DOCUMENT"
    assert {"AUTHOR", "DATE", "VERSION", "FORMAT"} <= set(root.attrib)
    assert root.get("VERSION") == root.get("FORMAT") == "3.0"
    assert datetime.fromisoformat(root.attrib["DATE"]).tzinfo is not None
    order = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE"]
    places = [order.index(child.tag) for child in root]
    assert places == sorted(places)
    assert places.count(0) == places.count(1) == 1
    slots = [(slot.attrib["TIME_SLOT_ID"], int(slot.attrib["TIME_VALUE"])) for slot in root[1]]
    assert [value for _, value in slots] == sorted(value for _, value in slots)
    assert min([0, *(value for _, value in slots)]) >= 0
    types = {one.attrib["LINGUISTIC_TYPE_ID"] for one in root.iter("LINGUISTIC_TYPE")}
    ids = [one.attrib["ANNOTATION_ID"] for one in root.iter("ALIGNABLE_ANNOTATION")]
    ids += [name for name, _ in slots]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)
    assert root[0].findtext("PROPERTY[@NAME='lastUsedAnnotationId']") == str(len(ids) - len(slots))
    found = []
    for tier in root.iter("TIER"):
        assert tier.attrib["LINGUISTIC_TYPE_REF"] in types
        found.append((tier.attrib["TIER_ID"], tier.get("PARTICIPANT"), _marks(tier, dict(slots))))
    assert len({name for name, _, _ in found}) == len(found)
    return found


def _marks(tier: Xml.Element, slots: dict[str, int]) -> list[tuple[int, int, str]]:
    marks = []
    for annotation in tier:
        (aligned,) = annotation
        start, end = (slots[aligned.attrib[f"TIME_SLOT_REF{n}"]] for n in (1, 2))
        marks.append((start, end, aligned.findtext("ANNOTATION_VALUE") or ""))
    assert all(start < end for start, end, _ in marks)
    assert all(a[1] <= b[0] for a, b in pairwise(marks))
    return marks


def expected(explanation: Explanation) -> list[tuple[str, str | None, list[tuple[int, int, str]]]]:
    return [
        (tier.name, tier.person, [(one.start, one.end, one.text) for one in tier.marks])
        for tier in tiers(explanation)
    ]


def test_the_example_reads_back(english: Explanation, chinese: Explanation) -> None:
    for one in (english, chinese):
        assert read(render(one)) == expected(one)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_back(english: Explanation, text: str) -> None:
    one = poison(english, text)
    assert read(render(one)) == expected(one)


@given(
    st.lists(
        st.tuples(
            st.floats(0, 100), st.floats(0, 100), st.sampled_from(["p1", "p2", None]), st.text()
        ),
        max_size=12,
    )
)
def test_any_cues_read_back(rows: list[tuple[float, float, str | None, str]]) -> None:
    first = ENGLISH.cues[0]
    cues = tuple(
        first.model_copy(
            update={"id": f"v{n}", "start": start, "end": end, "person": who, "statement": text}
        )
        for n, (start, end, who, text) in enumerate(rows)
    )
    one = ENGLISH.model_copy(update={"cues": cues})
    found = [mark for _, _, marks in read(render(one)) for mark in marks]
    for cue in cues:
        assert _once(cue, found)


def _once(cue: Cue, found: list[tuple[int, int, str]]) -> bool:
    start = milliseconds(cue.start)
    end = max(milliseconds(cue.end), start + 1)
    return sum(m[:2] == (start, end) and m[2].startswith(f"{cue.id} ") for m in found) == 1


def test_the_clip_is_linked_without_saying_where_it_is(
    english: Explanation, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    clip = tmp_path / "a clip & more.mp4"
    clip.write_bytes(b"")
    path = write(english, tmp_path / "out" / "report.eaf", clip=clip)
    media = Xml.parse(path).find("HEADER/MEDIA_DESCRIPTOR")
    assert media is not None
    assert media.get("MIME_TYPE") == "video/mp4"
    assert unquote(media.attrib["RELATIVE_MEDIA_URL"]) == "../a clip & more.mp4"
    assert str(tmp_path) not in path.read_text(encoding="utf-8")
