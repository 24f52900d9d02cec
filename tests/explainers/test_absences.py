"""What is clearly not there becomes a cue with evidence; what may have been missed does not."""

from __future__ import annotations

import numpy as np
import pytest

from builders import cue
from emer.cues.measures import remeasure
from emer.emotions.votes import VOTES
from emer.explainers.absences import ABSENCES, look_for
from emer.explainers.claim_words import concepts
from emer.measurements import Measurements, SoundEvents
from face_builders import measurements, pulse, track


def heard(**scores: float) -> Measurements:
    names = ("Laughter", "Music", "Applause", "Cheering")
    row = [scores.get(name, 0.0) for name in names]
    events = SoundEvents(np.array([0.0, 0.5]), 1.0, names, np.array([row, row]), "made-up sounds")
    return Measurements(seconds=1.5, events=events)


def test_every_absence_is_a_concept_and_votes_for_nothing() -> None:
    assert set(ABSENCES) <= set(concepts())
    assert not any(f"{name}_absent" in VOTES for name in ABSENCES)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_face_that_never_smiles(language: str) -> None:
    clip = measurements(track(4.0))
    before = [cue("v1", "head_tilted"), cue("a1", "voice_loud")]
    (found,) = look_for({"smile", "loud"}, clip, before, language)  # type: ignore[arg-type]
    assert (found.id, found.kind, found.person) == ("v2", "smile_absent", "p1")
    assert (found.start, found.end) == (0.0, 4.0)
    assert "0.00" in found.statement
    # The evidence is of the kind that verify evaluates again.
    assert all(piece.value == now for piece, now in remeasure(found, clip))
    assert {piece.measure for piece in found.evidence} == {"face.AU12.peak", "face.visible.share"}


@pytest.mark.parametrize("height", [0.1, 0.2, 0.5])
def test_a_hint_of_it_is_not_absent(height: float) -> None:
    clip = measurements(track(4.0, {"AU12": pulse(1, 2, height)}))
    assert look_for({"smile"}, clip, [], "en") == []


def test_nothing_is_said_of_a_face_that_is_hardly_seen() -> None:
    assert look_for({"smile"}, measurements(track(4.0), seconds=8.0), [], "en") == []
    dim = track(4.0, quality=np.full(41, 0.3))
    assert look_for({"smile"}, measurements(dim), [], "en") == []
    hidden = measurements(track(4.0), unusable=np.ones(41))
    assert look_for({"smile"}, hidden, [], "en") == []
    assert look_for({"smile"}, Measurements(seconds=4.0), [], "en") == []


def test_nothing_is_said_where_two_people_are_seen() -> None:
    clip = measurements(track(4.0), track(4.0, person="p2"))
    assert look_for({"smile"}, clip, [], "en") == []


def test_a_head_at_rest_does_not_nod() -> None:
    assert [c.kind for c in look_for({"head_nod"}, measurements(track(4.0)), [], "en")] == [
        "head_nod_absent"
    ]
    pose = np.zeros((41, 3))
    pose[:, 0] = 3 * np.sin(np.arange(41))
    assert look_for({"head_nod"}, measurements(track(4.0, pose=pose)), [], "en") == []


def test_sounds_that_are_not_heard() -> None:
    (found,) = look_for({"applause", "laughter"}, heard(), [], "en")
    assert (found.id, found.kind, found.modality) == ("a1", "applause_absent", "auditory")
    assert found.person is None
    assert look_for({"applause"}, heard(Applause=0.05), [], "en") == []
    assert look_for({"applause"}, Measurements(seconds=2.0), [], "en") == []
