"""Answers about a manifest: each clip once, resumed, broken media listed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("peft", reason="needs the extra train: pip install 'emer[train]'")

from making import write
from models.xemogpt.builders import noise_frames, tiny_model, tone

SCRIPT = Path(__file__).parents[2] / "recipes" / "answer.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model and a manifest: a clip with all, one with sound alone, words, a broken one."""
    place = tmp_path_factory.mktemp("answer")
    tiny_model(place)
    write(place / "a.mkv", noise_frames(10, 5, side=64), tone(1.0))
    (place / "broken.mp4").write_bytes(b"nothing")
    rows = [
        {"id": "a", "video": "a.mkv", "text": "In the audio, the voice is loud."},
        {"id": "b", "audio": "a.mkv", "subtitle": "Hello.", "text": "The voice is quiet."},
        {"id": "c", "subtitle": "Only words.", "text": "The speaker appears calm."},
        {"id": "d", "video": "broken.mp4", "text": "Nobody knows."},
    ]
    (place / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return place


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), str(folder / "model"), str(folder / "rows.jsonl")]
    command += ["--out", str(folder / "out"), "--max-new-tokens", "4", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_clip_is_answered_once_and_a_killed_run_goes_on(folder: Path) -> None:
    first = run(folder)
    assert first.returncode == 1, first.stderr
    assert "failed: d: " in first.stderr
    answers = folder / "out" / "answers.jsonl"
    whole = lines(answers)
    assert [each["id"] for each in whole] == ["a", "b", "c"]
    assert [each["id"] for each in lines(folder / "out" / "references.jsonl")] == ["a", "b", "c"]
    text = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text(text[0] + text[1][:9], encoding="utf-8")  # as a kill leaves it
    run(folder)
    assert lines(answers) == whole


def test_a_folder_without_a_model(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), str(tmp_path), str(folder / "absent.jsonl")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "o")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "answer.py: " in done.stderr
    assert "Traceback" not in done.stderr
