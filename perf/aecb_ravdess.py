"""What the Audio Emotional Cue Bridge buys on RAVDESS: trained, random, and none.

    python recipes/ravdess.py DOWNLOAD --out ROWS
    python perf/aecb_ravdess.py --rows ROWS --out OUT [--seeds 3]

Stage 2 (`emer train aecb`) on captions of actors 01-12; actors 13-15 choose the checkpoint and the
penalty of the probe; actors 16-18 are looked at once, by the chosen checkpoints. Writes
`results.json`, `results.md` and `curves.png` into OUT, where finished runs are found again.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch

from emer.models.xemogpt.assembly import Encoders
from emer.training.aecb import AECBConfig, AECBTrainer, AudioContrast
from emer.training.caption_encoders import load_caption_encoder
from emer.training.config import from_mapping
from emer.training.losses.contrastive import ContrastiveLoss
from emer.training.probe import linear_probe
from emer.training.retrieval import BothWays, retrieve_both_ways
from emer.training.sampling import Place
from emer.training.splits import open_splits
from emer.training.stage_data import Captioned, SoundMedia

COMMON: dict[str, Any] = {
    "audio": "asset:whisper-base",
    "audio_downsampling": 4,
    "captions": "asset:minilm",
    "embedding_size": 256,
    "bridge_layers": 1,
    "bridge_feed_forward": 512,
    "bridge_dropout": 0.2,
    "token_dropout": 0.3,
    "batch_size": 64,
    "max_steps": 200,
    "evaluate_every": 20,
    "save_every": 200,
    "log_every": 10,
    "warmup": 0.1,
    "keep": 1,
    "device": "cpu",
    "report_to": [],
}
VARIANTS: dict[str, dict[str, Any]] = {
    "trained": {
        "bridge": "trained",
        "learning_rate": 1e-3,
        "bridge_learning_rate": 1e-4,
        "quiet_start": True,
        "bridge_dropout": 0.3,
    },
    "plain": {"bridge": "trained", "learning_rate": 5e-4},
    "none": {"bridge": "none", "learning_rate": 1e-3},
    "random": {"bridge": "random", "learning_rate": 1e-3},
}
NAMES = {
    "trained": "trained bridge",
    "plain": "trained bridge, ordinary start, one rate",
    "none": "mean pooling alone",
    "random": "random bridge",
}
PENALTIES = (0.01, 0.03, 0.1, 0.3, 1.0)
VALIDATION = ("13", "14", "15")
Run = dict[str, Any]


def main() -> None:
    """Train what is not trained yet, score, and write the results."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=Path, required=True, help="what recipes/ravdess.py wrote")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    options.add_argument("--threads", type=int, default=1)
    options.add_argument(
        "--refit",
        action="store_true",
        help="then train on actors 01-15 for as many steps as 13-15 chose, and score that",
    )
    given = options.parse_args()
    torch.set_num_threads(given.threads)
    runs = [(variant, seed) for seed in range(given.seeds) for variant in given.variants]
    for variant, seed in runs:
        train(settings(variant, seed, given.rows, given.out))
        if given.refit:
            train(refitted(variant, seed, given.rows, given.out))
    chosen = refitted if given.refit else settings
    found = [
        score(variant, seed, chosen(variant, seed, given.rows, given.out), given.rows)
        for variant, seed in sorted(runs, key=lambda run: given.variants.index(run[0]))
    ]
    reference = told(given.rows)
    results = {"runs": found, "told": reference}
    (given.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    table = as_table(found, reference)
    (given.out / "results.md").write_text(table + "\n")
    draw(found, given.out / "curves.png")
    print(table)


def settings(variant: str, seed: int, rows: Path, out: Path) -> dict[str, Any]:
    """Return the settings of one run."""
    return {
        **COMMON,
        **VARIANTS[variant],
        "seed": seed,
        "output": str(out / f"{variant}-{seed}"),
        "data": {name: str(rows / f"{name}.jsonl") for name in ("train", "validation")},
        "cache": str(out / "features"),
    }


def refitted(variant: str, seed: int, rows: Path, out: Path) -> dict[str, Any]:
    """Return the settings of a run on actors 01-15, as long as its finished twin was best after."""
    values = settings(variant, seed, rows, out)
    twin = json.loads((Path(values["output"]) / "training.json").read_text())
    changed = {
        "output": f"{values['output']}-all",
        "data": {"train": str(rows / "train_all.jsonl")},
        "max_steps": twin["best"]["step"],
    }
    return values | changed


def train(values: dict[str, Any]) -> None:
    """Train one run, unless it is finished."""
    folder = Path(values["output"])
    if (folder / "seconds.json").exists():
        return
    trainer = AECBTrainer.from_config(from_mapping(AECBConfig, values))
    wall, cpu = time.perf_counter(), time.process_time()
    trainer.run(resume=(folder / "checkpoint-20").exists())
    seconds = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    (folder / "seconds.json").write_text(json.dumps(seconds))


def score(variant: str, seed: int, values: dict[str, Any], rows: Path) -> Run:
    """Return retrieval and probe of a finished run on actors 16-18, and its history."""
    folder = Path(values["output"])
    values = values | {
        "data": {"train": str(rows / "train_all.jsonl"), "validation": str(rows / "test.jsonl")}
    }
    splits = open_splits(from_mapping(AECBConfig, values), need=["audio"])
    parts = Encoders.load(folder)
    captions = load_caption_encoder(values["captions"])
    seen, unseen = (
        Captioned(splits[name], SoundMedia(parts), captions, values["cache"])
        for name in ("train", "validation")
    )
    objective = AudioContrast(parts, ContrastiveLoss()).eval()
    pooled_seen, _, _ = embed(objective, seen)
    pooled, clips, texts = embed(objective, unseen)
    record = json.loads((folder / "training.json").read_text())
    return {
        "variant": variant,
        "seed": seed,
        "step": record["best"]["step"] if record["best"] else record["steps"],
        "validation_recall": record["best"]["value"] if record["best"] else None,
        "retrieval": described(retrieve_both_ways(clips, texts, unseen.texts)),
        "probe": probe(pooled_seen, seen, pooled, unseen),
        "seconds": json.loads((folder / "seconds.json").read_text()),
        "history": [log for log in record["history"] if "loss" in log or "eval_recall" in log],
    }


def embed(objective: AudioContrast, rows: Captioned) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return pooled bridge output, clip and caption embeddings of all rows."""
    of_clips, of_captions = objective.projections()
    found: list[tuple[torch.Tensor, ...]] = []
    with torch.no_grad():
        for start in range(0, len(rows), 60):
            places = range(start, min(start + 60, len(rows)))
            batch = rows.collate([rows[Place(0, place)] for place in places])
            texts = of_captions(batch.pop("captions"))
            del batch["keys"]
            pooled = objective.pooled(**batch)
            found.append((pooled, of_clips(pooled), texts))
    pooled, clips, texts = (torch.cat(each).numpy() for each in zip(*found, strict=True))
    return pooled, clips, texts


def probe(
    seen: np.ndarray, rows: Captioned, unseen: np.ndarray, other: Captioned
) -> dict[str, float]:
    """Fit emotions of actors 01-15, score 16-18; actors 13-15 choose the penalty beforehand."""
    labels = np.array([each["emotion"] for each in rows.labels])
    held = np.array([each["actor"] in VALIDATION for each in rows.labels])
    scores = {
        penalty: linear_probe(
            seen[~held], labels[~held], seen[held], labels[held], penalty=penalty
        ).accuracy
        for penalty in PENALTIES
    }
    chosen = max(PENALTIES, key=lambda penalty: scores[penalty])
    wanted = [each["emotion"] for each in other.labels]
    found = linear_probe(seen, labels.tolist(), unseen, wanted, penalty=chosen)
    return {
        "accuracy": found.accuracy,
        "macro_f1": found.macro_f1,
        "chance": found.chance,
        "penalty": chosen,
        "validation_accuracy": scores[chosen],
    }


def described(found: BothWays) -> dict[str, float]:
    """Return recalls, what chance gives, and median ranks."""
    ways = {"text_to_audio": found.text_to_media, "audio_to_text": found.media_to_text}
    chances = {f"{way}_chance_at_{k}": v for way, r in ways.items() for k, v in r.chance.items()}
    return found.flat("audio") | chances


def told(rows: Path) -> dict[str, float]:
    """Return retrieval by who is told the acted emotion and intensity of a clip, and no more.

    A clip's vector is the mean caption vector of its emotion and intensity among actors 01-15.
    """
    known, asked = (
        [json.loads(line) for line in (rows / f"{name}.jsonl").read_text().splitlines()]
        for name in ("train_all", "test")
    )
    encoder = load_caption_encoder(COMMON["captions"])
    vectors, texts = (encoder.encode([row["text"] for row in part]) for part in (known, asked))
    kinds, wanted = (
        [(row["labels"]["emotion"], row["labels"]["intensity"]) for row in part]
        for part in (known, asked)
    )
    means = {kind: vectors[[each == kind for each in kinds]].mean(axis=0) for kind in set(kinds)}
    clips = np.stack([means[kind] for kind in wanted])
    return described(retrieve_both_ways(clips, texts, [row["text"] for row in asked]))


COLUMNS = {
    "text to speech @1": ("retrieval", "text_to_audio_recall_at_1"),
    "@5": ("retrieval", "text_to_audio_recall_at_5"),
    "speech to text @1": ("retrieval", "audio_to_text_recall_at_1"),
    "@5 ": ("retrieval", "audio_to_text_recall_at_5"),
    "probe accuracy": ("probe", "accuracy"),
    "probe macro F1": ("probe", "macro_f1"),
}


def as_table(found: Sequence[Run], reference: dict[str, float]) -> str:
    """Return means and ranges over seeds as Markdown, in per cent."""
    lines = [f"| | {' | '.join(COLUMNS)} |", "|---|" + "---|" * len(COLUMNS)]
    for variant in dict.fromkeys(run["variant"] for run in found):
        runs = [run for run in found if run["variant"] == variant]
        cells = [spread([run[kind][name] for run in runs]) for kind, name in COLUMNS.values()]
        lines.append(f"| {NAMES[variant]} | {' | '.join(cells)} |")
    recalls = [name for kind, name in COLUMNS.values() if kind == "retrieval"]
    cells = [f"{100 * reference[name]:.1f}" for name in recalls]
    lines.append(f"| told emotion and intensity | {' | '.join(cells)} | | |")
    chances = [reference[name.replace("recall", "chance")] for name in recalls]
    cells = [f"{100 * value:.1f}" for value in [*chances, found[0]["probe"]["chance"]]]
    return "\n".join([*lines, f"| chance | {' | '.join(cells)} | |"])


def spread(values: Sequence[float]) -> str:
    """Return "mean (least-most)" in per cent."""
    percent = [100 * value for value in values]
    mean, least, most = statistics.mean(percent), min(percent), max(percent)
    return f"{mean:.1f} ({least:.1f}-{most:.1f})"


def draw(found: Sequence[Run], path: Path) -> None:
    """Draw training loss, validation loss and validation recall of every run."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 3, figsize=(12, 3.4), layout="constrained")
    panels = (
        ("loss", "training loss"),
        ("eval_loss", "validation loss (180 clips as one batch)"),
        ("eval_recall", "validation recall, mean of @1 and @5 both ways"),
    )
    colours = dict(zip(NAMES, ("tab:blue", "tab:cyan", "tab:orange", "tab:green"), strict=True))
    for axis, (name, title) in zip(axes, panels, strict=True):
        for run in found:
            points = [(log["step"], log[name]) for log in run["history"] if name in log]
            label = NAMES[run["variant"]] if run["seed"] == 0 else None
            axis.plot(*zip(*points, strict=True), color=colours[run["variant"]], label=label, lw=1)
        axis.set(title=title, xlabel="step")
        axis.title.set_fontsize(9)
        axis.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    figure.savefig(path, dpi=64)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
