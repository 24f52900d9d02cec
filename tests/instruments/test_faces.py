from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emer import media
from emer.cues import face
from emer.errors import AssetError
from emer.instruments.faces import CHUNK, FaceScanner
from emer.measurements import FaceScan, Measurements
from emer.media import Frame

Assets = Callable[[str], Path]
FPS = 4.0


@pytest.fixture(scope="module")
def scanner(assets: Assets) -> FaceScanner:
    return FaceScanner(assets("face-landmarker"))


@pytest.fixture(scope="module")
def frames(assets: Assets) -> list[Frame]:
    """The sample clip: a woman who cries, then laughs."""
    return list(media.frames(assets("sample-clip"), fps=FPS))


@pytest.fixture(scope="module")
def scan(scanner: FaceScanner, frames: list[Frame]) -> FaceScan:
    return scanner.scan(iter(frames), source="test")


def picture(value: int, time: float = 0.0, shape: tuple[int, int] = (120, 160)) -> Frame:
    return Frame(time, np.full((*shape, 3), value, np.uint8), 1.0)


def test_one_person_is_seen_throughout(scan: FaceScan, frames: list[Frame]) -> None:
    assert [track.person for track in scan.tracks] == ["p1"]
    track = scan.tracks[0]
    assert len(track.times) == len(scan.times) == len(frames) and scan.faces.min() == 1
    assert scan.unusable.sum() == 0 and not scan.unusable_reasons and scan.source == "test"
    assert 0.15 < scan.brightness.mean() < 0.4
    for values in (track.boxes, track.quality, track.blink, *track.action_units.values()):
        assert np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1
    assert np.abs(track.gaze).max() <= 1 and np.abs(track.pose).max() < 45
    assert ((track.height_px > 150) & (track.height_px < 360)).all()  # the clip is 360 high


def test_she_smiles_at_the_end_and_not_at_the_start(scan: FaceScan) -> None:
    track = scan.tracks[0]
    smile, shut, brow = (track.action_units[name] for name in ("AU12", "AU43", "AU4"))
    first, last = track.times < 3, track.times > track.times[-1] - 3
    assert smile[last].mean() > smile[first].mean() + 0.15 and smile[last].min() > 0.7
    crying = (track.times > 2) & (track.times < 5.5)
    assert shut[crying].mean() > 0.9 and brow[crying].mean() > brow[last].mean() + 0.1
    frightened = (track.times > 6.5) & (track.times < 8.5)
    assert track.action_units["AU1"][frightened].mean() > 0.4
    assert smile[frightened].max() < 0.2


def test_cues_tell_crying_from_laughing(scan: FaceScan) -> None:
    cues = face.observe(Measurements(seconds=19.7, faces=scan), "en")
    crying = next(cue for cue in cues if cue.kind == "face_crumpled")
    smiles = [cue for cue in cues if cue.kind.startswith("smile")]
    assert crying.start < 2 and 4 < crying.end < 7
    assert smiles and all(cue.start > 8 for cue in smiles)
    change = next(cue for cue in cues if cue.kind == "expression_change")
    assert change.start < 2 and change.end > 18


def test_measuring_again_gives_the_same_values(
    scanner: FaceScanner, frames: list[Frame], scan: FaceScan
) -> None:
    again = scanner.scan(frames[: 2 * CHUNK], source="test").tracks[0]
    once = scan.tracks[0]
    np.testing.assert_array_equal(again.pose, once.pose[: 2 * CHUNK])
    np.testing.assert_array_equal(again.boxes, once.boxes[: 2 * CHUNK])


def test_reversed_frames_give_reversed_measurements(
    scanner: FaceScanner, frames: list[Frame]
) -> None:
    some = frames[:13]
    end = some[-1].time
    back = [replace(frame, time=end - frame.time) for frame in reversed(some)]
    one, other = (scanner.scan(part, source="test").tracks[0] for part in (some, back))
    np.testing.assert_allclose(one.pose, other.pose[::-1])
    for name, values in one.action_units.items():
        np.testing.assert_allclose(values, other.action_units[name][::-1], err_msg=name)


def test_the_mirrored_picture_swaps_sides(scanner: FaceScanner, frames: list[Frame]) -> None:
    some = frames[-6:]
    flipped = [replace(f, image=np.ascontiguousarray(f.image[:, ::-1])) for f in some]
    one, other = (scanner.scan(part, source="test").tracks[0] for part in (some, flipped))
    np.testing.assert_allclose(one.boxes[:, 0], 1 - other.boxes[:, 2], atol=0.03)
    np.testing.assert_allclose(one.pose, other.pose * [1, -1, -1], atol=8)
    np.testing.assert_allclose(one.gaze[:, 0], -other.gaze[:, 0], atol=0.15)
    for left, right in (("AU12_L", "AU12_R"), ("AU6_R", "AU6_L")):
        np.testing.assert_allclose(
            one.action_units[left].mean(), other.action_units[right].mean(), atol=0.2
        )


