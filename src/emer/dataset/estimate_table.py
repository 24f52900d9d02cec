"""An estimate as lines of text for the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_HEAD = ("annotator", "calls", "settled", "tokens in", "tokens out", "cost", "minutes")


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield an estimate in words and as a table, one row an annotator.

    Args:
        found: What `emer.dataset.estimate.Estimate.as_dict` returns.
    """
    yield (
        f"About {found['calls']:,} calls with up to {found['tokens']:,} tokens for "
        f"{found['entries']:,} clips, {found['unmeasured']:,} of them not measured yet."
    )
    if found["shares"]:
        yield from _aligned([_HEAD, *(_row(share) for share in found["shares"])])
    if found["spent_tokens"]:
        spent, money = found["spent_tokens"], found["spent_money"]
        yield f"Spent by earlier runs: {spent:,} tokens, {money:,.2f}."
    for limit in found["over"]:
        yield f"Over the budget: {limit}."
    yield from found["notes"] if found["calls"] else ()


def _row(share: Mapping[str, Any]) -> tuple[str, ...]:
    counts = ("calls", "answered", "input_tokens", "output_tokens")
    minutes = share["minutes"]
    return (
        share["annotator"],
        *(f"{share[name]:,}" for name in counts),
        f"{share['money']:,.2f}",
        "-" if minutes is None else f"{minutes:,.1f}",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *cells])
