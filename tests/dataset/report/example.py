"""Facts of a build of some size, made by lot, with samples that have everything."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from emer.dataset.entry import (
    Entry,
    Label,
    Media,
    Modality,
    Origin,
    Removal,
    Statement,
    Texts,
)
from emer.dataset.filters.funnel import Funnel
from emer.dataset.report import (
    Agreement,
    Histogram,
    LabelCount,
    PageFacts,
    Parked,
    Point,
    Spent,
    Step,
)
from emer.emotions.labels import LABELS

FAMILY = {
    "joy": "joyful happy amused excited pleased relieved proud hopeful grateful",
    "affection": "affectionate caring admiring moved",
    "interest": "interested curious",
    "surprise": "surprised astonished",
    "doubt": "doubtful confused disbelieving",
    "worry": "worried anxious tense",
    "fear": "afraid terrified",
    "sadness": "sad sorrowful dejected disappointed remorseful",
    "anger": "angry furious annoyed disapproving",
    "disgust": "disgusted",
    "contempt": "contemptuous",
    "embarrassment": "embarrassed",
    "neutral": "neutral",
}
TEXTS: dict[str, tuple[str, str, str, str]] = {
    "en": (
        "The corners of the mouth are raised from the first second on.",
        "The voice is higher than in the rest of the clip, and louder.",
        "“I told you so” is said twice.",
        "The speaker appears pleased, with a trace of contempt.",
    ),
    "zh": (
        "从第一秒起，嘴角上扬。",
        "声音比片段其余部分更高、更响。",
        "“我早就告诉过你”说了两遍。",
        "说话者显得高兴，略带轻蔑。",
    ),
}
MODALITIES: tuple[Modality, ...] = ("visual", "auditory", "textual", "emotional")


def labels(seed: int = 1) -> list[LabelCount]:
    """Return how often each label of our vocabulary was given, by lot."""
    rng = np.random.default_rng(seed)
    found = []
    for family, words in FAMILY.items():
        for word in words.split():
            count = int(rng.lognormal(2.6, 1.1) + 1)
            found.append(LabelCount(word, LABELS[word].zh, family, count))
    return [*found, LabelCount("zorbish", "", "", 2)]


def statement(number: int, modality: Modality, text: str, **more: Any) -> Statement:
    """Return a statement two models made, or one that was measured."""
    origins = (
        Origin(annotator="measured", text=text, cue=f"v{number}"),
        Origin(annotator="qwen-omni", text=text, call="5e1f" * 16, prompt="visual.en@1"),
        Origin(annotator="gemma", text=f"{text} (gemma)", call="0c77" * 16, prompt="visual.en@1"),
    )
    status = more.pop("status", "supported")
    return Statement(
        id=f"s{number}",
        modality=modality,
        text=text,
        origins=origins[:1] if status == "measured" else origins[1 : 2 + number % 2],
        status=status,
        agreement=1.0 if status == "measured" else 0.5,
        **more,
    )


def entry(number: int, reference: str, size: int, language: str = "en", **more: Any) -> Entry:
    """Return a record that went through all stages."""
    seen, heard, read, felt = TEXTS[language]
    statements = (
        statement(1, "visual", seen, status="measured", start=0.4, end=1.2),
        statement(2, "visual", seen, status="contradicted", start=1.0),
        statement(3, "auditory", heard, start=0.2, end=1.9),
        statement(4, "textual", read, status="unchecked"),
        statement(5, "emotional", felt, status="unchecked"),
    )
    given: dict[str, Any] = {
        "id": f"show-{number % 3}/clip-{number:05d}",
        "source": "meld",
        "licence": "CC-BY-4.0",
        "media": Media(
            reference=reference,
            sha256="ab" * 32,
            size=size,
            seconds=2.0,
            still=False,
            has_video=False,
            has_audio=True,
        ),
        "subtitle": "I told you so.",
        "labels": {"emotion": "joy"},
        "group": f"show-{number % 3}",
        "statements": statements,
        "emotions": (
            Label(en="pleased", zh="愉快", annotators=("qwen-omni", "gemma"), confidence=1.0),
            Label(en="contemptuous", zh="轻蔑", annotators=("gemma",), confidence=0.5),
        ),
        "agreement": 0.5,
        "texts": Texts(
            description=" ".join(TEXTS[language]), video_caption=seen, audio_caption=heard
        ),
        "removed": (
            Removal(
                filter="grounding",
                what="statement",
                reason="The brows never come down (AU4 stays below 0.10).",
                text="She frowns.",
                modality="visual",
            ),
        ),
    }
    return Entry(**(given | more))


def funnel(entries: int = 400, seed: int = 1) -> Funnel:
    """Return what three filters removed, by lot."""
    rng = np.random.default_rng(seed)
    found = Funnel(["unsafe", "grounding", "length"])
    words = [(word, family) for family, all in FAMILY.items() for word in all.split()]
    for number in range(entries):
        word, _ = words[int(rng.integers(len(words)))]
        base = entry(number, f"/data/{number}.wav", 1000)
        out = number % 11 == 0
        whole = Removal(filter="length", what="record", reason=f"It lasts {number} s, over 300 s.")
        found.add(
            base.changed(
                media=base.media.model_copy(update={"seconds": float(rng.lognormal(1.4, 0.9))}),
                statements=base.statements[: int(rng.integers(1, 6))],
                emotions=(Label(en=word, zh="", annotators=("gemma",), confidence=1.0),),
                agreement=float(rng.beta(4, 2)),
                removed=((whole,) if out else ()) if number % 3 else (*base.removed,),
            )
        )
    return found


@cache
def removed_by_filters() -> Mapping[str, Any]:
    """Return the funnel of the example as plain data, not to be changed."""
    return funnel().as_dict()


def facts(samples: Sequence[Entry] = (), **more: Any) -> PageFacts:
    """Return the facts of a build of 460 clips, 400 of which came to the filters."""
    rng = np.random.default_rng(3)
    removed = removed_by_filters()
    last = removed["filters"][-1]
    minutes = np.arange(0.0, 61.0, 2.0)
    points = [
        Point(float(60 * each), int(7 * each + 3 * math.sin(each)), int(90_000 * each))
        for each in minutes
    ]
    given: dict[str, Any] = {
        "name": "EmoCue of the kitchen table",
        "about": "Short clips of people at a table.",
        "language": "en",
        "plan": "name: kitchen\nsources:\n- name: meld\n  folder: clips\n",
        "engine": "local, 16 workers",
        "seconds": 3662.0,
        "collected": 460,
        "kept": last["records"]["out"],
        "statements": last["statements"]["out"],
        "steps": (
            Step("collect", 460),
            Step("copies", 440, gone={"the same bytes": 13, "looks and sounds alike": 7}),
            Step("leaks", 438, gone={"is in the list mer2025-test": 2}),
            Step("observe", 437, gone={"cannot be decoded": 1}),
            Step("annotate", 400, gone={"held back: an annotator owes an answer": 37}),
            Step("merge", 400, removed["filters"][0]["statements"]["in"]),
        ),
        "funnel": removed,
        "labels": labels(),
        "agreement": Agreement(
            Histogram(
                [round(0.1 * at, 1) for at in range(11)],
                [int(each) for each in np.histogram(rng.beta(4, 2, 376), 10, (0, 1))[0]],
            ),
            0.713,
            "Families of the leading emotion of 376 records, by two annotators.",
            {"measured": 412, "supported": 304, "contradicted": 0, "unchecked": 378},
            {1: 780, 2: 314},
        ),
        "spent": (
            Spent(
                "qwen-omni", "Qwen3-Omni-30B", 21_400, 1_200, 38_112_000, 2_204_000, 900_000, 4.2
            ),
            Spent("gemma", "gemma-3n-E4B", 11_000, 9_800, 9_400_000, 1_100_500, 8_000_000, None),
        ),
        "parked": (
            Parked("qwen-omni", "visual", "refused: “I cannot help with that”", 31),
            Parked("gemma", "auditory", "not JSON, twice", 7),
        ),
        "throughput": points,
        "samples": samples,
        "splits": {"train": 338, "validation": 38},
        "sources": {"meld": 380, "own recordings": 80},
        "versions": {"emer": "1.0", "prompt visual.en": "1", "gemma": "gemma-3n-E4B-it@9f2c"},
        "notes": ("The budget stopped the run: 37 records are held back.",),
    }
    return PageFacts(**(given | more))


def clips(sound: Path, count: int = 3) -> list[Entry]:
    """Return samples whose clip is a sound file."""
    size = sound.stat().st_size
    return [entry(number, str(sound), size) for number in range(count)]
