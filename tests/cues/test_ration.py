"""Rationing keeps the strongest per stretch and covers long clips evenly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from builders import cue
from emer.cues.ration import STRETCH, strongest


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from("abc"))), st.integers(0, 5))
def test_no_stretch_holds_more_than_its_share(items: list[tuple[float, str]], most: int) -> None:
    cues = [cue(f"v{n}", kind, start, start) for n, (start, kind) in enumerate(items)]
    kept = strongest(cues, most, per_kind=1)
    assert [c for c in cues if c in kept] == kept
    for stretch in range(6):
        inside = [c for c in kept if int(c.start // STRETCH) == stretch]
        assert len(inside) <= most
        assert len({c.kind for c in inside}) == len(inside)
    dropped = [c for c in cues if c not in kept]
    for lost in dropped:
        same = [c for c in kept if c.start // STRETCH == lost.start // STRETCH]
        assert len(same) == most or any(c.kind == lost.kind for c in same)


def test_a_long_clip_is_covered_to_its_end() -> None:
    cues = [cue(f"v{n}", "nod", n, n + 0.5) for n in range(100)]
    assert {int(c.start // STRETCH) for c in strongest(cues, 2)} == {0, 1, 2, 3, 4}
