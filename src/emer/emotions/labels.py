"""Families of emotion and the open vocabulary of labels within them.

A family is what evidence votes for; a label is the word chosen for it, finer than the family
where the evidence allows. Valence and arousal are our own placements on the circumplex of
Russell (1980, J. Pers. Soc. Psychol. 39) as refined by Scherer (2005, Soc. Sci. Inf. 44, fig. 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emer.explanation import Language

Family = Literal[
    "joy",
    "affection",
    "interest",
    "surprise",
    "doubt",
    "worry",
    "fear",
    "sadness",
    "anger",
    "disgust",
    "contempt",
    "embarrassment",
    "neutral",
]


@dataclass(frozen=True)
class Place:
    """Where a family lies on the circumplex.

    Attributes:
        valence: -1 (unpleasant) to 1 (pleasant).
        arousal: -1 (deactivated) to 1 (activated).
        prior: Log weight before any evidence; 0 is a plain emotion.
    """

    valence: float
    arousal: float
    prior: float


# Without evidence an expression is most likely neutral; rarely shown families start lower.
FAMILIES: dict[Family, Place] = {
    "joy": Place(0.8, 0.4, 0.0),
    "affection": Place(0.7, 0.1, -0.8),
    "interest": Place(0.3, 0.3, -0.4),
    "surprise": Place(0.1, 0.7, -0.4),
    "doubt": Place(-0.25, 0.2, -0.5),
    "worry": Place(-0.5, 0.4, -0.2),
    "fear": Place(-0.7, 0.7, -0.6),
    "sadness": Place(-0.75, -0.4, 0.0),
    "anger": Place(-0.7, 0.7, 0.0),
    "disgust": Place(-0.65, 0.2, -0.9),
    "contempt": Place(-0.5, 0.1, -0.9),
    "embarrassment": Place(-0.4, 0.2, -0.9),
    "neutral": Place(0.0, -0.2, 0.7),
}


@dataclass(frozen=True)
class Label:
    """A word of the open vocabulary.

    Attributes:
        en: English label.
        zh: Chinese label.
        valence: -1 to 1.
        arousal: -1 to 1.
    """

    en: str
    zh: str
    valence: float
    arousal: float

    def text(self, language: Language) -> str:
        """Return the label in a language."""
        return self.zh if language == "zh" else self.en


LABELS: dict[str, Label] = {
    label.en: label
    for label in (
        Label("joyful", "喜悦", 0.85, 0.5),
        Label("happy", "高兴", 0.8, 0.3),
        Label("amused", "被逗乐", 0.75, 0.5),
        Label("excited", "兴奋", 0.75, 0.8),
        Label("pleased", "愉快", 0.6, 0.1),
        Label("relieved", "如释重负", 0.6, -0.2),
        Label("proud", "自豪", 0.7, 0.3),
        Label("hopeful", "充满希望", 0.6, 0.2),
        Label("grateful", "感激", 0.7, 0.0),
        Label("affectionate", "亲切", 0.7, 0.1),
        Label("caring", "关切", 0.5, 0.1),
        Label("admiring", "赞赏", 0.65, 0.3),
        Label("interested", "感兴趣", 0.4, 0.3),
        Label("curious", "好奇", 0.35, 0.4),
        Label("surprised", "惊讶", 0.1, 0.7),
        Label("astonished", "震惊", 0.0, 0.85),
        Label("doubtful", "怀疑", -0.25, 0.1),
        Label("confused", "困惑", -0.25, 0.25),
        Label("disbelieving", "难以置信", -0.3, 0.4),
        Label("worried", "担忧", -0.5, 0.35),
        Label("anxious", "焦虑", -0.55, 0.55),
        Label("tense", "紧张", -0.4, 0.5),
        Label("afraid", "害怕", -0.7, 0.65),
        Label("terrified", "惊恐", -0.8, 0.9),
        Label("sad", "悲伤", -0.7, -0.3),
        Label("sorrowful", "哀伤", -0.8, -0.2),
        Label("dejected", "沮丧", -0.65, -0.5),
        Label("disappointed", "失望", -0.6, -0.2),
        Label("remorseful", "懊悔", -0.6, 0.0),
        Label("angry", "愤怒", -0.7, 0.7),
        Label("furious", "暴怒", -0.8, 0.9),
        Label("annoyed", "恼火", -0.5, 0.4),
        Label("disapproving", "不满", -0.45, 0.2),
        Label("disgusted", "厌恶", -0.65, 0.2),
        Label("contemptuous", "轻蔑", -0.5, 0.1),
        Label("embarrassed", "尴尬", -0.4, 0.2),
        Label("neutral", "平静", 0.0, -0.2),
        Label("bittersweet", "悲喜交加", -0.05, 0.2),
        Label("moved", "感动", 0.4, 0.3),
    )
}

# The plain word of each family, used where nothing finer is supported.
PLAIN: dict[Family, str] = {
    "joy": "happy",
    "affection": "affectionate",
    "interest": "interested",
    "surprise": "surprised",
    "doubt": "doubtful",
    "worry": "worried",
    "fear": "afraid",
    "sadness": "sad",
    "anger": "angry",
    "disgust": "disgusted",
    "contempt": "contemptuous",
    "embarrassment": "embarrassed",
    "neutral": "neutral",
}
