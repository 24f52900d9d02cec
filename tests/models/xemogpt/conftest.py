"""Tiny models, built once a session; the authors' recorded values, where they are present."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("peft", reason="needs the extra train: pip install 'emer[train]'")

from models.xemogpt import builders


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a tiny clip, hubert and llm folder."""
    folder = tmp_path_factory.mktemp("parts")
    builders.tiny_clip(folder / "clip")
    builders.tiny_hubert(folder / "hubert")
    builders.tiny_llm(folder / "llm")
    return folder


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny XEmoGPT; not to be written to."""
    return builders.tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def model(model_folder: Path) -> Any:
    """Return the tiny model, anew for every test."""
    from emer.models.xemogpt import XEmoGPTForConditionalGeneration

    return XEmoGPTForConditionalGeneration.from_pretrained(model_folder)


@pytest.fixture
def processor(model_folder: Path) -> Any:
    """Return its processor."""
    from emer.models.xemogpt import XEmoGPTProcessor

    return XEmoGPTProcessor.from_pretrained(model_folder)


@dataclass(frozen=True)
class Golden:
    """What the authors' code computed, and from what."""

    folder: Path
    clip: Path
    sound: Path
    tensors: dict[str, Any]
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def golden(shared: Path) -> Golden:
    """Return the recorded values of the toy checkpoint."""
    from safetensors.torch import load_file

    folder = shared / "golden" / "xemogpt_tiny"
    if not folder.is_dir():
        pytest.skip("the recorded values of the authors' code are not here")
    clips = shared / "data" / "clips"
    return Golden(
        folder,
        clips / "sample_00000007.mp4",
        clips / "sample_00000007.wav",
        load_file(folder / "expected.safetensors"),
        json.loads((folder / "expected.json").read_text(encoding="utf-8")),
    )


@pytest.fixture(scope="session")
def converted(golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the toy checkpoint as a model of ours."""
    from emer.models.xemogpt.conversion import convert

    out = tmp_path_factory.mktemp("converted")
    convert(
        golden.folder / "official.ckpt",
        vision=golden.folder / "clip",
        audio=golden.folder / "hubert",
        llm=golden.folder / "llm",
        out=out,
    )
    return out
