import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError

from emer.errors import AssetError
from emer.models.parts.hub import fetch_from_hub, is_hub_name


@pytest.fixture
def snapshot(monkeypatch, tmp_path):
    """Put a function in place of the download that records what it was asked for."""
    asked = {}

    def install(*names, error=None):
        def download(repo, **options):
            asked.update(repo=repo, **options)
            if error is not None:
                raise error
            for name in names:
                (tmp_path / name).touch()
            return str(tmp_path)

        monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
        return asked

    return install


@pytest.mark.parametrize(
    ("spec", "is_one"),
    [
        ("Qwen/Qwen3-4B", True),
        ("openai/clip-vit-large-patch14@32bd6428", True),
        ("TencentGameMate/chinese-hubert-large@refs/pr/1", True),
        ("gpt2", False),
        ("a/b/c", False),
        ("../models", False),
        ("/abs/path", False),
        ("https://x.org/a", False),
        ("asset:whisper-base", False),
        ("a b/c", False),
    ],
)
def test_names(spec, is_one):
    assert is_hub_name(spec) is is_one


def test_asks_for_safe_files_only(snapshot, tmp_path):
    asked = snapshot("config.json", "model.safetensors")
    assert fetch_from_hub("owner/name@abc") == tmp_path
    assert asked["repo"] == "owner/name" and asked["revision"] == "abc"
    for pattern in asked["allow_patterns"]:
        assert not pattern.endswith((".bin", ".pt", ".pth", ".ckpt", ".pkl", ".py", "*"))
    fetch_from_hub("owner/name")
    assert asked["revision"] is None


def test_refuses_pickles(snapshot):
    snapshot("config.json")
    with pytest.raises(AssetError, match=r"no weights in safetensors.*save_pretrained"):
        fetch_from_hub("owner/name")


@pytest.mark.parametrize(
    "error",
    [
        LocalEntryNotFoundError("cannot reach the hub\nlong story"),
        ConnectionError("offline"),
        huggingface_hub.errors.HTTPError("proxy"),
        huggingface_hub.errors.HFValidationError("bad name"),
    ],
)
def test_failures_have_a_hint(snapshot, error):
    snapshot(error=error)
    with pytest.raises(AssetError, match=r"owner/name@abc could not.*hf download owner/name`"):
        fetch_from_hub("owner/name@abc")


def test_offline(monkeypatch, tmp_path):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(AssetError, match="could not be fetched"):
        fetch_from_hub("owner/name")
