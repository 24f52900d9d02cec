"""Cutting, packing and doubting speech recognition, with a stand-in for the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emer.errors import AssetError, UsageError
from emer.explanation import Subtitle
from emer.instruments.speech import SpeechRecogniser
from emer.instruments.speech_gates import doubt, repeats
from emer.instruments.vad import STEP
from emer.instruments.whisper import Heard, Piece, Whisper, compression
from instruments.sounds import RATE, noise, silence


class Parrot(SpeechRecogniser):
    """Says how many seconds it was given, as one piece over all of it."""

    def __init__(self, certainty: float = 0.9, log_probability: float = -0.3) -> None:
        super().__init__(Path("nowhere"))
        self.given: list[tuple[float, str | None]] = []
        self.answer = certainty, log_probability

    def hear(self, samples: np.ndarray, language: str | None) -> Heard:
        seconds = len(samples) / RATE
        self.given.append((seconds, language))
        piece = Piece(0.0, seconds, f"part {len(self.given)}", self.answer[1], 0.0, 1.0)
        return Heard(language or "en", self.answer[0], (piece,))


def run(parrot: Parrot, speech: np.ndarray, block: int = 16) -> tuple[Subtitle | None, list[str]]:
    """Feed `speech` (probability per 32 ms) with silent sound, `block` steps at a time."""
    session = parrot.begin()
    for first in range(0, len(speech), block):
        part = speech[first : first + block]
        session.feed(np.zeros(len(part) * STEP, np.float32), part)
    return session.finish(speech), session.notes


def steps(*parts: tuple[float, float]) -> np.ndarray:
    """Probabilities from (seconds, probability) parts."""
    made = [np.full(round(seconds * RATE / STEP), p, np.float32) for seconds, p in parts]
    return np.concatenate(made)


def test_without_speech_the_network_is_not_asked() -> None:
    parrot = Parrot()
    subtitle, notes = run(parrot, steps((70, 0.1)))
    assert subtitle is None
    assert parrot.given == []
    assert notes == []


def test_segments_lie_where_the_speech_is() -> None:
    subtitle, _ = run(Parrot(), steps((2, 0.0), (3, 0.9), (2, 0.0)))
    assert subtitle is not None
    (segment,) = subtitle.segments
    assert (segment.start, segment.end) == pytest.approx((2.0, 5.0), abs=0.05)
    assert segment.confidence == pytest.approx(np.exp(-0.3), abs=1e-3)
    assert subtitle.source == "recognised"


def test_long_pauses_are_left_out_and_times_are_mapped_back() -> None:
    parrot = Parrot()
    subtitle, _ = run(parrot, steps((1, 0.9), (10, 0.0), (1, 0.9)))
    assert parrot.given[0][0] < 4
    assert subtitle is not None
    assert subtitle.segments[-1].end == pytest.approx(12.0, abs=0.1)


@pytest.mark.parametrize("block", [1, 16, 150, 10_000])
def test_long_speech_is_cut_in_pauses_whatever_the_blocks(block: int) -> None:
    speech = steps((20, 0.9), (1, 0.0), (19, 0.9), (1, 0.0), (20, 0.9))
    parrot = Parrot()
    subtitle, _ = run(parrot, speech, block)
    assert [round(seconds) for seconds, _ in parrot.given] == [20, 20, 20]
    assert subtitle is not None
    assert [round(s.start) for s in subtitle.segments] == [0, 21, 41]


def test_a_certain_language_is_kept() -> None:
    speech = steps((20, 0.9), (1, 0.0), (19, 0.9))
    certain, doubtful = Parrot(0.9), Parrot(0.5)
    run(certain, speech)
    run(doubtful, speech)
    assert [language for _, language in certain.given] == [None, "en"]
    assert [language for _, language in doubtful.given] == [None, None]


@pytest.mark.parametrize("parrot", [Parrot(certainty=0.2), Parrot(log_probability=-1.5)])
def test_speech_that_is_not_understood_gives_no_words_and_a_note(parrot: Parrot) -> None:
    subtitle, notes = run(parrot, steps((1, 0.0), (3, 0.9)))
    assert subtitle == Subtitle(text="", source="recognised")
    assert len(notes) == 1
    assert "not understood" in notes[0]


def piece(text: str, log_probability: float = -0.3, no_speech: float = 0.0) -> Piece:
    return Piece(0.0, 3.0, text, log_probability, no_speech, compression(text))


@pytest.mark.parametrize(
    ("given", "speech"),
    [
        (piece("Hello there."), 0.0),
        (piece("..."), 2.0),
        (piece("字幕by索兰娅"), 2.0),
        (piece("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目"), 3.0),
        (piece("Subtitles by the Amara.org community"), 3.0),
        (piece("Thank you for watching!"), 0.3),
        (piece("谢谢观看"), 0.3),
        (piece("不,不,不,不,不,不,不,不,不,不,不,不"), 3.0),
        (piece("I know I know I know I know I know I know"), 3.0),
        (piece("What a day.", log_probability=-1.2), 2.0),
        (piece("What a day.", log_probability=-0.6, no_speech=0.9), 2.0),
        (piece("so many words that nobody could ever say them all in this time"), 0.5),
    ],
)
def test_inventions_are_doubted(given: Piece, speech: float) -> None:
    assert doubt(given, speech)


@pytest.mark.parametrize(
    ("given", "speech"),
    [
        (piece("Thank you so much."), 1.2),
        (piece("那就不见不散了啊。"), 1.4),
        (piece("No, no, no, you cannot do that!"), 2.0),
        (piece("What a day.", no_speech=0.9), 1.0),
        (piece("Yes."), 0.2),
    ],
)
def test_what_people_say_stands(given: Piece, speech: float) -> None:
    assert doubt(given, speech) is None


def test_repeats_needs_some_length() -> None:
    assert not repeats("ha ha ha")
    assert repeats("ha " * 12)


def test_a_folder_without_a_model_is_an_asset_error(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"model\.bin"):
        Whisper(tmp_path)


@pytest.mark.slow
def test_real_model_invents_nothing(assets: Callable[[str], Path]) -> None:
    recogniser = SpeechRecogniser(assets("whisper-base"), threads=2)
    assert recogniser.transcribe(silence(4.0)) is None
    assert recogniser.transcribe(noise(4.0, 0.05)) is None
    assert recogniser.transcribe(silence(0.01)) is None
    with pytest.raises(UsageError, match="'xx'"):
        recogniser.hear(silence(1.0), "xx")


@pytest.mark.slow
def test_real_model_on_real_clips(assets: Callable[[str], Path], shared: Path) -> None:
    from emer.media import Limits, audio

    recogniser = SpeechRecogniser(assets("whisper-base"), threads=2)
    clips = shared / "data" / "clips"
    known = {c["id"]: c for c in json.loads((clips / "clips.json").read_text())}
    for name, most_wrong in (("sample_00000007", 0.1), ("sample_00000167", 0.05)):
        with audio(clips / f"{name}.mp4", Limits()) as blocks:
            sound = np.concatenate([block.samples for block in blocks])
        subtitle = recogniser.transcribe(sound)
        assert subtitle is not None
        assert subtitle.language == "zh"
        assert _character_errors(known[name]["subtitle_zh"], subtitle.text) <= most_wrong


def _character_errors(truth: str, text: str) -> float:
    wanted, found = ([c for c in words if c.isalnum()] for words in (truth, text))
    row = list(range(len(found) + 1))
    for i, a in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(found, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1] / len(wanted)
