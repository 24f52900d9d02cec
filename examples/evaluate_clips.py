"""Explain every clip of a folder and compare with human labels in its clips.json.

    python examples/evaluate_clips.py FOLDER [--subtitles] [--verbose]

`clips.json` is a list of {"file", "emotion" or "merr": {"pseu_emotion"}, "valence" (-5..5),
"subtitle_zh"}. A hit by meaning: one of the three most confident labels belongs to the
family of the human label.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

from emer.clip import Clip
from emer.emotions.labels import LABELS, PLAIN
from emer.emotions.votes import VOTES
from emer.explainers import ComposedExplainer

# Human labels of MER2023, MERR and DFEW, by the families of labels that mean the same.
MEANING = {
    "happy": {"joy", "affection"},
    "happiness": {"joy", "affection"},
    "sad": {"sadness"},
    "angry": {"anger"},
    "anger": {"anger"},
    "surprise": {"surprise"},
    "fear": {"fear"},
    "worried": {"worry", "fear"},
    "doubt": {"doubt"},
    "contempt": {"contempt", "disgust"},
    "disgust": {"disgust", "contempt"},
    "neutral": {"neutral"},
}
EXTRA = {"bittersweet": "sadness", "tense": "worry", "moved": "joy", "terrified": "fear"}


def families() -> dict[str, str]:
    """Return the family of each label."""
    found = {label: family for family, label in PLAIN.items()}
    for votes in VOTES.values():
        if votes.label:
            found.setdefault(votes.label, next(iter(votes.weights)))
    return {**found, **{k: v for k, v in EXTRA.items() if k in LABELS}}


def main() -> None:
    """Print one row a clip, then HIT@3 and the correlation of valence."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--subtitles", action="store_true", help="use the human subtitles")
    options.add_argument("--verbose", action="store_true", help="print cues and text too")
    chosen = options.parse_args()
    rows = json.loads((chosen.folder / "clips.json").read_text(encoding="utf-8"))
    explainer, family = ComposedExplainer(), families()
    hits: list[bool] = []
    pairs: list[tuple[float, float]] = []
    print("| clip | human | ours (top 3) | hit | human valence | ours | s | words |")
    print("|---|---|---|---|---|---|---|---|")
    for row in rows:
        began = time.perf_counter()
        words = row.get("subtitle_zh") if chosen.subtitles else None
        result = explainer.explain(Clip.open(chosen.folder / row["file"], words))
        spent = time.perf_counter() - began
        human = row.get("emotion") or row.get("merr", {}).get("pseu_emotion", "")
        top = result.emotions[:3]
        hit = any(family.get(emotion.label) in MEANING[human] for emotion in top)
        hits.append(hit)
        if "valence" in row:
            pairs.append((row["valence"], result.valence))
        labels = ", ".join(f"{e.label} {e.confidence:.2f}" for e in top)
        print(
            f"| {row['id']} | {human} | {labels} | {'yes' if hit else 'no'} | "
            f"{row.get('valence', '')} | {result.valence:+.2f} | {spent:.2f} | "
            f"{result.subtitle.text[:24]} |"
        )
        if chosen.verbose:
            for cue in result.cues:
                print(f"    {cue.id:4} {cue.kind:22} {cue.start:5.2f}-{cue.end:5.2f} "
                      f"{cue.confidence:.2f} {cue.statement}")  # fmt: skip
            print("   ", result.explanation, "\n   ", result.provenance.notes)
    print(f"\nHIT@3 {sum(hits)}/{len(hits)}", end="")
    if len(pairs) > 2:
        print(
            f", Pearson of valence {statistics.correlation(*zip(*pairs, strict=True)):.2f}", end=""
        )
    print()


if __name__ == "__main__":
    main()
