"""Answers of XEmoGPT in a batch against one clip at a time: parity first, then tokens a second.

    python perf/xemogpt_generate.py --size published --device cuda
    python perf/xemogpt_generate.py --size small --batch 1 4 --new-tokens 24

The reference is a faithful loop written here: one clip at a time, its prompt joined of embedded
pieces, the adapter beside the weights it changes, five beams, sampled. Both sides run in one
process on the same weights, random ones at the published sizes, and made-up clips of full length;
the end token is suppressed, so that all answers are equally long. Time is that of the clock on an
accelerator and that of the processor, over all threads, on the CPU; the least of several rounds,
in which the sides alternate.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from itertools import product
from typing import Any

import torch
from torch import Tensor
from xemogpt_setup import (
    DTYPES,
    END,
    PAD,
    SIZES,
    MadeUpClip,
    Model,
    alternated,
    build,
    cast,
    described,
    inputs_of,
    made_up,
)

SAMPLED = {"do_sample": True, "temperature": 0.3, "top_p": 0.9}
OFFICIAL_BEAMS = 5
COMPARED = 16  # new tokens whose ids are compared
# Largest difference of first logits, and of two logits that count as a tie, as a share of the
# standard deviation of logits.
CLOSE = {"fp32": 1e-3, "bf16": 0.5}
COLUMNS = (
    *("dtype", "side", "lora", "cache", "beams", "batch", "seconds", "tokens_per_second"),
    *("times_reference", "times_fp32_reference", "peak_gib"),
)


@dataclass(frozen=True)
class Way:
    """One way to answer clips.

    Attributes:
        side: "reference" or "emer".
        lora: Whether the adapter is "beside" the weights it changes or "merged" into them.
        cache: "dynamic" or "static".
        beams: Of the search.
        batch: Clips; the reference answers them one after the other.
    """

    side: str
    lora: str
    cache: str
    beams: int
    batch: int


def main(arguments: Sequence[str] | None = None) -> None:
    """Assert parity, measure, print a table or one JSON object."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--size", choices=SIZES, default="tiny")
    options.add_argument("--device", default="cpu", help="cpu or cuda")
    options.add_argument("--batch", type=int, nargs="+", default=[1, 8, 16])
    options.add_argument("--beams", type=int, nargs="+", default=[5, 1])
    options.add_argument("--dtype", nargs="+", choices=DTYPES, default=list(DTYPES))
    options.add_argument("--lora", nargs="+", choices=("beside", "merged"),
                         default=["beside", "merged"])  # fmt: skip
    options.add_argument("--cache", nargs="+", choices=("dynamic", "static"), default=["dynamic"],
                         help="transformers compiles the model for the static one on CUDA, once "
                         "for every batch size: minutes before the first token")  # fmt: skip
    options.add_argument("--new-tokens", type=int, default=128, help="756 in the official script")
    options.add_argument("--reference-clips", type=int, default=1)
    options.add_argument("--rounds", type=int, default=2, help="the first one warms up")
    options.add_argument("--threads", type=int, help="of torch on the CPU")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args(arguments)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    report = measured(chosen)
    print(json.dumps(report, indent=2) if chosen.json else table(report))


def measured(chosen: Any) -> dict[str, Any]:
    """Return what was measured; fp32 comes first, so that no weight is rounded before its turn."""
    dtypes = [name for name in DTYPES if name in chosen.dtype]
    model = build(chosen.size, chosen.device, dtypes[0])
    count = max(*chosen.batch, chosen.reference_clips)
    clips = made_up(model.config, count, device=chosen.device)
    report: dict[str, Any] = described(model, chosen.size, chosen.device)
    report |= {"new_tokens": chosen.new_tokens, "parity": {}, "rows": []}
    report["longest_prompt"] = inputs_of(model.config, clips)["input_ids"].shape[1]
    for dtype in dtypes:
        cast(model, dtype)
        report["parity"][dtype] = parity(model, clips[:2], dtype)
        report["rows"] += rows(model, clips, dtype, chosen)
    add_ratios(report["rows"])
    return report


def official_prompt(model: Model, clip: MadeUpClip) -> Tensor:
    """Return `[1, S, d]`: the embedded pieces of one prompt, joined as the official code does."""
    words = model.get_input_embeddings()
    before, between, after = (words(ids[None]) for ids in clip.texts)
    start = words(torch.tensor([[PAD]], device=clip.sound.device))
    sound, _ = model.get_audio_features(clip.sound[None])
    pictures = model.get_video_features(clip.pictures[None])
    return torch.cat([start, before, sound, between, pictures, after], dim=1)


@torch.no_grad()
def one_by_one(model: Model, clips: Sequence[MadeUpClip], **decoding: Any) -> list[Tensor]:
    """Return the answers of the reference; dropout is off, as it was not in the official code."""
    answers = []
    for clip in clips:
        prompt = official_prompt(model, clip)
        mask = torch.ones(prompt.shape[:2], dtype=torch.long, device=prompt.device)
        found = model.language_model.generate(inputs_embeds=prompt, attention_mask=mask, **decoding)
        answers.append(found[0])
    return answers


def in_batch(model: Model, clips: Sequence[MadeUpClip], **decoding: Any) -> Tensor:
    """Return the answers of emer's model to all clips at once."""
    return model.generate(**inputs_of(model.config, clips), **decoding)


