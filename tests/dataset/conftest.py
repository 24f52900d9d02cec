"""What tests of whole builds need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def needed(assets: Callable[[str], Path]) -> None:
    """Skip where a model is not there."""
    for name in ("minilm",):
        assets(name)
