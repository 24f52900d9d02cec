"""Windows of a clip, against the clip itself."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.clip import Clip
from emer.errors import MediaError, OutputError, UsageError
from emer.media import audio, frames
from emer.training.windows import LEAST, RATE, Window, cut, windows
from making import write

FPS = 10


@given(
    st.floats(0.05, 500), st.floats(0.5, 20), st.floats(0.1, 1).map(lambda share: round(share, 2))
)
def test_windows_reach_everything_once_in_order(
    seconds: float, length: float, share: float
) -> None:
    found = windows(seconds, length, share * length)
    assert found[0].start == 0 and found == sorted(set(found))
    assert all(0 <= a < b <= seconds + 2e-3 for a, b in found)
    assert seconds - found[-1].end < LEAST + 2e-3
    assert all(b.start <= a.end + 2e-3 for a, b in pairwise(found))
    if seconds > length:
        assert all(abs(b - a - length) < 2e-3 for a, b in found)


def test_windows_of_known_clips() -> None:
    assert windows(7.5, 3, 1.5) == [(0, 3), (1.5, 4.5), (3, 6), (4.5, 7.5)]
    assert windows(4.2, 3, 3) == [(0, 3), (1.2, 4.2)]  # the end is worth one
    assert windows(3.4, 3, 3) == [(0, 3)]  # and here it is not
    assert windows(2.0, 3, 1.5) == [(0, 2)]


@pytest.mark.parametrize("numbers", [(0, 3, 1), (3, 0, 1), (3, 3, -1), (3, float("nan"), 1)])
def test_impossible_windows_are_refused(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(UsageError, match="above 0"):
        windows(*numbers)


def test_gaps_are_refused() -> None:
    with pytest.raises(UsageError, match="leaves gaps"):
        windows(10, 2, 3)


def tone(seconds: float) -> np.ndarray:
    """A tone whose pitch tells the time."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * (200 + 100 * time) * time)).astype(np.float32)


def place(image: np.ndarray) -> int:
    """Read the number of a picture off its stripe."""
    columns = np.flatnonzero(image.mean(axis=(0, 2)) > 128)
    return round((columns.mean() - 3.5) / 4)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A stripe that wanders to the right, with a rising tone."""
    images = [np.zeros((48, 193, 3), np.uint8) for _ in range(45)]
    for number, image in enumerate(images):
        image[:, 4 * number : 4 * number + 8] = 255
    path = tmp_path_factory.mktemp("clip") / "rising.mkv"
    return Clip.open(write(path, images, tone(4.5), fps=FPS))


def test_a_window_holds_the_pictures_and_the_sound_of_its_time(clip: Clip, tmp_path: Path) -> None:
    found = cut(clip, windows(clip.seconds, 2, 1), tmp_path)
    assert [window for window, _ in found] == [(0, 2), (1, 3), (2, 4), (2.5, 4.5)]
    whole = tone(4.5)
    for window, path in found:
        with frames(path) as seen:
            shown = [(frame.time, place(frame.image)) for frame in seen]
        assert len(shown) == 20
        for time, number in shown:
            assert number == round((window.start + time) * FPS)
        with audio(path) as blocks:
            sound = np.concatenate([block.samples for block in blocks])
        start = round(window.start * RATE)
        assert len(sound) == round((window.end - window.start) * RATE)
        assert np.abs(sound - whole[start : start + len(sound)]).max() < 1e-3
    assert not list(tmp_path.rglob(".emer*"))


def test_what_is_there_is_not_cut_again(clip: Clip, tmp_path: Path) -> None:
    first = cut(clip, windows(clip.seconds, 2, 2), tmp_path)
    first[1][1].unlink()
    first[0][1].write_bytes(b"mine")
    assert cut(clip, windows(clip.seconds, 2, 2), tmp_path) == first
    assert first[0][1].read_bytes() == b"mine"
    assert Clip.open(first[1][1]).seconds == pytest.approx(2, abs=0.1)


def test_sound_alone_and_pictures_alone(clip: Clip, tmp_path: Path) -> None:
    images = [np.full((32, 32, 3), 90, np.uint8)] * 12
    mute = Clip.open(write(tmp_path / "mute.mp4", images, None))
    ((_, path),) = cut(mute, windows(mute.seconds, 3, 1), tmp_path)
    assert Clip.open(path).modalities == ("visual",)

    (heard,) = (path for _, path in cut(clip, [Window(0, 1)], tmp_path))
    heard.rename(tmp_path / "tone.mkv")
    sound = Clip.open(tmp_path / "tone.mkv").model_copy(update={"has_video": False})
    ((_, path),) = cut(sound, [Window(0.25, 0.75)], tmp_path)
    assert path.suffix == ".flac" and Clip.open(path).seconds == pytest.approx(0.5, abs=1e-3)


def test_a_clip_that_cannot_be_decoded(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "cut.mkv"
    path.write_bytes(clip.path.read_bytes())
    broken = clip.model_copy(update={"path": path})
    path.write_bytes(b"\x1a\x45\xdf\xa3 nothing else")
    with pytest.raises(MediaError):
        cut(broken, windows(4.5, 2, 1), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.mkv"))


def test_a_folder_that_is_a_file(clip: Clip, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        cut(clip, windows(4.5, 2, 1), tmp_path / "file")
