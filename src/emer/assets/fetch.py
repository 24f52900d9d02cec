"""Fetch assets: try each source in turn, check the hash, put the file in place in one step."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from emer.assets.catalog import Asset, AssetFile
from emer.assets.sources import SourceError, bring
from emer.assets.store import hash_file, place, root, verify
from emer.errors import AssetError

Report = Callable[[str, int, int], None]


def fetch(assets: Sequence[Asset], report: Report | None = None) -> list[Path]:
    """Fetch what is not there yet; what is there is verified.

    Args:
        assets: Which ones.
        report: Called with a label, bytes so far and bytes in all, as they come.

    Returns:
        The folder of each asset.

    Raises:
        AssetError: No source gave the right file, or the folder cannot be written.
    """
    folders = []
    for asset in assets:
        for file in asset.files:
            _fetch_file(asset, file, report or _silent)
        verify(asset)
        folders.append(root() / asset.name)
        shutil.rmtree(folders[-1] / "wheels", ignore_errors=True)
    return folders


def _silent(label: str, done: int, total: int) -> None:
    return None


def _fetch_file(asset: Asset, file: AssetFile, report: Report) -> None:
    target = place(asset, file)
    if target.is_file():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.parent / ".lock"):
            if not target.is_file():
                _from_first_source(asset, file, target, report)
    except OSError as error:
        raise AssetError(
            f"Cannot write {target}: {error.strerror or error}.",
            "Choose another folder with the environment variable EMER_ASSETS.",
        ) from error


def _from_first_source(asset: Asset, file: AssetFile, target: Path, report: Report) -> None:
    failures = []
    for source in file.sources:
        label = f"{file.name} ({asset.licence}) from {source}"
        part = target.with_name(f"{target.name}.{file.sources.index(source)}.part")
        try:
            bring(source, part, file.bytes, lambda done, total, at=label: report(at, done, total))  # type: ignore[misc]
        except SourceError as error:
            failures.append(str(error))
            continue
        found = hash_file(part)
        if found == file.sha256:
            part.replace(target)
            return
        part.unlink()
        failures.append(f"{source}: SHA-256 should be {file.sha256}, found {found}")
    raise AssetError(
        f"No source gave {file.name} of the asset {asset.name}: {'; '.join(failures)}.",
        f"Put the file at {target} by hand, or point EMER_ASSETS at a folder that has it.",
    )
