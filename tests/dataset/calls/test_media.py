from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.dataset.calls.asking import annotator, calling, question
from tests.dataset.faulty_server import echo, serving
from tests.making import RATE, write

from emer.dataset.calls.base import FramesPart, SoundPart, TextPart
from emer.dataset.calls.media import SOUND_RATE, SOUND_SECONDS, render
from emer.dataset.plan import Budget
from emer.errors import MediaError


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds: pictures that grow brighter, and a tone."""
    images = [np.full((72, 128, 3), 12 * number, np.uint8) for number in range(20)]
    tone = np.sin(np.arange(2 * RATE) / 20).astype(np.float32) / 2
    return write(tmp_path_factory.mktemp("clips") / "clip.mkv", images, tone)


def pictures(reference: str, count: int = 4, side: int = 64) -> list[Image.Image]:
    found = []
    for piece in render(FramesPart(reference, "", count, side)):
        assert piece["type"] == "image_url"
        head, data = piece["image_url"]["url"].split(",")
        assert head == "data:image/jpeg;base64"
        found.append(Image.open(io.BytesIO(base64.b64decode(data))))
    return found


def test_pictures_are_spread_over_the_clip_and_scaled(clip: Path) -> None:
    found = pictures(str(clip))
    assert [max(each.size) for each in found] == [64] * 4
    bright = [float(np.asarray(each).mean()) for each in found]
    assert bright == pytest.approx([0, 72, 144, 228], abs=14)


def test_the_same_clip_gives_the_same_bytes(clip: Path) -> None:
    parts = (FramesPart(str(clip), "", 3, 64), SoundPart(str(clip), ""))
    assert [render(part) for part in parts] == [render(part) for part in parts]


def test_a_clip_of_few_pictures_shows_each_once(tmp_path: Path) -> None:
    images = [np.full((64, 64, 3), 100 * number, np.uint8) for number in range(2)]
    assert len(pictures(str(write(tmp_path / "short.mkv", images, None)), count=8)) == 2


def test_sound_is_a_wave_file_of_one_channel(clip: Path) -> None:
    (piece,) = render(SoundPart(str(clip), ""))
    assert piece["input_audio"]["format"] == "wav"
    data = io.BytesIO(base64.b64decode(piece["input_audio"]["data"]))
    with wave.open(data) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SOUND_RATE)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    assert len(samples) / SOUND_RATE == pytest.approx(2, abs=0.05)
    assert np.abs(samples).max() == pytest.approx(16384, rel=0.05)


def test_long_sound_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 8000 * (SOUND_SECONDS + 5)))
    (piece,) = render(SoundPart(str(path), ""))
    data = base64.b64decode(piece["input_audio"]["data"])
    assert len(data) == 44 + 2 * SOUND_RATE * SOUND_SECONDS


def test_a_member_of_a_shard_is_shown_like_a_file(clip: Path, tmp_path: Path) -> None:
    shard = tmp_path / "a.tar"
    with tarfile.open(shard, "w") as file:
        file.add(clip, "one.mkv")
    with tarfile.open(shard) as file:
        member = file.getmember("one.mkv")
    reference = f"{shard}@{member.offset_data}+{member.size}.mkv"
    part = FramesPart(str(clip), "", 2, 64)
    assert render(FramesPart(reference, "", 2, 64)) == render(part)


def test_what_cannot_be_shown_is_an_error_of_the_clip(tmp_path: Path) -> None:
    still = tmp_path / "still.png"
    Image.new("RGB", (64, 64)).save(still)
    with pytest.raises(MediaError):
        render(SoundPart(str(still), ""))
    with pytest.raises(MediaError, match="no file"):
        render(FramesPart(str(tmp_path / "absent.mp4"), "", 2, 64))
    with pytest.raises(TypeError):
        render(TextPart("x"))


def test_an_answered_question_decodes_nothing(clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mkv"
    copy.write_bytes(clip.read_bytes())
    sha256 = hashlib.sha256(copy.read_bytes()).hexdigest()
    asked = question("hi", FramesPart(str(copy), sha256, 2, 64), SoundPart(str(copy), sha256))
    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with calling(f"sqlite:///{tmp_path}/store.db", who) as (caller, _):
            reply = caller.ask(who, asked)
            copy.unlink()
            assert caller.ask(who, asked) == reply
            with pytest.raises(MediaError):
                caller.ask(who, question("ho", *asked.parts[1:]))
            assert caller.spending().reserved_tokens == 0
        kinds = [piece["type"] for piece in server.bodies[0]["messages"][-1]["content"]]
    assert kinds == ["text", "image_url", "image_url", "input_audio"]


def test_a_budget_without_room_stops_before_anything_is_sent(clip: Path, tmp_path: Path) -> None:
    from emer.dataset.errors import BudgetError

    with serving(tmp_path / "ledger", echo) as server:
        who = annotator(server.url)
        with (
            calling(f"sqlite:///{tmp_path}/s.db", who, Budget(tokens=2000)) as (caller, _),
            pytest.raises(BudgetError, match="2000 tokens"),
        ):
            caller.ask(who, question("hi", FramesPart(str(clip), "f" * 64, 4, 448)))
        assert not server.headers
