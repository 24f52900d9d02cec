from __future__ import annotations

import json
import random
from typing import Any

import pytest

from dataset.builders import entry, statement
from emer.dataset.entry import Entry, Label, Removal
from emer.dataset.filters.figures import Figures, leading
from emer.dataset.filters.funnel import REASONS, Funnel, kind_of
from emer.dataset.filters.smallest import Smallest
from emer.errors import UsageError

NAMES = ["unsafe", "grounding", "length"]


def dropped(filter_name: str, text: str, modality: str = "visual") -> Removal:
    return Removal.model_validate(
        {
            "filter": filter_name,
            "what": "statement",
            "reason": f"It is {text}.",
            "text": text,
            "modality": modality,
        }
    )


def made(number: int) -> Entry:
    """One of four kinds of finished entries."""
    draw = random.Random(number)
    told = tuple(
        statement(
            f"s{n}",
            "A person smiles.",
            modality=draw.choice(("visual", "auditory", "textual", "emotional")),
            reworded=draw.choice(("", "", "unsafe")),
        )
        for n in range(draw.randrange(1, 6))
    )
    removed = [dropped("unsafe", f"bad {n}") for n in range(draw.randrange(3))]
    removed += [dropped("grounding", f"wrong {n}", "auditory") for n in range(draw.randrange(2))]
    if draw.random() < 0.3:
        reason = f"The clip lasts {draw.randrange(400, 900)} s, more than 300 s."
        removed.append(Removal(filter="length", what="record", reason=reason))
    media = entry().media.model_copy(update={"seconds": draw.uniform(0, 400)})
    emotions = (Label(en="angry", zh="愤怒", annotators=("a",), confidence=1.0),)
    return entry(
        f"e{number}",
        media=media,
        statements=told,
        removed=tuple(removed),
        emotions=emotions if draw.random() < 0.7 else (),
        agreement=draw.choice((None, 0.3, 1.0)),
    )


def counted(entries: list[Entry]) -> Funnel:
    funnel = Funnel(NAMES)
    for each in entries:
        funnel.add(each)
    return funnel


def test_counts_follow_the_removals() -> None:
    entries = [made(number) for number in range(60)]
    data = counted(entries).as_dict()
    unsafe, grounding, length = data["filters"]
    singles = [each for one in entries for each in one.removed if each.what == "statement"]
    left = sum(len(one.statements) for one in entries)
    out = [one for one in entries if one.out]
    assert unsafe["records"] == {"in": 60, "out": 60, "removed": 0}
    assert unsafe["statements"]["in"] == left + len(singles)
    assert unsafe["statements"]["out"] == grounding["statements"]["in"]
    assert unsafe["statements"]["removed"] == sum(e.filter == "unsafe" for e in singles)
    assert unsafe["statements"]["reworded"] == sum(
        bool(each.reworded) for one in entries for each in one.statements
    )
    assert grounding["statements"]["out"] == length["statements"]["in"] == left
    assert length["records"] == {"in": 60, "out": 60 - len(out), "removed": len(out)}
    assert length["statements"]["with_records"] == sum(len(one.statements) for one in out)
    assert data["before"]["entries"] == 60
    assert data["after"]["entries"] == 60 - len(out)
    before, after = (
        sum(
            n * count
            for counts in data[side]["statements"].values()
            for n, count in enumerate(counts)
        )
        for side in ("before", "after")
    )
    assert before == left + len(singles)
    assert after == length["statements"]["out"]


def test_a_filter_behind_a_removed_record_does_not_see_it() -> None:
    gone = Removal(filter="unsafe", what="record", reason="It is bad.")
    data = counted([entry(removed=(gone,), statements=(statement("s1", "A."),))]).as_dict()
    assert [each["records"]["in"] for each in data["filters"]] == [1, 0, 0]
    assert [each["statements"]["in"] for each in data["filters"]] == [1, 0, 0]


def test_parts_in_any_order_give_the_same_funnel() -> None:
    entries = [made(number) for number in range(80)]
    whole = counted(entries).as_dict()
    shuffled = random.Random(0).sample(entries, len(entries))
    parts = [counted(shuffled[start : start + 17]) for start in range(0, 80, 17)]
    merged = Funnel(NAMES)
    for part in parts:
        merged.merge(Funnel.from_dict(json.loads(json.dumps(part.as_dict()))))
    assert json.dumps(merged.as_dict()) == json.dumps(whole)


def test_examples_and_reasons_stay_few() -> None:
    entries = [
        entry(
            f"e{n}",
            removed=(
                Removal(filter="length", what="record", reason=f"It is {chr(0x4E00 + n)} today."),
            ),
        )
        for n in range(300)
    ]
    length = counted(entries).as_dict()["filters"][2]
    assert len(length["examples"]) == 5
    assert len(length["reasons"]) == REASONS
    assert length["other_reasons"] == 300 - REASONS


def test_another_filter_in_an_entry_or_a_funnel_is_an_error() -> None:
    stray = entry(removed=(Removal(filter="mine", what="record", reason="No."),))
    with pytest.raises(UsageError, match=r"'mine'.*Those are: unsafe, grounding, length"):
        Funnel(NAMES).add(stray)
    with pytest.raises(UsageError, match="different filters"):
        Funnel(NAMES).merge(Funnel(["unsafe"]))


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("It has 12 statements, less than 20.", "It has … statements, less than …."),
        ("It says the same as s/a.mp4#3 (cosine 0.981).", "It says the same as …."),
        ("Its labels (happy) do not meet those (sad).", "Its labels do not meet those."),
        ("AU12 says “no 7”.", "AU12 says."),
        ("The valence is +0.61.", "The valence is …."),
    ],
)
def test_reasons_of_a_kind(reason: str, kind: str) -> None:
    assert kind_of(reason) == kind


def test_smallest_keeps_the_same_keys_in_any_order_and_all_of_what_is_under_them() -> None:
    keys = [f"k{n % 50}" for n in range(500)]
    results = []
    for seed in range(5):
        chosen: Smallest[int] = Smallest(7)
        for key in random.Random(seed).sample(keys, len(keys)):
            chosen.put(key, (chosen.get(key) or 0) + 1)
        results.append(list(chosen))
    assert all(each == results[0] for each in results)
    assert [count for _, count in results[0]] == [10] * 7
    none: Smallest[int] = Smallest(0)
    none.put("a", 1)
    assert list(none) == []


@pytest.mark.parametrize(
    ("fields", "family"),
    [
        ({}, "none"),
        ({"emotions": (Label(en="furious", zh="", annotators=("a",), confidence=1),)}, "anger"),
        ({"emotions": (Label(en="", zh="悲伤", annotators=("a",), confidence=1),)}, "sadness"),
        ({"emotions": (Label(en="qwertyish", zh="", annotators=("a",), confidence=1),)}, "other"),
    ],
)
def test_leading_family(fields: dict[str, Any], family: str) -> None:
    assert leading(entry(**fields)) == family


def test_figures_put_edges_into_the_bin_they_begin() -> None:
    figures = Figures()
    for seconds in (0.0, 0.99, 1.0, 300.0, 9999.0):
        media = entry().media.model_copy(update={"seconds": seconds})
        figures.add(entry(media=media, agreement=1.0), ["visual"] * 30)
    data = figures.as_dict()
    assert data["seconds"]["counts"][:2] == [2, 1]
    assert data["seconds"]["counts"][-1] == 2
    assert data["agreement"]["counts"][-1] == 5
    assert data["statements"]["visual"][-1] == 5
    assert data["statements"]["textual"][0] == 5