def scaled(frame: Frame, share: float) -> Frame:
    """Shrink the picture into the middle of a grey one of the same size."""
    step = round(1 / share)
    small = frame.image[::step, ::step]
    image = np.full_like(frame.image, 90)
    top, left = ((a - b) // 2 for a, b in zip(image.shape[:2], small.shape[:2], strict=True))
    image[top : top + small.shape[0], left : left + small.shape[1]] = small
    return replace(frame, image=image)


@pytest.mark.parametrize(("share", "usable"), [(1.0, True), (1 / 3, True), (1 / 8, False)])
def test_small_faces_are_found_and_tiny_ones_are_not_read(
    scanner: FaceScanner, frames: list[Frame], share: float, usable: bool
) -> None:
    scan = scanner.scan([scaled(frame, share) for frame in frames[-4:]], source="test")
    assert bool(scan.tracks) == usable
    if not usable:
        assert scan.unusable.max() == 1 and set(scan.unusable_reasons) == {"small"}
    else:
        assert scan.tracks[0].action_units["AU12"].min() > 0.5


def test_quality_falls_with_size(scanner: FaceScanner, frames: list[Frame]) -> None:
    small = scanner.scan([scaled(frame, 1 / 4) for frame in frames[-4:]], source="test")
    large = scanner.scan(frames[-4:], source="test")
    assert small.tracks[0].quality.mean() < 0.8 * large.tracks[0].quality.mean()


def test_a_face_in_low_light_is_found(scanner: FaceScanner, frames: list[Frame]) -> None:
    dim = [replace(frame, image=frame.image // 6) for frame in frames[-4:]]
    scan = scanner.scan(dim, source="test")
    assert scan.brightness.max() < 0.1 and len(scan.tracks) == 1
    assert scan.tracks[0].action_units["AU12"].min() > 0.5
    assert scan.tracks[0].quality.max() < 1


def test_two_faces_are_two_people(scanner: FaceScanner, frames: list[Frame]) -> None:
    def pair(frame: Frame) -> Frame:
        half = frame.image[:, 240:]
        return replace(frame, image=np.concatenate([half, half], axis=1))

    scan = scanner.scan([pair(frame) for frame in frames[-4:]], source="test")
    assert [track.person for track in scan.tracks] == ["p1", "p2"]
    assert scan.faces.tolist() == [2, 2, 2, 2]
    left, right = sorted(float(track.boxes[0, 0]) for track in scan.tracks)
    assert right - left == pytest.approx(0.5, abs=0.05)


def test_scale_gives_source_pixels(scanner: FaceScanner, frames: list[Frame]) -> None:
    frame = frames[-1]
    one = scanner.scan([frame], source="test").tracks[0].height_px[0]
    shrunk = scanner.scan([replace(frame, scale=0.5)], source="test").tracks[0].height_px[0]
    assert shrunk == pytest.approx(2 * one)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_empty_pictures_have_no_faces(scanner: FaceScanner, value: int) -> None:
    scan = scanner.scan([picture(value, i / 10) for i in range(12)], source="test")
    assert scan.tracks == () and scan.faces.sum() == scan.unusable.sum() == 0
    assert len(scan.times) == len(scan.brightness) == 12
    assert scan.brightness.mean() == pytest.approx(value / 255, abs=0.01)


def test_noise_has_no_faces(scanner: FaceScanner) -> None:
    rng = np.random.default_rng(0)
    noise = [Frame(i / 10, rng.integers(0, 256, (90, 120, 3), np.uint8), 1.0) for i in range(5)]
    assert scanner.scan(noise, source="test").tracks == ()


@pytest.mark.parametrize("shape", [(1, 1), (2, 200), (16, 16)])
def test_odd_pictures_are_no_trouble(scanner: FaceScanner, shape: tuple[int, int]) -> None:
    assert len(scanner.scan([picture(100, shape=shape)], source="test").times) == 1


def test_no_frames_give_an_empty_scan(scanner: FaceScanner) -> None:
    scan = scanner.scan([], source="test")
    assert len(scan.times) == 0 and scan.tracks == () and scan.brightness.shape == (0,)


def test_frames_are_read_one_chunk_at_a_time(scanner: FaceScanner) -> None:
    taken = 0

    def endless() -> Iterator[Frame]:
        nonlocal taken
        for i in range(10**9):
            taken += 1
            if taken > 2 * CHUNK:
                raise KeyboardInterrupt
            yield picture(90, i / 10)

    with pytest.raises(KeyboardInterrupt):
        scanner.scan(endless(), source="test")
    assert taken == 2 * CHUNK + 1


def test_a_wrong_model_is_refused(tmp_path: Path, assets: Assets) -> None:
    with pytest.raises(AssetError, match="emer assets get face-landmarker"):
        FaceScanner(tmp_path / "none.task").scan([picture(1)], source="test")
    cut = tmp_path / "cut.task"
    cut.write_bytes(assets("face-landmarker").read_bytes()[:100_000])
    with pytest.raises(AssetError):
        FaceScanner(cut).scan([picture(1)], source="test")
