"""Every claim stands on a measurement that can be made again, over all clips at hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from emer.clip import Clip
from emer.cues.measures import MEASURES
from emer.explainers import ComposedExplainer
from emer.explainers.sentences import read
from emer.explainers.verify import check
from emer.explanation import Explanation
from emer.instruments.kit import Instruments

pytestmark = pytest.mark.slow

CLIPS = (
    "sample-clip",
    "sample_00000007",
    "sample_00000167",
    "sample_00002422",
    "sample_00003358",
    "sample_00003462",
    "sample_00004136",
    "sample_00004671",
    "sample_00005854",
    "samplenew_00004251",
    "samplenew_00051251",
    "samplenew_00061200",
    "test_Anger_0001",
    "train_Anger_0002",
)
# What a statement must never say: who somebody is.
IDENTITY = re.compile(
    r"\b(he|she|his|her|hers|him|man|woman|men|women|boy|girl|male|female|old|young|elderly|"
    r"asian|african|european|white|black|latino)\b|[他她男女]",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def kits(assets: Callable[[str], Path]) -> tuple[Instruments, Instruments]:
    """Two sets of instruments, so that nothing is remembered from the first measurement."""
    for name in Instruments.ASSETS:
        assets(name)
    return Instruments(), Instruments()


@pytest.fixture(scope="module", params=CLIPS)
def case(
    request: pytest.FixtureRequest,
    assets: Callable[[str], Path],
    kits: tuple[Instruments, Instruments],
) -> tuple[Path, Explanation]:
    if request.param == "sample-clip":
        path = assets("sample-clip")
    else:
        path = request.getfixturevalue("shared") / "data" / "clips" / f"{request.param}.mp4"
    return path, ComposedExplainer(instruments=kits[0]).explain(Clip.open(path))


def test_evidence_measured_again_is_the_same(
    case: tuple[Path, Explanation], kits: tuple[Instruments, Instruments]
) -> None:
    path, explanation = case
    findings = check(explanation, path, kits[1])
    assert len(findings) == sum(len(cue.evidence) for cue in explanation.cues) > 0
    assert [finding for finding in findings if not finding.same] == []


def test_every_sentence_cites_existing_cues(case: tuple[Path, Explanation]) -> None:
    _, explanation = case
    ids = {cue.id for cue in explanation.cues}
    sentences = read(explanation.explanation)
    assert sentences and all(set(sentence.cues) <= ids for sentence in sentences)


def test_cues_are_well_formed(case: tuple[Path, Explanation]) -> None:
    _, explanation = case
    people = {person.id for person in explanation.people}
    assert len({cue.id for cue in explanation.cues}) == len(explanation.cues)
    for cue in explanation.cues:
        assert 0 <= cue.start <= cue.end <= explanation.clip.seconds + 0.11, cue
        assert cue.person is None or cue.person in people
        assert all(piece.measure in MEASURES and piece.source for piece in cue.evidence)


def test_no_statement_says_who_somebody_is(case: tuple[Path, Explanation]) -> None:
    _, explanation = case
    quoted = re.compile(r"[“\"「].*?[”\"」]")
    for text in (*(cue.statement for cue in explanation.cues), explanation.explanation):
        assert not IDENTITY.search(quoted.sub("", text)), text


def test_both_languages_say_the_same(
    case: tuple[Path, Explanation], kits: tuple[Instruments, Instruments]
) -> None:
    path, english = case
    chinese = ComposedExplainer(instruments=kits[0]).explain(Clip.open(path), language="zh")
    assert [(c.id, c.kind, c.evidence) for c in chinese.cues] == [
        (c.id, c.kind, c.evidence) for c in english.cues
    ]
    assert [e.confidence for e in chinese.emotions] == [e.confidence for e in english.emotions]
    assert chinese.valence == english.valence
