"""Filters proven by planted errors: share of them caught, and share of what is good lost.

    python perf/filters.py CLIPS [--count 200] [--keep FILE] [--only KINDS]

CLIPS is a folder of clips with `clips.json`. Plants `count` errors of each kind: statements that
measurement refutes, sound of one clip under the pictures of another, coded-anew copies, reworded
descriptions, and evaluation clips among those to build from. Prints a Markdown table. With --keep,
what was measured of copies and pairs is not measured again. KINDS are claims, pairs, copies, texts
and leaks.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import planted_claims
import planted_copies
import planted_pairs
import planted_texts
from planted import Kept, Outcome, Piece, clip_files, pieces, whole

KINDS = ("claims", "pairs", "copies", "texts", "leaks")


def main() -> None:
    """Plant errors and print what became of them."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("clips", type=Path)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--keep", type=Path)
    options.add_argument("--only", default=",".join(KINDS))
    chosen = options.parse_args()
    began, kept = time.perf_counter(), Kept(chosen.keep)
    print("| planted | caught | good ones lost |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for outcome in outcomes(chosen, kept, Path(folder)):
            print(outcome.row(), flush=True)
    print(f"\n{chosen.count} of each kind, {time.perf_counter() - began:.0f} s.")


def outcomes(chosen: argparse.Namespace, kept: Kept, work: Path) -> Iterator[Outcome]:
    """Yield the outcomes of the kinds asked for."""
    files, asked = clip_files(chosen.clips), chosen.only.split(",")
    count: int = chosen.count
    clips: list[Piece] = []
    cuts: list[Piece] = []
    if "claims" in asked or ("pairs" in asked and not planted_pairs.known(kept)):
        clips, cuts = whole(files), pieces(files, work)
    if "claims" in asked:
        yield from planted_claims.outcomes([*clips, *cuts], chosen.clips, count)
    if "pairs" in asked:
        yield from planted_pairs.outcomes(clips, cuts, chosen.clips, work, count, kept)
    if "copies" in asked or "leaks" in asked:
        looks = planted_copies.looks(files, work, count, kept)
        if "copies" in asked:
            yield from planted_copies.outcomes(looks)
        if "leaks" in asked:
            yield from planted_copies.leaks(looks, count, work)
    if "texts" in asked:
        yield from planted_texts.outcomes(chosen.clips.parent, count)


if __name__ == "__main__":
    main()
