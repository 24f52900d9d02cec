"""What each kind of cue speaks for, and how strongly: the whole table in one place.

A weight is the log-odds that a cue of full confidence adds to a family (negative: speaks
against). 0.5 is a hint, 1 a fair sign, 2 a strong sign. The weights are ours, set from the
literature named beside them, not fitted to any clips.

Sources:
    FACS: Ekman, Friesen & Hager 2002, Facial Action Coding System, Investigator's Guide.
    EMFACS: Friesen & Ekman 1983, EMFACS-7.
    Du: Du, Tao & Martinez 2014, PNAS 111 (compound expressions).
    Keltner: Keltner 1995, J. Pers. Soc. Psychol. 68 (embarrassment).
    Scherer: Scherer 2003, Speech Communication 40, table 2.
    Juslin: Juslin & Laukka 2003, Psychol. Bull. 129, table 7.
    Cowen: Cowen et al. 2019, Am. Psychol. 74 (vocal bursts).
    Demszky: Demszky et al. 2020, ACL (GoEmotions labels and their groups).
    Adams: Adams & Kleck 2005, Emotion 5 (gaze direction).
    words: plain meaning of the word or speech act.
"""

from __future__ import annotations

from dataclasses import dataclass

from emer.emotions.labels import Family


@dataclass(frozen=True)
class Votes:
    """What one kind of cue speaks for.

    Attributes:
        weights: Log-odds per family at full confidence.
        source: Key of the source in the module docstring.
        label: A finer label the kind supports within its first family, if any.
    """

    weights: dict[Family, float]
    source: str
    label: str | None = None


_FACE: dict[str, Votes] = {
    "smile_genuine": Votes(
        {
            "joy": 2.2,
            "affection": 0.6,
            "neutral": -1.0,
            "anger": -1.0,
            "sadness": -0.6,
            "fear": -0.8,
            "worry": -0.8,
            "disgust": -0.5,
        },
        "EMFACS",
        "joyful",
    ),
    "smile_social": Votes(
        {
            "joy": 1.2,
            "affection": 0.5,
            "embarrassment": 0.3,
            "neutral": -0.3,
            "anger": -0.5,
            "sadness": -0.5,
        },
        "EMFACS",
        "pleased",
    ),
    "smile_slight": Votes({"joy": 0.7, "affection": 0.3, "anger": -0.3}, "EMFACS", "pleased"),
    "brow_lowered": Votes(
        {
            "anger": 1.1,
            "worry": 0.5,
            "doubt": 0.5,
            "sadness": 0.4,
            "disgust": 0.3,
            "joy": -0.7,
            "neutral": -0.3,
        },
        "EMFACS",
    ),
    "inner_brow_raised": Votes(
        {"sadness": 1.1, "worry": 0.7, "fear": 0.4, "anger": -0.4}, "EMFACS"
    ),
    "brow_raised": Votes(
        {"surprise": 1.0, "interest": 0.5, "doubt": 0.5, "fear": 0.2, "anger": -0.4}, "EMFACS"
    ),
    "brow_knit_raised": Votes(
        {"sadness": 1.1, "worry": 1.1, "fear": 0.8, "joy": -0.5, "neutral": -0.5}, "EMFACS"
    ),
    "face_crumpled": Votes(
        {
            "sadness": 2.0,
            "disgust": 0.3,
            "fear": 0.3,
            "anger": 0.2,
            "joy": -0.8,
            "neutral": -1.0,
        },
        "Du",
        "sorrowful",
    ),
    "eyes_widened": Votes({"surprise": 1.1, "fear": 1.0, "anger": 0.4, "neutral": -0.5}, "EMFACS"),
    "eyes_narrowed": Votes({"anger": 0.4, "doubt": 0.4, "disgust": 0.3}, "EMFACS"),
    "nose_wrinkled": Votes({"disgust": 1.6, "anger": 0.5, "joy": -0.3}, "EMFACS"),
    "upper_lip_raised": Votes({"disgust": 1.0, "anger": 0.4, "contempt": 0.3}, "EMFACS"),
    "lip_corner_one_sided": Votes({"contempt": 1.2, "doubt": 0.2}, "EMFACS"),
    "lip_corners_down": Votes(
        {"sadness": 1.3, "disgust": 0.4, "worry": 0.4, "joy": -0.8, "neutral": -0.3}, "EMFACS"
    ),
    "chin_raised": Votes({"sadness": 0.5, "doubt": 0.4, "disgust": 0.3, "anger": 0.2}, "FACS"),
    "lips_pressed": Votes({"anger": 0.8, "worry": 0.5, "sadness": 0.2, "joy": -0.3}, "EMFACS"),
    "lips_stretched": Votes({"fear": 1.2, "worry": 0.5, "sadness": 0.2}, "EMFACS"),
    "lips_sucked": Votes({"worry": 0.7, "embarrassment": 0.4, "sadness": 0.2}, "FACS", "tense"),
    "jaw_dropped": Votes({"surprise": 1.2, "fear": 0.3, "neutral": -0.5}, "EMFACS"),
    "mouth_open_wide": Votes(
        {"surprise": 0.4, "anger": 0.5, "fear": 0.3, "joy": 0.2, "neutral": -0.6}, "FACS"
    ),
    "eyes_closed": Votes({"sadness": 0.5}, "FACS"),
    "face_still": Votes({"neutral": 0.9, "surprise": -0.4, "fear": -0.3, "joy": -0.4}, "FACS"),
    "blinking_fast": Votes({"worry": 0.4, "fear": 0.2}, "FACS", "tense"),
    "gaze_down": Votes({"sadness": 0.4, "embarrassment": 0.4}, "Adams"),
    "gaze_away": Votes({"embarrassment": 0.2, "worry": 0.2}, "Adams"),
    "head_down": Votes({"sadness": 0.4, "embarrassment": 0.4}, "Keltner"),
    "head_nod": Votes({"interest": 0.4, "affection": 0.2}, "FACS"),
    "head_shake": Votes({"doubt": 0.4, "anger": 0.3, "sadness": 0.3}, "FACS"),
}

