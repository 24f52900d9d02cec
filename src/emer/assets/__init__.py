"""Model weights and the sample clip: files named by SHA-256, fetched only when asked for."""

from emer.assets.catalog import CATALOG, Asset, AssetFile, find
from emer.assets.fetch import fetch
from emer.assets.store import missing, path, root, verify

__all__ = ["CATALOG", "Asset", "AssetFile", "fetch", "find", "missing", "path", "root", "verify"]
