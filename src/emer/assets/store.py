"""Where assets lie on disk, and whether they are what they should be."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path

from emer.assets.catalog import Asset, AssetFile, find
from emer.errors import AssetError

STAMPS = ".verified.json"


def root() -> Path:
    """Return the asset folder: `EMER_ASSETS`, or the user's cache folder."""
    chosen = os.environ.get("EMER_ASSETS")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "emer"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "emer"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "emer"


def place(asset: Asset, file: AssetFile) -> Path:
    """Return where a file of an asset belongs, whether or not it is there."""
    return root() / asset.name / file.name


def path(name: str) -> Path:
    """Return a verified asset: its file, or its folder if it has several.

    The hash is computed once for each version of the file on disk (size and modification time).

    Raises:
        AssetError: Unknown name, not fetched yet, or not the file expected.
    """
    asset = find(name)
    for file in asset.files:
        _check(asset, file)
    first = place(asset, asset.files[0])
    return first if len(asset.files) == 1 else first.parent


def missing(asset: Asset) -> list[AssetFile]:
    """Return the files of an asset that are not on disk (hashes are not looked at)."""
    return [file for file in asset.files if not place(asset, file).is_file()]


def verify(asset: Asset) -> None:
    """Hash every file of an asset anew.

    Raises:
        AssetError: A file is absent, or its hash is another; names file, expected and found.
    """
    for file in asset.files:
        _forget(place(asset, file))
        _check(asset, file)


def hash_file(target: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits."""
    with target.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def wrong_hash(target: Path, expected: str, found: str) -> AssetError:
    """Return the error for a file that is not the one expected."""
    return AssetError(
        f"{target} is not the file expected: SHA-256 should be {expected}, found {found}.",
        "Delete it and fetch it again with: emer assets get",
    )


def _check(asset: Asset, file: AssetFile) -> None:
    target = place(asset, file)
    if not target.is_file():
        raise AssetError(
            f"The asset {asset.name} is not on this machine (looked for {target}).",
            f"Fetch it ({asset.bytes / 1e6:.0f} MB, {asset.licence}) with: "
            f"emer assets get {asset.name}",
        )
    if _stamps(target).get(target.name) == _stamp(target, file.sha256):
        return
    found = hash_file(target)
    if found != file.sha256:
        raise wrong_hash(target, file.sha256, found)
    _remember(target, file.sha256)


def _stamp(target: Path, sha256: str) -> list[str | int]:
    status = target.stat()
    return [sha256, status.st_size, status.st_mtime_ns]


def _stamps(target: Path) -> dict[str, list[str | int]]:
    try:
        found = json.loads((target.parent / STAMPS).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(target: Path, sha256: str) -> None:
    _write_stamps(target, {**_stamps(target), target.name: _stamp(target, sha256)})


def _forget(target: Path) -> None:
    stamps = _stamps(target)
    if stamps.pop(target.name, None):
        _write_stamps(target, stamps)


def _write_stamps(target: Path, stamps: dict[str, list[str | int]]) -> None:
    scratch = target.parent / f"{STAMPS}.{os.getpid()}"
    try:
        scratch.write_text(json.dumps(stamps))
        scratch.replace(target.parent / STAMPS)
    except OSError:
        # A read-only asset folder is fine: the hash is then computed each time.
        scratch.unlink(missing_ok=True)
