"""The table of votes as Markdown; write it into the page with: python -m tests.docs.votes_table"""

from __future__ import annotations

from pathlib import Path

from emer.emotions.votes import VOTES

PAGE = Path(__file__).parents[2] / "docs" / "emotions.md"
START, END = "<!-- votes -->", "<!-- /votes -->"


def table() -> str:
    """Return one row a kind: what it speaks for, against, its finer label, its source."""
    rows = ["| kind | speaks for | speaks against | label | source |", "|---|---|---|---|---|"]
    for kind, votes in VOTES.items():
        speaks_for = ", ".join(f"{n} {w:+.2g}" for n, w in votes.weights.items() if w > 0)
        against = ", ".join(f"{n} {w:+.2g}" for n, w in votes.weights.items() if w < 0)
        rows.append(f"| {kind} | {speaks_for} | {against} | {votes.label or ''} | {votes.source} |")
    return "\n".join(rows)


def with_table(page: str) -> str:
    """Return the page with its table written anew."""
    before, rest = page.split(START)
    return f"{before}{START}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
