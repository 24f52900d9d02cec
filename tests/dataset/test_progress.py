from __future__ import annotations

import io

from rich.console import Console

from emer.dataset.progress import Bars


def drawn(total: int | None, advances: int, note: str | None = None) -> str:
    out = io.StringIO()
    with Bars(Console(file=out, width=120)) as bars:
        bar = bars.phase("Building", total, done=1)
        for _ in range(advances):
            bar.advance(note=note)
    return out.getvalue()


def test_a_bar_says_how_far_it_is_and_what_was_spent() -> None:
    text = drawn(5, 3, "3 calls, 1,200 tokens")
    assert "Building" in text and "4/5" in text and "3 calls, 1,200 tokens" in text


def test_a_phase_of_unknown_length_counts() -> None:
    assert "3/?" in drawn(None, 2)