def decoding(new_tokens: int, beams: int, *, sampled: bool) -> dict[str, Any]:
    """Return how to decode: as many tokens as asked for, no less."""
    how = SAMPLED if sampled else {"do_sample": False}
    length = {"min_new_tokens": new_tokens, "max_new_tokens": new_tokens}
    return how | length | {"num_beams": beams, "pad_token_id": PAD, "eos_token_id": END}


def parity(model: Model, clips: Sequence[MadeUpClip], dtype: str) -> dict[str, Any]:
    """Assert that both sides compute the same: first logits, and in fp32 greedy ids.

    Ids may part only where two words are as likely as arithmetic can tell; after that their
    prompts differ.

    Raises:
        AssertionError: They do not.
    """
    with torch.no_grad():
        singles = [
            model.language_model(inputs_embeds=official_prompt(model, clip), logits_to_keep=1)
            for clip in clips
        ]
    theirs = torch.cat([single.logits[:, -1] for single in singles]).float()
    spread = float(theirs.std())
    report: dict[str, Any] = {
        "first_logits": _distance(model, clips, theirs) / spread,
        "first_logits_merged": 0.0,
    }
    with merged(model):
        report["first_logits_merged"] = _distance(model, clips, theirs) / spread
    close = max(report.values()) < CLOSE[dtype]
    assert close, f"The first logits differ: {report}."
    how = decoding(COMPARED, 1, sampled=False)
    batch = in_batch(model, clips, **how, output_logits=True, return_dict_in_generate=True)
    alone = torch.stack(one_by_one(model, clips, **how))
    same = [_agreeing(*row) for row in zip(batch.sequences, alone, strict=True)]
    gaps = [_gap(batch.logits, row, at, alone) for row, at in enumerate(same) if at < COMPARED]
    report |= {"greedy_ids_compared": COMPARED * len(clips), "greedy_ids_agreeing": sum(same)}
    tied = all(gap < CLOSE[dtype] * spread for gap in gaps)
    assert dtype != "fp32" or tied, f"Greedy ids part by {gaps}: {report}."
    return report


@torch.no_grad()
def _distance(model: Model, clips: Sequence[MadeUpClip], theirs: Tensor) -> float:
    ours = model(**inputs_of(model.config, clips), logits_to_keep=1).logits[:, -1]
    return float((ours.float() - theirs).abs().max())


def _agreeing(ours: Tensor, theirs: Tensor) -> int:
    """Return how many ids agree from the first."""
    return int((ours == theirs).cumprod(0).sum())


def _gap(logits: Sequence[Tensor], row: int, at: int, alone: Tensor) -> float:
    """Return by how much the batch prefers its own word where the sides part."""
    here = logits[at][row]
    return float(here.max() - here[alone[row, at]])


@contextmanager
def merged(model: Model) -> Iterator[None]:
    """Add the adapter to the weights for a while."""
    model.language_model.merge_adapter()
    try:
        yield
    finally:
        model.language_model.unmerge_adapter()


def rows(
    model: Model, clips: Sequence[MadeUpClip], dtype: str, chosen: Any
) -> Iterator[dict[str, Any]]:
    """Yield what every way took."""
    for lora in ("beside", "merged"):
        here = [way for way in ways(chosen) if way.lora == lora]
        calls = {way: partial(answer, model, clips, way, chosen.new_tokens) for way in here}
        with merged(model) if lora == "merged" else nullcontext():
            found = alternated(calls, chosen.rounds, chosen.device)
        for way, (seconds, peak) in found.items():
            speed = way.batch * chosen.new_tokens / seconds
            timed = {"seconds": seconds, "tokens_per_second": speed, "peak_gib": peak}
            yield {"dtype": dtype, **asdict(way), **timed}


def ways(chosen: Any) -> list[Way]:
    """Return the reference and every way of ours that was asked for."""
    ours = product(["emer"], chosen.lora, chosen.cache, chosen.beams, chosen.batch)
    reference = Way("reference", "beside", "dynamic", OFFICIAL_BEAMS, chosen.reference_clips)
    return [reference, *(Way(*each) for each in ours)]


def answer(model: Model, clips: Sequence[MadeUpClip], way: Way, new_tokens: int) -> None:
    """Answer as many clips as the way takes, once."""
    torch.manual_seed(0)
    how = decoding(new_tokens, way.beams, sampled=True)
    if way.side == "reference":
        one_by_one(model, clips[: way.batch], **how)
    elif way.cache == "static":
        in_batch(model, clips[: way.batch], **how, cache_implementation="static")
    else:
        in_batch(model, clips[: way.batch], **how)


def add_ratios(found: list[dict[str, Any]]) -> None:
    """Add how many times the reference's tokens a second every row has."""
    reference = {row["dtype"]: row["tokens_per_second"] for row in found
                 if row["side"] == "reference"}  # fmt: skip
    for row in found:
        speed = row["tokens_per_second"]
        row["times_reference"] = speed / reference[row["dtype"]]
        if "fp32" in reference:
            row["times_fp32_reference"] = speed / reference["fp32"]


def table(report: dict[str, Any]) -> str:
    """Return the report as one line of facts and a table."""
    facts = {name: value for name, value in report.items() if name != "rows"}
    lines = [json.dumps(facts), "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    for row in report["rows"]:
        cells = (row.get(name) for name in COLUMNS)
        texts = (f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in cells)
        lines.append("| " + " | ".join(texts) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
