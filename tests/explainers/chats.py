"""A scripted model and small explanations for the tests of the writer."""

from __future__ import annotations

import json
from typing import Any

from emer.explainers.chat import Schema
from emer.explanation import (
    ClipInfo,
    Conflict,
    Cue,
    Emotion,
    Evidence,
    Explanation,
    Language,
    Provenance,
    Subtitle,
)

Sentences = list[tuple[str, list[str]]]

ENGLISH: Sentences = [
    ("In the video, the corners of the mouth rise, and then the brows do not move", ["v1", "v2"]),
    ("In the audio, the pitch is high (300 Hz) from 0.5 s", ["a1"]),
    ("In the text, the subtitle reads “I am not scared, he is”", ["t1"]),
    ("Overall, the clip appears to express a joyful state (72%)", ["v1", "a1"]),
]
CHINESE: Sentences = [
    ("视频中，嘴角上扬，随后眉毛没有动", ["v1", "v2"]),
    ("音频中，从0.5秒起音调较高（300 Hz）", ["a1"]),
    ("文本中，字幕是“我不怕，他怕”", ["t1"]),
    ("总体来看，所表达的情绪似乎是喜悦（72%）", ["v1", "a1"]),
]
# Faithful rewrites, which have to pass.
ENGLISH_REWORDED: Sentences = [
    (
        "The video shows that the corners of the mouth rise while the brows do not move",
        ["v1", "v2"],
    ),
    ("From 0.5 s the audio has a high pitch (300 Hz)", ["a1"]),
    ("The subtitle of the text is “I am not scared, he is”", ["t1"]),
    ("All in all, the clip appears to express a joyful state (72%)", ["v1", "a1"]),
]
CHINESE_REWORDED: Sentences = [
    ("画面里，嘴角上扬，之后眉毛没有动", ["v1", "v2"]),
    ("声音方面，从0.5秒开始音调较高（300 Hz）", ["a1"]),
    ("字幕为“我不怕，他怕”", ["t1"]),
    ("综合来看，这段视频表达的情绪似乎是喜悦（72%）", ["v1", "a1"]),
]


class ScriptedChat:
    """Gives fixed answers in order and keeps what it was asked."""

    name = "scripted"

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Schema | None = None,
        max_tokens: int = 1024,
        seed: int = 0,
    ) -> str:
        self.asked.append(
            {"system": system, "user": user, "schema": schema, "max": max_tokens, "seed": seed}
        )
        return self.answers.pop(0)


def as_json(sentences: Sentences) -> str:
    return json.dumps(
        {"sentences": [{"sentence": text, "cues": cues} for text, cues in sentences]},
        ensure_ascii=False,
    )


def written(sentences: Sentences, language: Language) -> str:
    close, joint = ("。", "") if language == "zh" else (".", " ")
    space = "" if language == "zh" else " "
    return joint.join(f"{text}{space}[{', '.join(cues)}]{close}" for text, cues in sentences)


def explained(sentences: Sentences = ENGLISH, language: Language = "en") -> Explanation:
    label = "joyful" if language == "en" else "喜悦"
    ids = list(dict.fromkeys(cue for _, cues in sentences for cue in cues))
    return Explanation(
        language=language,
        clip=ClipInfo(name="c.mp4", sha256="0" * 64, seconds=3, modalities=("visual",)),
        subtitle=Subtitle(text="", source="none"),
        people=(),
        cues=tuple(_cue(id) for id in ids),
        emotions=(Emotion(label=label, confidence=0.72, cues=("v1", "a1")),),
        valence=0.5,
        arousal=0.2,
        conflict=Conflict(score=0, readings=()),
        timeline=(),
        explanation=written(sentences, language),
        provenance=Provenance(version="0", explainer="test"),
    )


def _cue(id: str) -> Cue:
    piece = Evidence(measure="face.AU12.peak", value=1, unit="ratio", source="test")
    return Cue(
        id=id,
        modality={"v": "visual", "a": "auditory", "t": "textual"}[id[0]],  # type: ignore[arg-type]
        kind="smile",
        statement="A cue.",
        start=0,
        end=1,
        confidence=1,
        evidence=(piece,),
    )
