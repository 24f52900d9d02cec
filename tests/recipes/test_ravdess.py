"""The recipe that captions RAVDESS, on made-up measurements and on synthetic voices."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cues.voices import clip as voiced
from cues.voices import track
from emer.cues.measures import evaluate
from emer.cues.voice import observe
from emer.errors import OutputError, UsageError
from emer.training.data.rows import read_row
from emer.training.own_voice import FEWEST_CLIPS, OWN, QUALITIES
from emer.training.ravdess import parse_name
from recipes import ravdess as recipe

SCRIPT = Path(__file__).parents[2] / "recipes" / "ravdess.py"
RATE = 16000
VOWELS = ((700, 1200, 2600), (300, 2200, 3000), (450, 900, 2500), (550, 1800, 2600))
BROKEN = "03-01-02-01-01-02-01.wav"


def name_of(emotion: int, actor: int, statement: int = 1) -> str:
    return f"03-01-{emotion:02}-01-{statement:02}-01-{actor:02}"


def measured(id: str, level: float, **other: Any) -> recipe.Measured:
    made = voiced(track(level=level))
    return recipe.Measured(
        id=id,
        sha256="0" * 64,
        version=recipe.__version__,
        seconds=made.seconds,
        source="test",
        values={q.measure: evaluate(q.measure, made, 0.0, made.seconds) for q in QUALITIES},
        cues=tuple(observe(made, "en")),
        **other,
    )


def made_up(actors: list[int], count: int = 8) -> tuple[dict[str, Any], dict[str, Any]]:
    """Measurements and takes of so many clips an actor, each emotion at a level of its own."""
    ids = [name_of(emotion, actor) for actor in actors for emotion in range(1, count + 1)]
    known = {id: measured(id, -50.0 + 4 * int(id[6:8])) for id in ids}
    return known, {id: (parse_name(id), Path(f"/data/{id}.wav")) for id in ids}


@given(st.lists(st.integers(1, 24), min_size=1, max_size=5, unique=True))
@settings(max_examples=10, deadline=None)
def test_no_actor_is_in_two_splits(actors: list[int]) -> None:
    for rest in ("held", "test"):
        rows = recipe.manifests(*made_up(actors, 2), Path("/out"), rest)  # type: ignore[arg-type]
        seen = {
            split: {row["labels"]["actor"] for row in rows.get(split, [])}  # type: ignore[index]
            for split in ("train", "validation", "test", "held")
        }
        assert sum(map(len, seen.values())) == len(set().union(*seen.values())) == len(actors)
        assert len(rows.get("train_all", [])) == len(
            rows.get("train", []) + rows.get("validation", [])
        )
        for split in seen:
            captions, answers = rows.get(split, []), rows.get(f"instruct_{split}", [])
            assert [row["id"] for row in captions] == [row["id"] for row in answers]


def test_rows_hold_what_the_name_and_the_voice_say() -> None:
    rows = recipe.manifests(*made_up([16]), Path("/data/out"))
    assert set(rows) == {"test", "instruct_test"}
    by_id = {row["id"]: row for row in rows["test"]}
    row = by_id[name_of(5, 16)]
    assert row["audio"] == f"../{name_of(5, 16)}.wav"
    assert row["labels"] == {
        "emotion": "angry",
        "intensity": "normal",
        "actor": "16",
        "statement": "Kids are talking by the door.",
    }
    assert "angry" in str(row["text"])
    loud, quiet = (str(by_id[name_of(emotion, 16)]["text"]) for emotion in (8, 1))
    assert "loud" in loud and "quiet" in quiet and "for this voice" in quiet
    answer = rows["instruct_test"][0]
    assert answer["subtitle"] == "Kids are talking by the door."
    assert str(answer["text"]).startswith("In the audio, ")
    for name, each in rows.items():
        assert [read_row(row, name).id for row in each] == sorted(by_id)


def test_the_reference_is_the_actor_alone() -> None:
    """Louder clips of somebody else change no caption."""
    known, takes = made_up([16])
    others, their_takes = made_up([17])
    others = {
        id: m.model_copy(update={"values": {k: v + 30 for k, v in m.values.items()}})
        for id, m in others.items()
    }
    alone = recipe.manifests(known, takes, Path("/out"))["test"]
    both = recipe.manifests(known | others, takes | their_takes, Path("/out"))["test"]
    assert [row for row in both if str(row["id"]).endswith("16")] == alone
    assert len(both) == 2 * len(alone)


def test_too_few_clips_of_an_actor_leave_the_observers_own_cues() -> None:
    known, takes = made_up([3], FEWEST_CLIPS - 1)
    rows = recipe.manifests(known, takes, Path("/out"))
    assert "for this voice" not in json.dumps(rows)
    cues = recipe.chosen(known[name_of(1, 3)], {})
    assert cues == list(known[name_of(1, 3)].cues) and cues[0].kind == "voice_quiet"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace measuring by the file's text as a level; gives the names that were measured."""
    called: list[str] = []

    def measure(path: Path) -> recipe.Measured | str:
        called.append(path.stem)
        if not (text := path.read_text()):
            return f"{path} is empty (0 bytes)."
        made = measured(path.stem, float(text))
        return made.model_copy(update={"sha256": recipe.sha256(path)})

    monkeypatch.setattr(recipe, "measure", measure)
    monkeypatch.setattr(recipe.assets, "path", lambda name: Path(name))
    return called


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for actor in (1, 13, 16, 19):
        home = tmp_path / "speech" / f"Actor_{actor:02}"
        home.mkdir(parents=True)
        for emotion in range(1, 9):
            (home / f"{name_of(emotion, actor)}.wav").write_text(str(-50 + 4 * emotion))
    return tmp_path / "speech"


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_sound_is_found_from_a_linked_folder(
    folder: Path, quick: list[str], tmp_path: Path
) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "deeper")
    recipe.run(folder, tmp_path / "link")
    rows = lines(tmp_path / "link" / "train.jsonl")
    assert all((tmp_path / "link" / row["audio"]).is_file() for row in rows)


