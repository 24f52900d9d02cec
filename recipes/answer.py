"""Answers of a model about the clips of a manifest, to look at and to score.

    python recipes/answer.py MODEL ROWS --out DIR
    emer score DIR/answers.jsonl DIR/references.jsonl --metric emocue360

MODEL is a folder of `emer train instruct` or `emer convert xemogpt`; ROWS a manifest as the stages
train on. Writes `answers.jsonl`, one {"id", "text"} a clip, greedy and as they are, and the texts
of the rows as `references.jsonl`. A killed run goes on where it stopped; exit code 1 if clips
failed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.progress import track

from emer.cli.quiet import hush
from emer.errors import EmerError
from emer.training.data.findings import Survey
from emer.training.data.records import open_records
from emer.training.data.rows import Row, Rows
from emer.training.data.survey import survey
from emer.training.kept import read_kept

BATCH = 8


class Text(BaseModel):
    """One line of a result."""

    id: str
    text: str


def main() -> int:
    """Answer what is not answered yet; 1 if some clips cannot be read, 2 if nothing can be done."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("model", type=Path)
    options.add_argument("rows", type=Path)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--max-new-tokens", type=int, default=120)
    given = options.parse_args()
    hush()
    try:
        found = answer(given.model, given.rows, given.out, given.max_new_tokens)
    except KeyboardInterrupt:
        return 130
    except EmerError as error:
        print(f"answer.py: {error}", file=sys.stderr)
        return 2
    for each in found.skipped:
        print(f"failed: {each.id}: {each.reason}", file=sys.stderr)
    return 1 if found.skipped else 0


def answer(folder: Path, rows: Path, out: Path, new_tokens: int) -> Survey:
    """Write answers and references below `out`; returns which rows could be used."""
    from emer.models.xemogpt import XEmoGPTForConditionalGeneration, XEmoGPTProcessor

    records = open_records(rows)
    found = survey(records, need=[], use=("video", "audio", "subtitle"))
    clips = list(zip(Rows(records, found.usable), found.present, strict=True))
    out.mkdir(parents=True, exist_ok=True)
    texts = (Text(id=row.id, text=row.text) for row, _ in clips)
    append(out / "references.jsonl", texts, "w")
    done = {each.id for each in read_kept(out / "answers.jsonl", Text)}
    todo = [clip for clip in clips if clip[0].id not in done]
    processor = XEmoGPTProcessor.from_pretrained(folder)
    model = XEmoGPTForConditionalGeneration.from_pretrained(folder)
    starts = range(0, len(todo), BATCH)
    for start in track(starts, "Answering", console=Console(stderr=True)):
        batch = todo[start : start + BATCH]
        inputs = processor(read(processor, batch, records.root))
        ids = model.generate(**inputs, max_new_tokens=new_tokens, do_sample=False)
        said = processor.batch_decode(ids, skip_special_tokens=True)
        told = (
            Text(id=row.id, text=text.strip()) for (row, _), text in zip(batch, said, strict=True)
        )
        append(out / "answers.jsonl", told, "a")
    return found


def read(processor: Any, batch: list[tuple[Row, frozenset[str]]], root: Path) -> list[Any]:
    """Return what the model is shown of each clip."""
    from emer.models.xemogpt import ClipMedia
    from emer.training.clips import ClipReader

    reader = ClipReader(processor.config, root)
    has = {"video": processor.config.vision_config, "audio": processor.config.audio_config}
    return [
        ClipMedia(
            reader.pictures(row) if "video" in shown and has["video"] is not None else None,
            reader.sound(row) if "audio" in shown and has["audio"] is not None else None,
            row.subtitle,
        )
        for row, shown in batch
    ]


def append(path: Path, texts: Iterable[Text], mode: str) -> None:
    """Write lines, so that a kill loses at most the last batch."""
    with path.open(mode, encoding="utf-8") as file:
        file.writelines(json.dumps(each.model_dump(), ensure_ascii=False) + "\n" for each in texts)


if __name__ == "__main__":
    sys.exit(main())
