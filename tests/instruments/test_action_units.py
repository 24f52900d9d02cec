from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.instruments.action_units import (
    BLENDSHAPES,
    DEAD,
    SIDED_BLENDSHAPES,
    UNITS,
    Part,
    Unit,
    action_units,
)
from emer.instruments.face_geometry import FEATURES, SIDED
from emer.measurements import Floats

ARKIT = """browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff
    cheekSquintLeft cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight
    eyeLookInLeft eyeLookInRight eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight
    eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen jawRight
    mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel
    mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker
    mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft
    mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
    noseSneerLeft noseSneerRight"""
# Those of Ekman, Friesen & Hager 2002 that the toolkit speaks of.
FACS = {f"AU{n}" for n in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22)}
FACS |= {f"AU{n}" for n in (23, 24, 25, 26, 28, 43)}
PARTS = [(unit, part) for unit in UNITS for part in unit.parts]


def neutral(n: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return times, blendshapes, geometry and pose of a face in which every signal is at rest."""
    rest = {part.signal: part.rest for unit, part in PARTS if unit.name != "AU43"}
    geometry = np.array([rest.get(name, rest.get(name[:-2], 0.0)) for name in FEATURES])
    shapes = np.array([rest.get(n, rest.get(n.removesuffix("Left").removesuffix("Right"), 0.0))
                       for n in BLENDSHAPES])  # fmt: skip
    times = np.arange(n) / 10
    return times, np.tile(shapes, (n, 1)), np.tile(geometry, (n, 1)), np.zeros((n, 3))


def test_table_is_complete_and_names_exist() -> None:
    assert {unit.name for unit in UNITS} == FACS and len(UNITS) == len(FACS)
    assert set(BLENDSHAPES) <= set(ARKIT.split()) and not any(
        name.startswith(DEAD) for name in BLENDSHAPES
    )
    names = {unit.name for unit in UNITS}
    for unit in UNITS:
        assert unit.about and unit.parts and set(unit.less + unit.only) <= names - {unit.name}
    for _, part in PARTS:
        known = part.signal in FEATURES or part.signal in SIDED
        sided = part.signal in SIDED_BLENDSHAPES
        assert known or sided or part.signal in ARKIT.split()
        assert part.full != 0 and part.spread >= 0 and part.weight > 0
        # Otherwise somebody who always shows it would count as at rest.
        assert part.spread <= 0.6 * abs(part.full)


def test_a_face_at_rest_shows_nothing() -> None:
    units = action_units(*neutral(40))
    assert max(float(values.max()) for values in units.values()) < 0.05
    assert all(len(values) == 40 for values in units.values())


def moved(unit: Unit, part: Part, share: float, n: int = 60) -> dict[str, Floats]:
    """Move one signal of a unit on both sides in the middle third of a clip."""
    times, shapes, geometry, pose = neutral(n)
    for table, names in ((shapes, BLENDSHAPES), (geometry, FEATURES)):
        for i, name in enumerate(names):
            base = name.removesuffix("Left").removesuffix("Right")
            if part.signal in (name, base, name[:-2]):
                table[n // 3 : 2 * n // 3, i] += share * part.full
    return dict(action_units(times, shapes, geometry, pose))


@pytest.mark.parametrize(("unit", "part"), PARTS, ids=lambda x: getattr(x, "signal", None))
def test_moving_a_signal_the_documented_way_raises_its_unit(unit: Unit, part: Part) -> None:
    if unit.only or unit.name == "AU43":
        pytest.skip("needs another action unit as well")
    units = moved(unit, part, 1.0)
    assert units[unit.name][25:35].mean() > units[unit.name][:15].mean() + 0.08
    other_way = moved(unit, part, -1.0)
    assert other_way[unit.name][25:35].mean() < 0.05


def test_eyes_close() -> None:
    times, shapes, geometry, pose = neutral(30)
    for side in "LR":
        geometry[10:, FEATURES.index(f"eye_open_{side}")] = 0.05
    closed = action_units(times, shapes, geometry, pose)["AU43"]
    assert closed[:10].max() == 0 and closed[10:].min() == 1


def test_own_resting_value_counts_in_a_long_clip_and_not_in_a_still() -> None:
    """Brows that are always low are a feature of the face; in a single picture none can tell."""
    times, shapes, geometry, pose = neutral(60)
    for side in "LR":
        geometry[:, FEATURES.index(f"inner_brow_{side}")] -= 0.03
    long = action_units(times, shapes, geometry, pose)["AU4"].max()
    still = action_units(times[:1], shapes[:1], geometry[:1], pose[:1])["AU4"].max()
    assert long < 0.02 < 0.1 < still


def test_an_expression_held_all_clip_is_not_taken_for_rest() -> None:
    times, shapes, geometry, pose = neutral(60)
    for side in ("Left", "Right"):
        shapes[:, BLENDSHAPES.index(f"mouthSmile{side}")] = 0.9
    assert action_units(times, shapes, geometry, pose)["AU12"].min() > 0.4


def random_face(seed: int, n: int = 25) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    times, shapes, geometry, _ = neutral(n)
    shapes = np.clip(shapes + rng.normal(0, 0.3, shapes.shape), 0, 1)
    geometry = geometry + rng.normal(0, 0.05, geometry.shape)
    return times, shapes, geometry, rng.uniform(-30, 30, (n, 3))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_activations_stay_within_0_and_1_and_follow_reversed_time(seed: int) -> None:
    times, shapes, geometry, pose = random_face(seed)
    units = action_units(times, shapes, geometry, pose)
    assert all(((values >= 0) & (values <= 1)).all() for values in units.values())
    back = action_units(times, shapes[::-1], geometry[::-1], pose[::-1])
    for name, values in units.items():
        np.testing.assert_allclose(back[name][::-1], values, atol=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_mirrored_signals_swap_sides(seed: int) -> None:
    times, shapes, geometry, pose = random_face(seed)
    swap = {"Left": "Right", "Right": "Left"}
    shape_order = [
        BLENDSHAPES.index(name[: -len(s)] + swap[s]) if (s := suffix(name)) else i
        for i, name in enumerate(BLENDSHAPES)
    ]
    other = {"L": "R", "R": "L"}
    geometry_order = [
        FEATURES.index(name[:-1] + other[name[-1]]) if name[:-2] in SIDED else i
        for i, name in enumerate(FEATURES)
    ]
    units = action_units(times, shapes, geometry, pose)
    mirrored = action_units(
        times, shapes[:, shape_order], geometry[:, geometry_order], pose * [1, -1, -1]
    )
    for unit in UNITS:
        np.testing.assert_allclose(mirrored[unit.name], units[unit.name], atol=1e-9)
        if unit.sided:
            np.testing.assert_allclose(mirrored[f"{unit.name}_L"], units[f"{unit.name}_R"])


def suffix(name: str) -> str:
    return next((s for s in ("Left", "Right") if name.endswith(s)), "")


def test_blendshapes_count_less_in_a_turned_face() -> None:
    times, shapes, geometry, pose = neutral(30)
    for side in ("Left", "Right"):
        shapes[10:20, BLENDSHAPES.index(f"browOuterUp{side}")] = 0.9
    front = action_units(times, shapes, geometry, pose)["AU2"].max()
    turned = action_units(times, shapes, geometry, pose + np.array([0, 40, 0]))["AU2"].max()
    assert turned < 0.6 * front


def test_no_faces_give_empty_arrays() -> None:
    times, shapes, geometry, pose = (array[:0] for array in neutral(3))
    assert all(len(values) == 0 for values in action_units(times, shapes, geometry, pose).values())


def test_the_documentation_has_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cues" / "face.md").read_text("utf-8")
    for unit in UNITS:
        parts = "; ".join(
            f"{part.signal} {part.rest:g} ± {part.spread:g}, {part.full:+g}"
            + ("" if part.weight == 1 else f" (x{part.weight:g})")
            for part in unit.parts
        )
        row = f"| {unit.name} | {unit.about} | {parts} | {', '.join(unit.less) or '-'} |"
        assert row in text.splitlines()
