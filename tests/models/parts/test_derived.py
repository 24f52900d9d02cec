import pytest

from emer.errors import AssetError
from emer.models.parts.derived import kept_folder


class Builder:
    """Writes two files and counts how often."""

    def __init__(self):
        self.calls = 0

    def __call__(self, folder):
        self.calls += 1
        (folder / "config.json").write_text("{}")
        (folder / "model.safetensors").write_bytes(b"weights")


def test_built_once(tmp_path):
    build = Builder()
    first = kept_folder("part-1", build, tmp_path)
    assert kept_folder("part-1", build, tmp_path) == first == tmp_path / "part-1"
    assert build.calls == 1
    kept_folder("part-2", build, tmp_path)
    assert build.calls == 2


def test_in_the_asset_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_ASSETS", str(tmp_path))
    assert kept_folder("part", Builder()) == tmp_path / "compiled" / "part"


@pytest.mark.parametrize("name", ["model.safetensors", "emer-files.json"])
@pytest.mark.parametrize("how", ["change", "remove", "add"])
def test_damage_is_mended(tmp_path, name, how):
    build = Builder()
    folder = kept_folder("part", build, tmp_path)
    if how == "change":
        (folder / name).write_bytes(b"other!!")
    elif how == "remove":
        (folder / name).unlink()
    else:
        (folder / "extra.bin").touch()
    kept_folder("part", build, tmp_path)
    assert build.calls == 2
    assert (folder / "model.safetensors").read_bytes() == b"weights"
    assert not (folder / "extra.bin").exists()


def test_a_failed_build_leaves_nothing(tmp_path):
    def fail(folder):
        (folder / "half").touch()
        raise AssetError("the asset is damaged")

    with pytest.raises(AssetError, match="the asset is damaged"):
        kept_folder("part", fail, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["part.lock"]


def test_a_full_disk_is_told(tmp_path):
    def fail(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(AssetError, match=r"part: No space left on device.*EMER_ASSETS"):
        kept_folder("part", fail, tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AssetError, match="Cannot write"):
        kept_folder("part", Builder(), tmp_path / "file")
