"""XEmoGPT as an explainer: loading with clear errors, and one clip from file to explanation."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from emer.errors import EmerError, MissingExtra, UsageError
from emer.explainers import ComposedExplainer, Explainer, loading, xemogpt
from emer.explainers.described import DescribedExplainer

NEEDED = ("face-landmarker", "yamnet", "e5-small", "sample-clip")


def fake(folder: Path, **config: object) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def test_composed_is_the_default() -> None:
    assert isinstance(loading.load(), ComposedExplainer)
    assert loading.check("composed") == "composed"


@pytest.mark.parametrize("kind", ["qwen3", None])
def test_another_model_is_refused_in_one_sentence(tmp_path: Path, kind: str | None) -> None:
    folder = fake(tmp_path / "qwen", model_type=kind)
    with pytest.raises(UsageError, match=f"no XEmoGPT model: its model_type is {kind!r}"):
        loading.load(str(folder))


def test_no_folder_and_no_config_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no model folder"):
        loading.check(str(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="no readable config"):
        loading.check(str(tmp_path))
    (tmp_path / "config.json").write_text("[1")
    with pytest.raises(UsageError, match="no readable config"):
        loading.check(str(tmp_path))


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fake(tmp_path / "tiny", model_type="xemogpt")
    monkeypatch.setattr(xemogpt, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"emer\[train\]"):
        loading.load(str(folder))


def test_the_name_is_that_of_the_folder(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    folder = fake(tmp_path / "mine", model_type="xemogpt")
    assert loading.check(f"{folder}/") == "xemogpt:mine"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("peft", reason="needs the extra train: pip install 'emer[train]'")
    from models.xemogpt.builders import tiny_model

    return tiny_model(tmp_path_factory.mktemp("tiny"))


def test_damaged_weights_are_one_sentence(tiny: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(tiny, tmp_path / "cut"))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(EmerError, match=r"cut.*(?:damaged|cannot be loaded)"):
        _ = xemogpt.XEmoGPTDescriber(folder).model


def test_an_unknown_number_type_is_refused(tiny: Path) -> None:
    with pytest.raises(UsageError, match="no number type"):
        _ = xemogpt.XEmoGPTDescriber(tiny, dtype="float33").model


def test_the_weights_are_named_by_their_hash(tiny: Path) -> None:
    explainer = xemogpt.XEmoGPTExplainer(tiny)
    (asset,) = explainer.assets
    assert asset.name == "xemogpt:model" and len(asset.sha256) == 64
    assert isinstance(explainer, Explainer) and isinstance(explainer, DescribedExplainer)
    assert asset in explainer.describe().assets


def test_a_clip_from_file_to_explanation(tiny: Path, assets: Callable[[str], Path]) -> None:
    """Random weights say nothing sensible: what counts is that it runs, repeats and is recorded."""
    from emer.clip import Clip
    from emer.explainers.verify import check

    path = [assets(name) for name in NEEDED][-1]
    measured = ComposedExplainer(speech=False)
    explainer = xemogpt.XEmoGPTExplainer(tiny, measured=measured, max_new_tokens=24)
    clip = Clip.open(path, "I can't believe it!")
    result = explainer.explain(clip)
    assert result.provenance.explainer == "xemogpt:model"
    assert explainer.assets[0] in result.provenance.assets
    assert {claim.status for claim in result.claims} <= {
        "supported", "contradicted", "unchecked",
    }  # fmt: skip
    assert result.explanation and result.cues
    findings = check(result, path, measured.instruments)
    assert findings and all(finding.same for finding in findings)


def test_sampling_and_beams_reach_the_model(tiny: Path, assets: Callable[[str], Path]) -> None:
    from emer.clip import Clip

    clip = Clip.open(assets("sample-clip"), "Well.")
    describer = xemogpt.XEmoGPTDescriber(tiny, max_new_tokens=6, num_beams=2, device="cpu")
    (text,) = describer.describe([clip])
    assert isinstance(text, str)
    assert describer.describe([clip, clip]) == [text, text]
