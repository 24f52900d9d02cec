"""Where clips come from: folders, manifests and WebDataset shards, found one after the other.

Finding reads names, sizes and rows, never a clip, so that a rerun over 100,000 clips that have
been looked at before costs about as much as listing them.
"""

from __future__ import annotations

from emer.dataset.sources.base import Found, SourceError
from emer.dataset.sources.exclude import excluded_hashes, read_names
from emer.dataset.sources.opening import open_source

__all__ = ["Found", "SourceError", "excluded_hashes", "open_source", "read_names"]
