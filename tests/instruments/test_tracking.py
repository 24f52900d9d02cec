from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.instruments.tracking import Trail, area, cuts, follow, overlap, shared_part
from emer.measurements import Floats

ASPECT = 16 / 9


def box(x: float, y: float, size: float = 0.2) -> Floats:
    return np.array([x, y, x + size / ASPECT, y + size])


def no_cut(n: int) -> list[bool]:
    return [False] * n


def members(trails: list[Trail]) -> list[list[tuple[int, int]]]:
    return [trail.steps for trail in trails]


def test_one_moving_face_is_one_trail() -> None:
    times = np.arange(20) / 10
    boxes = [[box(0.2 + 0.01 * i, 0.3)] for i in range(20)]
    assert members(follow(times, boxes, no_cut(20), ASPECT)) == [[(i, 0) for i in range(20)]]


def test_two_faces_keep_apart_whatever_their_order() -> None:
    times = np.arange(10) / 10
    left, right = box(0.1, 0.3), box(0.6, 0.3)
    boxes = [[left, right] if i % 2 else [right, left] for i in range(10)]
    trails = follow(times, boxes, no_cut(10), ASPECT)
    assert len(trails) == 2
    for trail in trails:
        places = {float(boxes[i][j][0]) for i, j in trail.steps}
        assert len(places) == 1 and len(trail.steps) == 10


@pytest.mark.parametrize(("gap", "expected"), [(0.5, 1), (0.7, 1), (0.9, 2)])
def test_gaps_up_to_seven_tenths_are_bridged(gap: float, expected: int) -> None:
    times = np.arange(30) / 10
    missing = range(10, 10 + round(gap * 10) - 1)
    boxes = [[] if i in missing else [box(0.3, 0.3)] for i in range(30)]
    assert len(follow(times, boxes, no_cut(30), ASPECT)) == expected


def test_rare_frames_do_not_break_a_trail() -> None:
    times = np.arange(6) * 1.0
    boxes = [[box(0.3, 0.3)] for _ in times]
    assert len(follow(times, boxes, no_cut(6), ASPECT)) == 1


def test_a_jump_or_another_size_is_another_face() -> None:
    times = np.arange(4) / 10
    jump = [[box(0.1, 0.3)], [box(0.1, 0.3)], [box(0.7, 0.3)], [box(0.7, 0.3)]]
    grow = [[box(0.3, 0.3, 0.1)], [box(0.3, 0.3, 0.1)], [box(0.3, 0.3, 0.3)]]
    assert len(follow(times, jump, no_cut(4), ASPECT)) == 2
    assert len(follow(times[:3], grow, no_cut(3), ASPECT)) == 2


def test_a_cut_ends_trails_except_of_a_face_that_stands_still() -> None:
    times = np.arange(6) / 10
    cut = [False, False, False, True, False, False]
    near = [[box(0.3, 0.3)]] * 3 + [[box(0.34, 0.3)]] * 3
    still = [[box(0.3, 0.3)]] * 6
    assert len(follow(times, near, no_cut(6), ASPECT)) == 1
    assert len(follow(times, near, cut, ASPECT)) == 2
    assert len(follow(times, still, cut, ASPECT)) == 1


@given(
    st.lists(
        st.lists(st.tuples(st.floats(0, 0.8), st.floats(0, 0.8), st.floats(0.02, 0.2)), max_size=3),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_every_face_is_in_exactly_one_trail(
    faces: list[list[tuple[float, float, float]]], rng
) -> None:  # type: ignore[no-untyped-def]
    times = np.cumsum([rng.uniform(0.05, 0.5) for _ in faces])
    boxes = [[box(x, y, size) for x, y, size in frame] for frame in faces]
    found = [
        step for trail in follow(times, boxes, no_cut(len(faces)), 1.0) for step in trail.steps
    ]
    assert sorted(found) == [(i, j) for i, frame in enumerate(boxes) for j in range(len(frame))]
    for trail in follow(times, boxes, no_cut(len(faces)), 1.0):
        frames = [i for i, _ in trail.steps]
        assert frames == sorted(set(frames))


def test_reversed_time_gives_the_same_trails() -> None:
    times = np.arange(12) / 10
    boxes = [[box(0.1 + 0.02 * i, 0.3), box(0.7 - 0.02 * i, 0.6)] for i in range(12)]
    forward = follow(times, boxes, no_cut(12), ASPECT)
    backward = follow(times, boxes[::-1], no_cut(12), ASPECT)
    turned = {tuple(sorted((11 - i, j) for i, j in trail.steps)) for trail in backward}
    assert turned == {tuple(trail.steps) for trail in forward}


def test_box_arithmetic() -> None:
    one, inner, apart = (np.array(b, float) for b in ([0, 0, 2, 2], [0, 0, 1, 1], [3, 3, 4, 4]))
    assert area(one) == 4 and area(np.array([1.0, 1.0, 0.0, 2.0])) == 0
    assert overlap(one, one) == 1 and overlap(one, inner) == 0.25 and overlap(one, apart) == 0
    assert shared_part(one, inner) == 1 and shared_part(one, apart) == 0
    assert shared_part(one, np.zeros(4)) == 0 and overlap(np.zeros(4), np.zeros(4)) == 0


def test_cuts_are_found_and_slow_changes_are_not() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.random((2, 18, 32)) * 0.6
    fade = np.linspace(0, 0.3, 10)[:, None, None]
    shots = np.concatenate([np.repeat(first[None], 5, 0), np.repeat(second[None], 5, 0)])
    assert [i for i, cut in enumerate(cuts(shots)) if cut] == [5]
    assert not any(cuts(first[None] + fade))
    assert cuts(shots[:0]) == [] and cuts(shots[:1]) == [False]