_VOICE: dict[str, Votes] = {
    "pitch_high": Votes(
        {"surprise": 0.5, "fear": 0.5, "joy": 0.5, "anger": 0.4, "neutral": -0.5, "sadness": -0.2},
        "Scherer",
    ),
    "pitch_low": Votes({"sadness": 0.4, "neutral": 0.2, "fear": -0.3, "joy": -0.3}, "Scherer"),
    "pitch_varied": Votes(
        {"joy": 0.5, "surprise": 0.6, "anger": 0.5, "neutral": -0.6, "sadness": -0.3}, "Juslin"
    ),
    "pitch_flat": Votes(
        {"sadness": 0.6, "neutral": 0.5, "joy": -0.5, "surprise": -0.5, "anger": -0.2}, "Juslin"
    ),
    "pitch_rising": Votes({"surprise": 0.5, "doubt": 0.5, "interest": 0.3}, "Juslin"),
    "pitch_falling": Votes({"sadness": 0.2, "anger": 0.1}, "Juslin"),
    "voice_loud": Votes(
        {"anger": 0.9, "joy": 0.3, "surprise": 0.2, "sadness": -0.5, "neutral": -0.5}, "Juslin"
    ),
    "voice_quiet": Votes(
        {"sadness": 0.7, "neutral": 0.2, "affection": 0.2, "anger": -0.6}, "Juslin"
    ),
    "loudness_varied": Votes({"anger": 0.5, "fear": 0.2, "joy": 0.2, "neutral": -0.3}, "Juslin"),
    "speech_fast": Votes(
        {"anger": 0.5, "fear": 0.3, "joy": 0.3, "worry": 0.3, "sadness": -0.5}, "Juslin"
    ),
    "speech_slow": Votes({"sadness": 0.7, "doubt": 0.2, "anger": -0.3, "joy": -0.3}, "Juslin"),
    "pauses_long": Votes({"sadness": 0.5, "doubt": 0.3, "worry": 0.2}, "Juslin"),
    "hesitant": Votes({"worry": 0.5, "doubt": 0.5, "embarrassment": 0.3}, "Juslin"),
    "voice_sharp": Votes(
        {"anger": 0.9, "fear": 0.2, "joy": 0.2, "sadness": -0.4, "neutral": -0.3}, "Scherer"
    ),
    "voice_soft": Votes(
        {"sadness": 0.5, "affection": 0.4, "neutral": 0.2, "anger": -0.6}, "Scherer"
    ),
    "voice_breathy": Votes({"sadness": 0.4, "fear": 0.3, "affection": 0.2}, "Scherer"),
    "voice_trembling": Votes({"fear": 0.8, "sadness": 0.6, "worry": 0.4}, "Juslin"),
    "voice_rough": Votes({"anger": 0.6, "disgust": 0.3}, "Juslin"),
    "voice_aroused": Votes(
        {
            "anger": 0.7,
            "joy": 0.5,
            "fear": 0.6,
            "surprise": 0.6,
            "sadness": -0.5,
            "neutral": -0.8,
        },
        "Scherer",
    ),
    "voice_subdued": Votes(
        {
            "sadness": 0.7,
            "neutral": 0.4,
            "anger": -0.7,
            "joy": -0.4,
            "surprise": -0.6,
            "fear": -0.4,
        },
        "Scherer",
    ),
    "voice_even": Votes({"neutral": 0.9, "surprise": -0.3, "anger": -0.3}, "Juslin"),
    "laughter": Votes(
        {"joy": 2.2, "neutral": -1.0, "sadness": -0.5, "anger": -0.7}, "Cowen", "amused"
    ),
    "crying": Votes({"sadness": 2.4, "neutral": -1.0, "joy": -1.0}, "Cowen", "sorrowful"),
    "shouting": Votes(
        {"anger": 1.4, "fear": 0.4, "surprise": 0.2, "neutral": -1.0}, "Juslin", "furious"
    ),
    "screaming": Votes(
        {"fear": 1.5, "anger": 0.5, "surprise": 0.4, "neutral": -1.0}, "Cowen", "terrified"
    ),
    "sighing": Votes({"sadness": 0.8, "worry": 0.3, "anger": 0.2}, "Cowen", "dejected"),
    "gasp": Votes({"surprise": 1.2, "fear": 0.8, "neutral": -0.6}, "Cowen", "astonished"),
    "whispering": Votes({"fear": 0.4, "worry": 0.4, "affection": 0.2}, "Cowen"),
    "groaning": Votes({"sadness": 0.5, "anger": 0.4, "disgust": 0.4}, "Cowen"),
    "cheering": Votes({"joy": 1.5, "neutral": -0.6}, "Cowen", "excited"),
    "applause": Votes({"joy": 0.4}, "Cowen"),
}

