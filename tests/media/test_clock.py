"""The time line: steady time passes through, jumps are closed, the limit is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.errors import LimitError
from emer.media import Limits
from emer.media.child.clock import Clock

STEPS = st.lists(st.floats(0.01, 0.9), min_size=1, max_size=50)


@given(steps=STEPS, origin=st.floats(-1e5, 1e5))
def test_steady_time_passes_through(steps: list[float], origin: float) -> None:
    clock = Clock("a", origin, None, Limits())
    time = 0.0
    for step in steps:
        assert clock.place(origin + time, step) == pytest.approx(time, abs=1e-6)
        time += step
    assert clock.jumps == 0 and clock.end == pytest.approx(time, abs=1e-6)


@given(steps=STEPS, missing=st.sets(st.integers(1, 49)))
def test_absent_timestamps_continue(steps: list[float], missing: set[int]) -> None:
    clock = Clock("a", 0.0, None, Limits())
    time = 0.0
    for number, step in enumerate(steps):
        stamp = None if number in missing else time
        assert clock.place(stamp, step) == pytest.approx(time, abs=1e-6)
        time += step


@given(
    steps=STEPS,
    jump=st.floats(-1e6, -2) | st.floats(700, 1e6),
    at=st.integers(1, 49),
)
def test_a_jump_is_closed(steps: list[float], jump: float, at: int) -> None:
    clock = Clock("a", 0.0, sum(steps), Limits())
    time = 0.0
    for number, step in enumerate(steps):
        stamp = time + (jump if number >= at else 0.0)
        assert clock.place(stamp, step) == pytest.approx(time, abs=1e-4)
        time += step
    assert clock.jumps == (1 if at < len(steps) else 0)


@given(stamps=st.lists(st.none() | st.floats(-1e12, 1e12), max_size=60), length=st.floats())
def test_any_stamps_stay_on_the_time_line(stamps: list[float | None], length: float) -> None:
    clock = Clock("a", 0.0, 10.0, Limits())
    for stamp in stamps:
        try:
            time = clock.place(stamp, length)
        except LimitError:
            return
        assert 0 <= time <= clock.end <= Limits().max_seconds + 600


def test_a_hole_within_the_claimed_length_is_time() -> None:
    clock = Clock("a", 0.0, 100.0, Limits())
    clock.place(0.0, 1.0)
    assert clock.place(80.0, 1.0) == 80.0 and clock.jumps == 0


def test_the_limit_is_kept() -> None:
    clock = Clock("a.mp4", 0.0, None, Limits(max_seconds=2))
    clock.place(0.0, 1.0)
    clock.place(1.0, 1.0)
    with pytest.raises(LimitError, match=r"a\.mp4"):
        clock.place(2.5, 1.0)
