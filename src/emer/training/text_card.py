"""The card of a text head, written from measured figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emer.training.text_probe import Probe
from emer.training.text_scores import Scores


@dataclass(frozen=True)
class Report:
    """What was measured of a head.

    Attributes:
        labels: names of the k labels.
        counts: development comments that carry each label.
        thresholds: probability from which each label is called present.
        dev: figures on the development comments.
        subset: figures on the first few of them.
        sizes: number of training comments, development comments, and comments of the subset.
        probes: rates on further sentences.
        hashes: SHA-256 of the training file, the development file and the encoder.
        settings: hyperparameters by name.
    """

    labels: tuple[str, ...]
    counts: list[int]
    thresholds: list[float]
    dev: Scores
    subset: Scores
    sizes: tuple[int, int, int]
    probes: list[Probe]
    hashes: tuple[str, str, str]
    settings: Mapping[str, float]


def card(report: Report) -> str:
    """Write the card of a head.

    Args:
        report: its figures.

    Returns:
        Markdown.
    """
    parts = (_ABOUT, _origin(report), _figures(report), _labels(report), _probes(report), _LIMITS)
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


_ABOUT = """
# Card of the text-emotion head

`text_head.safetensors`: linear maps from sentence features to log-odds of the 28 GoEmotions labels,
one for text in Chinese characters and one for all other text, with a threshold for each label.
Written by `emer.training.text_head`, figures included; do not edit by hand.

**Use.** `emer.instruments.text_emotion.TextEmotion` says which emotions the wording of an
utterance *appears* to express, as one cue among those of face and voice. It is not meant for
judging people, for decisions about them, or for text that nobody said to anybody.
"""

_LIMITS = """
## Limits and biases

- The comments are English, from Reddit, 2005 to 2019, a community that leans young and male;
  they are written, not spoken, and each was rated out of its context, by English speakers in
  India (Demszky et al. 2020). Slurs and identity terms were filtered, imperfectly. What counts
  as insulting or ironic follows that community and those raters. Speech recognised from a clip
  differs from all of this.
- Rare labels (grief, pride, relief, nervousness, embarrassment, remorse) rest on 77 to 545
  training comments; their figures move by several points with a handful of texts.
- Raters often disagreed about the finer labels; probabilities reflect that.
- Chinese is read without a single labelled Chinese text: the encoder carries the meaning over,
  from its last layers only, and one offset per label (the mean difference between 64 everyday
  sentences written for emer and their translations, `emer/training/translation_pairs.json`)
  removes the lean of the language. Probabilities in Chinese are flatter than in English and not
  calibrated, and anger and surprise are often missed. Other languages are read as if they were
  English and were not measured.
- Sentences that mention groups of people were not examined; differences are to be expected,
  since the comments carry their community's attitudes.
"""


def _origin(report: Report) -> str:
    train, dev, encoder = report.hashes
    settings = ", ".join(f"{name} {value}" for name, value in report.settings.items())
    return f"""
## Origin

- **Data**: GoEmotions (Demszky et al. 2020, arXiv:2005.00547), code and data released under
  Apache-2.0: {report.sizes[0]:,} training comments (SHA-256 `{train[:16]}`), {report.sizes[1]:,}
  development comments (`{dev[:16]}`), which were only measured on. The test comments were not
  used.
- **Encoder**: multilingual-E5-small, 4-bit (Wang et al. 2024, arXiv:2402.05672; MIT), SHA-256
  `{encoder[:16]}`. Features are the means of the token states of all its layers.
- **Method**: one logistic regression per label. Slopes and shifts (Platt 1999) and thresholds come
  from out-of-fold scores of the training comments. Settings: {settings}.
- **Licence of the head**: Apache-2.0.
- **Command**: `python -m emer.training.text_head --train train.tsv --dev dev.tsv --encoder
  e5-small-q4.bin --out DIR --probe tests/data/emotion_sentences.json`
"""


def _figures(report: Report) -> str:
    rows = [
        f"| {size:,} | {scores.macro_f1:.3f} | {scores.micro_f1:.3f} | {scores.ece:.4f} |"
        for size, scores in ((report.sizes[1], report.dev), (report.sizes[2], report.subset))
    ]
    return "\n".join(
        [
            "## Figures on the development comments\n",
            "Calibration error is over all decisions, most of which are easy; see also by label.\n",
            "| comments, from the first | macro-F1 | micro-F1 | calibration error |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _labels(report: Report) -> str:
    rows = [
        f"| {label} | {count} | {threshold:.3f} | {f1:.3f} | {error:.4f} |"
        for label, count, threshold, f1, error in zip(
            report.labels,
            report.counts,
            report.thresholds,
            report.dev.f1,
            report.dev.label_ece,
            strict=True,
        )
    ]
    head = "| label | comments | threshold | F1 | calibration error |\n|---|---|---|---|---|"
    return "\n".join([head, *rows])


def _probes(report: Report) -> str:
    if not report.probes:
        return ""
    rows = [
        f"| {found.name} | {found.texts} | {found.top1:.2f} | {found.top3:.2f} | "
        + ", ".join(f"{label} {share:.1f}" for label, share in found.top3_by_label.items())
        + " |"
        for found in report.probes
    ]
    return "\n".join(
        [
            "## Sentences written for emer\n",
            "How often the label meant is the likeliest, or among the three likeliest of 28.\n",
            "| set | sentences | first | first three | first three by label |",
            "|---|---|---|---|---|",
            *rows,
        ]
    )
