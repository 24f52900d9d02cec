"""A model is trained on what was exported, with no step between."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset.export.folders import SPLITS, clip, entries, written

pytest.importorskip("torch")


@pytest.mark.slow
def test_instruct_trains_on_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.xemogpt.builders import tiny_model
    from training.instruct_corpus import trainer

    monkeypatch.setenv("EMER_ASSETS", str(tmp_path / "assets"))
    made = written(tmp_path / "d", entries([clip(tmp_path / "a.mkv")]), formats=["webdataset"])
    tiny_model(tmp_path)
    folder = tmp_path / "d" / "webdataset" / "instruct"
    data = dict(zip(("train", "validation"), (str(folder / each) for each in SPLITS), strict=True))
    run = trainer(tmp_path, tmp_path / "out", data=data, max_steps=1)
    done = run.run()
    assert [log for log in done["history"] if "loss" in log]
    assert len(run.train_dataset) == made.rows("instruct", "train")