def test_files_written_and_summary(
    folder: Path, quick: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert recipe.main([str(folder), "--out", str(out), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["measured"], summary["kept"], summary["failed"]) == (32, 0, {})
    splits = {"train": 8, "validation": 8, "train_all": 16, "test": 8, "held": 8}
    assert summary["rows"] == splits | {f"instruct_{k}": n for k, n in splits.items()}
    for name, count in summary["rows"].items():
        rows = lines(out / f"{name}.jsonl")
        assert len(rows) == count
        assert all((out / row["audio"]).resolve().is_file() for row in rows)
        assert len({row["text"] for row in rows}) == summary["distinct"][name]


def test_a_second_run_measures_only_what_changed(
    folder: Path, quick: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    before = {path.name: path.read_bytes() for path in out.glob("*train*")}
    quick.clear()
    again = recipe.run(folder, out)
    assert (again.measured, again.kept, quick) == (0, 32, [])
    assert {path.name: path.read_bytes() for path in out.glob("*train*")} == before
    changed = folder / "Actor_01" / f"{name_of(5, 1)}.wav"
    changed.write_text("-10")
    assert recipe.run(folder, out).measured == 1 and quick == [changed.stem]
    assert (out / "train.jsonl").read_bytes() != before["train.jsonl"]


def test_another_version_measures_anew(
    folder: Path, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe.run(folder, tmp_path / "out")
    monkeypatch.setattr(recipe, "__version__", "99")
    assert recipe.run(folder, tmp_path / "out").measured == 32


def test_a_line_cut_short_is_measured_again(folder: Path, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    cache = out / recipe.CACHE
    whole = cache.read_bytes()
    cache.write_bytes(whole[:-40])
    quick.clear()
    assert recipe.run(folder, out).kept == 31 and len(quick) == 1
    assert cache.read_bytes() == whole


def test_a_damaged_cache_is_named(folder: Path, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    cache = out / recipe.CACHE
    cache.write_text('{"id": 1}\n' + cache.read_text())
    with pytest.raises(UsageError, match=r"Line 1 of .*measured\.jsonl.*Delete the line"):
        recipe.run(folder, out)


def test_broken_and_foreign_files_are_listed_and_skipped(
    folder: Path, quick: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "Actor_01" / f"{name_of(5, 1)}.wav").write_text("")
    (folder / "song.wav").write_text("-20")
    assert recipe.main([str(folder), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert f"Skipped Actor_01/{name_of(5, 1)}.wav: " in said and "is empty" in said
    assert "Skipped song.wav: song.wav is not named as RAVDESS" in said
    assert "Skipped 2 files." in said and "train.jsonl: 7 rows" in said


def test_the_same_clip_twice_counts_once(folder: Path, quick: list[str], tmp_path: Path) -> None:
    copy = folder / "copy"
    copy.mkdir()
    for path in (folder / "Actor_01").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    found = recipe.run(folder, tmp_path / "out")
    assert (found.duplicates, found.measured, found.rows["train"]) == (8, 32, 8)
    assert "8 files whose name came twice" in recipe.report(found)


def test_late_actors_may_join_the_test(folder: Path, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    assert (out / "held.jsonl").is_file()
    assert recipe.run(folder, out, rest="test").rows["test"] == 16
    assert not (out / "held.jsonl").exists() and not (out / "instruct_held.jsonl").exists()


def test_bad_calls(
    folder: Path, quick: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    (empty := tmp_path / "empty").mkdir()
    assert recipe.main([str(empty), *out]) == 1
    assert "no speech recordings of RAVDESS" in capsys.readouterr().err
    assert recipe.main([str(tmp_path / "absent"), *out]) == 2
    assert "is not a folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        recipe.main([str(folder), *out, "--jobs", "0"])
    assert stopped.value.code == 2
    (file := tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Cannot write to"):
        recipe.run(folder, file)


def test_a_missing_model_is_named_before_anything_is_measured(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path / "nothing"))
    assert recipe.main([str(folder), "--out", str(tmp_path / "out")]) == 2
    assert "emer assets get yamnet" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def spoken(hertz: float, level: float) -> np.ndarray:
    """Seven syllables of harmonics under three formants, with noise between them."""
    random, parts = np.random.default_rng(0), []
    for index in range(7):
        count = round(0.16 * RATE)
        course = hertz * (1.15 - 0.03 * index) * np.ones(count)
        phase = 2 * np.pi * np.cumsum(course) / RATE
        tones = np.arange(1, int(6000 / course.max()))
        gains = sum(1 / (1 + ((tones * hertz - f) / 90) ** 2) for f in VOWELS[index % 4]) + 0.02
        sound = (gains[:, None] * np.sin(tones[:, None] * phase)).sum(axis=0)
        parts += [0.03 * random.standard_normal(800), sound * np.hanning(count) ** 0.4]
    whole = np.concatenate(parts)
    return level * whole / np.abs(whole).max()


@pytest.fixture(scope="module")
def synthetic(assets: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two actors, one high and one low; anger is loud and high, neutral quiet and low."""
    assets("yamnet")
    home = tmp_path_factory.mktemp("speech")
    for actor, hertz in ((1, 220.0), (16, 110.0)):
        for emotion in range(1, 9):
            arousal = (emotion - 4.5) / 3.5 if emotion != 5 else 1.5
            sound = spoken(hertz * 2 ** (arousal / 4), 0.2 * 2**arousal)
            for statement in (1, 2):
                path = home / f"{name_of(emotion, actor, statement)}.wav"
                with wave.open(str(path), "wb") as out:
                    out.setparams((1, 2, RATE, 0, "NONE", ""))
                    out.writeframes((sound * 32767).astype("<i2").tobytes())
    (home / BROKEN).write_bytes(b"RIFF no sound at all")
    return home


@pytest.fixture
def started(synthetic: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(*more: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(SCRIPT), str(synthetic), "--out", str(tmp_path / "out")]
        process = subprocess.Popen(
            [*command, *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_interrupted_then_finished_on_synthetic_voices(
    started: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = started("--jobs", "2")
    cache, deadline = out / recipe.CACHE, time.monotonic() + 100
    while not (cache.is_file() and cache.read_bytes().count(b"\n")):
        assert first.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGINT)
    _, errors = first.communicate(timeout=60)
    assert first.returncode == 130 and "Traceback" not in errors, errors
    assert "what was measured is kept" in errors and not (out / "train.jsonl").exists()
    kept = cache.read_bytes()
    finished = kept.count(b"\n")
    assert 1 <= finished < 32 and kept.endswith(b"\n")

    second = started("--json")
    printed, errors = second.communicate(timeout=100)
    assert second.returncode == 1, errors
    summary = json.loads(printed)
    assert (summary["kept"], summary["measured"]) == (finished, 32 - finished)
    assert list(summary["failed"]) == [BROKEN]
    assert cache.read_bytes().startswith(kept)
    for split, actor in (("train", 1), ("test", 16)):
        texts = {row["id"]: row["text"] for row in lines(out / f"instruct_{split}.jsonl")}
        assert set(texts) == {name_of(e, actor, s) for e in range(1, 9) for s in (1, 2)}
        angry, neutral = texts[name_of(5, actor)], texts[name_of(1, actor)]
        assert "loud" in angry and "high" in angry and "angry" in angry
        assert "quiet" in neutral and "low" in neutral and "neutral" in neutral


def test_the_real_recordings_go_the_way_of_arousal(
    shared: Path, assets: Callable[[str], Path], tmp_path: Path
) -> None:
    """One actor: what is acted with anger is loud for that voice, what is calm quiet."""
    source = shared / "data" / "ravdess"
    if not source.is_dir():
        pytest.skip("RAVDESS is not here")
    assets("yamnet")
    for path in source.glob("*-01-01-16.flac"):
        (tmp_path / path.name).symlink_to(path)
    recipe.run(tmp_path, tmp_path / "out")
    rows = lines(tmp_path / "out" / "instruct_test.jsonl")
    assert len(rows) == 15
    for emotion, word in (("angry", "loud"), ("calm", "quiet")):
        texts = [row["text"] for row in rows if row["labels"]["emotion"] == emotion]
        assert len(texts) == 2 and any(word in text for text in texts)
    assert OWN not in json.dumps(rows)
