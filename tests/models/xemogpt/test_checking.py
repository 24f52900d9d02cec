"""The check of a converted model finds what differs, and only that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from emer.errors import AssetError
from emer.models.xemogpt.checking import check


def test_the_toy_checkpoint_agrees(golden: Any, converted: Path) -> None:
    found = check(converted, golden.folder, clip=golden.clip, sound=golden.sound)
    assert {d.name for d in found} == {"frame_indices", *golden.tensors}
    assert all(d.same for d in found)


def test_a_value_that_differs_is_told(golden: Any, converted: Path, tmp_path: Path) -> None:
    wrong = dict(golden.tensors)
    wrong["visual_tokens"] = wrong["visual_tokens"] + 0.01
    wrong["greedy_ids"] = wrong["greedy_ids"].roll(1)
    wrong["audio_tokens"] = wrong["audio_tokens"][:5]
    save_file({k: v.contiguous() for k, v in wrong.items()}, tmp_path / "expected.safetensors")
    (tmp_path / "expected.json").write_text(json.dumps(golden.facts))
    found = {d.name: d for d in check(converted, tmp_path)}
    assert {n for n, d in found.items() if not d.same} == {
        "visual_tokens",
        "greedy_ids",
        "audio_tokens",
    }
    assert found["visual_tokens"].largest == pytest.approx(0.01, abs=1e-4)
    assert found["audio_tokens"].largest == float("inf")


def test_recorded_values_that_cannot_be_read(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "expected.json").write_text("{")
    with pytest.raises(AssetError, match="no recorded values"):
        check(model_folder, tmp_path)
    assert torch.is_grad_enabled()
