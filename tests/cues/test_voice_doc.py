"""docs/cues/voice.md names every cue of sound, with the references the code uses."""

from __future__ import annotations

from pathlib import Path

from emer.cues.events import EVENTS
from emer.cues.voice import RULES
from emer.cues.voice_words import WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "cues" / "voice.md").read_text(encoding="utf-8")


def test_every_kind_is_described() -> None:
    described = PAGE.split("## Does it go")[0]
    wanted = {key.split(":")[0] for key in WORDS} | {event.kind for event in EVENTS}
    assert {kind for kind in wanted if f"`{kind}`" not in described} == set()


def test_references_are_those_of_the_code() -> None:
    rows = PAGE.split("## Cues of the voice")[1].split("## Cues of sound events")[0]
    for rule in RULES:
        assert f"{rule.reference:g}" in rows, rule
    for event in EVENTS:
        assert f"{event.least:g}" in PAGE.split("## Cues of sound events")[1], event.kind
