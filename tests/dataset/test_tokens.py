"""The estimate of tokens: rather too many than too few, never nonsense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.dataset.tokens import tokens_of_picture, tokens_of_sound, tokens_of_text

ROOT = Path(__file__).parents[2]
PAGES = ("docs/privacy.md", "docs/xemogpt.zh.md", "docs/schema/explanation-1.json")


LATIN = {"": 0, "a": 1, "glad glad": 2, "emotion": 2, "1994": 4, "don't": 3, "\n\n": 1, "  ": 1}
OTHER = {"开心": 4, "é": 1, "😀": 3, "\ud800": 2}


@pytest.mark.parametrize(("text", "tokens"), [*LATIN.items(), *OTHER.items()])
def test_rules_of_text(text: str, tokens: int) -> None:
    assert tokens_of_text(text) == tokens


@given(st.text(), st.text())
def test_text_is_counted_piece_by_piece(one: str, other: str) -> None:
    whole, parts = tokens_of_text(one + other), tokens_of_text(one) + tokens_of_text(other)
    assert abs(whole - parts) <= 1
    assert whole <= len((one + other).encode("utf-8", "surrogatepass"))


def test_pictures_and_sound() -> None:
    assert tokens_of_picture(448) == 578
    assert tokens_of_picture(2048) == 74**2 + 2
    assert (tokens_of_sound(0), tokens_of_sound(2.01)) == (0, 67)
    sides = [tokens_of_picture(side) for side in range(64, 2049, 64)]
    assert sides == sorted(sides)


@pytest.fixture(scope="module")
def count(assets: Callable[[str], Path]) -> Iterator[Callable[[str], int]]:
    pytest.importorskip("xllamacpp", reason="the extra writer is not installed (xllamacpp)")
    from emer.explainers.chat import LocalChat

    with LocalChat(assets("smollm2-135m"), context=4096, threads=1) as chat:

        def counted(text: str) -> int:
            messages = [{"role": "system", "content": "x"}, {"role": "user", "content": text}]
            request = {"messages": messages, "max_tokens": 1}
            answer = chat._server.handle_chat_completions(request)
            return int(answer["usage"]["prompt_tokens"])

        empty = counted("x") - 1
        yield lambda text: counted(text) - empty


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_real_model_counts_fewer_but_not_far_fewer(
    page: str, count: Callable[[str], int]
) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")[:300]
    assert 1.0 <= tokens_of_text(text) / count(text) <= 1.6
