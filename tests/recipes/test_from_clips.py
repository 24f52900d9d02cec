"""The recipe that words any clips, on made-up explanations and on the sample clip."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emer.clip import Clip
from emer.cues.face_words import say
from emer.errors import OutputError, UsageError
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    ModalityReading,
    Provenance,
    Subtitle,
)
from emer.training.data.records import open_records
from emer.training.data.rows import Rows, read_row
from emer.training.data.survey import survey
from instruments.sounds import tone
from making import RATE, pictures, sound, write
from recipes import from_clips as recipe

SCRIPT = Path(__file__).parents[2] / "recipes" / "from_clips.py"
PERSON = re.compile(r"\b(s?he|his|hers?|him|(wo)?m[ae]n|(fe)?male|boy|girl|old|young)\b", re.I)
STAGES = ("vecb", "aecb", "instruct")


def made_up(piece: recipe.Piece, kind: str = "smile_genuine") -> recipe.Explained:
    """Explain a piece without looking at it: a smile and a high voice."""
    happy = (Emotion(label="happy", confidence=0.7, cues=("v1",)),)
    pieces = (Evidence(measure="face.AU12.peak", value=0.5, unit="0..1", source="test"),)
    statement = say(kind, "en", person=None, start=0.0, end=1.0, seconds=3.0)
    times: dict[str, Any] = {"start": 0.0, "end": 1.0, "confidence": 0.5, "evidence": pieces}
    seen = Cue(id="v1", modality="visual", kind=kind, statement=statement, **times)
    heard = Cue(id="a1", modality="auditory", kind="pitch_high", statement="High.", **times)
    readings = tuple(
        ModalityReading(modality=m, reliability=1, emotions=happy, valence=0, arousal=0)  # type: ignore[arg-type]
        for m in ("visual", "auditory")
    )
    told = Explanation(
        language="en",
        clip=ClipInfo(name=piece.path.name, sha256=piece.sha256, seconds=3, modalities=()),
        subtitle=Subtitle(text="Oh dear.", source="recognised"),
        people=(),
        cues=() if "nothing" in piece.clip else (seen, heard),
        emotions=happy,
        valence=0,
        arousal=0,
        conflict=Conflict(score=0, readings=readings),
        timeline=(),
        explanation="",
        provenance=Provenance(version="1", explainer="composed"),
    )
    return recipe.Explained(
        id=piece.id,
        sha256=piece.sha256,
        version=recipe.__version__,
        speech=True,
        video=Clip.open(piece.path).has_video,
        explanation=told,
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace explaining; gives the ids of what was explained."""
    called: list[str] = []

    def explain(piece: recipe.Piece, speech: bool) -> recipe.Explained | str:
        called.append(piece.id)
        return made_up(piece).model_copy(update={"speech": speech})

    monkeypatch.setattr(recipe, "explain", explain)
    monkeypatch.setattr(recipe.assets, "path", lambda name: Path(name))
    return called


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six small clips of different lengths, one of sound alone, and one that is broken."""
    home = tmp_path_factory.mktemp("made")
    (home / "deep").mkdir()
    random = np.random.default_rng(0)
    for number, seconds in enumerate((2.0, 3.0, 4.0, 5.0, 6.0)):
        images = [np.full((32, 48, 3), 4 * n, np.uint8) for n in range(int(seconds * 10))]
        noise = (0.1 * random.standard_normal(int(seconds * RATE))).astype(np.float32)
        write(home / ("deep" if number % 2 else "") / f"clip{number}.mkv", images, noise)
    write(home / "nothing.mkv", images[:20], noise[: 2 * RATE])
    (home / "broken.mp4").write_bytes(b"no clip at all")
    return home


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy, made of links."""
    home = tmp_path / "clips"
    for path in made.rglob("*.m*"):
        link = home / path.relative_to(made)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path)
    return home


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_rows_name_windows_that_are_there(
    folder: Path, quick: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert recipe.main([str(folder), "--out", str(out), "--json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert list(summary["failed"]) == ["broken.mp4"]
    assert (summary["clips"], summary["explained"], summary["nothing"]) == (6, 11, 1)
    assert len(quick) == 11
    assert {name: summary["rows"][name] for name in STAGES} == dict.fromkeys(STAGES, 10)
    for name in summary["rows"]:
        stage = name.partition("_")[0]
        rows = lines(out / f"{name}.jsonl")
        assert len(rows) == summary["rows"][name]
        for row in rows:
            assert read_row(row, name).labels["source"] == "emer composed"
            clip, _, span = row["id"].partition("@")
            assert row["labels"]["clip"] == clip.removesuffix(".mkv")
            seconds = Clip.open(out / (row.get("video") or row["audio"])).seconds
            start, end = map(float, span.split("-"))
            assert seconds == pytest.approx(end - start, abs=0.15)
            assert ("subtitle" in row) == (stage == "instruct")
        need = {"vecb": "video", "aecb": "audio"}.get(stage)
        found = survey(open_records(out / f"{name}.jsonl"), out, need=[need] if need else [],
                       use=["video", "audio"], cache=tmp_path / "probes.sqlite")  # fmt: skip
        assert len(found.usable) == len(rows)
        media = {"vecb": {"video"}, "aecb": {"audio"}, "instruct": {"video", "audio"}}[stage]
        assert all(media <= present for present in found.present)
        assert stage != "vecb" or not any("audio" in present for present in found.present)


def test_no_clip_is_in_two_splits_of_any_stage(
    folder: Path, quick: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = recipe.run(folder, out, window=1.0, step=0.5)
    places: dict[str, set[str]] = {}
    for stage in STAGES:
        total = 0
        for part in ("train", "validation"):
            rows = Rows(open_records(out / f"{stage}_{part}.jsonl"))
            total += len(rows)
            for row in rows:
                places.setdefault(row.labels["clip"], set()).add(part)
        assert total == found.rows[stage]
    assert len(places) == 5 and all(len(parts) == 1 for parts in places.values())
    assert {"train", "validation"} == set.union(*places.values())


def test_sound_beside_its_video_goes_where_the_video_goes(
    made: Path, quick: list[str], tmp_path: Path
) -> None:
    """The same clip in two containers must not be trained on and validated on."""
    home = tmp_path / "clips"
    home.mkdir()
    for name in ("clip0", "clip2", "clip4"):
        (home / f"{name}.mkv").symlink_to(made / f"{name}.mkv")
        noise = sound(made / f"{name}.mkv")
        (home / f"{name}.wav").write_bytes(_wav(noise))
    out = tmp_path / "out"
    recipe.run(home, out)
    rows = {part: lines(out / f"instruct_{part}.jsonl") for part in ("train", "validation")}
    clips = {part: {row["labels"]["clip"] for row in each} for part, each in rows.items()}
    assert not clips["train"] & clips["validation"]
    assert clips["train"] | clips["validation"] == {"clip0", "clip2", "clip4"}
    ends = {row["id"].partition("@")[0][-4:] for each in rows.values() for row in each}
    assert ends == {".mkv", ".wav"}
    assert all(row["video"] is None for row in lines(out / "aecb.jsonl") if "video" in row)


def _wav(samples: np.ndarray) -> bytes:
    import io
    import wave

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def test_whole_clips_stay_where_they_are(folder: Path, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    found = recipe.run(folder, out, window=0)
    assert found.explained == found.clips == 6 and not (out / "windows").exists()
    for row in lines(out / "instruct.jsonl"):
        assert (out / row["video"]).resolve().samefile(folder / row["id"].partition("@")[0])


def test_a_second_run_explains_only_what_changed(
    folder: Path, quick: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    before = {path.name: path.read_bytes() for path in out.glob("*.jsonl")}
    quick.clear()
    again = recipe.run(folder, out)
    assert (again.explained, again.kept, quick) == (0, 11, [])
    assert {path.name: path.read_bytes() for path in out.glob("*.jsonl")} == before
    (folder / "clip0.mkv").unlink()
    (folder / "clip0.mkv").symlink_to((folder / "clip2.mkv").resolve())
    third = recipe.run(folder, out)
    assert third.duplicates == 1 and third.clips == 5 and "clip0.mkv@0-2" not in quick
    assert recipe.run(folder, out, speech=False).kept == 0


def test_a_line_cut_short_is_explained_again(
    folder: Path, quick: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    cache = out / recipe.CACHE
    whole = cache.read_bytes()
    cache.write_bytes(whole[:-40])
    quick.clear()
    assert recipe.run(folder, out).kept == 10 and len(quick) == 1
    assert cache.read_bytes() == whole


def test_one_clip_alone_is_not_split(folder: Path, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    recipe.run(folder, out)
    for path in folder.rglob("*.m*"):
        if path.name != "clip4.mkv":
            path.unlink()
    assert recipe.run(folder, out).rows == dict.fromkeys(STAGES, 3)
    assert not list(out.glob("*_train.jsonl"))  # those of the first run are gone


def test_what_fails_is_listed(
    folder: Path, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(recipe, "explain", lambda piece, speech: "No sound can be decoded.")
    assert recipe.main([str(folder), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().out
    assert "Failed broken.mp4: " in said and "12 failed." in said
    assert "Failed clip0.mkv@0-2: No sound can be decoded." in said


def test_bad_calls(
    folder: Path, quick: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "out")]
    (empty := tmp_path / "empty").mkdir()
    assert recipe.main([str(empty), *out]) == 1
    assert "There are no clips" in capsys.readouterr().err
    assert recipe.main([str(tmp_path / "absent"), *out]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert recipe.main([str(folder), *out, "--window", "1", "--step", "2"]) == 2
    assert "leaves gaps" in capsys.readouterr().err
    for wrong in (["--jobs", "0"], ["--window", "-1"], ["--window", "nan"]):
        with pytest.raises(SystemExit) as stopped:
            recipe.main([str(folder), *out, *wrong])
        assert stopped.value.code == 2
    (file := tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Cannot write to"):
        recipe.run(folder, file)
    (damaged := tmp_path / "damaged").mkdir()
    (damaged / recipe.CACHE).write_text('{"id": 1}\n')
    with pytest.raises(UsageError, match=r"Line 1 of .*explained\.jsonl"):
        recipe.run(folder, damaged)


def test_a_missing_model_is_named_before_anything_is_cut(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path / "nothing"))
    assert recipe.main([str(folder), "--out", str(tmp_path / "out"), "--no-speech"]) == 2
    assert "emer assets get face-landmarker" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_interrupted(
    folder: Path, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    called: list[str] = []

    def explain(piece: recipe.Piece, speech: bool) -> recipe.Explained:
        called.append(piece.id)
        if len(called) == 4:
            raise KeyboardInterrupt
        return made_up(piece)

    monkeypatch.setattr(recipe, "explain", explain)
    command = [str(folder), "--out", str(tmp_path / "out")]
    assert recipe.main(command) == 130
    assert "what was explained is kept" in capsys.readouterr().err
    assert not (tmp_path / "out" / "vecb.jsonl").exists()
    assert recipe.main([*command, "--json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert (summary["kept"], summary["explained"]) == (3, 8)


@pytest.fixture(scope="module")
def real(assets: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parts of the sample clip with tones for music, and a file that is broken."""
    for name in ("face-landmarker", "yamnet"):
        assets(name)
    source = assets("sample-clip")
    home = tmp_path_factory.mktemp("real")
    for number, start in enumerate((2.0, 12.0)):
        write(home / f"part{number}.mkv", pictures(source, start, start + 1.5), tone(160.0, 1.5))
    (home / "broken.mp4").write_bytes(b"no clip at all")
    return home


def test_killed_then_finished_on_a_real_face(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    cache = out / recipe.CACHE
    command = [str(real), "--out", str(out), "--no-speech", "--window", "2"]
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), *command],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        deadline = time.monotonic() + 100
        while not (cache.is_file() and cache.read_bytes().count(b"\n")):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert not (out / "vecb.jsonl").exists()
    kept = cache.read_bytes()
    kept = kept[: kept.rfind(b"\n") + 1]

    assert recipe.main([*command, "--json"]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert list(summary["failed"]) == ["broken.mp4"]
    assert (summary["kept"], summary["explained"]) == (kept.count(b"\n"), 2 - kept.count(b"\n"))
    assert cache.read_bytes().startswith(kept)
    cries, laughs = (row["text"] for row in lines(out / "vecb.jsonl"))
    assert "screws up the face" in cries and "smiles" in laughs
    answers = [row["text"] for row in lines(out / "instruct.jsonl")]
    assert len(answers) == 2 and all("In the video, the person" in text for text in answers)
    assert not (out / "aecb.jsonl").exists()  # music is no voice
    assert not [x for x in (cries, laughs, *answers) if PERSON.search(x) or re.search(r"\d", x)]
