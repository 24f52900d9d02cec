"""Answers about a manifest: each clip once, resumed, broken media listed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("peft", reason="needs the extra train: pip install 'emer[train]'")

from making import write
from models.xemogpt.builders import noise_frames, tiny_model, tone
from recipes import answer as recipe


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


def run(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    """Run the script in this process; importing torch anew takes five seconds."""
    monkeypatch.setattr("sys.argv", ["answer.py", *map(str, words), "--max-new-tokens", "4"])
    return recipe.main()


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_clip_is_answered_once_and_a_killed_run_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out"
    words = (folder / "model", folder / "rows.jsonl", "--out", out)
    assert run(monkeypatch, *words) == 1
    assert "failed: d: " in capsys.readouterr().err
    answers = out / "answers.jsonl"
    whole = lines(answers)
    assert [each["id"] for each in whole] == ["a", "b", "c"]
    assert [each["id"] for each in lines(out / "references.jsonl")] == ["a", "b", "c"]
    text = answers.read_text(encoding="utf-8").splitlines(keepends=True)
    answers.write_text(text[0] + text[1][:9], encoding="utf-8")  # as a kill leaves it
    run(monkeypatch, *words)
    # A batch of two is not the batch of three; its answers are the same.
    assert lines(answers) == whole


def test_a_folder_without_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, tmp_path, tmp_path / "absent.jsonl", "--out", tmp_path / "o") == 2
    assert "answer.py: " in capsys.readouterr().err