_SPEECH_ACTS: dict[str, Votes] = {
    "cheer": Votes({"joy": 1.2, "neutral": -0.4}, "words", "excited"),
    "comfort": Votes({"affection": 0.9, "worry": 0.3}, "words", "caring"),
    "dismay": Votes({"surprise": 0.5, "worry": 0.5, "sadness": 0.4, "neutral": -0.3}, "words"),
    "laughter_words": Votes({"joy": 1.2, "neutral": -0.4, "sadness": -0.3}, "words", "amused"),
    "thanks": Votes({"affection": 1.0, "joy": 0.3, "anger": -0.4}, "words", "grateful"),
    "apology": Votes({"embarrassment": 0.6, "sadness": 0.6}, "words", "remorseful"),
    "farewell": Votes({"affection": 0.3}, "words"),
    "politeness": Votes({"affection": 0.3, "anger": -0.2}, "words"),
    "refusal": Votes({"anger": 0.5, "fear": 0.2, "disgust": 0.2}, "words"),
    "doubting": Votes({"doubt": 1.3, "surprise": 0.3, "neutral": -0.3}, "words"),
    "disbelief": Votes({"surprise": 1.1, "doubt": 0.9, "neutral": -0.4}, "words", "disbelieving"),
    "insult": Votes({"anger": 1.5, "contempt": 0.7, "neutral": -0.6, "joy": -0.5}, "words"),
    "plea": Votes({"worry": 0.6, "fear": 0.4, "sadness": 0.4}, "words"),
    "accusation": Votes({"anger": 1.0, "sadness": 0.3, "neutral": -0.4}, "words"),
    "question": Votes({"doubt": 0.5, "interest": 0.4, "surprise": 0.3}, "words"),
    "exclamation": Votes({"surprise": 0.3, "anger": 0.3, "joy": 0.3, "neutral": -0.4}, "words"),
    "negation": Votes({"anger": 0.15, "sadness": 0.15, "worry": 0.15, "joy": -0.15}, "words"),
    "intensifier": Votes({"anger": 0.1, "joy": 0.1, "neutral": -0.2}, "words"),
    "repetition": Votes({"anger": 0.2, "worry": 0.2, "joy": 0.1, "neutral": -0.2}, "words"),
    "trailing_off": Votes({"sadness": 0.4, "doubt": 0.3, "worry": 0.2}, "words"),
}

