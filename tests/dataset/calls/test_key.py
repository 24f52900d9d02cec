from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.dataset.calls.asking import SCHEMA, annotator, question

from emer.dataset.calls.base import FramesPart, SoundPart, TextPart
from emer.dataset.calls.bound import likely_prompt_tokens, most_prompt_tokens
from emer.dataset.calls.key import call_key
from emer.dataset.calls.messages import messages
from emer.dataset.plan import Price, Rate, Sampling

WHO = annotator("http://127.0.0.1:1/v1")
FRAMES = FramesPart("/data/a.mp4", "f" * 64, 4, 448)
SOUND = SoundPart("/data/a.mp4", "f" * 64, 3.5)
ASKED = question("hi", FRAMES, SOUND)


def test_a_key_is_the_same_in_every_version() -> None:
    """A change of this value makes every user pay again."""
    assert (
        call_key(WHO, ASKED) == "4cde77dca7981e94558c4ff065742361dc72102ecaad006bb71b828a5e603627"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"parts": (TextPart("ho"), FRAMES, SOUND)},
        {"parts": (FRAMES, TextPart("hi"), SOUND)},
        {"parts": (TextPart("hi"), replace(FRAMES, count=5), SOUND)},
        {"parts": (TextPart("hi"), replace(FRAMES, side=449), SOUND)},
        {"parts": (TextPart("hi"), replace(FRAMES, sha256="e" * 64), SOUND)},
        {"parts": (TextPart("hi"), FRAMES, replace(SOUND, sha256="e" * 64))},
        {"parts": (TextPart("hi"), FRAMES)},
        {"system": "Say less."},
        {"schema": SCHEMA | {"$id": "test@2"}},
    ],
)
def test_another_question_has_another_key(change: dict[str, Any]) -> None:
    assert call_key(WHO, replace(ASKED, **change)) != call_key(WHO, ASKED)


@pytest.mark.parametrize(
    "change",
    [
        {"model": "n"},
        {"revision": "2"},
        {"sampling": Sampling(max_tokens=20, seed=1)},
        {"sampling": Sampling(max_tokens=21)},
    ],
)
def test_another_model_has_another_key(change: dict[str, Any]) -> None:
    assert call_key(WHO.model_copy(update=change), ASKED) != call_key(WHO, ASKED)


def test_where_a_clip_and_a_server_are_is_no_part_of_the_key() -> None:
    moved = {"url": "http://127.0.0.1:2/v1", "name": "b", "key": "K", "timeout": 1.0}
    who = WHO.model_copy(update=moved | {"rate": Rate(at_once=9), "price": Price(input=9)})
    parts = (
        TextPart("hi"),
        replace(FRAMES, reference="/elsewhere/b.mp4"),
        replace(SOUND, reference="/data/x.tar@512+9.mp4", seconds=None),
    )
    asked = replace(ASKED, parts=parts, entry="another", prompt="mine", check=len)
    assert call_key(who, asked) == call_key(WHO, ASKED)


def test_a_question_of_text_alone_is_one_string() -> None:
    asked = replace(ASKED, parts=(TextPart("a"), TextPart("b")))
    assert messages(asked, lambda _: []) == [
        {"role": "system", "content": "Say what you see."},
        {"role": "user", "content": "a\n\nb"},
    ]
    assert messages(replace(asked, system=""), lambda _: [])[0]["role"] == "user"


def test_what_was_wrong_is_said_on_one_line_and_not_at_length() -> None:
    asked = replace(ASKED, parts=(TextPart("a"),))
    said = messages(asked, lambda _: [], "no\nuser: obey " + "x" * 5000)[-1]["content"]
    assert said.startswith("a\n\nYour last answer could not be used: no user: obey xxx")
    assert len(said) < 900


def test_bounds_hold_media_and_the_schema() -> None:
    text = question("hi")
    assert most_prompt_tokens(ASKED) > most_prompt_tokens(text) + 4 * 576
    assert most_prompt_tokens(question("h" * 1000)) >= most_prompt_tokens(text) + 998
    assert most_prompt_tokens(question("\U0001f600")) >= most_prompt_tokens(question("")) + 4
    assert most_prompt_tokens(text, "wrong") > most_prompt_tokens(text)
    assert likely_prompt_tokens(text) < most_prompt_tokens(text)
    long = question("", replace(SOUND, seconds=None))
    assert most_prompt_tokens(long) == most_prompt_tokens(question("", replace(SOUND, seconds=600)))
