"""Shared fixtures: assets, the development data where it is present, and synthetic media."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from emer import assets as asset_store
from emer.errors import AssetError


@pytest.fixture(scope="session")
def assets() -> Callable[[str], Path]:
    """Return a function from asset name to verified path; skips where it was not fetched."""

    def get(name: str) -> Path:
        try:
            return asset_store.path(name)
        except AssetError as error:
            if asset_store.missing(asset_store.find(name)):
                pytest.skip(str(error))
            raise

    return get


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of development data, which is not part of the repository."""
    folder = Path(os.environ.get("EMER_SHARED", Path(__file__).parents[2] / "shared"))
    if not (folder / "data" / "clips" / "clips.json").is_file():
        pytest.skip("the development data is not here (set EMER_SHARED to its folder)")
    return folder
