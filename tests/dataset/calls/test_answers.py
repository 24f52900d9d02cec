from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dataset.calls.asking import check

from emer.dataset.calls.answers import examine, judge, storable
from emer.dataset.calls.faults import Fault


def body(content: Any, finish: Any = "stop", **message: Any) -> bytes:
    choice = {"finish_reason": finish, "message": {"content": content, **message}}
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def test_a_good_answer() -> None:
    judged = judge(body('{"hash": "x"}'), check)
    assert (judged.data, judged.problem) == ({"hash": "x"}, None)
    assert (judged.prompt_tokens, judged.completion_tokens) == (7, 3)


@pytest.mark.parametrize(
    ("given_body", "problem"),
    [
        (body(""), "empty"),
        (body(None), "empty"),
        (body("   "), "empty"),
        (body("Sure!"), "not JSON"),
        (body("[" * 100_000), "not JSON"),
        (body('{"hash": 1}'), "'hash' has to be there"),
        (body('{"hash": "x"}', "length"), "cut off"),
        (body('{"hash": "x"}', "content_filter"), "filter"),
        (body('{"hash": "x"}', refusal="no"), "refused: no"),
        (body(["a", "list"]), "empty"),
    ],
)
def test_a_bad_answer_says_what_is_wrong(given_body: bytes, problem: str) -> None:
    judged = judge(given_body, check)
    assert judged.data is None
    assert problem in (judged.problem or "")


@pytest.mark.parametrize(
    "given_body",
    [b"", b"<html>", b"[]", b"{}", b'{"choices": []}', b'{"choices": [1]}', b'{"error": {}}',
     b'{"choices": [{"message": "hi"}]}', b"\xff\xfe", b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_completion_is_a_fault(given_body: bytes) -> None:
    with pytest.raises(Fault) as it:
        judge(given_body, check)
    assert it.value.kind == "again" and it.value.paid


@pytest.mark.parametrize("count", [-1, 10**12, "7", None, True, 1.5])
def test_counts_that_cannot_be_believed_are_none(count: Any) -> None:
    answer = json.loads(body('{"hash": "x"}'))
    answer["usage"] = {"prompt_tokens": count}
    judged = judge(json.dumps(answer).encode(), check)
    assert judged.prompt_tokens is None and judged.completion_tokens is None


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_can_be_stored_and_is_judged_as_it_is_stored(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept and kept.encode().decode() == kept
    assert storable(kept) == kept
    assert examine(kept, check)[0] is None or isinstance(examine(kept, check)[0], dict)
