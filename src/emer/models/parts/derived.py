"""Model folders made from assets: built once, kept in the asset folder, checked when used."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from safetensors import SafetensorError

from emer.assets import store
from emer.errors import AssetError

_HASHES = "emer-files.json"


def kept_folder(key: str, build: Callable[[Path], None], base: Path | None = None) -> Path:
    """Return the folder kept under a key, or build and keep it.

    The folder appears in one step, complete, with the SHA-256 of each file beside them; one that
    was damaged since is built again.

    Args:
        key: Name of the folder; whatever changes its content must change it.
        build: Writes the files into the folder given, which exists and is empty.
        base: Folder to keep it in; `compiled` in the asset folder if None.

    Returns:
        The folder.

    Raises:
        AssetError: It cannot be written.
    """
    folder = (store.root() / "compiled" if base is None else base) / key
    if _intact(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(f"{key}.lock")):
            if not _intact(folder):
                _build(folder, build)
    except (OSError, SafetensorError) as error:
        raise AssetError(
            f"Cannot write {folder}: {getattr(error, 'strerror', None) or error}.",
            "Choose another folder with the environment variable EMER_ASSETS.",
        ) from error
    return folder


def _build(folder: Path, build: Callable[[Path], None]) -> None:
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        build(beside)
        (beside / _HASHES).write_text(json.dumps(_hashes(beside), indent=1), encoding="utf-8")
        beside.chmod(0o755)  # mkdtemp makes folders that only their owner can enter
        shutil.rmtree(folder, ignore_errors=True)
        beside.replace(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _intact(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / _HASHES).read_text(encoding="utf-8")) == _hashes(folder))
    except (OSError, ValueError):
        # Absent or damaged: it is built again.
        return False


def _hashes(folder: Path) -> dict[str, str]:
    names = sorted(path.name for path in folder.iterdir() if path.name != _HASHES)
    return {name: store.hash_file(folder / name) for name in names}
