from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from e5_writer import draft
from emer.errors import OutputError
from emer.instruments.sentences import SentenceEncoder
from emer.instruments.text_emotion import GOEMOTIONS_LABELS, PACKAGED_HEAD, TextEmotion
from emer.training.text_data import read_comments
from emer.training.text_head import CARD_NAME, HEAD_NAME, Settings, main, train
from emer.training.text_scores import score

JOY, SADNESS, NEUTRAL = (GOEMOTIONS_LABELS.index(x) for x in ("joy", "sadness", "neutral"))
WORDS = {JOY: "happy day", SADNESS: "sad", NEUTRAL: "abc"}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Comments whose label is told by one word, and a small random encoder."""
    random = np.random.default_rng(3)
    found = {"encoder": draft().write(tmp_path / "small.bin")}
    for name, count in (("train", 300), ("dev", 90)):
        lines = []
        for index in range(count):
            label = (JOY, SADNESS, NEUTRAL)[index % 3]
            noise = "".join(random.choice(list("abc?! "), size=6))
            lines.append(f"{noise} {WORDS[label]} {noise}\t{label}\tid{index}\n")
        found[name] = tmp_path / f"{name}.tsv"
        found[name].write_text("".join(lines), encoding="utf-8")
    probe = {
        "note": "remark",
        "probe": {"joy": ["ab?cb happy day b!ca"], "sadness": ["b ca! sad cb?a"]},
    }
    found["probe"] = tmp_path / "probe.json"
    found["probe"].write_text(json.dumps(probe), encoding="utf-8")
    return found


def run(files: dict[str, Path], out: Path) -> float:
    report = train(
        files["train"],
        files["dev"],
        files["encoder"],
        out,
        cache=out / "cache",
        probe_file=files["probe"],
        settings=Settings(penalty=0.001, iterations=60, folds=3, chinese_layers=1, subset=30),
    )
    assert report.sizes == (300, 90, 30)
    assert report.probes[0].top1 == 1.0
    assert np.mean([report.dev.f1[label] for label in WORDS]) > 0.95
    return report.dev.macro_f1


def test_learns_writes_and_reads_back(files: dict[str, Path], tmp_path: Path) -> None:
    macro = run(files, tmp_path / "out")
    model = TextEmotion(SentenceEncoder(files["encoder"]), tmp_path / "out" / HEAD_NAME)
    dev = read_comments(files["dev"])
    predicted = model.predict(dev.texts)
    again = score(predicted.probabilities, dev.targets, predicted.thresholds)
    assert again.macro_f1 == pytest.approx(macro, abs=0.01)
    likeliest = predicted.probabilities.argmax(axis=1)
    assert (likeliest == dev.targets.argmax(axis=1)).mean() > 0.95
    card = (tmp_path / "out" / CARD_NAME).read_text(encoding="utf-8")
    assert f"| 90 | {macro:.3f} |" in card
    assert "| probe | 2 | 1.00 | 1.00 | joy 1.0, sadness 1.0 |" in card


def test_two_runs_give_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(files, tmp_path / name)
    for name in (HEAD_NAME, CARD_NAME):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_out_that_is_a_file_is_named(files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(OutputError, match="taken"):
        train(
            files["train"],
            files["dev"],
            files["encoder"],
            tmp_path / "taken",
            cache=tmp_path / "cache",
            settings=Settings(iterations=2, folds=2, chinese_layers=1),
        )


def test_the_command_line_says_what_is_wrong(
    files: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone.tsv")
    status = main(
        ["--train", gone, "--dev", gone, "--encoder", str(files["encoder"]), "--out", str(tmp_path)]
    )
    assert status == 1
    assert "gone.tsv" in capsys.readouterr().err.replace("\n", "")


@pytest.mark.slow
def test_the_figures_of_the_card_come_out_again(
    assets: Callable[[str], Path], shared: Path
) -> None:
    """The first 800 development comments, by the packaged head."""
    card = PACKAGED_HEAD.with_suffix(".md").read_text(encoding="utf-8")
    row = re.search(r"^\| 800 \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", card, re.MULTILINE)
    assert row is not None
    dev = read_comments(shared / "data" / "goemotions" / "dev.tsv")
    found = TextEmotion(SentenceEncoder(assets("e5-small"))).predict(dev.texts[:800])
    again = score(found.probabilities, dev.targets[:800], found.thresholds)
    macro, micro, error = (float(value) for value in row.groups())
    assert again.macro_f1 == pytest.approx(macro, abs=0.01)
    assert again.micro_f1 == pytest.approx(micro, abs=0.005)
    assert again.ece == pytest.approx(error, abs=0.001)
