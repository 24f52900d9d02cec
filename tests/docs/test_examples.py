"""The examples of the docs run, and print what the page shows below them.

Python blocks are executed, `emer` lines are called. A block after `<!-- not run: reason -->` is
left out; the reason stands in the page for the reader.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT, Block, blocks, differs, run

PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")])

CASES = [
    pytest.param(block, id=f"{page.relative_to(ROOT)}:{number}")
    for page in PAGES
    if page.is_file()
    for number, block in blocks(page.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, assets: Callable[[str], Path]) -> Path:
    """A folder with what the examples name: clip.mp4, clip.srt, folders of clips, examples."""
    for name in ("face-landmarker", "yamnet", "whisper-base", "e5-small", "minilm"):
        assets(name)
    folder = tmp_path_factory.mktemp("examples")
    shutil.copy(assets("sample-clip"), folder / "clip.mp4")
    (folder / "clip.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nI can't believe it!\n")
    (folder / "clips").mkdir()
    shutil.copy(assets("sample-clip"), folder / "clips" / "one.mp4")
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copytree(folder / "clips", folder / "examples" / "build" / "clips", dirs_exist_ok=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("block", CASES)
def test_example(block: Block, workplace: Path) -> None:
    difference = differs(block, run(block, workplace))
    assert difference is None, f"{difference}\nwrite it anew: python -m tests.docs.blocks PAGE"


def test_there_are_examples() -> None:
    assert len(CASES) >= 4


@pytest.mark.parametrize(
    ("form", "shown", "printed", "same"),
    [
        ("text", "f1   0.436  24\n", "f1 0.4371 24\n", True),
        ("text", "f1 0.436 24\n", "f1 0.446 24\n", False),
        ("text", "scored 24\n", "scored 23\n", False),
        ("text", "a\nb\n", "a\n", False),
        ("text", "MiniLM (torch 2.13.0, float32)\n", "MiniLM (onnxruntime 1.28.0, float32)", True),
        ("text", "[+0.1, +0.2] wordy\n", "[+0.1, +0.2] careful\n", False),
        ("json", '{"f1": 0.4361, "n": [1, null]}\n', '{"f1": 0.43609, "n": [1, null]}', True),
        ("json", '{"f1": 0.4361}\n', '{"f1": 0.45}', False),
        ("json", '{"f1": 0.4361}\n', '{"recall": 0.4361}', False),
        ("json", '{"n": [1, 2]}\n', '{"n": [1]}', False),
    ],
)
def test_the_output_shown_must_be_the_one_printed(
    form: str, shown: str, printed: str, same: bool
) -> None:
    assert (differs(Block("console", "", form, shown), printed) is None) == same
