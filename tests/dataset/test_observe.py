from __future__ import annotations

import json
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from dataset.builders import cue, entry, explanation, sha256
from emer.dataset.observe import Observe, packed, take_over, unpacked
from emer.dataset.plan import Observe as Settings
from emer.errors import MediaError, UsageError
from emer.explanation import Curve


def tone(folder: Path) -> Path:
    path = folder / "a.wav"
    samples = (9000 * np.sin(np.arange(8000) * 0.1)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


class Memory:
    """A store of observations that tells what was looked up."""

    def __init__(self) -> None:
        self.data: dict[str, bytes] = {}

    def observation(self, key: str) -> bytes | None:
        return self.data.get(key)

    def keep_observation(self, key: str, data: bytes) -> None:
        self.data[key] = data


@pytest.fixture
def needed(assets: Callable[[str], Path]) -> None:
    """Skip where a model is not there."""
    for name in ("yamnet", "whisper-base"):
        assets(name)


def test_what_is_kept_has_no_curves_times_or_names() -> None:
    curve = Curve(name="pitch", unit="Hz", times=(0.0,), values=(1.0,))
    one = explanation(cues=[cue("v1", "The person smiles.")]).model_copy(
        update={"curves": (curve,)}
    )
    other = one.model_copy(update={"clip": one.clip.model_copy(update={"name": "elsewhere/b.mp4"})})
    assert packed(one) == packed(other)
    lean = unpacked(packed(one))
    assert lean.curves == () and lean.provenance.seconds == {}
    assert lean.cues == one.cues


def test_results_of_explain_are_taken_over(tmp_path: Path) -> None:
    memory, path = Memory(), tmp_path / "results.jsonl"
    one = explanation("s/a.mp4", cues=[cue("v1", "The person smiles.")])
    path.write_text(one.to_json() + "\n")
    measured = take_over(path, "en", memory)
    observe = Observe(Settings(), "en", memory, measured=measured)
    got = observe(entry("s/a.mp4"))
    assert got.observed is not None and got.observed.cues == one.cues
    kept = dict(memory.data)
    assert take_over(path, "en", memory) == measured
    assert memory.data == kept


def test_results_that_cannot_be_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    with pytest.raises(UsageError, match="no file"):
        take_over(path, "en", Memory())
    path.write_text(explanation(language="zh").to_json() + "\n")
    with pytest.raises(UsageError, match="--language en"):
        take_over(path, "en", Memory())
    path.write_text(explanation().to_json() + "\n{}\n")
    with pytest.raises(UsageError, match="Line 2"):
        take_over(path, "en", Memory())


def test_settings_hold_what_changes_a_measurement_and_nothing_else() -> None:
    memory = Memory()
    plain = Observe(Settings(), "en", memory)
    assert json.dumps(plain.settings())
    same = Observe(Settings(), "en", memory, threads=3)
    assert same.settings() == plain.settings()
    others = [
        Observe(Settings(), "zh", memory),
        Observe(Settings(speech=False), "en", memory),
        Observe(Settings(spoken="zh"), "en", memory),
    ]
    one = entry("s/a.mp4")
    keys = {each.key(one) for each in (plain, *others)}
    assert len(keys) == 4
    assert plain.key(one) == same.key(one) == plain.key(entry("s/a.mp4", group="other"))
    assert plain.key(one) != plain.key(entry("s/a.mp4", subtitle="No!"))


def test_taking_over_loses_no_measurement() -> None:
    memory = Memory()
    one = entry("s/a.mp4")
    before = Observe(Settings(), "en", memory).key(one)
    assert Observe(Settings(), "en", memory, measured="abc").key(one) == before


@pytest.mark.usefixtures("needed")
def test_a_clip_is_measured_once(tmp_path: Path) -> None:
    path = tone(tmp_path)
    from emer.media import sha256 as hash_of

    memory = Memory()
    one = entry("s/a.wav")
    media = one.media.model_copy(update={"reference": str(path), "sha256": hash_of(path)})
    one = one.changed(media=media)
    observe = Observe(Settings(speech=False), "en", memory)
    first = observe(one)
    assert first.observed is not None and first.observed.clip.sha256 == media.sha256
    path.unlink()
    assert Observe(Settings(speech=False), "en", memory)(one) == first


@pytest.mark.usefixtures("needed")
def test_words_are_recognised_beside_given_ones_only_if_wanted(tmp_path: Path) -> None:
    from emer.media import sha256 as hash_of

    path, memory = tone(tmp_path), Memory()
    one = entry("s/a.wav", subtitle="Hello there.")
    media = one.media.model_copy(update={"reference": str(path), "sha256": hash_of(path)})
    one = one.changed(media=media)
    assert Observe(Settings(), "en", memory)(one).heard is None
    listening = Observe(Settings(listen=True), "en", memory)
    measured = len(memory.data)
    assert listening(one).heard == ""
    assert len(memory.data) == measured + 1
    path.unlink()
    assert listening(one).heard == ""


def test_a_file_that_changed_since_is_not_measured(tmp_path: Path) -> None:
    path = tone(tmp_path)
    one = entry("s/a.wav")
    one = one.changed(
        media=one.media.model_copy(update={"reference": str(path), "sha256": sha256("x")})
    )
    with pytest.raises(MediaError, match="has changed"):
        Observe(Settings(), "en", Memory())(one)