# GoEmotions label: family, weight, finer label (Demszky et al. 2020, fig. 2 for the groups).
_GOEMOTIONS: dict[str, tuple[Family, float, str | None]] = {
    "admiration": ("affection", 1.2, "admiring"),
    "amusement": ("joy", 1.8, "amused"),
    "anger": ("anger", 2.4, None),
    "annoyance": ("anger", 1.8, "annoyed"),
    "approval": ("neutral", 0.3, None),
    "caring": ("affection", 1.5, "caring"),
    "confusion": ("doubt", 2.0, "confused"),
    "curiosity": ("interest", 1.2, "curious"),
    "desire": ("interest", 0.8, None),
    "disappointment": ("sadness", 1.6, "disappointed"),
    "disapproval": ("anger", 1.1, "disapproving"),
    "disgust": ("disgust", 2.2, None),
    "embarrassment": ("embarrassment", 2.2, None),
    "excitement": ("joy", 1.8, "excited"),
    "fear": ("fear", 2.4, None),
    "gratitude": ("affection", 2.0, "grateful"),
    "grief": ("sadness", 2.2, "sorrowful"),
    "joy": ("joy", 2.4, "joyful"),
    "love": ("affection", 2.0, None),
    "nervousness": ("worry", 2.2, "anxious"),
    "optimism": ("joy", 0.9, "hopeful"),
    "pride": ("joy", 1.4, "proud"),
    "realization": ("surprise", 0.6, None),
    "relief": ("joy", 1.2, "relieved"),
    "remorse": ("sadness", 1.6, "remorseful"),
    "sadness": ("sadness", 2.4, None),
    "surprise": ("surprise", 2.0, None),
    "neutral": ("neutral", 1.0, None),
}

# An emotion word said aloud: its family and, where it is finer, the label.
_WORDS: dict[str, tuple[Family, str | None]] = {
    "anger": ("anger", None),
    "annoyance": ("anger", "annoyed"),
    "boredom": ("neutral", None),
    "calm": ("neutral", None),
    "confusion": ("doubt", "confused"),
    "contempt": ("contempt", None),
    "curiosity": ("interest", "curious"),
    "despair": ("sadness", "sorrowful"),
    "disappointment": ("sadness", "disappointed"),
    "disgust": ("disgust", None),
    "displeasure": ("anger", "disapproving"),
    "embarrassment": ("embarrassment", None),
    "excitement": ("joy", "excited"),
    "fear": ("fear", None),
    "gratitude": ("affection", "grateful"),
    "grief": ("sadness", "sorrowful"),
    "hurt": ("sadness", None),
    "jealousy": ("anger", None),
    "joy": ("joy", None),
    "loneliness": ("sadness", None),
    "love": ("affection", None),
    "nervousness": ("worry", "anxious"),
    "pride": ("joy", "proud"),
    "relief": ("joy", "relieved"),
    "remorse": ("sadness", "remorseful"),
    "sadness": ("sadness", None),
    "surprise": ("surprise", None),
    "tiredness": ("sadness", "dejected"),
    "touched": ("affection", "moved"),
}

VOTES: dict[str, Votes] = {
    **_FACE,
    **_VOICE,
    **_SPEECH_ACTS,
    **{
        f"text_{label}": Votes({family: weight}, "Demszky", finer)
        for label, (family, weight, finer) in _GOEMOTIONS.items()
    },
    **{
        f"emotion_word_{word}": Votes({family: 1.6}, "words", finer)
        for word, (family, finer) in _WORDS.items()
    },
}
