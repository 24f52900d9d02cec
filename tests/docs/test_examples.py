"""The examples of the docs run: Python blocks are executed, `emer` lines are called.

A block after `<!-- not run: reason -->` is left out; the reason stands in the page for the reader.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(
    r"(?P<skip><!-- not run: .+? -->\n+)?```(?P<kind>python|console)\n(?P<body>.*?)```", re.S
)

CASES = [
    pytest.param(match["kind"], match["body"], id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    if page.is_file()
    for number, match in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8")), start=1)
    if not match["skip"]
]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, assets: Callable[[str], Path]) -> Path:
    """A folder with what the examples name: clip.mp4, clip.srt and a folder of clips."""
    for name in ("face-landmarker", "yamnet", "whisper-base", "e5-small"):
        assets(name)
    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(assets("sample-clip"), folder / "clip.mp4")
    (folder / "clip.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nI can't believe it!\n")
    (folder / "clips").mkdir()
    shutil.copy(assets("sample-clip"), folder / "clips" / "one.mp4")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "body"), CASES)
def test_example(kind: str, body: str, workplace: Path) -> None:
    if kind == "python":
        run([sys.executable, "-c", body], workplace)
        return
    lines = body.replace("\\\n", " ").splitlines()
    for line in lines:
        words = shlex.split(line.removeprefix("$ "), comments=True)
        if words[:1] == ["emer"]:
            run([sys.executable, "-m", "emer.cli.main", *words[1:]], workplace)


def run(command: list[str], folder: Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_there_are_examples() -> None:
    assert len(CASES) >= 4
