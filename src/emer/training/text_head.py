"""Train the text-emotion head: python -m emer.training.text_head --help.

The head is a linear map from the encoder's layer means to 28 log-odds, and a second one, of the
last layers alone, for text in Chinese. Calibration and
thresholds come from out-of-fold scores of the training comments, so that every one of them was
held out once; the development comments are only ever measured on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from emer.errors import EmerError, OutputError
from emer.instruments.e5_file import Floats
from emer.instruments.sentences import PREFIX, SentenceEncoder
from emer.instruments.text_emotion import (
    GOEMOTIONS_LABELS,
    HEAD_FORMAT,
    LinearMap,
    Script,
    TextEmotion,
    TextHead,
    script_of,
    sigmoid,
)
from emer.training.linear import Bools, apply, best_thresholds, fit_logistic, out_of_fold, platt
from emer.training.text_card import Report, card
from emer.training.text_data import Comments, cached_features, read_comments, read_pairs
from emer.training.text_probe import probe, read_probes
from emer.training.text_scores import score

HEAD_NAME, CARD_NAME = "text_head.safetensors", "text_head.md"


@dataclass(frozen=True)
class Settings:
    """What the figures depend on, next to the data.

    Attributes:
        penalty: see `fit_logistic`.
        iterations: see `fit_logistic`.
        folds: see `out_of_fold`.
        seed: of the folds.
        chinese_layers: how many of the encoder's last layers the map for Chinese reads.
        subset: how many of the first development comments are also scored alone, so that a
            test can repeat the figures quickly.
    """

    penalty: float = 0.03
    iterations: int = 100
    folds: int = 4
    seed: int = 0
    chinese_layers: int = 4
    subset: int = 800


@dataclass(frozen=True)
class _Reader:
    """The encoder with its cache and progress bars."""

    encoder: SentenceEncoder
    sha256: str
    cache: Path
    progress: Progress

    @property
    def layers(self) -> tuple[int, ...]:
        return tuple(range(self.encoder.layers + 1))

    def features(self, texts: Sequence[str], what: str) -> Floats:
        task = self.progress.add_task(f"Encoding {what}", total=len(texts))
        step = partial(self.progress.advance, task)
        found = cached_features(self.encoder, self.sha256, texts, self.layers, self.cache, step)
        self.progress.update(task, completed=len(texts))
        return found


def train(
    train_file: Path,
    dev_file: Path,
    encoder_file: Path,
    out: Path,
    *,
    cache: Path,
    probe_file: Path | None = None,
    settings: Settings | None = None,
) -> Report:
    """Train, measure and write a head and its card.

    Args:
        train_file: comments to train on, see `read_comments`.
        dev_file: comments to measure on.
        encoder_file: weight file of the encoder.
        out: folder of `text_head.safetensors` and `text_head.md`.
        cache: folder where features are kept between runs.
        probe_file: sentences of one's own to measure on, see `read_probes`.
        settings: hyperparameters; None for the defaults.

    Returns:
        The figures that the card shows.

    Raises:
        UsageError: a data file is missing or malformed.
        AssetError: the encoder file is missing or malformed.
        OutputError: `out` cannot be written.
    """
    settings = settings or Settings()
    training, development = read_comments(train_file), read_comments(dev_file)
    probes = read_probes(probe_file) if probe_file else {}
    encoder = SentenceEncoder(encoder_file)
    sha256 = hashlib.sha256(encoder_file.read_bytes()).hexdigest()
    with Progress(console=Console(stderr=True)) as progress:
        reader = _Reader(encoder, sha256, cache, progress)
        head = _fit_head(reader, training, settings)
        unseen = reader.features(development.texts, "development comments")
    path = _save(head, out, {"encoder_sha256": sha256, "train_sha256": training.sha256})
    model = TextEmotion(encoder, path)  # what is measured is the file, read back
    scripts = [script_of(text) for text in development.texts]
    probabilities = sigmoid(model.head.logits(unseen, scripts))
    few = slice(settings.subset)
    report = Report(
        labels=head.labels,
        counts=[int(count) for count in development.targets.sum(axis=0)],
        thresholds=[float(threshold) for threshold in head.thresholds],
        dev=score(probabilities, development.targets, head.thresholds),
        subset=score(probabilities[few], development.targets[few], head.thresholds),
        sizes=(len(training.texts), len(development.texts), len(probabilities[few])),
        probes=[probe(model, *item) for item in probes.items()],
        hashes=(training.sha256, development.sha256, sha256),
        settings=settings.__dict__,
    )
    _write(out / CARD_NAME, card(report).encode())
    return report


def _fit_head(reader: _Reader, training: Comments, settings: Settings) -> TextHead:
    known = reader.features(training.texts, "training comments")
    maps: dict[Script, LinearMap] = {}
    maps["other"], held_out = _fit_map(reader, known, training.targets, settings, "all layers")
    # For Chinese, only the last layers, which depend less on the language.
    last = slice(-settings.chinese_layers * reader.encoder.dimension, None)
    upper, _ = _fit_map(
        reader, np.ascontiguousarray(known[:, last]), training.targets, settings, "last layers"
    )
    weight = np.zeros_like(maps["other"].weight)
    weight[:, last] = upper.weight
    maps["han"] = _shifted_for_chinese(reader, LinearMap(weight, upper.bias))
    return TextHead(
        maps=maps,
        thresholds=best_thresholds(sigmoid(held_out), training.targets),
        labels=GOEMOTIONS_LABELS,
        layers=reader.layers,
        prefix=PREFIX,
    )


def _fit_map(
    reader: _Reader, known: Floats, targets: Bools, settings: Settings, what: str
) -> tuple[LinearMap, Floats]:
    """Fit a calibrated map; also returns the calibrated out-of-fold log-odds."""
    steps = settings.iterations * (settings.folds + 1)
    task = reader.progress.add_task(f"Fitting {what}", total=steps)
    step = partial(reader.progress.advance, task)

    def fit(features: Floats, wanted: Bools) -> LinearMap:
        return fit_logistic(features, wanted, settings.penalty, settings.iterations, step)

    held_out = out_of_fold(known, targets, settings.folds, settings.seed, fit)
    slopes, shifts = platt(held_out, targets)
    linear = fit(known, targets)
    reader.progress.update(task, completed=steps)
    calibrated = LinearMap(linear.weight * slopes[:, None], linear.bias * slopes + shifts)
    return calibrated, held_out * slopes + shifts


def _shifted_for_chinese(reader: _Reader, linear: LinearMap) -> LinearMap:
    """Add, per label, how much lower the same sentences score in Chinese than in English."""
    chinese, english = read_pairs()
    there = apply(linear, reader.features(english, "English sentences"))
    here = apply(linear, reader.features(chinese, "their Chinese translations"))
    return LinearMap(linear.weight, linear.bias + np.mean(there - here, axis=0))


def _save(head: TextHead, out: Path, origin: dict[str, str]) -> Path:
    from safetensors.numpy import save

    tensors: dict[str, NDArray[Any]] = {"thresholds": head.thresholds}
    for script, linear in head.maps.items():  # safetensors writes memory order: make it rows
        tensors[f"{script}.weight"] = np.ascontiguousarray(linear.weight)
        tensors[f"{script}.bias"] = linear.bias
    description = {
        "labels": head.labels,
        "layers": head.layers,
        "prefix": head.prefix,
        "licence": "Apache-2.0",
        **origin,
    }
    # One entry, since safetensors writes several in random order.
    metadata = {HEAD_FORMAT: json.dumps(description)}
    path = out / HEAD_NAME
    _write(path, save(tensors, metadata))
    return path


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {error.strerror}.") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m emer.training.text_head", description=__doc__)
    add = partial(parser.add_argument, type=Path, metavar="PATH")
    add("--train", required=True, help="comments to train on (TSV of GoEmotions)")
    add("--dev", required=True, help="comments to measure on")
    add("--encoder", required=True, help="weight file of the encoder, e5-small-q4.bin")
    add("--out", required=True, help="folder of the head and its card")
    add("--probe", help="JSON of further sentences to measure on")
    add("--cache", help="folder of kept features (default: OUT/cache)")
    given = parser.parse_args(arguments)
    console = Console(stderr=True)
    try:
        report = train(
            given.train,
            given.dev,
            given.encoder,
            given.out,
            cache=given.cache or given.out / "cache",
            probe_file=given.probe,
        )
    except EmerError as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(f"macro-F1 {report.dev.macro_f1:.3f}, micro-F1 {report.dev.micro_f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
