"""`emer explain --explainer DIR`: refused before any work, and a folder read in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cli.test_cli import clip, fails
from emer.cli.batch import run
from emer.cli.work import Job
from emer.clip import Clip
from emer.engines.base import Done, Lost, Step
from emer.engines.local import LocalEngine
from emer.errors import UsageError
from emer.explainers.composed import ComposedExplainer
from emer.explainers.described import DescribedExplainer
from emer.explanation import Explanation


def test_a_folder_that_is_no_model_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    words = ("explain", "no-such-clip.mp4", "--explainer", tmp_path)
    fails(2, "no XEmoGPT model", "'bert'", words=words)
    fails(2, "no model folder", words=("explain", "c.mp4", "--explainer", tmp_path / "nowhere"))


def test_the_writer_and_a_model_exclude_each_other(tmp_path: Path) -> None:
    words = ("explain", "c.mp4", "--writer", "llm", "--llm", "x.gguf", "--explainer", tmp_path)
    fails(2, "--writer llm rewords the composed text", words=words)


class Here:
    """Runs processes as threads, where what a test puts in place is seen."""

    def run(
        self, items: Iterable[tuple[str, bytes]], steps: Sequence[Step]
    ) -> Iterator[Done | Lost]:
        return LocalEngine().run(items, [replace(step, kind="calls") for step in steps])


HERE = Here()


class Told:
    """A describer that remembers how many clips it was asked about at a time."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def describe(self, clips: Sequence[Clip]) -> list[str]:
        self.sizes.append(len(clips))
        return ["The person smiles in the video." for _ in clips]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    """Put a plain describer in the place of a model that would have to be loaded."""
    told = Told()

    def loaded(speech: bool, spoken: str | None, spec: str) -> DescribedExplainer:
        return DescribedExplainer(told, "xemogpt:mine", measured=ComposedExplainer(speech=False))

    monkeypatch.setattr("emer.cli.work._explainer", loaded)
    monkeypatch.setattr("emer.explainers.loading.check", lambda spec: "xemogpt:mine")
    return told


def test_a_folder_is_read_in_batches_and_resumed(
    told: Told, assets: object, tmp_path: Path
) -> None:
    assets("face-landmarker")  # type: ignore[operator]
    clips = tmp_path / "clips"
    clips.mkdir()
    for name in ("a", "b", "c"):
        clip(clips / f"{name}.mp4", seconds=0.3)
    (clips / "damaged.mp4").write_text("no video")
    job, out = Job(explainer="mine", batch=2), tmp_path / "out.jsonl"
    outcome = run(clips, job, out, None, 1, HERE)
    assert (outcome.done, list(outcome.failed)) == (3, ["damaged.mp4"])
    assert told.sizes == [2, 1]
    lines = [Explanation.from_json(line) for line in out.read_bytes().splitlines()]
    assert [one.clip.name for one in lines] == ["a.mp4", "b.mp4", "c.mp4"]
    assert all(one.claims[0].status == "unchecked" for one in lines)
    assert run(clips, job, out, None, 1, HERE).kept == 3
    with pytest.raises(UsageError, match=r"xemogpt:mine.*composed"):
        run(clips, Job(), out, None, 1, HERE)


def test_composed_clips_are_explained_one_at_a_time() -> None:
    assert Job(batch=4).at_once == 1 and Job(explainer="mine", batch=4).at_once == 4
    assert Job().check() == "composed"


def test_paths_hold_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.gguf").touch()
    job = Job(explainer="mine", llm="model.gguf").anywhere()
    assert (job.explainer, job.llm) == (str(tmp_path / "mine"), str(tmp_path / "model.gguf"))
    assert Job(llm="model@http://127.0.0.1:8080/v1").anywhere() == Job(
        llm="model@http://127.0.0.1:8080/v1"
    )
