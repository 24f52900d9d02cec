"""The tables of columns in docs/emocue.md; `python -m tests.dataset.export.columns_page` writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emer.dataset.export.columns import CUES, Column, rows_to_train

PAGE = Path(__file__).parents[3] / "docs" / "emocue.md"


def table(columns: Sequence[Column]) -> str:
    """Return columns and the fields within them as a Markdown table."""
    lines = ["| column | type | holds |", "|---|---|---|"]
    lines += [
        f"| `{path}` | {kind(column)} | {column.about.replace('|', chr(92) + '|')} |"
        for each in columns
        for path, column in each.paths()
    ]
    return "\n".join(lines)


def kind(column: Column) -> str:
    """Return the type of a column in words."""
    single = "structure" if isinstance(column.kind, tuple) else column.kind
    return f"list of {single}" if column.many else single


def with_tables(page: str) -> str:
    """Return the page with its tables as the code has them."""
    for name, columns in (("cues", CUES), ("rows", rows_to_train(()))):
        begin, end = f"<!-- columns: {name} -->\n", "\n<!-- end -->"
        head, _, rest = page.partition(begin)
        page = head + begin + table(columns) + end + rest.partition(end)[2]
    return page


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
