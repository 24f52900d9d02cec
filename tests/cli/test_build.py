"""`emer build`: exit codes, and what is said to whom."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from perf.build_corpus import make
from typer.testing import CliRunner

from emer.cli.main import app


def emer(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emer.cli.main", "build", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def needed(assets: Callable[[str], Path]) -> None:
    """Skip where a model is not there."""
    for name in ("minilm",):
        assets(name)


def test_the_schema_is_printed_without_a_plan() -> None:
    done = CliRunner().invoke(app, ["build", "--schema"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["properties"]["sources"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give a plan"),
        (["nowhere.yaml"], "nowhere.yaml"),
        (["plan.yaml", "--address", "auto"], "--engine ray"),
        (["plan.yaml", "--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_use_is_exit_code_2(words: list[str], said: str, tmp_path: Path) -> None:
    make(tmp_path, 1).rename(tmp_path / "plan.yaml")
    placed = [str(tmp_path / word) if word.endswith(".yaml") else word for word in words]
    done = emer(*placed)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr


def test_a_wrong_plan_names_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("name: x\nout: out\nsources:\n  - name: a\n    path: .\n    license: CC0\n")
    done = emer(str(path))
    assert done.returncode == 2
    assert "line 6" in done.stderr and "sources[0].license" in done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("needed")
def test_from_nothing_to_a_dataset_and_on_again(tmp_path: Path) -> None:
    plan = make(tmp_path, 3)
    broken = tmp_path / "clips-3" / "000" / "broken.wav"
    broken.write_bytes(b"no sound")
    first = emer(str(plan), "--jobs", "1", "--json")
    assert first.returncode == 1
    told = json.loads(first.stdout.splitlines()[0])
    assert (told["kept"], told["failed"]) == (3, 1)
    assert "failed: noise/000/broken.wav" in first.stdout + first.stderr
    assert emer(str(plan)).returncode == 2
    broken.unlink()
    second = emer(str(plan), "--resume")
    assert second.returncode == 0, second.stderr
    assert "3 records" in second.stdout + second.stderr
