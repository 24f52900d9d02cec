from __future__ import annotations

import random

from dataset.builders import entry, statement
from emer.dataset.entry import Label, Origin
from emer.dataset.report.facts import LabelCount
from emer.dataset.tally import SAMPLES, Tally, family_of


def label(en: str, zh: str = "") -> Label:
    return Label(en=en, zh=zh, annotators=("a",), confidence=1.0)


def test_counts_of_two_entries() -> None:
    both = (Origin(annotator="a", text="x"), Origin(annotator="b", text="y"))
    one = entry(
        "s/1",
        statements=(
            statement("s1", "The person smiles.", status="measured", origins=both),
            statement("s2", "The voice is loud.", modality="auditory"),
        ),
        emotions=(label("happy", "高兴"), label("excited")),
    )
    two = entry("t/2", source="t", emotions=(label("happy", "高兴"),))
    tally = Tally()
    tally.add(one, "train")
    tally.add(two, "test")
    assert (tally.records, tally.sources, tally.splits) == (
        2,
        {"s": 1, "t": 1},
        {"train": 1, "test": 1},
    )
    assert tally.statements == {"visual": 1, "auditory": 1}
    assert tally.statuses == {"measured": 1, "unchecked": 1}
    assert tally.voices == {2: 1, 1: 1}
    assert tally.split_milliseconds == {"train": 2000, "test": 2000}
    assert tally.split_statements["train"] == 2
    assert tally.labels()[0] == LabelCount("happy", "高兴", family_of("happy", ""), 2)


def test_samples_do_not_depend_on_the_order_of_entries() -> None:
    entries = [entry(f"s/{number}") for number in range(50)]
    first, second = Tally(), Tally()
    for each in entries:
        first.add(each, "train")
    random.Random(1).shuffle(entries)
    for each in entries:
        second.add(each, "train")
    assert first.samples() == second.samples()
    assert len(first.samples()) == SAMPLES


def test_families_in_both_languages() -> None:
    assert family_of("Happy", "") == family_of("", "高兴") != ""
    assert family_of("quxish", "") == ""
