"""Reports: an explanation as text, page, table or annotation file.

>>> from emer.report import KINDS
>>> KINDS
('json', 'md', 'html', 'eaf', 'TextGrid', 'vtt', 'csv')
"""

from __future__ import annotations

from emer.report.console import terminal
from emer.report.output import KINDS, render, write

__all__ = ["KINDS", "render", "terminal", "write"]
