"""The finished dataset as a folder: tables, media, card and record of what was written."""

from emer.dataset.export.write import write
from emer.dataset.export.written import File, Written

__all__ = ["File", "Written", "write"]
